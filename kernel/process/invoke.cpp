#include <algorithm>
#include <array>
#include <utility>

#include "kernel/core/kernel.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/weight.hpp"
#include "libs/capability/check.hpp"

namespace kernel::process {

using abi::MethodEntry;
using base::Error;
using base::Result;
using base::u16;
using base::u8;

namespace {

constexpr base::usize kMethodCount = abi::kMethods.size();

/// In the order of abi::kMethods; null: not offered yet.
constexpr std::array<Method, kMethodCount> kImplementations{
    &do_nothing,
    &inspect,
    &derive,
    &drop,
    &revoke,
    &set_expiry,
    &tell_usage,
    &create_memory,
    &create_process,
    &create_event,
    &create_timer,
    &create_channel,
    &create_paged_memory,
    &create_budget,
    &set_limits,
    &destroy_budget,
    &set_processor_limits,
    &reserve_real_time,
    &tell_processor_usage,
    &tell_process_state,
    &create_ring,
    &install,
    &create_thread,
    &kill_process,
    &wait_for_process,
    &set_fault_channel,
    &start_thread,
    &suspend_thread,
    &resume_thread,
    &read_thread_state,
    &write_thread_state,
    &kill_thread,
    &wait_for_thread,
    &set_scheduling,
    &tell_scheduling,
    &set_affinity,
    &tell_affinity,
    &attach,
    &detach,
    &cancel,
    &copy_lent,
    &map_lent,
    &query,
    &map,
    &unmap,
    &protect,
    &wait_address,
    &wake_address,
    &requeue_address,
    &tell_size,
    &resize,
    &read_memory,
    &write_memory,
    &commit_memory,
    &zero_memory,
    &discard_memory,
    &clone_memory,
    &copy_memory,
    &supply_memory,
    &grant_writing,
    &withdraw_memory,
    &clean_memory,
    &signal,
    &clear,
    &tell_bits,
    &arm_timer,
    &disarm_timer,
    &tell_interrupt_state,
    &acknowledge_interrupt,
    &mask_interrupt,
    &unmask_interrupt,
    &detach_interrupt,
    &tell_device_memory_size,
    &read_ports,
    &write_ports,
    &power_off,
    &reset,
    &tell_wall_time,
    &tell_clock,
    &set_wall_time,
    &add_entropy,
    &show_table,
    &show_boot_information,
    &show_bundle,
    &create_device_memory,
    &create_io_ports,
    &create_interrupt,
    &create_message,
    &read_configuration,
    &write_configuration,
    &show_clock_page,
    &write_log,
    &read_log,
    &read_console,
    &next_process,
    &next_thread,
    &next_capability,
    &next_budget,
    &start_trace,
    &stop_trace,
    &read_trace,
};

/// What the head of a submission must be for a method: the bits of `mask` are those of `head`.
struct Shape {
    ring::Head head;
    base::u64 mask = 0;

    constexpr explicit Shape(const MethodEntry& method)
        : head(base::u64{method.slots} << 40 | base::u64{method.argument_bytes} << 32),
          mask(method.argument_bytes == abi::kAnyLength ? 0x0000'ff00'0000'0000 : 0x0000'ffff'0000'0000) {}

    [[nodiscard]] constexpr bool fits(ring::Head other) const {
        return ((other.word() ^ head.word()) & mask) == 0 && other.is_well_formed();
    }
};

constexpr auto kShapes = []<base::usize... kIndex>(std::index_sequence<kIndex...>) {
    return std::array{Shape(abi::kMethods[kIndex])...};
}(std::make_index_sequence<kMethodCount>());

constexpr auto kWeights = [] {
    std::array<u8, kMethodCount> weights{};
    std::ranges::transform(abi::kMethods, weights.begin(), weight_of);
    return weights;
}();

constexpr u8 kNoRow = 0xff;
/// Of HandleMethod::Null, which has nothing to call.
constexpr u8 kNullRow = 0;
static_assert(abi::kMethods[kNullRow].method == static_cast<u16>(abi::HandleMethod::Null));

/// More than any kind has.
constexpr base::usize kNumbers = 16;

/// The row of abi::kMethods by kind and number.
constexpr auto kRows = [] {
    std::array<u8, abi::kObjectKinds * kNumbers> rows{};
    rows.fill(kNoRow);
    for (base::usize row = 0; row < abi::kMethods.size(); ++row) {
        const u16 method = abi::kMethods.at(row).method;
        rows.at((method >> 8) * kNumbers + (method & 0xff)) = static_cast<u8>(row);
    }
    return rows;
}();

u8 row_of(u16 method) {
    const base::usize kind = method >> 8;
    const base::usize number = method & 0xff;
    return kind < abi::kObjectKinds && number < kNumbers ? kRows[kind * kNumbers + number] : kNoRow;
}

/// What a capability must be for a method that nobody knows.
abi::ObjectKind kind_for_unknown(u16 method) {
    return abi::class_of(method) == abi::MethodClass::Object ? abi::kind_of(method) : abi::ObjectKind::None;
}

/// As resolve(), for what a process gives back: that needs nothing, and may have expired or been revoked.
Result<capability::Slot*> resolve_owned(const Process& process, abi::Handle handle) {
    capability::Slot* const slot = process.capabilities().find_owned(handle);
    return slot == nullptr ? Result<capability::Slot*>{Error::BadHandle} : Result<capability::Slot*>{slot};
}

/// Those of them that `slot` has; if it has none, all, so that it is refused.
abi::Permissions call_permissions(const capability::Slot* slot) {
    const abi::Permissions held = slot == nullptr ? abi::Permissions{} : slot->contents().effective & kCallPermissions;
    return held.is_empty() ? kCallPermissions : held;
}

/// What was found, if it may be used so.
Result<capability::Slot*> admit(capability::Slot* slot, abi::ObjectKind kind, abi::Permissions needs) {
    if (slot == nullptr) [[unlikely]] {
        return Error::BadHandle;
    }
    TRY(capability::admit(*slot, slot->state(), {.kind = kind, .permissions = needs},
                          [] { return core::kernel().clock.now(); }));
    return slot;
}

} // namespace

Result<capability::Slot*> resolve(const Process& process, abi::Handle handle, abi::ObjectKind kind,
                                  abi::Permissions needs) {
    return admit(process.capabilities().find(handle), kind, needs);
}

Result<capability::Slot*> resolve_client(const Process& process, abi::Handle handle) {
    capability::Slot* const slot = process.capabilities().find(handle);
    return admit(slot, abi::ObjectKind::ChannelClient, call_permissions(slot));
}

Result<Lent> resolve_lent_client(const Process& process, abi::SlotWord word) {
    const abi::Permissions needs = call_permissions(process.capabilities().find(word.handle())) & word.permissions();
    return resolve_lent(process, word, abi::ObjectKind::ChannelClient, needs.is_empty() ? kCallPermissions : needs);
}

Result<Lent> resolve_lent(const Process& process, abi::SlotWord word, abi::ObjectKind kind, abi::Permissions needs) {
    if (word.mode() != abi::SlotMode::Lend || word.kind() != abi::ObjectKind::None) {
        return Error::InvalidArgument;
    }
    capability::Slot& slot = *TRY(resolve(process, word.handle(), kind, needs));
    const abi::Permissions rights = slot.contents().effective & word.permissions();
    return rights.covers(needs) ? Result<Lent>{Lent{slot, rights}} : Result<Lent>{Error::AccessDenied};
}

Result<Sent> resolve_sent(const Process& process, abi::SlotWord word) {
    const bool is_moved = word.mode() == abi::SlotMode::Move;
    if ((word.mode() != abi::SlotMode::Derive && !is_moved) || word.kind() != abi::ObjectKind::None) {
        return Error::InvalidArgument;
    }
    const abi::Permissions needs = is_moved ? abi::kDelegate : abi::kGrant;
    capability::Slot& slot = *TRY(resolve(process, word.handle(), abi::ObjectKind::None, needs));
    const capability::Contents contents = slot.contents();
    // Its children may have what it has: it moves as it is.
    if (is_moved && !word.permissions().covers(contents.permissions)) {
        return Error::InvalidArgument;
    }
    const Sent sent{slot, contents.permissions & word.permissions(), is_moved};
    return (contents.effective & sent.permissions).is_empty() ? Result<Sent>{Error::AccessDenied} : Result<Sent>{sent};
}

// Part of its one caller, by the link.
[[gnu::always_inline]] Result<Progress> invoke(Submitter& submitter, const ring::Request& request,
                                               const abi::Submission& entry, Answer& answer) {
    if (request.capability.is_in_space() && request.capability.is_reply_token()) {
        submitter.weight += kCallWeight;
        return answer_call(submitter, request, entry);
    }
    if (abi::class_of(request.method()) == abi::MethodClass::Protocol) {
        submitter.weight += kCallWeight;
        return send_call(submitter, request, entry);
    }
    Process& process = submitter.process;
    const u8 row = row_of(request.method());
    if (row == kNoRow) [[unlikely]] {
        TRY(resolve(process, request.capability, kind_for_unknown(request.method()), {}));
        return Error::Unsupported;
    }
    const MethodEntry& method = abi::kMethods[row];
    const bool is_drop = request.method() == static_cast<u16>(abi::HandleMethod::Drop);
    capability::Slot* const slot = TRY(is_drop ? resolve_owned(process, request.capability)
                                               : resolve(process, request.capability, method.kind, method.needs));
    if (!kShapes[row].fits(request.head)) [[unlikely]] {
        return Error::InvalidArgument;
    }
    if (kImplementations[row] == nullptr) [[unlikely]] {
        return Error::Unsupported;
    }
    if (row == kNullRow) {
        return Progress::Done;
    }
    submitter.weight += kWeights[row];
    return kImplementations[row](
        Invocation{submitter, process, submitter.ring, submitter.continuation, request, entry, *slot}, answer);
}

[[gnu::noinline]] Result<Progress> invoke_apart(Submitter& submitter, const ring::Request& request,
                                                const abi::Submission& entry, Answer& answer) {
    return invoke(submitter, request, entry, answer);
}

[[gnu::cold]] bool is_late(const ring::Request& request) {
    return request.deadline != 0 && core::kernel().clock.now() >= base::Nanoseconds{request.deadline};
}

} // namespace kernel::process
