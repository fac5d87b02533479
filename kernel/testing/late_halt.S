// void late_halt(): waits for an interrupt, but what is pending comes before HLT, as if STI held nothing back.

    .text
    .globl late_halt
    .type late_halt, @function
late_halt:
    endbr64
    pushq %rbp
    movq %rsp, %rbp
    sti
    jmp halt_start
