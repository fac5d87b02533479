#include "tools/tess/machine/machine.hpp"

#include <algorithm>

#include "testing/test.hpp"

namespace tess::machine {

namespace {

/// Whether `option` stands in `words` with `value` behind it.
bool has(const std::vector<std::string>& words, std::string_view option, std::string_view value) {
    const auto at = std::ranges::find(words, option);
    return at != words.end() && at + 1 != words.end() && *(at + 1) == value;
}

} // namespace

TEST(Machine, TellsTheKernelItsExitPort) {
    EXPECT_TRUE(has(qemu_arguments({.command_line = "log=debug"}), "-append", "debug_exit=0xf4 log=debug"));
    EXPECT_TRUE(has(qemu_arguments({}), "-append", "debug_exit=0xf4"));
}

TEST(Machine, CountsInstructionsDeterministically) {
    const auto words = qemu_arguments({.clock = Clock::Instructions});
    EXPECT_TRUE(has(words, "-icount", "shift=0,sleep=off"));
    EXPECT_TRUE(has(words, "-seed", "1"));
    EXPECT_TRUE(has(words, "-accel", "tcg"));
}

TEST(Machine, TakesTheHostsProcessorOnlyUnderKvm) {
    EXPECT_TRUE(has(qemu_arguments({.accelerator = Accelerator::Kvm}), "-cpu", "host"));
    EXPECT_TRUE(has(qemu_arguments({}), "-cpu", "max"));
}

TEST(Machine, BootsFromADiscThroughMultiboot2) {
    const Machine machine{.door = Door::Multiboot2, .firmware = Firmware::Uefi};
    const auto words = qemu_arguments(machine, {.image = "disc.iso", .variables = "vars.fd"});
    EXPECT_TRUE(has(words, "-cdrom", "disc.iso"));
    EXPECT_EQ(std::ranges::count(words, "-kernel"), 0);
    EXPECT_TRUE(has(words, "-drive", "if=pflash,unit=0,format=raw,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd"));
}

TEST(Machine, NoDiscForMicrovm) {
    EXPECT_FALSE(make_boot_disc({.type = "microvm", .door = Door::Multiboot2}, "nowhere").has_value());
}

TEST(Machine, WaitsForTheDebugger) {
    EXPECT_TRUE(has(qemu_arguments({.debugger_port = 1234}), "-gdb", "tcp:127.0.0.1:1234"));
    EXPECT_EQ(std::ranges::count(qemu_arguments({}), "-S"), 0);
}

TEST(Machine, NeedsBothProcessorAndDeviceForKvm) {
    EXPECT_EQ(choose_accelerator("flags : fpu vmx sse", true), Accelerator::Kvm);
    EXPECT_EQ(choose_accelerator("flags : fpu svm\n", true), Accelerator::Kvm);
    EXPECT_EQ(choose_accelerator("flags : fpu vmx sse", false), Accelerator::Emulation);
    EXPECT_EQ(choose_accelerator("flags : fpu vmx_extra svmx", true), Accelerator::Emulation);
    EXPECT_EQ(choose_accelerator("", true), Accelerator::Emulation);
}

TEST(Machine, ReadsSizes) {
    EXPECT_EQ(parse_memory("128MiB").value(), "128M");
    EXPECT_EQ(parse_memory("4GiB").value(), "4G");
    EXPECT_EQ(parse_memory("64M").value(), "64M");
    for (const char* wrong : {"", "MiB", "12", "12KiB", "-1MiB", "1.5GiB", "99999999MiB"}) {
        EXPECT_FALSE(parse_memory(wrong).has_value()) << wrong;
    }
}

} // namespace tess::machine
