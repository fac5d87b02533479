// Entries of a ring that wait for what may never come.
#include "kernel/process/chain.hpp"
#include "kernel/process/operation.hpp"
#include "kernel/process/ring.hpp"

namespace kernel::process {

using base::RefPtr;

using Waiting = base::IntrusiveList<Operation, OperationsOfRing>;

Ring::State::State(const RingPlace& place, const ring::Shape& shape) : queues(place.bytes(), shape, place.hidden()) {}

Ring::State::~State() = default;

void Ring::add_operation(Operation& operation) {
    state_.with([&](State& state) { state.operations.push_back(operation); });
}

void Ring::remove_operation(Operation& operation) {
    state_.with([&](State& state) {
        if (Waiting::is_linked(operation)) {
            state.operations.remove(operation);
        }
    });
}

base::u64 Ring::give_up(std::optional<base::u64> tag, base::Error error) {
    base::usize left = 0;
    state_.with([&](State& state) { left = state.operations.count(); });
    base::u64 given_up = 0;
    for (; left != 0; --left) {
        RefPtr<Operation> found;
        state_.with([&](State& state) {
            Operation* const first = state.operations.pop_front();
            if (first == nullptr) {
                return;
            }
            // Those that come to their own end stay, behind the others.
            state.operations.push_back(*first);
            if (!tag || first->tag() == *tag) {
                found = RefPtr<Operation>::share_if_alive(*first);
            }
        });
        given_up += found && found->give_up(error) ? 1 : 0;
    }
    return given_up;
}

void Ring::add_chain(Chain& chain) {
    tie();
    chains_.push_back(chain);
}

void Ring::remove_chain(Chain& chain) {
    if (base::IntrusiveList<Chain, ChainsOfRing>::is_linked(chain)) {
        chains_.remove(chain);
        untie();
    }
}

base::u64 Ring::cut_chains(std::optional<base::u64> tag) {
    base::u64 found = 0;
    for (Chain& chain : chains_) {
        found += chain.cut(tag);
    }
    return found;
}

/// Whoever is bound next may have another processor. What has begun has its result yet.
void Ring::give_chains_up() {
    while (Chain* const chain = chains_.pop_front()) {
        untie();
        static_cast<void>(chain->cut({}));
    }
}

} // namespace kernel::process
