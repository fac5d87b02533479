#include "kernel/testing/crash.hpp"

#include <array>
#include <span>

#include "base/assert.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/arch/x86_64/physical_map.hpp"
#include "kernel/core/end.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/core/lock_class.hpp"
#include "kernel/core/panic.hpp"
#include "kernel/memory/kernel_cache.hpp"
#include "kernel/platform/power.hpp"

// SAFETY: everything here is wrong on purpose.
#pragma clang unsafe_buffer_usage begin

namespace kernel::testing {

namespace {

using base::u64;
using base::u8;

/// Hides a value from the optimiser.
template <class T>
T opaque(T value) {
    asm volatile("" : "+r"(value) : : "memory");
    return value;
}

constexpr u64 kUnmapped = 0xffffa00000001000;

void divide_error() {
    asm volatile("xorl %%edx, %%edx; movl $1, %%eax; xorl %%ecx, %%ecx; divl %%ecx" : : : "eax", "ecx", "edx", "cc");
}

void debug_exception() { asm volatile("pushfq; orq $0x100, (%%rsp); popfq; nop" : : : "memory", "cc"); }

void breakpoint() { asm volatile("int3"); }

void invalid_opcode() { asm volatile(".byte 0x06"); } // "push es", which 64-bit mode does not have

void general_protection() { opaque(*reinterpret_cast<volatile u64*>(opaque(0x0000900000000000ULL))); }

void page_fault_read() { asm volatile("movq (%0), %%rax" : : "r"(kUnmapped) : "rax", "memory"); }

void page_fault_write() { asm volatile("movq $1, (%0)" : : "r"(kUnmapped) : "memory"); }

void page_fault_execute() { asm volatile("call *%0" : : "r"(arch::x86_64::kPhysicalMapBase + 0x1000) : "memory"); }

void write_read_only() { asm volatile("movb $1, (%0)" : : "r"(&divide_error) : "memory"); }

[[gnu::noinline]] u64 recurse(u64 depth) {
    volatile u8 space[256];
    space[depth % sizeof(space)] = static_cast<u8>(depth);
    return depth == ~0ULL ? 0 : recurse(depth + 1) + space[0];
}

void stack_overflow() { opaque(recurse(opaque(0ULL))); }

void wait_for_nmi() {
    Arch::write_console("waiting for an NMI\n");
    for (;;) {
        Arch::wait_for_interrupt();
    }
}

void wait_for_machine_check() {
    Arch::write_console("waiting for a machine check\n");
    for (;;) {
        Arch::wait_for_interrupt();
    }
}

void assertion() { ASSERT(opaque(1) == 2, "a crash on purpose"); }

[[gnu::noinline]] void smash(u8* buffer, u64 count) {
    for (u64 i = 0; i < count; ++i) {
        asm volatile("movb $0x41, (%0)" : : "r"(buffer + i) : "memory");
    }
}

[[gnu::noinline]] void stack_smash() {
    u8 buffer[16];
    smash(opaque(&buffer[0]), opaque(64ULL));
}

void takes_nothing() {}

void kcfi() {
    auto* wrong = reinterpret_cast<int (*)(int)>(opaque(&takes_nothing));
    opaque(opaque(wrong)(1));
}

void hardening() {
    const std::array<int, 4> values{1, 2, 3, 4};
    opaque(std::span(values)[opaque(4UL)]);
}

void ubsan() { opaque(opaque(0x7fffffff) + opaque(1)); }

constinit std::array<u8, 24> crash_global{};

void kasan_global() { opaque(*opaque(crash_global.data() + opaque(24))); }

[[gnu::noinline]] u8 read_at(const u8* bytes, u64 index) { return bytes[index]; }

void kasan_stack() {
    u8 buffer[24] = {};
    opaque(read_at(opaque(&buffer[0]), opaque(24ULL)));
}

void kasan_heap() {
    memory::FrameAllocator& frames = core::kernel().frames;
    const auto frame = frames.allocate();
    ASSERT(frame.has_value());
    frames.free(*frame);
    const auto bytes = arch::x86_64::physical_bytes(*frame, base::Bytes{4096});
    opaque(*opaque(bytes.data() + 100));
}

struct SlabObject {
    u8 bytes[44] = {};
};

/// A cache, and an object of it that nobody frees.
struct SlabFixture {
    SlabFixture() : cache(core::kernel().frame_source, core::kernel().random.next()) {
        ASSERT(cache.start(core::kernel().processors.count()).has_value());
        object = &cache.create(core::kernel().budgets.root())->release();
    }

    memory::KernelCache<SlabObject> cache;
    SlabObject* object = nullptr;
};

[[gnu::noinline]] void slab_overflow() {
    const SlabFixture fixture;
    opaque(read_at(opaque(&fixture.object->bytes[0]), opaque(sizeof(SlabObject))));
}

[[gnu::noinline]] void slab_use_after_free() {
    SlabFixture fixture;
    fixture.cache.destroy(*fixture.object);
    opaque(read_at(opaque(&fixture.object->bytes[0]), opaque(10ULL)));
}

[[gnu::noinline]] void slab_double_free() {
    SlabFixture fixture;
    fixture.cache.destroy(*opaque(fixture.object));
    fixture.cache.destroy(*opaque(fixture.object));
}

[[gnu::noinline]] void slab_write_after_free() {
    SlabFixture fixture;
    fixture.cache.destroy(*fixture.object);
    asm volatile("movb $0x41, (%0)" : : "r"(fixture.object) : "memory");
    opaque(fixture.cache.create(core::kernel().budgets.root()).has_value());
}

[[gnu::noinline, clang::disable_tail_calls]] void frame_freed_twice() {
    memory::FrameAllocator& frames = core::kernel().frames;
    const auto frame = frames.allocate();
    ASSERT(frame.has_value());
    frames.free(*frame);
    frames.free(*frame);
}

void lock_order() {
    base::Guarded<int, core::KernelLock, core::kFrameDepotLock> first{0};
    base::Guarded<int, core::KernelLock, core::kLogLock> last{0};
    last.with([&first](int&) { first.with([](int& value) { ++value; }); });
}

void recursive_panic() {
    const auto* nowhere = reinterpret_cast<const char*>(kUnmapped);
    core::panic(std::string_view(nowhere, 8));
}

void power_off() {
    platform::power_off(core::kernel().platform, core::kernel().space);
    for (int i = 0; i < 1'000'000; ++i) {
        opaque(i);
    }
    core::panic("the machine is still on");
}

void reset() { platform::reset(core::kernel().platform, core::kernel().space); }

/// Says what time it is, twenty times a second, for as long as anybody listens: tests/restore.
void watch_time() {
    struct Watch : time::Timer {
        Watch() : Timer([](time::Timer& timer) { static_cast<Watch&>(timer).rang = true; }) {}

        bool rang = false;
    } watch;

    constexpr base::Nanoseconds kPause{50'000'000};
    for (;;) {
        base::FixedText<40> line;
        base::print(line, "TIME {}\n", core::kernel().clock.now().value());
        Arch::write_console(line.view());
        watch.rang = false;
        processor::this_processor().timers.arm(watch, core::kernel().clock.now() + kPause);
        processor::this_processor().idle_until([](void* context) { return static_cast<Watch*>(context)->rang; },
                                               &watch);
    }
}

struct Crash {
    std::string_view name;
    void (*provoke)();
};

constexpr std::array kCrashes{
    Crash{"divide_error", divide_error},
    Crash{"debug", debug_exception},
    Crash{"breakpoint", breakpoint},
    Crash{"invalid_opcode", invalid_opcode},
    Crash{"general_protection", general_protection},
    Crash{"page_fault_read", page_fault_read},
    Crash{"page_fault_write", page_fault_write},
    Crash{"page_fault_execute", page_fault_execute},
    Crash{"write_read_only", write_read_only},
    Crash{"stack_overflow", stack_overflow},
    Crash{"nmi", wait_for_nmi},
    Crash{"machine_check", wait_for_machine_check},
    Crash{"assertion", assertion},
    Crash{"stack_smash", stack_smash},
    Crash{"kcfi", kcfi},
    Crash{"hardening", hardening},
    Crash{"ubsan", ubsan},
    Crash{"kasan_heap", kasan_heap},
    Crash{"kasan_global", kasan_global},
    Crash{"kasan_stack", kasan_stack},
    Crash{"slab_overflow", slab_overflow},
    Crash{"slab_use_after_free", slab_use_after_free},
    Crash{"slab_double_free", slab_double_free},
    Crash{"slab_write_after_free", slab_write_after_free},
    Crash{"frame_freed_twice", frame_freed_twice},
    Crash{"lock_order", lock_order},
    Crash{"power_off", power_off},
    Crash{"reset", reset},
    Crash{"watch_time", watch_time},
    Crash{"recursive_panic", recursive_panic},
};

} // namespace

void provoke_crash(std::string_view name) {
    for (const Crash& crash : kCrashes) {
        if (crash.name == name) {
            crash.provoke();
            Arch::write_console("the crash did not happen\n");
            core::end(core::ExitCode::TestsFailed);
        }
    }
    Arch::write_console("no crash of that name\n");
    core::end(core::ExitCode::TestsFailed);
}

} // namespace kernel::testing

#pragma clang unsafe_buffer_usage end
