// The PVH door: [xen] docs/misc/pvh.pandoc. 32-bit protected mode, paging off, EBX = physical address of hvm_start_info.

    .section .note.Xen, "a", @note
    .balign 4
    .long 4                      // size of the name
    .long 4                      // size of the descriptor
    .long 18                     // XEN_ELFNOTE_PHYS32_ENTRY
    .asciz "Xen"
    .balign 4
    .long pvh_entry_physical

    .section .boot.text, "ax"
    .code32
    .globl pvh_entry
pvh_entry:
    movl $1, %esi                // kernel::arch::x86_64::Door::Pvh
    jmp boot_protected_mode
