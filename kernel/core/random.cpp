#include "kernel/core/random.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::core {

using base::u64;

void Random::reseed() {
    // In one piece: each call costs as much as twenty blocks of SHA-256. Besides what the processor offers, what others
    // may not know: where the image is, and when it started.
    std::array<u64, Arch::kEntropyWords + 3> words{};
    Arch::gather_entropy(std::span(words).first<Arch::kEntropyWords>());
    const std::array<u64, 3> boot{kernel().slide, kernel().entry_ticks, Arch::read_cycle_counter()};
    std::ranges::copy(boot, words.begin() + Arch::kEntropyWords);
    const std::string_view line = kernel().boot_info.command_line();
    generator_.with([&](entropy::Generator& generator) {
        generator.reseed(std::as_bytes(std::span(words)));
        if (!line.empty()) {
            generator.reseed(std::as_bytes(std::span(line)));
        }
    });
    seeds_.fetch_add(1, std::memory_order_relaxed);
}

} // namespace kernel::core
