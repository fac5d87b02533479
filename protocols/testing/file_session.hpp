/// One connection to MemoryFiles.
#pragma once

#include "protocols/testing/memory_files.hpp"

namespace protocols::testing {

using rpc::Call;

/// Rooted at a file or directory with a set of permissions. Lives as long as the connection.
class FileSession {
  public:
    FileSession(MemoryFiles& files, async::Scope scope, NodePointer root, abi::Permissions granted)
        : files_(files), scope_(scope) {
        open_.emplace(0, Opened{std::move(root), granted});
    }

    FileSession(const FileSession&) = delete;
    FileSession& operator=(const FileSession&) = delete;

    ~FileSession() { files_.open_ids -= open_.size() - 1; }

    /// What the request's id was opened with. Of one that is not there the method tells.
    template <class M>
    [[nodiscard]] abi::Permissions granted(const M& request) const {
        const auto found = open_.find(request.id);
        return found == open_.end() ? abi::kAllPermissions : found->second.granted;
    }

    Task<File::Read::Reply> serve(Call<File::Read> call);
    Task<File::Write::Reply> serve(Call<File::Write> call);
    Result<File::Close::Reply> serve(Call<File::Close> call);
    Result<File::Delegate::Reply> serve(Call<File::Delegate> call);
    Result<Directory::Open::Reply> serve(Call<Directory::Open> call);
    Task<Directory::Entries::Reply> serve(Call<Directory::Entries> call);
    Task<Directory::Watch::Reply> serve(Call<Directory::Watch> call);

  private:
    struct Opened {
        NodePointer node;
        abi::Permissions granted;
    };

    [[nodiscard]] Result<Opened> find(u64 id) const;
    static Result<NodePointer> walk(NodePointer from, std::string_view path, OpenHow how);
    static Result<NodePointer> enter(Node& directory, std::string_view name, OpenHow how);

    MemoryFiles& files_;
    async::Scope scope_;
    std::map<u64, Opened> open_;
    u64 last_id_ = 0;
};

} // namespace protocols::testing
