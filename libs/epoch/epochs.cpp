#include "libs/epoch/epochs.hpp"

#include <algorithm>

namespace epoch {

void Epochs::advance() {
    if (try_step()) {
        try_step();
    }
}

bool Epochs::try_step() {
    base::u64 epoch = epoch_.load(std::memory_order_seq_cst);
    const bool all_hold_it = std::ranges::all_of(places_, [epoch](const Place& place) {
        const base::u64 word = place.word.load(std::memory_order_seq_cst);
        return word == 0 || word == epoch;
    });
    return all_hold_it && epoch_.compare_exchange_strong(epoch, epoch + 1, std::memory_order_seq_cst);
}

} // namespace epoch
