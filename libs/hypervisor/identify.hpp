/// Which hypervisors a processor says it runs under. One may imitate another, so there may be several: KVM shows
/// Hyper-V's leaves first when it is asked to, and its own behind them.
#pragma once

#include <array>
#include <span>
#include <string_view>

#include "base/types.hpp"

namespace hypervisor {

enum class Kind : base::u8 { Kvm, HyperV, Xen, VMware, Bhyve, Tcg, Other };

std::string_view name(Kind kind);

/// What CPUID returns for one leaf.
struct Leaf {
    base::u32 eax = 0;
    base::u32 ebx = 0;
    base::u32 ecx = 0;
    base::u32 edx = 0;
};

/// One set of leaves.
struct Presence {
    Kind kind = Kind::Other;
    base::u32 base = 0;    ///< its first leaf
    base::u32 largest = 0; ///< its last one
    std::array<char, 12> signature{};
};

/// The leaf 0x40000000 and its like of other hypervisors, 0x100 apart: at most kMaximum.
class Identification {
  public:
    static constexpr base::usize kMaximum = 8;
    static constexpr base::u32 kFirstLeaf = 0x40000000;
    static constexpr base::u32 kStride = 0x100;

    /// `cpuid(leaf)` asks the processor. Only when its hypervisor bit, CPUID.1:ECX[31], is set: otherwise these leaves
    /// answer with another's data.
    template <class Cpuid>
    explicit Identification(Cpuid cpuid) {
        for (base::usize i = 0; i < kMaximum; ++i) {
            const auto base = static_cast<base::u32>(kFirstLeaf + i * kStride);
            consider(base, cpuid(base), cpuid(base + 1));
        }
    }

    [[nodiscard]] std::span<const Presence> all() const { return std::span(presences_).first(count_); }

    /// Null if it is not among them.
    [[nodiscard]] const Presence* find(Kind kind) const;

  private:
    void consider(base::u32 base, const Leaf& first, const Leaf& second);

    std::array<Presence, kMaximum> presences_{};
    base::usize count_ = 0;
};

} // namespace hypervisor
