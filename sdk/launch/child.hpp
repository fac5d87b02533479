/// A program that was launched.
#pragma once

#include <array>
#include <string_view>

#include "async/task.hpp"
#include "libs/rpc/capability.hpp"
#include "protocols/objects/budget.hpp"
#include "sdk/runtime/panic.hpp"

namespace sdk::launch {

/// How a program ended.
struct ExitReport {
    abi::EndReason reason = abi::EndReason::None;
    base::u64 code = 0;
    bool has_panicked = false;
    runtime::PanicPage panic{}; ///< if it has

    [[nodiscard]] std::string_view panic_text() const {
        return std::string_view(panic.text.data(), panic.text.size()).substr(0, panic.text_bytes);
    }
};

/// Holds it: dropped, it ends, with all that its Budget pays for.
class Child {
  public:
    using Budget = rpc::Capability<protocols::objects::Budget, abi::kAllPermissions>;
    using Process = rpc::Capability<protocols::objects::Process, abi::kAllPermissions>;
    using Memory = rpc::Capability<protocols::objects::Memory, abi::kAllPermissions>;
    static constexpr abi::Permissions kSpace = abi::kRead | abi::kWrite | abi::kExecute;

    /// `space`: the launcher's own.
    Child(Budget budget, Process process, Memory panic, rpc::Borrowed<protocols::objects::AddressSpace, kSpace> space)
        : budget_(std::move(budget)), process_(std::move(process)), panic_(std::move(panic)), space_(space) {}

    Child(Child&&) = default;
    Child& operator=(Child&&) = delete;
    ~Child();

    /// Of its launcher: shows it the page of its last words at `address` of its `space`.
    template <class Space>
    async::Task<base::u64> map_panic_page(const Space& space, base::u64 address) {
        const auto shown = co_await space.call(
            protocols::objects::AddressSpace::Map{
                .address = address, .offset = 0, .bytes = 4096, .access = abi::kMapRead | abi::kMapWrite, .flags = 0},
            panic_.template as<abi::kRead | abi::kWrite>());
        co_return shown.address;
    }

    /// When it has ended.
    async::Task<ExitReport> wait();

    /// Ends it; wait() tells when it has.
    async::Task<> kill();

    [[nodiscard]] const Budget& budget() const { return budget_; }

    [[nodiscard]] const Process& process() const { return process_; }

  private:
    Budget budget_;
    Process process_;
    Memory panic_;
    rpc::Borrowed<protocols::objects::AddressSpace, kSpace> space_;
};

} // namespace sdk::launch
