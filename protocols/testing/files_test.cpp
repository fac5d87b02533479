// Files through the loopback, as programs will see them.
#include <algorithm>
#include <string>

#include "async/sim/explore.hpp"
#include "async/sim/run.hpp"
#include "async/timeout.hpp"
#include "async/when_all.hpp"
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

} // namespace

TEST(Files, AreWrittenAndRead) { EXPECT_EQ(run<write_and_read>(), Error()); }
