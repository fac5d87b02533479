/// Counting in a Linux guest: the time stamp counter, which under QEMU's -icount counts instructions.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

namespace yardstick {

/// The counter, behind everything that came before it.
std::uint64_t ticks();

/// Runs `body(count)` once to warm up and five times for the figure; prints "name median insn least greatest runs",
/// each for one of `count * per_round` rounds.
void measure(std::string_view name, long count, const std::function<void(long)>& body, double per_round = 1);

/// The same of a body that returns its own ticks for one round.
void measure_own(std::string_view name, const std::function<double()>& body);

/// A fresh page-aligned stretch of memory that gets small pages. Ends the program when there is none.
class Pages {
  public:
    explicit Pages(long count);
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    ~Pages();

    /// Writes a byte to each page.
    void touch() const;
    void unmap();

    [[nodiscard]] long count() const { return count_; }

  private:
    void* start_;
    long count_;
};

/// Ends the guest: what it was asked cannot be done.
[[noreturn]] void give_up(std::string_view what);

void measure_calls();
void measure_processes();
void measure_memory();
void measure_files();

} // namespace yardstick
