/// Any text: every option lies within the line, in order.
#include "libs/boot/command_line.hpp"

#include "base/assert.hpp"
#include "base/text_view.hpp"
#include "tests/fuzz/fuzz_input.hpp"

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, base::usize size) {
    const std::string_view line = base::text_view(fuzz::input(data, size));
    boot::CommandLine words(line);
    boot::Option option;
    base::usize at = 0;
    while (words.next(option)) {
        const auto offset = static_cast<base::usize>(option.name.data() - line.data());
        ASSERT(at <= offset, "an option stands before the one before it");
        at = offset + option.name.size();
        ASSERT(at <= line.size(), "an option leaves the line");
        static_cast<void>(boot::parse_number(option.value, ~base::u64{0}));
        static_cast<void>(boot::parse_size(option.value, 1 << 20));
    }
    return 0;
}
