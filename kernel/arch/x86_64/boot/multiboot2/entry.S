// The Multiboot2 door: [multiboot2] 3.3. 32-bit protected mode, paging off, EAX = a magic number, EBX = physical address of
// the information structure.

    .set loader_magic, 0x36d76289

    .section .boot.text, "ax"
    .code32
    .globl multiboot2_entry
multiboot2_entry:
    movl $2, %esi                // kernel::arch::x86_64::Door::Multiboot2
    cmpl $loader_magic, %eax
    je boot_protected_mode
    xorl %ebx, %ebx              // whoever came here brought nothing
    jmp boot_protected_mode
