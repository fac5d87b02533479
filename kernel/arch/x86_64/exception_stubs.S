// One entry of 16 bytes for each vector, then the common way to C++ and back. [intel/vol3] 6.13: some vectors push an
// error code; for the others the stub pushes 0, so that every frame looks alike.

    .set msr_gs_base, 0xc0000101
    .set frame_cs, 24            // above vector and error code
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
    .if (vector == 1) || (vector == 2) || (vector == 8) || (vector == 18)
    jmp isolated_entry
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

trap_entry:
    testb $3, frame_cs(%rsp)
    jz 1f
    swapgs
1:  pushq $2                     // clears what the interrupted code may have set: DF, AC, NT, TF
    popfq
    save_registers
    movq %rsp, %rdi
    xorl %ebp, %ebp
    call kernel_trap             // returns when the interrupted code may go on

    .globl trap_return
trap_return:
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
    testb $3, frame_cs(%rsp)
    jz 2f
    swapgs
2:  addq $16, %rsp
    iretq

// NMI, double fault, machine check and debug exceptions strike anywhere: between SYSCALL and SWAPGS too, and user code may
// put any value into the GS base. Only the stack tells whose this is. They end in a report, so nothing is put back.
isolated_entry:
    pushq $2
    popfq
    save_registers
    movq frame_bytes(%rsp), %rax // stack_block.hpp: the owner's address stands above the frame
    movq %rax, %rdx
    shrq $32, %rdx
    movl $msr_gs_base, %ecx
    wrmsr
    movq %rsp, %rdi
    xorl %ebp, %ebp
    call kernel_exception
3:  cli
    hlt
    jmp 3b
