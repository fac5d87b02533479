// From any 32-bit door to the kernel's first C++ function in the high half.
// In: EBX = physical address of the door's boot structure, ESI = the door. Paging is off, segments are flat.

    .set page_present_write, 0x3
    .set page_large, 0x80
    .set cr0_protected_mode, 1 << 0
    .set cr0_write_protect, 1 << 16
    .set cr0_paging, 1 << 31
    .set cr4_physical_address_extension, 1 << 5
    .set msr_efer, 0xc0000080
    .set efer_long_mode, 1 << 8
    .set efer_no_execute, 1 << 11
    .set msr_gs_base, 0xc0000101
    .set serial_port, 0x3f8
    .set debug_port, 0xe9

    .section .boot.text, "ax"
    .code32
    .globl boot_protected_mode
boot_protected_mode:
    cli
    cld
    movl $boot_stack_top_physical, %esp
    movl %ebx, %edi              // CPUID destroys EBX

    pushfl                       // [intel/vol1] 20.1: CPUID exists if EFLAGS.ID can be flipped
    popl %eax
    movl %eax, %ecx
    xorl $(1 << 21), %eax
    pushl %eax
    popfl
    pushfl
    popl %eax
    xorl %ecx, %eax
    testl $(1 << 21), %eax
    movl $(boot_message_cpuid - boot_message), %ebp
    jz boot_refuse

    movl $1, %eax
    cpuid
    movl $(boot_message_tsc - boot_message), %ebp
    testl $(1 << 4), %edx
    jz boot_refuse
    movl %edx, %ecx
    rdtsc                        // as early as it can be known to exist: the start of the boot's cost
    pushl %edx
    pushl %eax
    movl $(boot_message_pae - boot_message), %ebp
    testl $(1 << 6), %ecx
    jz boot_refuse

    movl $0x80000000, %eax
    cpuid
    movl $(boot_message_long_mode - boot_message), %ebp
    cmpl $0x80000001, %eax
    jb boot_refuse
    movl $0x80000001, %eax
    cpuid
    testl $(1 << 29), %edx
    jz boot_refuse
    movl %edx, %ebp              // bit 20: NX

    // The first 4 GiB, one to one, in 2 MiB pages: a boot structure may lie anywhere in them.
    // boot_tables: top level, low pointer table, four low directories.
    movl $boot_tables_physical, %ebx
    leal (4096 + page_present_write)(%ebx), %eax
    movl %eax, (%ebx)
    leal 4096(%ebx), %edx
    leal (2 * 4096 + page_present_write)(%ebx), %eax
    movl $4, %ecx
1:  movl %eax, (%edx)
    addl $4096, %eax
    addl $8, %edx
    decl %ecx
    jnz 1b
    leal (2 * 4096)(%ebx), %edx
    movl $(page_large | page_present_write), %eax
    movl $2048, %ecx
2:  movl %eax, (%edx)
    addl $0x200000, %eax
    addl $8, %edx
    decl %ecx
    jnz 2b

    // Nothing else in CR4: a door that came with five-level paging leaves it here, capability space must stay
    // non-canonical.
    movl $cr4_physical_address_extension, %eax
    movl %eax, %cr4
    movl %ebx, %cr3
    movl $msr_efer, %ecx
    rdmsr
    orl $efer_long_mode, %eax
    btl $20, %ebp
    jnc 3f
    orl $efer_no_execute, %eax
3:  wrmsr
    movl %cr0, %eax
    orl $(cr0_paging | cr0_write_protect | cr0_protected_mode), %eax
    movl %eax, %cr0
    popl %ebx                    // ticks, low
    popl %ecx                    // ticks, high
    lgdt boot_descriptor_table_physical
    ljmp $8, $boot_long_mode_physical

// EBP = offset of the text that says what is missing. Nothing below needs more than a 386.
boot_refuse:
    movl $boot_message_physical, %esi
    call boot_write
    leal boot_message_physical(%ebp), %esi
    call boot_write
    movl $(boot_message_physical + (boot_message_end - boot_message)), %esi
    call boot_write
4:  cli
    hlt
    jmp 4b

boot_write:
    lodsb
    testb %al, %al
    jz 7f
    movb %al, %ah
    movl $10000, %ecx            // a serial port that never drains must not hold us
5:  movw $(serial_port + 5), %dx
    inb %dx, %al
    testb $0x20, %al
    jnz 6f
    decl %ecx
    jnz 5b
6:  movb %ah, %al
    movw $serial_port, %dx
    outb %al, %dx
    movw $debug_port, %dx
    outb %al, %dx
    jmp boot_write
7:  ret

    .code64
    .globl boot_long_mode
boot_long_mode:
    xorl %eax, %eax
    movw %ax, %ds
    movw %ax, %es
    movw %ax, %ss
    movw %ax, %fs
    movw %ax, %gs
    movl $boot_stack_top_physical, %esp
    movl %ebx, %ebx
    shlq $32, %rcx
    orq %rcx, %rbx               // ticks at entry
    movl %edi, %r12d             // boot structure
    movl %esi, %r13d             // door
    xorl %ebp, %ebp

    // Maps the image at its random place and relocates it. Runs at physical addresses.
    movl %r12d, %edi
    movl %r13d, %esi
    call boot_place_image        // rax = what was added to the link addresses
    .globl boot_placed
boot_placed:                     // a debugger stops here to learn the slide
    movq %rax, %r14

    movabsq $virtual_base, %rcx
    addq %r14, %rcx
    leaq 8f(%rip), %rax
    addq %rcx, %rax
    addq %rcx, %rsp
    jmp *%rax
8:  movq %cr3, %rax              // drops what the translation cache kept of the tables while they were built
    movq %rax, %cr3
    leaq boot_cpu(%rip), %rax
    movq %rax, %rdx
    shrq $32, %rdx
    movl $msr_gs_base, %ecx
    wrmsr
    movl %r12d, %edi
    movl %r13d, %esi
    movq %rbx, %rdx
    movq %r14, %rcx
    call kernel_entry
9:  cli
    hlt
    jmp 9b

    .section .rodata.boot, "a"
    .balign 8
    .globl boot_descriptor_table
boot_descriptor_table:
    .quad 0
    .quad 0x00af9a000000ffff     // 64-bit code
    .globl boot_descriptor_table_pointer
boot_descriptor_table_pointer:
    .word 15
    .long boot_descriptor_table_physical_address
    .globl boot_message
boot_message:
    .asciz "cannot start: this CPU lacks "
boot_message_cpuid:
    .asciz "CPUID"
boot_message_tsc:
    .asciz "TSC"
boot_message_pae:
    .asciz "PAE"
boot_message_long_mode:
    .asciz "long mode (64 bit)"
boot_message_end:
    .asciz "\r\n"

    .section .page_bss, "aw", @nobits
    .balign 4096
    .globl boot_tables
boot_tables:
    .skip 6 * 4096

    // The first processor's stacks. Each begins with a page that stays unmapped; kernel/arch/x86_64/stack_block.hpp has the sizes.
    .globl boot_stacks
boot_stacks:
    .skip 4096 + 16384
    .globl boot_stack_top
boot_stack_top:
    .rept 4
    .skip 4096 + 8192
    .endr
    .globl boot_stacks_end
boot_stacks_end:
