#include "protocols/testing/file_session.hpp"

#include <algorithm>

namespace protocols::testing {

namespace {

using End = rpc::Capability<rpc::ServerEnd, abi::kRead>;

/// A connection that was made of an id.
Task<> serve_delegated(MemoryFiles* files, async::Scope scope, NodePointer root, abi::Permissions granted, End end) {
    const FileKind kind = root->kind;
    FileSession session(*files, scope, std::move(root), granted);
    if (kind == FileKind::File) {
        co_await rpc::serve<File>(session, std::move(end));
    } else {
        co_await rpc::serve<Directory>(session, std::move(end));
    }
}

constexpr abi::Permissions kUsable = abi::kRead | abi::kWrite | abi::kExecute | abi::kDelete | abi::kGrant;

} // namespace

Result<FileSession::Opened> FileSession::find(u64 id) const {
    const auto found = open_.find(id);
    if (found == open_.end()) {
        return abi::Error::BadHandle;
    }
    return found->second;
}

Task<File::Read::Reply> FileSession::serve(Call<File::Read> call) {
    const NodePointer node = (co_await find(call->id)).node;
    if (node->kind == FileKind::Directory) {
        co_await async::fail(rpc::failure<File>(File::Failure::IsADirectory));
    }
    const u64 begin = std::min<u64>(call->offset, node->content.size());
    const u64 count = std::min<u64>(call.out().size(), node->content.size() - begin);
    if (count == 0) {
        co_return {.count = 0};
    }
    // A copy: a write may move the content while this is copied.
    const auto first = node->content.begin() + static_cast<std::ptrdiff_t>(begin);
    const std::vector<std::byte> part(first, first + static_cast<std::ptrdiff_t>(count));
    co_return {.count = co_await call.out().write(part)};
}

Task<File::Write::Reply> FileSession::serve(Call<File::Write> call) {
    const NodePointer node = (co_await find(call->id)).node;
    if (node->kind == FileKind::Directory) {
        co_await async::fail(rpc::failure<File>(File::Failure::IsADirectory));
    }
    const u64 size = call.in().size();
    if (size > MemoryFiles::kLongestFile || call->offset > MemoryFiles::kLongestFile - size) {
        co_await async::fail(rpc::failure<File>(File::Failure::TooLarge));
    }
    std::vector<std::byte> bytes(size);
    bytes.resize(co_await call.in().read(bytes));
    co_await files_.grow(*node, call->offset + bytes.size());
    std::ranges::copy(bytes, node->content.begin() + static_cast<std::ptrdiff_t>(call->offset));
    node->touch();
    co_return {.count = bytes.size()};
}

Result<File::Close::Reply> FileSession::serve(Call<File::Close> call) {
    if (call->id == 0 || open_.erase(call->id) == 0) {
        return abi::Error::BadHandle;
    }
    --files_.open_ids;
    return File::Close::Reply{};
}

Result<File::Delegate::Reply> FileSession::serve(Call<File::Delegate> call) {
    const Opened opened = TRY(find(call->id));
    if (!opened.granted.covers(call->want)) {
        return abi::Error::AccessDenied;
    }
    TRY(scope_.spawn(serve_delegated(&files_, scope_, opened.node, call->want, call.take())));
    return File::Delegate::Reply{};
}

Result<Directory::Open::Reply> FileSession::serve(Call<Directory::Open> call) {
    const Opened from = TRY(find(call->id));
    if (!from.granted.covers(call->want) || !kUsable.covers(call->want)) {
        return abi::Error::AccessDenied;
    }
    if (call->how != OpenHow::Existing && !from.granted.covers(abi::kWrite)) {
        return abi::Error::AccessDenied;
    }
    const NodePointer node = TRY(walk(from.node, call.text(), call->how));
    open_.emplace(++last_id_, Opened{node, call->want});
    ++files_.open_ids;
    return Directory::Open::Reply{
        .id = last_id_, .size = node->content.size(), .kind = node->kind, .granted = call->want, .zero = {}};
}

Result<NodePointer> FileSession::walk(NodePointer from, std::string_view path, OpenHow how) {
    while (!path.empty()) {
        const std::size_t slash = path.find('/');
        const bool is_last = slash == std::string_view::npos;
        const std::string_view name = path.substr(0, slash);
        path = is_last ? std::string_view() : path.substr(slash + 1);
        from = TRY(enter(*from, name, is_last ? how : OpenHow::Existing));
    }
    return from;
}

Result<NodePointer> FileSession::enter(Node& directory, std::string_view name, OpenHow how) {
    if (directory.kind != FileKind::Directory) {
        return rpc::failure<Directory>(Directory::Failure::NotADirectory);
    }
    if (name.empty() || name.size() > 255 || name == "." || name == "..") {
        return abi::Error::InvalidArgument;
    }
    if (const auto found = directory.children.find(name); found != directory.children.end()) {
        if (how == OpenHow::CreateNew || how == OpenHow::CreateDirectory) {
            return rpc::failure<Directory>(Directory::Failure::Exists);
        }
        return found->second;
    }
    if (how == OpenHow::Existing) {
        return rpc::failure<Directory>(Directory::Failure::NotFound);
    }
    const FileKind kind = how == OpenHow::CreateDirectory ? FileKind::Directory : FileKind::File;
    const auto made = directory.children.emplace(name, std::make_shared<Node>(kind)).first->second;
    directory.touch();
    return made;
}

Task<Directory::Entries::Reply> FileSession::serve(Call<Directory::Entries> call) {
    const NodePointer node = (co_await find(call->id)).node;
    if (node->kind != FileKind::Directory) {
        co_await async::fail(rpc::failure<Directory>(Directory::Failure::NotADirectory));
    }
    std::vector<std::byte> records;
    Directory::Entries::Reply reply{.next = call->cursor, .count = 0, .bytes = 0};
    const u64 skipped = std::min<u64>(call->cursor, node->children.size());
    for (auto each = std::next(node->children.begin(), static_cast<std::ptrdiff_t>(skipped));
         each != node->children.end(); ++each) {
        const auto& [name, child] = *each;
        const DirectoryEntry entry{
            .size = child->content.size(), .kind = child->kind, .name_bytes = static_cast<u8>(name.size()), .zero = {}};
        const std::size_t length = (sizeof(entry) + name.size() + 7) / 8 * 8;
        if (records.size() + length > call.out().size()) {
            break;
        }
        const std::size_t end = records.size() + length;
        records.append_range(std::as_bytes(std::span(&entry, 1)));
        records.append_range(std::as_bytes(std::span(name)));
        records.resize(end);
        ++reply.next;
        ++reply.count;
    }
    if (reply.count == 0 && skipped < node->children.size()) {
        co_await async::fail(abi::Error::OutOfRange);
    }
    if (reply.count != 0) {
        reply.bytes = static_cast<u32>(co_await call.out().write(records));
    }
    co_return reply;
}

Task<Directory::Watch::Reply> FileSession::serve(Call<Directory::Watch> call) {
    const NodePointer node = (co_await find(call->id)).node;
    while (node->change == call->seen) {
        co_await node->changed.wait();
    }
    co_return {.change = node->change};
}

} // namespace protocols::testing
