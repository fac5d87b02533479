#include "kernel/arch/x86_64/user/user_context.hpp"

#include "base/address.hpp"
#include "kernel/arch/x86_64/cpu.hpp"
#include "kernel/arch/x86_64/descriptor_tables.hpp"
#include "kernel/arch/x86_64/per_cpu.hpp"
#include "kernel/arch/x86_64/user/vector_state.hpp"
#include "kernel/arch/x86_64/vectors.hpp"

extern "C" void run_user_code(kernel::arch::x86_64::TrapFrame* frame);

namespace kernel::arch::x86_64 {

namespace {

using base::u64;

// CPU's initial flags: interrupts on, and the bit that is always one.
constexpr u64 kInitialFlags = 0x202;
// Results of arithmetic, and the direction of string instructions. [intel/vol1] 3.4.3.
constexpr u64 kOwnFlags = 0xcd5;
/// The highest page of the user half is never mapped, so that no instruction ends at the border.
constexpr u64 kUserEnd = 0x7fff'ffff'f000;

constexpr u64 kHasBaseInstructions = 1 << 16; // CR4.FSGSBASE
constexpr u64 kHasKeys = 1 << 22;             // CR4.PKE

constexpr u64 kPageFault = 14;

FaultKind kind_of(u64 vector) {
    switch (vector) {
    case 0:
    case 16:
    case 19: return FaultKind::Arithmetic;
    case 1: return FaultKind::SingleStep;
    case 3: return FaultKind::Breakpoint;
    case 6: return FaultKind::InvalidInstruction;
    case 12:
    case 13: return FaultKind::Protection;
    case kPageFault: return FaultKind::Page;
    default: return FaultKind::Other;
    }
}

/// [intel/vol3] 4.7.
PageFault decode(u64 error_code, u64 address) {
    const bool is_fetch = (error_code & 1 << 4) != 0;
    const bool is_write = (error_code & 1 << 1) != 0;
    return {.address = base::VirtualAddress{address},
            .access = is_fetch   ? FaultAccess::Execute
                      : is_write ? FaultAccess::Write
                                 : FaultAccess::Read,
            .present = (error_code & 1) != 0};
}

} // namespace

base::Result<void> UserContext::set_entry(const UserEntry& entry) {
    if (entry.code.value() >= kUserEnd) {
        return base::Error::InvalidArgument;
    }
    frame_ = TrapFrame{};
    frame_.rdi = entry.first;
    frame_.rsi = entry.second;
    frame_.rdx = entry.third;
    frame_.rcx = entry.fourth;
    frame_.r8 = entry.fifth;
    frame_.r9 = entry.sixth;
    frame_.rip = entry.code.value();
    frame_.cs = static_cast<u64>(Selector::UserCode);
    frame_.rflags = kInitialFlags;
    frame_.rsp = entry.stack.value();
    frame_.ss = static_cast<u64>(Selector::UserData);
    fs_base_ = gs_base_ = 0;
    key_rights_ = 0;
    has_saved_vectors_ = false;
    vector_control_ = {};
    return {};
}

GeneralRegisters UserContext::registers() const {
    const TrapFrame& f = frame_;
    return {.rax = f.rax,
            .rbx = f.rbx,
            .rcx = f.rcx,
            .rdx = f.rdx,
            .rsi = f.rsi,
            .rdi = f.rdi,
            .rbp = f.rbp,
            .r8 = f.r8,
            .r9 = f.r9,
            .r10 = f.r10,
            .r11 = f.r11,
            .r12 = f.r12,
            .r13 = f.r13,
            .r14 = f.r14,
            .r15 = f.r15,
            .rsp = f.rsp,
            .rip = f.rip,
            .rflags = f.rflags,
            .fs_base = fs_base_,
            .gs_base = gs_base_};
}

base::Result<void> UserContext::set_registers(const GeneralRegisters& registers) {
    if (registers.rip >= kUserEnd || registers.fs_base >= kUserEnd || registers.gs_base >= kUserEnd) {
        return base::Error::InvalidArgument;
    }
    TrapFrame& f = frame_;
    f.rax = registers.rax;
    f.rbx = registers.rbx;
    f.rcx = registers.rcx;
    f.rdx = registers.rdx;
    f.rsi = registers.rsi;
    f.rdi = registers.rdi;
    f.rbp = registers.rbp;
    f.r8 = registers.r8;
    f.r9 = registers.r9;
    f.r10 = registers.r10;
    f.r11 = registers.r11;
    f.r12 = registers.r12;
    f.r13 = registers.r13;
    f.r14 = registers.r14;
    f.r15 = registers.r15;
    f.rsp = registers.rsp;
    f.rip = registers.rip;
    f.rflags = kInitialFlags | (registers.rflags & kOwnFlags);
    fs_base_ = registers.fs_base;
    gs_base_ = registers.gs_base;
    return {};
}

// These two are part of their caller, by the link.
[[gnu::always_inline]] void UserContext::load() {
    PerCpu& cpu = this_cpu();
    cpu.user_frame_top = base::address_of(&frame_) + sizeof(frame_);
    cpu.tables.task_state.privilege_stacks[0] = cpu.user_frame_top;
    Cpu::clear_data_selectors();
    const u64 features = cpu.control;
    if ((features & kHasBaseInstructions) != 0) [[likely]] {
        Cpu::write_fs_base(fs_base_);
        Cpu::write_user_gs_base(gs_base_);
    } else {
        Cpu::write_msr(Msr::FsBase, fs_base_);
        Cpu::write_msr(Msr::KernelGsBase, gs_base_);
    }
    if ((features & kHasKeys) != 0) {
        Cpu::write_pkru(key_rights_);
    }
    if (has_saved_vectors_) [[unlikely]] {
        vector_state().restore(vectors_);
    } else {
        vector_state().restore_initial();
        if (vector_control_ != VectorControl{}) [[unlikely]] {
            vector_control_.load();
        }
    }
}

[[gnu::always_inline]] void UserContext::save() {
    const u64 features = this_cpu().control;
    // Without the instructions user code cannot change the bases.
    if ((features & kHasBaseInstructions) != 0) {
        fs_base_ = Cpu::read_fs_base();
        gs_base_ = Cpu::read_user_gs_base();
    }
    if ((features & kHasKeys) != 0) {
        key_rights_ = Cpu::read_pkru();
    }
    // A call preserves no more.
    if (was_call()) [[likely]] {
        vector_control_ = VectorControl::of_processor();
        has_saved_vectors_ = false;
        return;
    }
    vector_state().save(vectors_);
    has_saved_vectors_ = true;
}

void UserContext::run() { run_user_code(&frame_); }

bool UserContext::was_interrupted() const { return frame_.vector >= kFirstInterrupt && !was_call(); }

[[gnu::always_inline]] bool UserContext::was_call() const { return frame_.vector == kCallVector; }

[[gnu::always_inline]] UserCall UserContext::call() const {
    return {.number = frame_.rax, .arguments = {frame_.rdi, frame_.rsi, frame_.rdx, frame_.r10, frame_.r8, frame_.r9}};
}

[[gnu::always_inline]] void UserContext::finish_call(u64 answer) {
    frame_.rax = answer;
    frame_.rcx = frame_.rdx = frame_.rsi = frame_.rdi = 0;
    frame_.r8 = frame_.r9 = frame_.r10 = frame_.r11 = 0;
}

bool UserContext::can_go_on() const { return frame_.rip < kUserEnd; }

UserFault UserContext::fault() const {
    UserFault result{.kind = kind_of(frame_.vector), .code = frame_.vector, .page = {}};
    if (result.kind == FaultKind::Page) {
        result.page = decode(frame_.error_code, Cpu::read_cr2());
    }
    return result;
}

} // namespace kernel::arch::x86_64
