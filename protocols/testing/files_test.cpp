// Files through the loopback, as programs will see them.
#include <algorithm>
#include <string>

#include "async/sim/explore.hpp"
#include "async/sim/run.hpp"
#include "async/timeout.hpp"
#include "async/when_all.hpp"
#include "async/when_any.hpp"
#include "async/yield_now.hpp"
#include "base/text_view.hpp"
#include "libs/rpc/loopback/loopback.hpp"
#include "protocols/testing/memory_files.hpp"
#include "testing/test.hpp"

using namespace protocols;
using namespace base::literals;
using abi::kExecute;
using abi::kGrant;
using abi::kRead;
using abi::kWrite;
using async::Error;
using async::Result;
using async::Scope;
using async::Task;
using protocols::testing::MemoryFiles;
using rpc::lend;
using rpc::loopback::Loopback;

namespace {

constexpr abi::Permissions kMost = kRead | kWrite | kExecute | kGrant;
using Root = rpc::CapabilityChannel<Directory, kMost>;
using View = rpc::Borrowed<Directory, kMost>;

/// Bytes that can be lent, with this content.
std::span<std::byte> lendable(std::string_view text) {
    const std::span<std::byte> bytes = Loopback::current().allocate(text.size());
    std::ranges::copy(std::as_bytes(std::span(text)), bytes.begin());
    return bytes;
}

/// Runs `body` as a client of MemoryFiles that was granted `granted`, and sees that nothing is left behind.
template <Task<> (*kBody)(Scope scope, View root)>
Task<> with_files(abi::Permissions granted) {
    Loopback loopback;
    MemoryFiles files;
    co_await async::scope(
        [](Scope scope, Loopback* channels, MemoryFiles* served, abi::Permissions allowed) -> Task<> {
            auto [server, client] = channels->make_channel<Directory, kMost>();
            co_await scope.spawn(served->serve_root(scope, std::move(server), allowed));
            const Root root = std::move(client);
            co_await kBody(scope, root.as<kMost>());
        },
        &loopback, &files, granted);
    EXPECT_EQ(loopback.capabilities(), 0U);
    EXPECT_EQ(loopback.delivered(), 0U);
    EXPECT_EQ(files.open_ids, 0U);
}

template <Task<> (*kBody)(Scope scope, View root)>
Error run(abi::Permissions granted = kMost) {
    const auto result = async::sim::run(with_files<kBody>, granted);
    return result ? Error() : result.error();
}

Directory::Open open_request(rpc::Text<32, 4096> path, abi::Permissions want, OpenHow how, u64 id = 0) {
    return {.id = id, .path = path, .want = want, .how = how, .zero = {}};
}

Task<> write_and_read(Scope, View root) {
    const auto made = co_await root.call(open_request("note", kRead | kWrite, OpenHow::CreateNew));
    EXPECT_EQ(made.kind, FileKind::File);
    EXPECT_EQ(made.size, 0U);
    const auto [written] = co_await root.call(File::Write{.id = made.id, .offset = 2}, lend(lendable("hello")));
    EXPECT_EQ(written, 5U);
    const auto buffer = Loopback::current().allocate(64);
    const auto [count] = co_await root.call(File::Read{.id = made.id, .offset = 1}, lend(buffer));
    EXPECT_EQ(base::text_view(buffer.first(count)), std::string_view("\0hello", 6));
    const auto [rest] = co_await root.call(File::Read{.id = made.id, .offset = 7}, lend(buffer));
    EXPECT_EQ(rest, 0U);
    co_await root.call(File::Close{.id = made.id});
    const auto closed = co_await root.call(File::Close{.id = made.id}).result();
    EXPECT_EQ(closed.error(), Error(abi::Error::BadHandle));
}

template <class A>
Error error_of(const Result<A>& result) {
    return result ? Error() : result.error();
}

Task<> permissions(Scope, View root) {
    const auto made = co_await root.call(open_request("note", kRead, OpenHow::CreateNew));
    const auto buffer = lendable("x");
    EXPECT_EQ(error_of(co_await root.call(File::Write{.id = made.id, .offset = 0}, lend(buffer)).result()),
              Error(abi::Error::AccessDenied))
        << "opened to be read";
    co_await root.call(File::Read{.id = made.id, .offset = 0}, lend(buffer));
    EXPECT_EQ(error_of(co_await root.call(open_request("note", kMost, OpenHow::Existing, made.id)).result()),
              Error(abi::Error::AccessDenied));
    EXPECT_EQ(error_of(co_await root.call(File::Read{.id = 77, .offset = 0}, lend(buffer)).result()),
              Error(abi::Error::BadHandle));
    co_await root.call(File::Close{.id = made.id});
    EXPECT_EQ(error_of(co_await root.call(File::Close{.id = 0}).result()), Error(abi::Error::BadHandle));
}

Task<> read_only(Scope, View root) {
    EXPECT_EQ(error_of(co_await root.call(open_request("note", kRead, OpenHow::CreateNew)).result()),
              Error(abi::Error::AccessDenied));
    EXPECT_EQ(error_of(co_await root.call(open_request("", kWrite, OpenHow::Existing)).result()),
              Error(abi::Error::AccessDenied));
}

Task<> failures(Scope, View root) {
    const auto opened = [root](rpc::Text<32, 4096> path, OpenHow how) {
        return root.call(open_request(path, kRead | kWrite, how));
    };
    EXPECT_EQ(error_of(co_await opened("a", OpenHow::Existing).result()),
              rpc::failure<Directory>(Directory::Failure::NotFound));
    const auto file = co_await opened("a", OpenHow::CreateMissing);
    EXPECT_EQ(error_of(co_await opened("a", OpenHow::CreateNew).result()),
              rpc::failure<Directory>(Directory::Failure::Exists));
    EXPECT_EQ(error_of(co_await opened("a/b", OpenHow::Existing).result()),
              rpc::failure<Directory>(Directory::Failure::NotADirectory));
    EXPECT_EQ(error_of(co_await opened("..", OpenHow::Existing).result()), Error(abi::Error::InvalidArgument));
    // Of File, on a Directory's connection: in File's domain.
    const auto byte = lendable("x");
    const auto late = File::Write{.id = file.id, .offset = MemoryFiles::kLongestFile};
    EXPECT_EQ(error_of(co_await root.call(late, lend(byte)).result()), rpc::failure<File>(File::Failure::TooLarge));
    EXPECT_EQ(error_of(co_await root.call(File::Read{.id = 0, .offset = 0}, lend(byte)).result()),
              rpc::failure<File>(File::Failure::IsADirectory));
    EXPECT_NE(rpc::failure<File>(File::Failure::NoSpace), rpc::failure<Directory>(Directory::Failure::NotFound));
    co_await root.call(File::Close{.id = file.id});
}

Task<> no_space(Scope, View root) {
    std::array<base::u64, 5> ids{};
    const auto byte = lendable("x");
    Error last;
    for (base::u64& id : ids) {
        const std::array<char, 2> name{static_cast<char>('a' + (&id - ids.data())), 0};
        id = (co_await root.call(open_request(name.data(), kWrite, OpenHow::CreateNew))).id;
        last = error_of(
            co_await root.call(File::Write{.id = id, .offset = MemoryFiles::kLongestFile - 1}, lend(byte)).result());
    }
    EXPECT_EQ(last, rpc::failure<File>(File::Failure::NoSpace));
    for (const base::u64 id : ids) {
        co_await root.call(File::Close{.id = id});
    }
}

Task<> long_names_and_entries(Scope, View root) {
    const std::string name(200, 'n');
    const auto directory = co_await root.call(open_request("d", kMost, OpenHow::CreateDirectory));
    const auto inside =
        co_await root.call(open_request(base::text_view(lendable(name)), kRead, OpenHow::CreateNew, directory.id));
    co_await root.call(open_request("b", {}, OpenHow::CreateNew, directory.id));
    const auto buffer = Loopback::current().allocate(240);
    const auto first = co_await root.call(Directory::Entries{.id = directory.id, .cursor = 0}, lend(buffer));
    EXPECT_EQ(first.count, 2U);
    EXPECT_EQ(first.bytes, 24U + 216U);
    EXPECT_EQ(base::text_view(buffer.subspan(24 + 16, 200)), name);
    const auto rest = co_await root.call(Directory::Entries{.id = directory.id, .cursor = 1}, lend(buffer.first(216)));
    EXPECT_EQ(rest.count, 1U);
    const auto end = co_await root.call(Directory::Entries{.id = directory.id, .cursor = 2}, lend(buffer));
    EXPECT_EQ(end.count, 0U);
    const auto small = Directory::Entries{.id = directory.id, .cursor = 1};
    EXPECT_EQ(error_of(co_await root.call(small, lend(buffer.first(215))).result()), Error(abi::Error::OutOfRange));
    EXPECT_EQ(error_of(co_await root.call(Directory::Entries{.id = inside.id, .cursor = 0}, lend(buffer)).result()),
              rpc::failure<Directory>(Directory::Failure::NotADirectory));
}

/// What the last one leaves open ends with its connection.
Task<> delegated(Scope, View root) {
    const auto made = co_await root.call(open_request("note", kRead | kWrite | kGrant, OpenHow::CreateNew));
    co_await root.call(File::Write{.id = made.id, .offset = 0}, lend(lendable("hello")));
    auto [server, file] = Loopback::current().make_channel<File, kRead | kWrite>();
    const File::Delegate request{.id = made.id, .want = kRead, .zero = {}};
    // It may be called before it is answered.
    const auto buffer = lendable("?????");
    const auto [read, answered] = co_await async::when_all(
        [](rpc::Borrowed<File, kRead> from, std::span<std::byte> to) -> Task<base::u64> {
            co_return (co_await from.call(File::Read{.id = 0, .offset = 0}, lend(to))).count;
        }(file.as<kRead>(), buffer),
        [](View through, File::Delegate asked,
           rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end) -> Task<bool> {
            co_await through.call(asked, std::move(end));
            co_return true;
        }(root, request, std::move(server)));
    EXPECT_EQ(read, 5U);
    EXPECT_TRUE(answered);
    EXPECT_EQ(base::text_view(buffer), "hello");
    const auto refused = co_await file.call(File::Write{.id = 0, .offset = 0}, lend(buffer)).result();
    EXPECT_EQ(error_of(refused), Error(abi::Error::AccessDenied)) << "the session was given less than the capability";
    auto [other, unused] = Loopback::current().make_channel<File, kRead>();
    const File::Delegate more{.id = made.id, .want = abi::kExecute, .zero = {}};
    EXPECT_EQ(error_of(co_await root.call(more, std::move(other)).result()), Error(abi::Error::AccessDenied));
    EXPECT_EQ(error_of(co_await unused.call(rpc::Common::Ping{}).result()), Error(abi::Error::PeerClosed))
        << "the end that came with a refused request was given back";
}

/// A watcher, one that gives up watching, and one that writes.
Task<> watched(Scope scope, View root) {
    const auto made = co_await root.call(open_request("note", kRead | kWrite, OpenHow::CreateNew));
    const auto seen = co_await root.call(Directory::Watch{.id = made.id, .seen = 0});
    const auto watch = [](View from, base::u64 id, base::u64 since) -> Task<base::u64> {
        co_return (co_await from.call(Directory::Watch{.id = id, .seen = since})).change;
    };
    auto change = co_await scope.start(watch(root, made.id, seen.change));
    const auto impatient = co_await async::timeout(1_ms, watch(root, made.id, seen.change)).result();
    EXPECT_EQ(error_of(impatient), Error(abi::Error::TimedOut));
    co_await root.call(File::Write{.id = made.id, .offset = 0}, lend(lendable("x")));
    EXPECT_GT(co_await change, seen.change);
}

} // namespace

TEST(Files, AreWrittenAndRead) { EXPECT_EQ(run<write_and_read>(), Error()); }

TEST(Files, PermitWhatTheyWereOpenedWith) {
    EXPECT_EQ(run<permissions>(), Error());
    EXPECT_EQ(run<read_only>(kRead | kExecute), Error());
}

TEST(Files, FailInTheirOwnWords) {
    EXPECT_EQ(run<failures>(), Error());
    EXPECT_EQ(run<no_space>(), Error());
}

TEST(Files, AreListed) { EXPECT_EQ(run<long_names_and_entries>(), Error()); }

TEST(Files, AreDelegated) { EXPECT_EQ(run<delegated>(), Error()); }

TEST(Files, AreWatched) { EXPECT_EQ(run<watched>(), Error()); }

namespace {

/// Reads what it wrote, over a connection of its own, and may be ended anywhere.
Task<> busy_client(Root root, base::u64 number) {
    const std::array<char, 2> name{static_cast<char>('a' + number), 0};
    const auto opened = co_await root.call(open_request(name.data(), kRead | kWrite, OpenHow::CreateMissing));
    const auto bytes = lendable(name.data());
    co_await root.call(File::Write{.id = opened.id, .offset = number}, lend(bytes));
    const auto back = Loopback::current().allocate(1);
    const auto [count] = co_await root.call(File::Read{.id = opened.id, .offset = number}, lend(back));
    if (count != 1 || back.front() != bytes.front()) {
        co_await async::fail(abi::Error::Corrupt);
    }
    co_await root.call(File::Close{.id = opened.id});
}

/// Gives up at some time.
Task<> hasty_client(Root root) {
    const auto watching = [](View from) -> Task<> {
        base::u64 seen = 0;
        while (true) {
            seen = (co_await from.call(Directory::Watch{.id = 0, .seen = seen})).change;
        }
    };
    const auto result = co_await async::timeout(1_ms, watching(root.as<kMost>())).result();
    if (result || result.error() != Error(abi::Error::TimedOut)) {
        co_await async::fail(abi::Error::Corrupt);
    }
}

Task<> serve_alone(MemoryFiles* files, rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end) {
    co_await async::scope(
        [](Scope scope, MemoryFiles* served, rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> from) -> Task<> {
            co_await served->serve_root(scope, std::move(from), kMost);
        },
        files, std::move(end));
}

/// A file is written, and there is nothing more to wait for.
Task<> write_twice(View root) {
    const auto opened = co_await root.call(open_request("a", kWrite, OpenHow::CreateMissing));
    const auto bytes = lendable("bytes");
    const auto write = [](View to, base::u64 id, std::span<const std::byte> from) -> Task<> {
        co_await to.call(File::Write{.id = id, .offset = 0}, lend(from));
    };
    co_await async::when_any(write(root, opened.id, bytes), write(root, opened.id, bytes));
}

Task<> many_clients(async::sim::Simulation& simulation) {
    Loopback loopback;
    MemoryFiles files;
    co_await async::scope(
        [](Scope scope, Loopback* channels, MemoryFiles* served) -> Task<> {
            for (base::u64 number = 0; number < 4; ++number) {
                auto [server, client] = channels->make_channel<Directory, kMost>();
                co_await scope.spawn(served->serve_root(scope, std::move(server), kMost));
                if (number == 3) {
                    co_await scope.spawn(hasty_client(std::move(client)));
                } else {
                    co_await scope.spawn(busy_client(std::move(client), number));
                }
            }
        },
        &loopback, &files);
    co_await simulation.check(loopback.capabilities() == 0, "a capability was left behind");
    co_await simulation.check(loopback.delivered() == 0, "a call was left behind");
    co_await simulation.check(files.open_ids == 0, "an id was left behind");
}

/// The server is cancelled while clients call.
Task<> server_goes(async::sim::Simulation& simulation) {
    Loopback loopback;
    MemoryFiles files;
    auto [server, client] = loopback.make_channel<Directory, kMost>();
    {
        const Root root = std::move(client);
        const auto first =
            co_await async::when_any(serve_alone(&files, std::move(server)), write_twice(root.as<kMost>()));
        static_cast<void>(first);
        const auto late = co_await root.call(rpc::Common::Ping{}).result();
        co_await simulation.check(!late && late.error() == Error(abi::Error::PeerClosed), "nobody serves it");
    }
    co_await simulation.check(loopback.capabilities() == 0, "a capability was left behind");
    co_await simulation.check(loopback.delivered() == 0, "a call was left behind");
}

} // namespace

TEST(Files, HaveManyClientsInAnyOrder) {
    EXPECT_TRUE(async::sim::explore(many_clients, {.seeds = 300}).is_good());
    EXPECT_TRUE(async::sim::explore(server_goes, {.seeds = 300}).is_good());
}
