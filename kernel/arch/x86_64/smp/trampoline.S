// Where a started processor begins: real mode, in a page below 1 MiB to which this was copied. Position-independent; the
// data at its end is filled in by start_processor.cpp, which has the same layout.

    .set msr_efer, 0xc0000080
    .set msr_gs_base, 0xc0000101
    .set efer_bits, (1 << 8) | (1 << 11)          // long mode, no-execute
    .set cr4_physical_address_extension, 1 << 5
    .set cr0_bits, (1 << 31) | (1 << 16) | 0x33   // paging, write protect, native errors, co-processor, protected mode

    .section .rodata.trampoline, "a"
    .balign 16
    .globl trampoline_start
trampoline_start:
    .code16
    cli
    cld
    movw %cs, %ax
    movw %ax, %ds
    lgdtl (trampoline_segments_pointer - trampoline_start)
    movl $cr4_physical_address_extension, %eax
    movl %eax, %cr4
    movl (trampoline_tables - trampoline_start), %eax
    movl %eax, %cr3
    movl $msr_efer, %ecx
    rdmsr
    orl $efer_bits, %eax
    wrmsr
    movl $cr0_bits, %eax
    movl %eax, %cr0
    ljmpl *(trampoline_target - trampoline_start)

    .code64
trampoline_long_mode:
    xorl %eax, %eax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw %ax, %fs
    movw %ax, %gs

    // Who am I? The identifier of 32 bits where the processor has one.
    cpuid
    cmpl $0xb, %eax
    jb 1f
    movl $0xb, %eax
    xorl %ecx, %ecx
    cpuid
    testl %ebx, %ebx
    jnz 2f
1:  movl $1, %eax
    cpuid
    movl %ebx, %edx
    shrl $24, %edx
2:  movq trampoline_places(%rip), %rsi
    movq trampoline_count(%rip), %rcx
3:  testq %rcx, %rcx
    jz 5f
    cmpl %edx, (%rsi)
    je 4f
    addq $24, %rsi
    decq %rcx
    jmp 3b

4:  movq 8(%rsi), %rsp           // the kernel stack
    movq 16(%rsi), %rdi          // the processor's area
    movq %rdi, %rax
    movq %rdi, %rdx
    shrq $32, %rdx
    movl $msr_gs_base, %ecx
    wrmsr
    xorl %ebp, %ebp
    pushq $0
    jmp *trampoline_entry(%rip)

    // Nobody called this one.
5:  cli
    hlt
    jmp 5b

    .balign 8
    .globl trampoline_data
trampoline_data:
trampoline_places:
    .quad 0
trampoline_count:
    .quad 0
trampoline_entry:
    .quad 0
trampoline_tables:
    .long 0
trampoline_target:
    .long trampoline_long_mode - trampoline_start   // the page is added
    .word 8
    .word 0
trampoline_segments_pointer:
    .word 15
    .long trampoline_segments - trampoline_start    // the page is added
    .balign 8
trampoline_segments:
    .quad 0
    .quad 0x00af9b000000ffff
    .globl trampoline_end
trampoline_end:
