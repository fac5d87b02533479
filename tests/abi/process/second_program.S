// What processes run that tests/abi makes: one page, copied into a Memory and mapped where it is needed. RDI says what is to
// be done, RSI, RDX and RCX with what. It uses no stack.

    .set call_submit, 0
    .set call_debug_write, 1
    .set call_exit, 2

    .section .rodata.second_program, "a"
    .balign 4096
    .globl second_program
    .hidden second_program
second_program:
    cmpl $0, %edi
    je exit_with_second
    cmpl $1, %edi
    je spin
    cmpl $2, %edi
    je park
    cmpl $3, %edi
    je fault
    cmpl $4, %edi
    je check_registers
    cmpl $5, %edi
    je write_word
    cmpl $6, %edi
    je break_ring
    cmpl $7, %edi
    je call_unknown
    cmpl $8, %edi
    je invoke
    cmpl $9, %edi
    je write_debug
    cmpl $10, %edi
    je serve
    cmpl $11, %edi
    je take_turns
    cmpl $12, %edi
    je wait_and_spin
    cmpl $13, %edi
    je make_threads
    ud2

exit_with_second:
    movq %rsi, %rdi
exit:
    movl $call_exit, %eax
    syscall
    ud2

// Counts in the word at RSI.
spin:
    movq $0x5217, %rbx
1:  lock incq (%rsi)
    jmp 1b

// Waits for a completion that does not come.
park:
    xorl %edi, %edi
    movl $1, %esi
    xorl %edx, %edx
    movl $call_submit, %eax
    syscall
    movl $2, %edi
    jmp park

// Waits for a completion, then counts in the word at RSI.
wait_and_spin:
    movq %rsi, %r12
    xorl %edi, %edi
    movl $1, %esi
    xorl %edx, %edx
    movl $call_submit, %eax
    syscall
    movq %r12, %rsi
    jmp spin

fault:
    movq %rax, 0
    ud2

// Whether all is zero that nobody gave; RSI, RDX and RCX are 11, 22 and 33.
check_registers:
    orq %rbx, %rax               // kVersion is 0
    orq %rbp, %rax
    orq %r8, %rax
    orq %r9, %rax
    orq %r10, %rax
    orq %r11, %rax
    orq %r12, %rax
    orq %r13, %rax
    orq %r14, %rax
    orq %r15, %rax
    subq $11, %rsi
    subq $22, %rdx
    subq $33, %rcx
    orq %rsi, %rax
    orq %rdx, %rax
    orq %rcx, %rax
    movq %rax, %rdi
    jmp exit

// The word at RSI becomes RDX; the code is RCX.
write_word:
    movq %rdx, (%rsi)
    movq %rcx, %rdi
    jmp exit

// RSI is a ring: more submissions than it has places.
break_ring:
    movl $0x1000, (%rsi)
    movl $1, %edi
    xorl %esi, %esi
    xorl %edx, %edx
    movl $call_submit, %eax
    syscall
    movl $9, %edi
    jmp exit

call_unknown:
    movl $99, %eax
    syscall
    ud2

// RSI is a ring of 2 submissions, RDX a capability: invokes method RCX of it, and exits with the status and 100.
invoke:
    movq %rsi, %r12
    movq %rdx, 256(%r12)         // abi/ring.hpp: capability, method
    movw %cx, 264(%r12)
    movl $1, (%r12)
    movl $1, %edi
    movl $1, %esi
    xorl %edx, %edx
    movl $call_submit, %eax
    syscall
    movzwl 512+14(%r12), %edi    // of the first completion
    addl $100, %edi
    jmp exit

// RSI is a ring of 2 submissions and 4 completions, header and entries as in abi/ring.hpp. Answers each request with what it
// brought; exits with the status of the first notice.
serve:
    movq %rsi, %r12
    xorl %r13d, %r13d            // submissions made
    xorl %r14d, %r14d            // completions read
    xorl %ebp, %ebp              // submissions to be taken
1:  movl %ebp, %edi
    movl $1, %esi
    xorl %edx, %edx
    movl $call_submit, %eax
    syscall
    xorl %ebp, %ebp
    cmpl %r14d, 128(%r12)
    je 1b
    movl %r14d, %eax
    andl $3, %eax
    shll $7, %eax
    leaq 512(%r12,%rax), %rbx
    testb $2, 10(%rbx)           // CompletionKind::Notice
    jnz 2f
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
    incl %ebp
    jmp 1b
2:  movzwl 14(%rbx), %edi
    jmp exit

// Takes turns with another: RSI is a ring of 2 submissions and 4 completions, RDX its address space, RCX a word of 8 bytes,
// whose bit 0 says whose turn it is; bit 0 of RCX: which are its own. Ends when the word is at least the one behind it, with
// how many waits were woken, or with a status that is neither success nor BadState and 0x10000.
take_turns:
    movq %rsi, %r12
    movq %rcx, %r14
    andq $-2, %r14
    movl %ecx, %r15d
    andl $1, %r15d
    movq %rdx, 256(%r12)         // in both submissions
    movq %rdx, 384(%r12)
    xorl %r13d, %r13d            // entries made
    xorl %ebp, %ebp              // waits that were woken
1:  movl (%r14), %edx            // what is expected
    cmpl 8(%r14), %edx
    jae 5f
    movl %edx, %eax
    andl $1, %eax
    cmpl %r15d, %eax
    movabsq $0x1800000504, %rbx  // 24 bytes, wait_address, and no owner
    jne 2f
    incl %edx
    movl %edx, (%r14)
    movl $1, %edx                // how many are to be woken
    movabsq $0x1000000505, %rbx  // 16 bytes, wake_address
2:  movl %r13d, %ecx
    andl $1, %ecx
    shll $7, %ecx
    leaq 256(%r12,%rcx), %rcx
    movq %rbx, 8(%rcx)
    movq %r14, 32(%rcx)
    movq %rdx, 40(%rcx)
    incl %r13d
    movl %r13d, (%r12)
3:  movl $1, %edi
    movl $1, %esi
    xorl %edx, %edx
    movl $call_submit, %eax
    syscall
    cmpl %r13d, 128(%r12)
    jne 3b
    leal -1(%r13), %ecx
    andl $3, %ecx
    shll $7, %ecx
    movzwl 512+14(%r12,%rcx), %eax
    movl %r13d, 192(%r12)
    cmpl $6, %eax                // BadState
    je 1b
    testl %eax, %eax
    jnz 4f
    cmpb $4, %bl
    jne 1b
    incl %ebp
    jmp 1b
4:  leal 0x10000(%rax), %ebp
5:  movl %ebp, %edi
    jmp exit

// Makes threads that spin, and tries again as often as it is refused: RSI is a ring of 2 submissions and 4 completions, RDX
// its process, RCX has four words: how many threads it has started, how often it was refused, the status of the last
// refusal, and what the threads count in.
make_threads:
    movq %rsi, %r12
    movq %rdx, %r14
    movq %rcx, %r15
    xorl %r13d, %r13d            // entries made
1:  xorl %ebp, %ebp              // 0: a thread is made, 1: it is started
    movq %r14, %rdx
    movabsq $0x13800000203, %rax // 1 slot, 56 bytes, create_thread
2:  movl %r13d, %ecx
    andl $1, %ecx
    shll $7, %ecx
    leaq 256(%r12,%rcx), %rcx
    movq %rdx, (%rcx)
    movq %rax, 8(%rcx)
    .irp word, 16, 24, 40, 64, 72, 96
    movq $0, \word(%rcx)
    .endr
    leaq second_program(%rip), %rax
    movq %rax, 32(%rcx)          // abi/arguments.hpp, CreateThreadArguments
    movq $1, 48(%rcx)            // spin
    leaq 24(%r15), %rax
    movq %rax, 56(%rcx)
    movq $-1, 80(%rcx)           // kAnyProcessor
    incl %r13d
    movl %r13d, (%r12)
3:  movl $1, %edi
    movl $1, %esi
    xorl %edx, %edx
    movl $call_submit, %eax
    syscall
    cmpl %r13d, 128(%r12)
    jne 3b
    leal -1(%r13), %ecx
    andl $3, %ecx
    shll $7, %ecx
    movzwl 512+14(%r12,%rcx), %eax
    movq 512+96(%r12,%rcx), %rdx
    movl %r13d, 192(%r12)
    testl %eax, %eax
    jnz 5f
    testl %ebp, %ebp
    jnz 4f
    shlq $16, %rdx               // the handle of the slot word
    shrq $16, %rdx
    movl $0x300, %eax            // start
    incl %ebp
    jmp 2b
4:  lock incq (%r15)
    jmp 1b
5:  movq %rax, 16(%r15)
    lock incq 8(%r15)
    jmp 1b

// Exits with what the call answers to writing nothing.
write_debug:
    movl $call_debug_write, %eax
    syscall
    movq %rax, %rdi
    jmp exit

    .balign 4096
