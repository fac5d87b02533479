/// What a method answers besides success or an error.
#pragma once

#include <array>
#include <bit>
#include <span>

#include "abi/ring.hpp"
#include "abi/slot_word.hpp"
#include "base/types.hpp"

namespace kernel::process {

class Answer {
  public:
    /// Nothing is given.
    void clear() {
        length_ = slots_ = 0;
        explains_ = false;
    }

    /// What was given tells more of the error that the method comes to.
    void explain() { explains_ = true; }

    [[nodiscard]] bool explains() const { return explains_; }

    [[nodiscard]] bool is_empty() const { return length_ == 0 && slots_ == 0; }

    /// The payload is `value`, a structure of whole words.
    template <class T>
    void give(const T& value) {
        static_assert(sizeof(T) % sizeof(base::u64) == 0 && sizeof(T) <= abi::kPayloadBytes);
        const auto words = std::bit_cast<std::array<base::u64, sizeof(T) / sizeof(base::u64)>>(value);
        for (base::usize index = 0; index < words.size(); ++index) {
            words_.at(index) = words.at(index);
        }
        length_ = sizeof(T);
    }

    /// The payload's first `bytes`, to be filled; at most all of it.
    std::span<std::byte> give_bytes(base::usize bytes) {
        length_ = static_cast<base::u8>(bytes);
        return std::as_writable_bytes(std::span(words_)).first(bytes);
    }

    /// A capability that the caller has now, in the next slot. At most all that there are.
    void give_capability(abi::SlotWord word) { slot_words_.at(slots_++) = word.word(); }

    /// Writes it into `completion`.
    void write(abi::Completion& completion) const;

  private:
    void write_further_slots(abi::Completion& completion) const;

    base::u8 length_ = 0;
    base::u8 slots_ = 0;
    bool explains_ = false;
    // Not initialised: what is not given is not read.
    std::array<base::u64, abi::kPayloadBytes / sizeof(base::u64)> words_;
    std::array<base::u64, abi::kEntrySlots> slot_words_;
};

} // namespace kernel::process
