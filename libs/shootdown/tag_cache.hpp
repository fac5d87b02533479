/// Which of a processor's tags stand for which address spaces, so that switching need not drop their translations.
#pragma once

#include <array>
#include <optional>

#include "base/assert.hpp"
#include "base/types.hpp"

namespace shootdown {

/// A tag of translations, PCID in [intel/vol3] 4.10.1. Tag 0 is the kernel's own tables'.
using Tag = base::u16;

/// One processor's. Each tag belongs to the space that used it last, with the generation up to which it was flushed; a
/// few suffice, since older translations are gone from the cache anyway.
class TagCache {
  public:
    static constexpr base::usize kTags = 6;

    /// How to enter a space.
    struct Choice {
        Tag tag;
        bool flush; ///< the tag holds translations of another space, or old ones
    };

    /// Whether the processor tells translations apart by tags. If not, every entry flushes and the tag is 0.
    explicit constexpr TagCache(bool has_tags) : has_tags_(has_tags) {}

    void use_tags(bool has_tags) { has_tags_ = has_tags; }

    /// The processor enters space `id`, whose generation is `generation`; ids are never 0.
    [[gnu::always_inline]] Choice choose(base::u64 id, base::u64 generation) {
        ASSERT(id != 0);
        const base::usize place = has_tags_ ? place_of(id) : 0;
        Slot& slot = slots_[place];
        const bool is_known = slot.id == id && slot.generation == generation;
        if (!is_known) {
            slot = {id, generation};
        }
        current_ = place;
        return {has_tags_ ? static_cast<Tag>(place + 1) : Tag{0}, !is_known || !has_tags_};
    }

    /// Of the space entered last: up to which generation it is flushed here.
    [[nodiscard]] base::u64 generation() const { return slots_[current_].generation; }

    void set_generation(base::u64 generation) { slots_[current_].generation = generation; }

  private:
    struct Slot {
        base::u64 id = 0;
        base::u64 generation = 0;
    };

    /// Where `id` is, or where it takes the place of another, in turn.
    base::usize place_of(base::u64 id) {
        for (base::usize place = 0; place < kTags; ++place) {
            if (slots_[place].id == id) {
                return place;
            }
        }
        next_ = next_ + 1 == kTags ? 0 : next_ + 1;
        return next_;
    }

    std::array<Slot, kTags> slots_{};
    base::usize next_ = kTags - 1;
    base::usize current_ = 0;
    bool has_tags_;
};

} // namespace shootdown
