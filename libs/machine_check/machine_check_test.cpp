#include "libs/machine_check/machine_check.hpp"

#include <string>

#include "testing/test.hpp"

namespace machine_check {

namespace {

std::string code(base::u16 number) {
    base::FixedText<128> text;
    print_error_code(text, number);
    return std::string(text.view());
}

std::string bank(const Bank& what) {
    base::FixedText<256> text;
    print_bank(text, what);
    return std::string(text.view());
}

std::string cause(base::u64 status) {
    base::FixedText<128> text;
    print_cause(text, status);
    return std::string(text.view());
}

} // namespace

TEST(MachineCheck, NamesSimpleCodes) {
    EXPECT_EQ(code(0), "no error");
    EXPECT_EQ(code(5), "internal parity");
    EXPECT_EQ(code(0x400), "internal timer");
    EXPECT_EQ(code(0x0e0b), "I/O");
}

TEST(MachineCheck, TakesCompoundCodesApart) {
    EXPECT_EQ(code(0x0011), "TLB, instruction, level 1");
    EXPECT_EQ(code(0x0405), "internal, 0x405");
    EXPECT_EQ(code(0x000e), "cache hierarchy, level 2");
    EXPECT_EQ(code(0x0135), "cache, data read, data, level 1");
    EXPECT_EQ(code(0x0090), "memory controller, read, channel 0");
    EXPECT_EQ(code(0x00cf), "memory controller, scrub");
    EXPECT_EQ(code(0x02a1), "memory as cache, write, channel 1");
    EXPECT_EQ(code(0x0f1b), "bus or interconnect, read, I/O, any level, any processor, timed out");
    EXPECT_EQ(code(0x0800), "bus or interconnect, error, memory, level 0, this processor asked");
    EXPECT_EQ(code(0x0007), "unknown code 0x7");
}

TEST(MachineCheck, ACorrectedErrorMayBeFiltered) {
    EXPECT_EQ(code(0x1135), "cache, data read, data, level 1"); // bit 12 says only that more of them are not told
}

TEST(MachineCheck, EveryCodeHasWords) {
    for (base::u32 number = 0; number <= 0xffff; ++number) {
        EXPECT_FALSE(code(static_cast<base::u16>(number)).empty());
    }
}

TEST(MachineCheck, ABankSaysWhatItKnows) {
    EXPECT_EQ(bank({.number = 8, .status = 0xbe00'0000'0080'0090, .address = 0x1234000, .misc = 0x86}),
              "bank 8: uncorrected, processor context corrupt: memory controller, read, channel 0; address 0x1234000; "
              "misc 0x86; status 0xbe00000000800090");
    EXPECT_EQ(bank({.number = 0, .status = 0xd000'0000'0000'0001, .address = 5, .misc = 6}),
              "bank 0: corrected, others were lost: unclassified; status 0xd000000000000001");
    EXPECT_EQ(bank({.number = 1, .status = 0xb580'0800'0000'0134, .address = 0x40, .misc = 0}),
              "bank 1: uncorrected, signalled, action required, poisoned data: cache, data read, data, level 0; "
              "address 0x40; status 0xb580080000000134");
}

TEST(MachineCheck, SaysWhetherTheProgramCouldGoOn) {
    EXPECT_EQ(cause(0), "the program cannot go on, the error may have come from anywhere");
    EXPECT_EQ(cause(0xf), "the program could go on, the error is its own, told to this processor only");
}

TEST(MachineCheck, ReadsTheCapabilities) {
    EXPECT_EQ(bank_count(0x0f00'010a), 10U);
    EXPECT_TRUE(has_control(0x10a));
    EXPECT_FALSE(has_control(0x00a));
    EXPECT_TRUE(is_valid(1ULL << 63));
    EXPECT_FALSE(is_valid(~0ULL >> 1));
}

} // namespace machine_check
