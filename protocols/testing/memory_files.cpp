#include "protocols/testing/memory_files.hpp"

#include "protocols/testing/file_session.hpp"

namespace protocols::testing {

Result<> MemoryFiles::grow(Node& node, u64 end) {
    if (end > kLongestFile) {
        return rpc::failure<File>(File::Failure::TooLarge);
    }
    if (end <= node.content.size()) {
        return {};
    }
    const u64 more = end - node.content.size();
    if (more > capacity_ - used_) {
        return rpc::failure<File>(File::Failure::NoSpace);
    }
    used_ += more;
    node.content.resize(end);
    return {};
}

Task<> MemoryFiles::serve_root(async::Scope scope, rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end,
                               abi::Permissions granted) {
    FileSession session(*this, scope, root_, granted);
    co_await rpc::serve<Directory>(session, std::move(end));
}

} // namespace protocols::testing
