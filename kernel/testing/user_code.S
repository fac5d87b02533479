// User code for in-kernel tests: one page, mapped where it is needed. The first arguments are in RDI, RSI, RDX.

    .section .rodata.user_code, "a"
    .balign 4096
    .globl user_code_start
user_code_start:

// RDI = clock page, RSI = how often. Leaves, by an instruction that ring 3 may not execute, with the last time in RAX and
// the ticks that all took in RBX.
    .globl user_read_clock_code
user_read_clock_code:
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    movq %rax, %r12
1:  movl (%rdi), %ecx            // libs/timekeeping/clock_page.hpp: sequence, kind, base, time, multiplier
    cmpl $0, 4(%rdi)
    jne 4f                       // the kernel would have to be asked
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
4:  xorl %eax, %eax
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

// RSI = how often. Makes so many breakpoints; leaves with the ticks that all took in RAX.
    .globl user_breakpoints_code
user_breakpoints_code:
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    movq %rax, %r12
4:  int3
    decq %rsi
    jnz 4b
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    subq %r12, %rax
    hlt

// RDI = a word to count in, for ever.
    .globl user_count_code
user_count_code:
    incq (%rdi)
    jmp user_count_code

// RDI = GS base, RSI = a word that says "go on" when it is not zero, RDX = a word to say "I am here" in. Leaves with the
// GS base it then has in RAX.
    .globl user_wait_code
user_wait_code:
    wrgsbase %rdi
    movq $1, (%rdx)
5:  cmpq $0, (%rsi)
    je 5b
    rdgsbase %rax
    hlt

// The same where user code cannot set the base.
    .globl user_wait_plainly_code
user_wait_plainly_code:
    movq $1, (%rdx)
6:  cmpq $0, (%rsi)
    je 6b
    hlt

// RDI = the first page, RSI = how many pages of 4 KiB. Reads a word of each.
    .globl user_touch_code
user_touch_code:
    movq (%rdi), %rax
    addq $4096, %rdi
    decq %rsi
    jnz user_touch_code
    hlt

// RDI = address, RSI = pages. Writes a word of each; leaves with the ticks that all took in RBX.
    .globl user_write_pages_code
user_write_pages_code:
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    movq %rax, %r12
1:  movq %rsi, (%rdi)
    addq $4096, %rdi
    decq %rsi
    jnz 1b
    rdtsc
    shlq $32, %rdx
    orq %rdx, %rax
    subq %r12, %rax
    movq %rax, %rbx
    hlt

// RSI = 0, or a selector that DS, ES, FS and GS shall have. Leaves with those that it found in RAX.
    .globl user_selectors_code
user_selectors_code:
    xorl %eax, %eax
    .irp register, ds, es, fs, gs
    shlq $16, %rax
    movl %\register, %ecx
    orq %rcx, %rax
    .endr
    testl %esi, %esi
    jz 1f
    .irp register, ds, es, fs, gs
    movl %esi, %\register
    .endr
1:  hlt

    .globl user_invalid_code
user_invalid_code:
    ud2
    .globl user_single_step_code
user_single_step_code:
    pushfq
    orq $0x100, (%rsp)
    popfq
    nop
    .globl user_divide_code
user_divide_code:
    xorl %ecx, %ecx
    divl %ecx
    .globl user_null_code
user_null_code:
    movq 0, %rax
    .globl user_write_code_code
user_write_code_code:
    movq %rax, user_invalid_code(%rip)
    .globl user_jump_nowhere_code
user_jump_nowhere_code:
    movabsq $0x800000000000, %rax
    jmp *%rax
    .globl user_read_kernel_code
user_read_kernel_code:
    movabsq $0xffff880000000000, %rax
    movq (%rax), %rax
    .globl user_overflow_code
user_overflow_code:
    pushq %rax
    jmp user_overflow_code

// RDI = a seed, RSI = how many rounds, RDX = bits: 0 AVX2, 1 AVX-512, 2 FSGSBASE, 3 PKU. Fills all registers with what
// follows from the seed, waits, and looks whether they still hold it. Leaves with 0 in RAX, or the number of the check
// that failed.
    .macro fill_register number
    leaq \number(%rdi), %rax
    movq %rax, %xmm\number
    testb $1, %dl
    jz 7f
    vpbroadcastq %xmm\number, %ymm\number
7:
    .endm
    .macro fill_wide number
    leaq \number(%rdi), %rax
    vpbroadcastq %rax, %zmm\number
    .endm
    .macro check_register number
    movups %xmm\number, (%r15)
    movl $1, %ecx
    testb $1, %dl
    jz 7f
    vmovdqu %ymm\number, (%r15)
    movl $4, %ecx
7:  leaq \number(%rdi), %rax
    call user_compare
    .endm
    .macro check_wide number
    vmovdqu64 %zmm\number, (%r15)
    movl $8, %ecx
    leaq \number(%rdi), %rax
    call user_compare
    .endm

    .globl user_keep_code
user_keep_code:
    leaq -2048(%rsp), %r15
    movq %rdx, %r14
    movl %edi, %eax              // rounding as the seed has it
    andl $3, %eax
    movl %eax, %r8d
    shll $13, %eax
    orl $0x1f80, %eax
    movl %eax, %r12d
    movl %eax, (%r15)
    ldmxcsr (%r15)
    shll $10, %r8d
    orl $0x37f, %r8d
    movl %r8d, %r13d
    movw %r8w, (%r15)
    fldcw (%r15)
    testb $4, %r14b
    jz 8f
    leaq 0x1000(%rdi), %rax
    wrfsbase %rax
    leaq 0x2000(%rdi), %rax
    wrgsbase %rax
8:  testb $8, %r14b
    jz 8f
    movl %edi, %eax              // rights of key 14
    shll $28, %eax
    xorl %ecx, %ecx
    xorl %edx, %edx
    wrpkru
8:  movq %r14, %rdx
    .irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    fill_register \number
    .endr
    testb $2, %r14b
    jz 9f
    .irp number, 0, 7, 15, 16, 23, 31
    fill_wide \number
    .endr
    kmovw %edi, %k1
    kmovw %edi, %k7
9:  leaq 0x3000(%rdi), %r8
    leaq 0x4000(%rdi), %r9
    leaq 0x5000(%rdi), %rbp
    leaq 0x6000(%rdi), %rbx

user_keep_round:
    movl $400, %ecx
1:  decl %ecx
    jnz 1b
    movq %r14, %rdx
    .irp number, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
    check_register \number
    .endr
    testb $2, %r14b
    jz 9f
    .irp number, 0, 7, 15, 16, 23, 31
    check_wide \number
    .endr
    kmovw %k1, %eax
    cmpw %ax, %di
    jne user_keep_failed
    kmovw %k7, %eax
    cmpw %ax, %di
    jne user_keep_failed
9:  stmxcsr (%r15)
    movl $101, %eax
    cmpl %r12d, (%r15)
    jne user_keep_failed
    fnstcw (%r15)
    movl $102, %eax
    cmpw %r13w, (%r15)
    jne user_keep_failed
    testb $4, %r14b
    jz 8f
    rdfsbase %rcx
    subq $0x1000, %rcx
    movl $103, %eax
    cmpq %rcx, %rdi
    jne user_keep_failed
    rdgsbase %rcx
    subq $0x2000, %rcx
    movl $104, %eax
    cmpq %rcx, %rdi
    jne user_keep_failed
8:  testb $8, %r14b
    jz 8f
    xorl %ecx, %ecx
    rdpkru
    movl %edi, %ecx
    shll $28, %ecx
    xorl %eax, %ecx
    movl $105, %eax
    jnz user_keep_failed
8:  movl $106, %eax
    leaq 0x3000(%rdi), %rcx
    cmpq %rcx, %r8
    jne user_keep_failed
    leaq 0x4000(%rdi), %rcx
    cmpq %rcx, %r9
    jne user_keep_failed
    leaq 0x5000(%rdi), %rcx
    cmpq %rcx, %rbp
    jne user_keep_failed
    leaq 0x6000(%rdi), %rcx
    cmpq %rcx, %rbx
    jne user_keep_failed
    decq %rsi
    jnz user_keep_round
    xorl %eax, %eax
user_keep_failed:
    hlt

// RAX = what the RCX words at R15 should be.
user_compare:
    cmpq %rax, -8(%r15,%rcx,8)
    jne user_keep_failed
    decl %ecx
    jnz user_compare
    ret

// RDI = how often, RSI = a value for MXCSR. Calls 0x77 with the rounds left and 2 to 6, and expects the rounds left + 100,
// what a function preserves, and zeros. Leaves with 0 in RAX, or with how many rounds were left when that was not so.
    .globl user_call_code
user_call_code:
    movq %rdi, %r12
    movq %rsi, %r13
    pushq %rsi
    ldmxcsr (%rsp)
1:  movl $0x77, %eax
    movq %r12, %rdi
    movl $2, %esi
    movl $3, %edx
    movl $4, %r10d
    movl $5, %r8d
    movl $6, %r9d
    leaq 9(%r12), %rbp
    leaq 10(%r12), %rbx
    movq %rsp, %r14
    leaq 12(%r12), %r15
    syscall
    orq %rcx, %rdx
    orq %rsi, %rdi
    orq %r8, %r9
    orq %r10, %r11
    orq %rdx, %rdi
    orq %r9, %r11
    orq %rdi, %r11
    jnz 2f
    subq %r12, %rax
    cmpq $100, %rax
    jne 2f
    subq $9, %rbp
    cmpq %r12, %rbp
    jne 2f
    subq $10, %rbx
    cmpq %r12, %rbx
    jne 2f
    cmpq %r14, %rsp
    jne 2f
    subq $12, %r15
    cmpq %r12, %r15
    jne 2f
    stmxcsr -8(%rsp)
    cmpl %r13d, -8(%rsp)
    jne 2f
    decq %r12
    jnz 1b
2:  movq %r12, %rax
    hlt

    .balign 4096
    .globl user_code_end
user_code_end:
