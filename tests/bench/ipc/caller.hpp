/// One call of the kernel after the other, for what is prepared and not measured.
#pragma once

#include <span>

#include "abi/handle.hpp"
#include "abi/methods.hpp"
#include "abi/slot_word.hpp"
#include "sdk/runtime/program_ring.hpp"

namespace tests::bench {

/// Any error ends the program.
class Caller {
  public:
    Caller(sdk::runtime::ProgramRing& ring, const abi::RootBlock& block) : ring_(ring), block_(block) {}

    [[nodiscard]] abi::Handle root(abi::ObjectKind kind) const {
        return abi::Handle{block_.handles.at(static_cast<base::u8>(kind))};
    }

    template <class Method>
    abi::Completion call(abi::Handle capability, abi::ObjectKind kind, Method method,
                         std::span<const base::u64> arguments = {}, base::u64 slot = 0) {
        return call(capability, abi::object_method(kind, static_cast<base::u8>(method)), arguments, slot);
    }

    abi::Completion call(abi::Handle capability, base::u16 method, std::span<const base::u64> arguments = {},
                         base::u64 slot = 0) {
        return call_with_slots(capability, method, arguments, slot, slot == 0 ? 0 : 1);
    }

    /// The same, with `slots` that may be empty words.
    abi::Completion call_with_slots(abi::Handle capability, base::u16 method, std::span<const base::u64> arguments,
                                    base::u64 slot, base::u8 slots);

    /// A child with all that `parent` may.
    abi::Handle derive(abi::Handle parent);

    sdk::runtime::ProgramRing& ring() { return ring_; }

  private:
    sdk::runtime::ProgramRing& ring_;
    const abi::RootBlock& block_;
};

/// What the payload's word `index` is.
base::u64 word_of(const abi::Completion& completion, base::usize index = 0);

inline abi::Handle slot_of(const abi::Completion& completion, base::usize index = 0) {
    return abi::SlotWord{completion.slot.at(index)}.handle();
}

inline base::u64 lend(abi::Handle handle) {
    return abi::SlotWord{handle, abi::kAllPermissions, abi::SlotMode::Lend}.word();
}

} // namespace tests::bench
