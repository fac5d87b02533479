"""gdb's view of a Tessera guest: finds the slide, loads the symbols there, shows what each processor owns.

Loaded by the line that `./run --gdb` prints. Commands: tessera-start,
tessera-attach, tessera-cpu, tessera-log.
"""
import re

import gdb

VIRTUAL_BASE = 0xFFFFFFFF80000000


def link_address(name):
    return int(gdb.parse_and_eval("(unsigned long)&%s" % name))


class Symbols:
    """How far the symbols have been moved."""

    slide = 0


def move_symbols(slide):
    Symbols.slide = slide
    name = gdb.objfiles()[0].filename
    gdb.execute("symbol-file", to_string=True)
    gdb.execute("symbol-file %s -o 0x%x" % (name, slide), to_string=True)
    print("slide 0x%x" % slide)


class Start(gdb.Command):
    """tessera-start: runs a guest that waits at its first instruction to where its image has found its place, and moves
    the symbols there. Breakpoints set afterwards (hbreak) are in the right place."""

    def __init__(self):
        super().__init__("tessera-start", gdb.COMMAND_RUNNING)

    def invoke(self, argument, from_tty):
        placed = link_address("boot_placed") - Symbols.slide - VIRTUAL_BASE
        stop = gdb.Breakpoint("*0x%x" % placed, gdb.BP_HARDWARE_BREAKPOINT, internal=True)
        gdb.execute("continue", to_string=True)
        stop.delete()
        slide = int(gdb.parse_and_eval("$rax"))
        move_symbols(slide)


class Attach(gdb.Command):
    """tessera-attach: moves the symbols of a guest that already runs: finds the slide in its memory."""

    def __init__(self):
        super().__init__("tessera-attach", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        place = link_address("boot_slide") - Symbols.slide - VIRTUAL_BASE
        text = gdb.execute("monitor xp /1gx 0x%x" % place, to_string=True)
        slide = int(re.search(r":\s*0x([0-9a-f]+)", text).group(1), 16)
        move_symbols(slide)


class Processor(gdb.Command):
    """tessera-cpu: index, canary and held locks of each processor that runs the kernel."""

    def __init__(self):
        super().__init__("tessera-cpu", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        selected = gdb.selected_thread()
        pointer = gdb.lookup_type("kernel::arch::x86_64::PerCpu").pointer()
        for thread in sorted(gdb.selected_inferior().threads(), key=lambda each: each.num):
            thread.switch()
            base = int(gdb.parse_and_eval("$gs_base"))
            if base == 0:
                print("cpu of thread %d does not run the kernel" % thread.num)
                continue
            area = gdb.Value(base).cast(pointer).dereference()
            print("cpu %d  canary 0x%x" % (int(area["index"]), int(area["stack_canary"])))
            print("held locks: %s" % area["held_locks"])
        selected.switch()


class LogTail(gdb.Command):
    """tessera-log: the kernel's log ring, oldest line first."""

    def __init__(self):
        super().__init__("tessera-log", gdb.COMMAND_DATA)

    def invoke(self, argument, from_tty):
        kernel = gdb.lookup_static_symbol("kernel::core::(anonymous namespace)::place").value()["kernel"]
        ring = kernel["log"]["ring_"]["value_"]
        size = ring["bytes_"].type.sizeof
        begin, end = int(ring["begin_"]), int(ring["end_"])
        memory = bytes(gdb.selected_inferior().read_memory(int(ring["bytes_"].address), size))
        print("".join(chr(memory[place % size]) for place in range(begin, end)), end="")


Start()
Attach()
Processor()
LogTail()
