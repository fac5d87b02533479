// void wait_for_interrupt(): lets interrupts in, waits for one and shuts them out again.
//
// STI takes effect after the next instruction, so that one which was pending ends the wait. Not everywhere: an NMI between
// the two leaves no such grace behind, and QEMU's emulated VMRUN forgets it when the guest's host was interrupted there.
// What then comes before HLT would be slept over. So an interrupt that finds itself at halt_start returns behind it:
// X86_64::leave_halt().

    .text
    .balign 16
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
