// How a processor waits for interrupts. Each of these lets them in, waits, and shuts them out again.
//
// STI takes effect after the next instruction, so that one which was pending ends the wait. Not everywhere: an NMI between
// the two leaves no such grace behind, and QEMU's emulated VMRUN forgets it when the guest's host was interrupted there.
// What then comes before HLT would be slept over. So an interrupt that finds itself before the end of a wait returns behind
// it: X86_64::leave_wait().

    .text
    .balign 16
    .globl waits_start
waits_start:

// void wait_for_interrupt()
    .globl wait_for_interrupt
    .type wait_for_interrupt, @function
wait_for_interrupt:
    endbr64
    pushq %rbp                   // a frame: what comes here may be the last that is reported
    movq %rsp, %rbp
    sti
    .globl halt_start
halt_start:
    hlt
    .globl halt_end
halt_end:
    cli
    popq %rbp
    ret

// void watch_word(const void* word, uint32_t value): until an interrupt, or another value is stored. [intel/vol2] MONITOR,
// MWAIT: the lightest of its states, C1.
    .balign 16
    .globl watch_word
    .type watch_word, @function
watch_word:
    endbr64
    pushq %rbp
    movq %rsp, %rbp
    movq %rdi, %rax
    xorl %ecx, %ecx
    xorl %edx, %edx
    monitor
    cmpl %esi, (%rdi)            // what was stored before is not watched for
    jne watch_out
    xorl %eax, %eax
    sti
    .globl watch_start
watch_start:
    mwait
    .globl watch_end
watch_end:
    nop                          // QEMU imitates MWAIT by none at all: what STI holds back comes behind this
    cli
watch_out:
    popq %rbp
    ret

// bool poll_word(const void* word, uint32_t value, uint32_t looks): false if neither an interrupt came nor another value
// was stored while it looked that often.
    .balign 16
    .globl poll_word
    .type poll_word, @function
poll_word:
    endbr64
    pushq %rbp
    movq %rsp, %rbp
    movl $1, %eax
    sti
    .globl poll_start
poll_start:
    pause
    cmpl %esi, (%rdi)
    jne poll_end
    decl %edx
    jnz poll_start
    cli                          // one that came last is behind poll_end already
    xorl %eax, %eax
    popq %rbp
    ret
    .globl poll_end
poll_end:
    cli
    popq %rbp
    ret

    .globl waits_end
waits_end:
