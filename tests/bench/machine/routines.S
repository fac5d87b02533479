// What the processes run that tests/bench/machine makes: one page, mapped where it is needed. RDI says what is to be done, RSI,
// RDX and RCX with what. It uses no stack. Rings have 2 submissions and 4 completions, as in abi/ring.hpp.

    .set call_submit, 0
    .set call_exit, 2

    .section .rodata.bench_routines, "a"
    .balign 4096
    .globl bench_routines
    .hidden bench_routines
bench_routines:
    cmpl $0, %edi
    je drive
    cmpl $1, %edi
    je ask
    cmpl $2, %edi
    je answer
    ud2

// A driver: RSI is its ring. Waits for completions, and writes to the word at RDX when it ran again, in ticks.
drive:
    movq %rsi, %r12
    movq %rdx, %r13
    xorl %r14d, %r14d            // completions read
1:  xorl %edi, %edi
    movl $1, %esi
    xorl %edx, %edx
    movl $call_submit, %eax
    syscall
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    movq %rax, (%r13)
    incl %r14d
    movl %r14d, 192(%r12)
    jmp 1b

// Submits what is to be consumed of RBX submissions that were made, and waits for a completion, or only looks whether there
// is one if R15 is 1. Again, until `count` completions are there in all.
    .macro submit_until made, count, condition
10: movl \made, %edi
    subl 64(%r12), %edi
    movl $1, %esi
    subl %r15d, %esi
    movl %edi, %eax
    orl %esi, %eax
    jz 11f
    xorl %edx, %edx
    movl $call_submit, %eax
    syscall
11: cmpl \count, 128(%r12)
    \condition 12f
    pause
    jmp 10b
12:
    .endm

// A call with 64 bytes through R13, and its answer, which must be a success. RBX: how many were made.
    .macro call_once
    movl %ebx, %ecx
    andl $1, %ecx
    shll $7, %ecx
    leaq 256(%r12,%rcx), %rcx
    movq %r13, (%rcx)
    movabsq $0x4000008010, %rax  // 64 bytes, a method of a protocol
    movq %rax, 8(%rcx)
    movq %rbx, 16(%rcx)
    movq $0, 24(%rcx)            // no deadline
    .irp word, 32, 40, 48, 56, 64, 72, 80, 88
    movq %rbx, \word(%rcx)
    .endr
    movl %ebx, %ebp
    incl %ebx
    movl %ebx, (%r12)
    submit_until %ebx, %ebx, je
    andl $3, %ebp
    shll $7, %ebp
    movzwl 512+14(%r12,%rbp), %edi
    movl %ebx, 192(%r12)
    testl %edi, %edi
    jnz exit
    .endm

// A client: RSI is its ring, RDX its end of a channel, RCX what clients share: how many they are, whether they poll, how many
// are warm, each in a line of its own. When all are warm, each makes calls with marks until one of them has made a thousand;
// it exits with 0.
ask:
    movq %rsi, %r12
    movq %rdx, %r13
    movq %rcx, %r14
    movl 64(%r14), %r15d
    xorl %ebx, %ebx
1:  call_once
    cmpl $200, %ebx
    jb 1b
    lock incl 128(%r14)
    movl (%r14), %eax
2:  pause
    cmpl %eax, 128(%r14)
    jb 2b
3:  nopl 0x7e550001(%rax,%rax,1) // markers.hpp: a round
    call_once
    cmpl $1200, %ebx
    jb 3b
    nopl 0x7e550002(%rax,%rax,1) // the end
    xorl %edi, %edi
exit:
    movl $call_exit, %eax
    syscall
    ud2

// A server: RSI is its ring, RDX is 1 if it polls. Answers each request with what it brought.
answer:
    movq %rsi, %r12
    movl %edx, %r15d
    xorl %r13d, %r13d            // submissions made
    xorl %r14d, %r14d            // completions read
1:  submit_until %r13d, %r14d, jne
    movl %r14d, %eax
    andl $3, %eax
    shll $7, %eax
    leaq 512(%r12,%rax), %rbx
    movl %r13d, %ecx
    andl $1, %ecx
    shll $7, %ecx
    leaq 256(%r12,%rcx), %rcx
    movq 24(%rbx), %rax
    movq %rax, (%rcx)            // the token
    movabsq $0x4000010000, %rax  // status 0, Quiet, 64 bytes
    movq %rax, 8(%rcx)
    movq $0, 16(%rcx)
    movq $0, 24(%rcx)
    .irp word, 32, 40, 48, 56, 64, 72, 80, 88
    movq \word(%rbx), %rax
    movq %rax, \word(%rcx)
    .endr
    incl %r14d
    movl %r14d, 192(%r12)
    incl %r13d
    movl %r13d, (%r12)
    jmp 1b

    .balign 4096
