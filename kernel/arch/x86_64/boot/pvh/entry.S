// The PVH door: [xen] docs/misc/pvh.pandoc. 32-bit protected mode, paging off, EBX = physical address of hvm_start_info.

    .section .boot.text, "ax"
    .code32
    .globl pvh_entry
pvh_entry:
    movl $1, %esi                // kernel::arch::x86_64::Door::Pvh
    jmp boot_protected_mode
