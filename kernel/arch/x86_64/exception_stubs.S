// One entry of 16 bytes for each vector, then the common way to the C++ handler. [intel/vol3] 6.13: some vectors push
// an error code; for the others the stub pushes 0, so that every frame looks alike.

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
    jmp exception_entry
    .set vector, vector + 1
    .endr

// Stack: vector, error code, RIP, CS, RFLAGS, RSP, SS. Below them the registers, in the order of trap_frame.hpp.
exception_entry:
    cld
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
    movq %rsp, %rdi
    xorl %ebp, %ebp
    andq $-16, %rsp              // an exception leaves the stack aligned to 16, but an odd number of words is on it now
    call kernel_exception
1:  cli
    hlt
    jmp 1b
