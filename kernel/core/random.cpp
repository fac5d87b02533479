#include "kernel/core/random.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::core {

using base::u64;

void Random::reseed() {
    // Besides what the processor offers, what others may not know: where the image is, and when it started.
    std::array<u64, Arch::kEntropyWords + 3> words{};
    Arch::gather_entropy(std::span(words).first<Arch::kEntropyWords>());
    const std::array<u64, 3> boot{kernel().slide, kernel().entry_ticks, Arch::read_cycle_counter()};
    std::ranges::copy(boot, words.begin() + Arch::kEntropyWords);
    add(std::as_bytes(std::span(words)));
    // Once: it may be long, stays the same, and what was mixed in stays.
    if (seeds_.fetch_add(1, std::memory_order_relaxed) == 0) {
        const std::string_view line = kernel().boot_info.command_line();
        add(std::as_bytes(std::span(line)));
    }
}

} // namespace kernel::core
