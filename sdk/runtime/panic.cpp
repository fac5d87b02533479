#include "sdk/runtime/panic.hpp"

#include <algorithm>
#include <span>

#include "sdk/runtime/kernel_call.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: frame pointers are kept, and the chain is left where it does not ascend within a stack.

/// Where the program's file begins in memory: the linker says.
extern "C" [[gnu::visibility("hidden")]] const char kImageStart asm("__ehdr_start");

namespace sdk::runtime {

using base::u32;
using base::u64;
using base::usize;

namespace {

constexpr u64 kAborted = 134;
constexpr u64 kMostStack = u64{64} << 20;

/// Never changed after the first instructions.
struct Last {
    PanicPage* page = nullptr;
    const StartBlock* block = nullptr;
    TellAwaits tell_awaits = nullptr;
};

constinit Last last;

void add_text(PanicPage& page, std::string_view text) {
    const auto room = std::span(page.text).subspan(page.text_bytes);
    const std::string_view kept = text.substr(0, room.size());
    std::ranges::copy(kept, room.begin());
    page.text_bytes += static_cast<u32>(kept.size());
}

void add_returns(PanicPage& page, const u64* frame) {
    const u64* const start = frame;
    for (u64& place : page.returns) {
        const auto distance = static_cast<u64>(frame - start) * sizeof(u64);
        if (frame == nullptr || frame < start || distance > kMostStack || frame[1] == 0) {
            return;
        }
        place = frame[1];
        frame = reinterpret_cast<const u64*>(frame[0]);
    }
}

void write_page(PanicPage& page, std::string_view why, std::string_view what) {
    page = {};
    page.image = reinterpret_cast<u64>(&kImageStart);
    const auto* const frame = static_cast<const u64*>(__builtin_frame_address(0));
    page.frame_pointer = reinterpret_cast<u64>(frame);
    page.stack_pointer = page.frame_pointer;
    add_text(page, why);
    add_text(page, " ");
    add_text(page, what);
    add_returns(page, frame);
    // Before what may fail.
    page.magic = PanicPage::kMagic;
    last.tell_awaits(*last.block, page.awaits);
}

} // namespace

void set_panic_page(PanicPage& page, const StartBlock& block, TellAwaits tell_awaits) {
    last = {&page, &block, tell_awaits};
}

void panic(std::string_view why, std::string_view what) {
    if (last.page != nullptr && last.page->magic == 0) {
        write_page(*last.page, why, what);
    } else if (last.page == nullptr) {
        debug_write("\naborted: ");
        debug_write(why);
        debug_write(" ");
        debug_write(what);
        debug_write("\n");
    }
    exit(kAborted);
}

} // namespace sdk::runtime

#pragma clang unsafe_buffer_usage end
