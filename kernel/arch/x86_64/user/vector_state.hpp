/// The vector registers of user code: x87, SSE, AVX, AVX-512, as far as the processor has them.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

#include "base/types.hpp"
#include "base/units.hpp"

namespace kernel::arch::x86_64 {

/// How they are saved, best last. [intel/vol1] 13.7 to 13.12.
enum class VectorSaving : base::u8 {
    Fxsave,   ///< x87 and SSE only: a processor without XSAVE
    Xsave,    ///< all, always
    Xsavec,   ///< skips what is in its initial state; dense
    Xsaveopt, ///< skips what is in its initial state, and what was not changed since it was restored
    Xsaves,   ///< the same, dense
};

/// What a call preserves of the vector registers: how they round, and which exceptions they make.
struct VectorControl {
    base::u32 sse = 0x1f80; ///< MXCSR
    base::u16 x87 = 0x037f;

    static VectorControl of_processor();
    void load() const;

    friend bool operator==(const VectorControl&, const VectorControl&) = default;
};

/// One object stands for all processors, which are alike. CR0.TS is never set: saving is eager.
class VectorState {
  public:
    /// Areas are aligned so.
    static constexpr base::usize kAlignment = 64;

    /// Gives user code of the processor that runs its vector registers. The first call decides for all.
    void enable();

    /// The size of an area, at most a page; known after the first enable().
    [[nodiscard]] base::Bytes area_bytes() const { return area_bytes_; }

    [[nodiscard]] bool has_avx() const { return (states_ & kAvx) != 0; }

    [[nodiscard]] bool has_avx512() const { return (states_ & kAvx512) == kAvx512; }

    [[nodiscard]] VectorSaving saving() const { return saving_; }

    /// Saves the registers to `area`, which was all zeros before its first use.
    void save(std::span<std::byte> area) const;

    /// Loads what save() left in `area`.
    void restore(std::span<const std::byte> area) const;

    /// Loads the registers as a program finds them at its start: nothing of another's is left.
    void restore_initial() const;

  private:
    // State components, [intel/vol1] 13.1. Protection key rights are thread state of their own.
    static constexpr base::u64 kX87AndSse = 0b11;
    static constexpr base::u64 kAvx = 1 << 2;
    static constexpr base::u64 kAvx512 = 0b111 << 5;

    static base::u64 usable_states();
    void choose();
    void make_initial();
    void load(const std::byte* area) const;

    VectorSaving saving_ = VectorSaving::Fxsave;
    bool chosen_ = false;
    base::u64 states_ = 0; ///< XCR0
    base::Bytes area_bytes_{512};
    /// As save() would leave it of registers in their initial state: legacy part and header.
    alignas(kAlignment) std::array<std::byte, 576> initial_{};
};

VectorState& vector_state();

} // namespace kernel::arch::x86_64
