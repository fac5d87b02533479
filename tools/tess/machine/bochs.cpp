#include <filesystem>
#include <format>
#include <fstream>

#include "tools/tess/machine/machine.hpp"

namespace tess::machine {

namespace {

/// Mebibytes of what parse_memory() returned.
int mebibytes(const std::string& memory) {
    const int number = std::atoi(memory.c_str());
    return memory.ends_with('G') ? number * 1024 : number;
}

std::string configuration(const Machine& machine, const BootDisc& disc, const std::string& folder) {
    return std::format(R"(config_interface: textconfig
display_library: rfb, options="timeout=0"
megs: {}
cpu: model={}, count={}, ips=50000000, reset_on_triple_fault=0, ignore_bad_msrs=0
romimage: file=$BXSHARE/BIOS-bochs-latest
vgaromimage: file=$BXSHARE/VGABIOS-lgpl-latest
pci: enabled=1, chipset=i440fx
ata0: enabled=1, ioaddr1=0x1f0, ioaddr2=0x3f0, irq=14
ata0-master: type=cdrom, path={}, status=inserted
boot: cdrom
port_e9_hack: enabled=1
clock: sync=none, time0=1
panic: action=fatal
error: action=report
info: action=ignore
debug: action=ignore
log: {}/bochs.log
sound: driver=dummy
)",
                       mebibytes(machine.memory), machine.cpu, machine.cpus, disc.image, folder);
}

} // namespace

std::vector<std::string> bochs_arguments(const Machine& machine, const BootDisc& disc, const std::string& folder) {
    const std::string file = folder + "/bochsrc";
    const std::string commands = folder + "/commands";
    std::ofstream(file) << configuration(machine, disc, folder);
    std::ofstream(commands) << "c\n"; // its debugger waits for the word to continue
    return {"bochs", "-q", "-f", file, "-rc", commands};
}

} // namespace tess::machine
