#include "kernel/core/random.hpp"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

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
    generator_.with([&](Source& source) {
        source.generator.reseed(std::as_bytes(std::span(words)));
        if (!line.empty()) {
            source.generator.reseed(std::as_bytes(std::span(line)));
        }
        // Drawn before: a copy of this machine has the same.
        source.is_stale = true;
    });
    seeds_.fetch_add(1, std::memory_order_relaxed);
}

entropy::Stream& Random::Source::fresh() {
    if (std::exchange(is_stale, false)) {
        stream.seed(generator);
    }
    return stream;
}

} // namespace kernel::core
