/// Files in memory, behind the real protocol: what tests of clients call until there is a service, and later beside it.
///
///     MemoryFiles files;
///     auto [server, root] = loopback.make_channel<Directory, kRead | kExecute>();
///     co_await scope.spawn(files.serve_root(scope, std::move(server), kAllPermissions));
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/event.hpp"
#include "async/scope.hpp"
#include "libs/rpc/serve.hpp"
#include "protocols/directory.hpp"

namespace protocols::testing {

using async::Result;
using async::Task;

/// A file or directory.
struct Node {
    explicit Node(FileKind of) : kind(of) {}

    FileKind kind;
    std::vector<std::byte> content;
    std::map<std::string, std::shared_ptr<Node>, std::less<>> children;
    u64 change = 1;
    async::Event changed;

    void touch() {
        ++change;
        changed.set();
        changed.clear();
    }
};

using NodePointer = std::shared_ptr<Node>;

/// Belongs to one worker; outlives its sessions.
class MemoryFiles {
  public:
    static constexpr u64 kLongestFile = 1 << 20;

    /// `capacity`: bytes in all files.
    explicit MemoryFiles(u64 capacity = 4 << 20) : capacity_(capacity) {}

    [[nodiscard]] const NodePointer& root() const { return root_; }

    /// Makes room in `node` up to `end`. NoSpace, TooLarge.
    Result<> grow(Node& node, u64 end);

    /// Serves a connection rooted at the root until it ends; those that are made of it run in `scope`.
    Task<> serve_root(async::Scope scope, rpc::Capability<rpc::ServerEnd, abi::kAllPermissions> end,
                      abi::Permissions granted);

    /// How many ids are open in all connections.
    u64 open_ids = 0;

  private:
    NodePointer root_ = std::make_shared<Node>(FileKind::Directory);
    u64 capacity_;
    u64 used_ = 0;
};

} // namespace protocols::testing
