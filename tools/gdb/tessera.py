"""gdb's view of a Tessera guest: finds the slide, loads the symbols there, shows what each processor owns.

Loaded by the line that `./run --gdb` prints. Commands: tessera-symbols, tessera-cpu, tessera-log.
"""
import re

import gdb

VIRTUAL_BASE = 0xFFFFFFFF80000000


def physical_word(address):
    """The 64-bit word at a physical address, as QEMU's monitor shows it: works before paging."""
    text = gdb.execute("monitor xp /1gx 0x%x" % address, to_string=True)
    return int(re.search(r":\s*0x([0-9a-f]+)", text).group(1), 16)


def link_address(name):
    return int(gdb.parse_and_eval("(unsigned long)&%s" % name))


class Symbols(gdb.Command):
    """tessera-symbols: moves the symbols to where this guest has placed its image. Run it once the kernel has started."""

    def __init__(self):
        super().__init__("tessera-symbols", gdb.COMMAND_DATA)
        self.slide = 0

    def invoke(self, argument, from_tty):
        place = link_address("boot_slide") - self.slide
        slide = physical_word(place - VIRTUAL_BASE)
        name = gdb.objfiles()[0].filename
        gdb.execute("symbol-file", to_string=True)
        gdb.execute("symbol-file %s -o 0x%x" % (name, slide), to_string=True)
        self.slide = slide
        print("slide 0x%x" % slide)


class Processor(gdb.Command):
    """tessera-cpu: index, canary and held locks of the processor that booted."""

    def __init__(self):
        super().__init__("tessera-cpu", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        area = gdb.parse_and_eval("boot_cpu")
        print("cpu %d  canary 0x%x" % (int(area["index"]), int(area["stack_canary"])))
        print("held locks: %s" % area["held_locks"])


class LogTail(gdb.Command):
    """tessera-log: the kernel's log ring, oldest line first."""

    def __init__(self):
        super().__init__("tessera-log", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        ring = gdb.parse_and_eval("kernel::core::(anonymous namespace)::the_kernel.log.ring_.value_")
        size = ring["bytes_"].type.sizeof
        begin, end = int(ring["begin_"]), int(ring["end_"])
        memory = bytes(gdb.selected_inferior().read_memory(int(ring["bytes_"].address), size))
        print("".join(chr(memory[place % size]) for place in range(begin, end)), end="")


Symbols()
Processor()
LogTail()
