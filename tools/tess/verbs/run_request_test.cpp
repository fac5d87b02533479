#include "tools/tess/verbs/run_request.hpp"

#include "testing/test.hpp"

namespace tess {

namespace {

using machine::Accelerator;

std::expected<RunRequest, std::string> requested(const std::vector<std::string>& words,
                                                 Accelerator best = Accelerator::Emulation) {
    const system::System system{.name = "default", .machine = "any", .memory = "128M", .cpus = 2, .files = {}};
    const auto options = parse_options(words, run_option_set());
    return options ? prepare_run(system, *options, best) : std::unexpected(options.error());
}

} // namespace

TEST(RunRequest, TheDescriptionDecidesWhatTheWordsDoNot) {
    const auto request = requested({});
    ASSERT_TRUE(request.has_value()) << request.error();
    EXPECT_EQ(request->machine.type, "q35");
    EXPECT_EQ(request->machine.memory, "128M");
    EXPECT_EQ(request->machine.cpus, 2);
    EXPECT_EQ(request->machine.kernel, "out/kernel-release/kernel/tessera.elf");
    EXPECT_FALSE(request->debugger_port.has_value());
}

TEST(RunRequest, TheWordsDecide) {
    const auto request = requested({"--machine", "microvm", "--memory=1GiB", "--cpus=1", "--kernel=kernel-debug",
                                    "--program", "ktest", "--append", "log=debug"});
    ASSERT_TRUE(request.has_value()) << request.error();
    EXPECT_EQ(request->machine.type, "microvm");
    EXPECT_EQ(request->machine.memory, "1G");
    EXPECT_EQ(request->machine.cpus, 1);
    EXPECT_EQ(request->program, "out/kernel-debug/kernel/ktest");
    EXPECT_EQ(request->machine.command_line, "log=debug");
}

TEST(RunRequest, TheDebuggersPortMayBeNamed) {
    EXPECT_EQ(requested({"--gdb"})->debugger_port, kUsualDebuggerPort);
    EXPECT_EQ(requested({"--gdb=4321"})->debugger_port, 4321);
    EXPECT_FALSE(requested({"--gdb=0"}).has_value());
    EXPECT_FALSE(requested({"--gdb=port"}).has_value());
}

TEST(RunRequest, KvmOnlyWhereItIs) {
    EXPECT_EQ(requested({}, Accelerator::Kvm)->machine.accelerator, Accelerator::Kvm);
    EXPECT_EQ(requested({"--accel=tcg"}, Accelerator::Kvm)->machine.accelerator, Accelerator::Emulation);
    EXPECT_EQ(requested({"--accel=kvm"}, Accelerator::Kvm)->machine.accelerator, Accelerator::Kvm);
    EXPECT_FALSE(requested({"--accel=kvm"}).has_value());
}

TEST(RunRequest, RefusesWhatIsNotThere) {
    for (const char* wrong : {"--machine=toaster", "--memory=lots", "--cpus=0", "--cpus=x", "--boot=floppy",
                              "--firmware=uefi", "--firmware=none", "--accel=steam", "--colour=red", "--help=yes"}) {
        EXPECT_FALSE(requested({wrong}).has_value()) << wrong;
    }
}

TEST(RunRequest, Multiboot2NeedsADisc) {
    EXPECT_EQ(requested({"--boot=multiboot2"})->machine.door, machine::Door::Multiboot2);
    EXPECT_EQ(requested({"--boot=multiboot2", "--firmware=uefi"})->machine.firmware, machine::Firmware::Uefi);
    EXPECT_FALSE(requested({"--boot=multiboot2", "--machine=microvm"}).has_value());
}

} // namespace tess
