/// Pages that rings stand in.
#pragma once

#include <span>

#include "base/intrusive_list.hpp"
#include "base/ref_ptr.hpp"
#include "base/result.hpp"
#include "base/units.hpp"
#include "kernel/object/address_space.hpp"
#include "kernel/object/mapping_use.hpp"
#include "kernel/process/ring_frames.hpp"
#include "libs/ring/places.hpp"
#include "libs/ring/shape.hpp"

namespace kernel::process {

/// Frames in a row, mapped in a process that can neither unmap nor protect them. No capability names them, so nothing
/// can be moved, resized or given away there. Of one ring, or of an arena, whose rings share it. Which places are taken
/// is under the lock of the process.
class RingChunk final : public base::ListLink<class RingArena> {
  public:
    enum class Sharing : base::u8 {
        Shared, ///< all of it may become rings
        Sole,   ///< it is one ring
    };

    /// What rings are carved in. Each is some whole ones: its header is one, and its entries are half of one and even
    /// in number.
    static constexpr base::Bytes kPlace{256};
    static_assert(ring::Shape{.submissions = 2, .completions = 2, .window = 1}.bytes().value() % kPlace.value() == 0);

    /// The largest that is shared, and the largest ring that shares it.
    static constexpr base::Bytes kLargest{ring::Places::kMost * kPlace.value()};
    static_assert(ring::Shape{.submissions = 2, .completions = 128, .window = 1}.bytes() > kLargest,
                  "rings that share have no hidden part");

    struct Wanted {
        base::Bytes size;                ///< rounded up to whole pages
        base::Bytes hidden{0};           ///< at most a page, of zeros, that is mapped nowhere
        base::VirtualAddress address{0}; ///< 0: anywhere
        Sharing sharing = Sharing::Shared;

        /// Of one ring.
        static Wanted of(const ring::Shape& shape, base::VirtualAddress address) {
            return {.size = shape.bytes(), .hidden = shape.hidden(), .address = address, .sharing = Sharing::Sole};
        }

        /// In the process.
        [[nodiscard]] base::Bytes mapped() const { return base::Pages::holding(size).bytes(); }

        /// What is reached by anybody.
        [[nodiscard]] base::Bytes all() const { return mapped() + hidden; }
    };

    /// How much is cleared in one slice.
    static constexpr base::Bytes kSlice{64 * 1024};

    /// Makes `frames` such as create() wants for `wanted`, a slice a call; they may be those of another one before.
    /// Whether they are. NoMemory, OverBudget: of `budget`.
    static base::Result<bool> prepare(budget::Budget& budget, const Wanted& wanted, RingFrames& frames);

    /// In `frames`, if those are prepared; else in new ones, cleared at once. Paid for by `budget` and, as far as
    /// mapping costs, by that of `space`. NoMemory, OverBudget; errors as of AddressSpace::map().
    static base::Result<RingChunk*> create(budget::Budget& budget, object::AddressSpace& space, const Wanted& wanted,
                                           RingFrames&& frames = {});

    /// For create(). Its frames begin with `bytes`, which are mapped, and `hidden`.
    RingChunk(base::RefPtr<object::Memory> memory, base::RefPtr<object::MappingUse> mapping, std::span<std::byte> bytes,
              std::span<std::byte> hidden, Sharing sharing)
        : memory_(std::move(memory)), mapping_(std::move(mapping)), bytes_(bytes), hidden_(hidden), sharing_(sharing),
          places_(sharing == Sharing::Shared ? count_of(base::Bytes{bytes.size()}) : 1) {}

    /// Nothing stands in it any more, and nobody knows it but who calls: it goes, and what is mapped of it, in slices.
    /// `in_use`: whether its space is still in use; if not, the mapping goes with that.
    void end(bool in_use);

    [[nodiscard]] bool is_shared() const { return sharing_ == Sharing::Shared; }

    [[nodiscard]] base::Bytes size() const { return base::Bytes{bytes_.size()}; }

    /// Where place `first` is in the process.
    [[nodiscard]] base::VirtualAddress address_of(base::u32 first) const { return start_ + kPlace * first; }

    /// The bytes from place `first` on, through the physical map.
    [[nodiscard]] std::span<std::byte> bytes_from(base::u32 first) const {
        return bytes_.subspan(first * kPlace.value());
    }

    [[nodiscard]] std::span<std::byte> hidden() const { return hidden_; }

    /// How many places `size` takes.
    static constexpr base::u32 count_of(base::Bytes size) {
        return static_cast<base::u32>((size.value() + kPlace.value() - 1) / kPlace.value());
    }

    /// Of one that is shared. Under the lock.
    [[nodiscard]] ring::Places& places() { return places_; }

  private:
    base::RefPtr<object::Memory> memory_;
    base::RefPtr<object::MappingUse> mapping_;
    base::VirtualAddress start_{0};
    std::span<std::byte> bytes_;
    std::span<std::byte> hidden_;
    Sharing sharing_;
    ring::Places places_;
};

} // namespace kernel::process
