// A thread in ring 3 for in-kernel tests: one page of its own code, and the way there and back.

    .set user_data, 0x1b
    .set user_code, 0x23
    .set interrupts_on, 0x202

    .text
// u64 enter_user_thread(u64 entry, u64 stack, u64 argument, u64 count, u64* kernel_stack): runs `entry` in ring 3 until
// leave_user_thread() is called from a trap; returns what that is given.
    .globl enter_user_thread
    .type enter_user_thread, @function
enter_user_thread:
    endbr64
    pushq %rbp
    pushq %rbx
    pushq %r12
    pushq %r13
    pushq %r14
    pushq %r15
    movq %rsp, (%r8)
    pushq $user_data
    pushq %rsi
    pushq $interrupts_on
    pushq $user_code
    pushq %rdi
    movq %rdx, %rdi
    movq %rcx, %rsi
    xorl %ebp, %ebp
    swapgs
    iretq

// [[noreturn]] void leave_user_thread(u64 kernel_stack, u64 result): on the kernel's GS.
    .globl leave_user_thread
    .type leave_user_thread, @function
leave_user_thread:
    endbr64
    movq %rdi, %rsp
    movq %rsi, %rax
    popq %r15
    popq %r14
    popq %r13
    popq %r12
    popq %rbx
    popq %rbp
    ret

    .section .rodata.user_thread, "a"
    .balign 4096
    .globl user_thread_start
user_thread_start:

// RDI = clock page, RSI = how often. Leaves, by an instruction that ring 3 may not execute, with the last time in RAX and
// the ticks that all took in RBX.
    .globl user_read_clock_code
user_read_clock_code:
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    movq %rax, %r12
1:  movl (%rdi), %ecx            // libs/timekeeping/clock_page.hpp: sequence, base, time, multiplier
    movq 8(%rdi), %r8
    movq 16(%rdi), %r9
    movq 24(%rdi), %r10
    lfence                       // the counter must not be read early
    rdtsc
    testb $1, %cl
    jnz 1b
    cmpl (%rdi), %ecx
    jne 1b
    shlq $32, %rdx
    orq %rdx, %rax
    xorl %edx, %edx
    subq %r8, %rax
    cmovbq %rdx, %rax
    mulq %r10
    shrdq $32, %rdx, %rax
    addq %r9, %rax
    decq %rsi
    jnz 1b
    movq %rax, %r13
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    subq %r12, %rax
    movq %rax, %rbx
    movq %r13, %rax
    hlt

// RSI = a number of ticks. Watches the counter until it has gone on by more than that between two looks, as it does when
// an interrupt comes in between; leaves with the gap in RAX, or 0 if it never did.
    .globl user_watch_interrupt_code
user_watch_interrupt_code:
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    movq %rax, %r8
    movl $100000, %edi
2:  rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    movq %rax, %r9
    subq %r8, %rax
    movq %r9, %r8
    cmpq %rsi, %rax
    ja 3f
    decl %edi
    jnz 2b
    xorl %eax, %eax
3:  hlt

    .balign 4096
