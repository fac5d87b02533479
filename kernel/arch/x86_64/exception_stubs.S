// One entry of 16 bytes for each vector, then the common way to C++ and back. [intel/vol3] 6.13: some vectors push an
// error code; for the others the stub pushes 0, so that every frame looks alike.
//
// User code is a function: run_user_code() leaves to it, and a trap returns from that call. While it runs, the
// processor's own stack pointer for traps (RSP0) is the end of the running thread's frame: the registers are stored where
// they stay.

    .set msr_gs_base, 0xc0000101
    .set cpu_kernel_stack, 16    // per_cpu.hpp
    .set cpu_user_frame_top, 24
    .set cpu_user_stack, 48
    .set frame_cs, 24            // above vector and error code
    .set user_data, 0x1b         // descriptor_tables.hpp
    .set user_code, 0x23
    .set call_vector, 256        // vectors.hpp
    .set frame_bytes, 22 * 8

    .text
    .balign 16
    .globl exception_stubs
exception_stubs:
    .set vector, 0
    .rept 256
    .balign 16
    endbr64
    .if (vector == 8) || (vector >= 10 && vector <= 14) || (vector == 17) || (vector == 21) || (vector == 29) || (vector == 30)
    .else
    pushq $0
    .endif
    pushq $vector
    .if (vector == 2) || (vector == 8) || (vector == 18)
    jmp isolated_entry
    .elseif (vector == 1)
    jmp debug_entry
    .else
    jmp trap_entry
    .endif
    .set vector, vector + 1
    .endr

// Leaves the registers below vector, error code, RIP, CS, RFLAGS, RSP, SS, in the order of trap_frame.hpp. A frame is an
// even number of words on a stack that the processor aligned to 16.
    .macro save_registers
    pushq %rax
    pushq %rcx
    pushq %rdx
    pushq %rbx
    pushq %rbp
    pushq %rsi
    pushq %rdi
    pushq %r8
    pushq %r9
    pushq %r10
    pushq %r11
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    .endm

    .macro restore_registers
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %r11
    popq %r10
    popq %r9
    popq %r8
    popq %rdi
    popq %rsi
    popq %rbp
    popq %rbx
    popq %rdx
    popq %rcx
    popq %rax
    .endm

trap_entry:
    testb $3, frame_cs(%rsp)
    jnz user_trap
    pushq $2                     // clears what the interrupted code may have set: DF, AC, NT, TF
    popfq
    save_registers
    movq %rsp, %rdi
    xorl %ebp, %ebp
    call kernel_trap             // returns when the interrupted code may go on
    restore_registers
    addq $16, %rsp
    iretq

// On the thread's frame, with the user's GS base. Only a non-maskable interrupt can come here, and has its own stack.
user_trap:
    swapgs
frame_ready:
    save_registers
    movq %gs:cpu_kernel_stack, %rsp
    pushq $2
    popfq
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret                          // from run_user_code()

// SYSCALL: RIP is in RCX, the flags are in R11, the stack is still the caller's, and interrupts are off. Looks like a trap
// afterwards. [intel/vol2] SYSCALL.
    .balign 16
    .globl call_entry
call_entry:
    endbr64
    swapgs
    movq %rsp, %gs:cpu_user_stack
    movq %gs:cpu_user_frame_top, %rsp
    pushq $user_data
    pushq %gs:cpu_user_stack
    pushq %r11
    pushq $user_code
    pushq %rcx
    pushq $0
    pushq $call_vector
    jmp frame_ready

// void run_user_code(TrapFrame* frame): leaves to user mode with these registers; returns when user code traps, with its
// registers in the frame again. Always by IRET: it loads any RIP that it is given.
    .globl run_user_code
    .type run_user_code, @function
run_user_code:
    endbr64
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, %gs:cpu_kernel_stack
    movq %rdi, %rsp
    restore_registers
    addq $16, %rsp
    swapgs
    iretq

// A debug exception of user code is the thread's; one of the kernel strikes anywhere. It has a stack of its own, so the
// seven words that are on it are moved to the thread's frame.
debug_entry:
    testb $3, frame_cs(%rsp)
    jz isolated_entry
    swapgs
    pushq %rdi
    movq %rsp, %rdi
    movq %gs:cpu_user_frame_top, %rsp
    .irp offset, 56, 48, 40, 32, 24, 16, 8
    pushq \offset(%rdi)
    .endr
    movq (%rdi), %rdi
    jmp frame_ready

// NMI, double fault, machine check and debug exceptions of the kernel strike anywhere: between entry and SWAPGS too, and
// user code may put any value into the GS base. Only the stack tells whose this is; the GS base that was found is put back.
isolated_entry:
    pushq $2
    popfq
    save_registers
    movl $msr_gs_base, %ecx
    rdmsr
    shlq $32, %rdx
    orq %rdx, %rax
    movq %rax, %r12
    movq frame_bytes(%rsp), %rax // stack_block.hpp: the owner's address stands above the frame
    movq %rax, %rdx
    shrq $32, %rdx
    wrmsr
    movq %rsp, %rdi
    xorl %ebp, %ebp
    call kernel_isolated_trap    // returns when the interrupted code may go on
    movq %r12, %rax
    movq %r12, %rdx
    shrq $32, %rdx
    movl $msr_gs_base, %ecx
    wrmsr
    restore_registers
    addq $16, %rsp
    iretq
