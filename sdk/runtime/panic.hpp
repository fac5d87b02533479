/// The last words of a program, where its launcher finds them: no allocation, no ring, also with a ruined heap.
#pragma once

#include <array>
#include <string_view>

#include "base/types.hpp"
#include "sdk/runtime/start_block.hpp"

namespace sdk::runtime {

/// A page that the launcher made, and reads when the program has ended.
struct PanicPage {
    static constexpr base::u64 kMagic = 0x6369'6e61'7073'6574; // "tespanic"
    static constexpr base::usize kAddresses = 32;
    static constexpr base::usize kTextBytes = 1024;

    base::u64 magic; ///< 0: it did not panic
    base::u64 image; ///< where it stood: addresses less this are the file's
    base::u64 stack_pointer;
    base::u64 frame_pointer;
    std::array<base::u64, kAddresses> returns; ///< innermost first, behind the last zeros
    std::array<base::u64, kAddresses> awaits;  ///< resume functions of the current Job's chain, the same
    base::u32 text_bytes;
    base::u32 zero;
    std::array<char, kTextBytes> text;
};

static_assert(sizeof(PanicPage) <= 4096);

/// Fills `awaits` with what the Job that runs is in the middle of.
using TellAwaits = void (*)(const StartBlock& block, std::array<base::u64, PanicPage::kAddresses>& awaits);

/// Once, by who starts the program that began with `block`. Without, last words go to the debug console.
void set_panic_page(PanicPage& page, const StartBlock& block, TellAwaits tell_awaits);

/// Writes them and ends the program with code 134.
[[noreturn]] void panic(std::string_view why, std::string_view what);

} // namespace sdk::runtime
