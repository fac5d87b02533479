#include "abi/arguments.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/continuation.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"

namespace kernel::process {

using base::Error;
using base::Nanoseconds;
using base::Result;
using capability::Contents;

Result<Progress> do_nothing(const Invocation&, Answer&) { return Progress::Done; }

Result<Progress> inspect(const Invocation& call, Answer& answer) {
    const Contents contents = call.slot.contents();
    answer.give(abi::CapabilityView{.object_id = call.object().id(),
                                    .qualifier = contents.qualifier,
                                    .expiry = contents.expiry.value(),
                                    .kind = static_cast<base::u8>(call.object().kind()),
                                    .permissions = contents.permissions.bits,
                                    .effective = contents.effective.bits,
                                    .zero = 0,
                                    .zeros = 0});
    return Progress::Done;
}

Result<Progress> derive(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<abi::DeriveArguments>();
    if (wanted.permissions > abi::kAllPermissions.bits || wanted.has_qualifier > 1) {
        return Error::InvalidArgument;
    }
    const abi::Permissions mask{static_cast<base::u8>(wanted.permissions)};
    const abi::Handle child =
        TRY(call.process.capabilities().derive(call.slot, {.mask = mask,
                                                           .expiry = Nanoseconds{wanted.expiry},
                                                           .has_qualifier = wanted.has_qualifier != 0,
                                                           .qualifier = wanted.qualifier}));
    const abi::Permissions permissions = call.slot.contents().permissions & mask;
    answer.give_capability({child, permissions, abi::SlotMode::Derive, call.object().kind()});
    return Progress::Done;
}

Result<Progress> drop(const Invocation& call, Answer&) {
    TRY(call.process.capabilities().drop(call.request.capability));
    return Progress::Done;
}

Result<Progress> revoke(const Invocation& call, Answer&) {
    constexpr base::u32 kSlice = 100;
    auto& epochs = core::kernel().epochs;
    if (!CapabilitySpace::revoke_some(call.slot, kSlice)) {
        return Progress::Again;
    }
    // Until then another processor may be in the middle of an invocation that began before.
    if (call.continuation.epoch() == 0) {
        call.continuation.begin(call.request.capability, call.request.method, epochs.now());
        return Progress::Again;
    }
    epochs.advance();
    return epochs.is_over(call.continuation.epoch()) ? Progress::Done : Progress::Again;
}

} // namespace kernel::process
