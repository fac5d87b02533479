#include "abi/arguments.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/process/continuation.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process.hpp"
#include "kernel/process/process_objects.hpp"

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
    const auto derived = call.process.capabilities().derive(call.slot, {.mask = mask,
                                                                        .expiry = Nanoseconds{wanted.expiry},
                                                                        .has_qualifier = wanted.has_qualifier != 0,
                                                                        .qualifier = wanted.qualifier});
    if (!derived && derived.error() == Error::WouldBlock) {
        return Progress::Again;
    }
    const abi::Handle child = TRY(derived);
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
        call.continuation.begin(call.request.capability, call.request.method(), epochs.now());
        return Progress::Again;
    }
    epochs.advance();
    const bool is_over = epochs.is_over(call.continuation.epoch()) &&
                         !call.object().with_tree([&] { return call.object().has_ending(); });
    return is_over ? Progress::Done : Progress::Again;
}

Result<Progress> set_expiry(const Invocation& call, Answer&) {
    const auto [wanted] = call.arguments<std::array<base::u64, 1>>();
    Object& object = call.object();
    // A slice was done before: what was begun is waited for.
    if (call.continuation.epoch() != 0) {
        return object.with_tree([&] { return object.has_ending(); }) ? Progress::Again : Progress::Done;
    }
    const base::u64 now = call.slot.expiry();
    if (wanted == 0 || (now != capability::kNever.value() && wanted > now)) {
        return Error::InvalidArgument;
    }
    auto& walk = *TRY(process_objects().expiry_walks.make(call.process.budget(), object, Nanoseconds{wanted}));
    if (!walk.begin(call.slot)) {
        process_objects().expiry_walks.destroy(walk);
        return call.slot.is_live() ? Result<Progress>{Progress::Again} : Result<Progress>{Error::BadHandle};
    }
    call.continuation.begin(call.request.capability, call.request.method(), 1);
    return Progress::Again;
}

} // namespace kernel::process
