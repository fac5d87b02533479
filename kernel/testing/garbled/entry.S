// A PVH door that damages its boot structure before the kernel sees it: `garble=N` on the command line says how. The
// fields are those of [xen] public/arch-x86/hvm/start_info.h.

    .set magic, 0
    .set version, 4
    .set module_count, 12
    .set modules, 16
    .set command_line, 24
    .set map, 40
    .set map_count, 48

    .section .note.Xen, "a", @note
    .balign 4
    .long 4
    .long 4
    .long 18
    .asciz "Xen"
    .balign 4
    .long garbled_entry_physical

    .section .boot.text, "ax"
    .code32
    .globl garbled_entry
garbled_entry:
    movl command_line(%ebx), %eax
1:  cmpl $0x62726167, (%eax)     // "garb"
    je 2f
    incl %eax
    jmp 1b
2:  movb 7(%eax), %al            // the digit behind "garble="
    cmpb $'0', %al
    je missing
    cmpb $'1', %al
    je elsewhere
    cmpb $'2', %al
    je wrong_magic
    cmpb $'3', %al
    je endless_map
    cmpb $'4', %al
    je no_map
    cmpb $'5', %al
    je old_version
    cmpb $'6', %al
    je wild_modules
    cmpb $'7', %al
    je far_command_line
    cmpb $'8', %al
    je map_of_nothing
    cmpb $'9', %al
    je five_levels
    jmp pvh_entry
missing:
    xorl %ebx, %ebx
    jmp pvh_entry
elsewhere:
    movl $0xfffff000, %ebx
    jmp pvh_entry
wrong_magic:
    notl magic(%ebx)
    jmp pvh_entry
endless_map:
    movl $-1, map_count(%ebx)
    jmp pvh_entry
no_map:
    movl $0, map(%ebx)
    jmp pvh_entry
old_version:
    movl $0, version(%ebx)
    jmp pvh_entry
wild_modules:
    movl $3, module_count(%ebx)
    movl $0xfffffff0, modules(%ebx)
    jmp pvh_entry
far_command_line:
    movl $-1, command_line + 4(%ebx)
    jmp pvh_entry
map_of_nothing:
    movl $0xe0000000, map(%ebx)  // no memory is there: it reads as ones
    jmp pvh_entry
five_levels:
    movl %cr4, %eax              // a door that came with five-level paging: the kernel must leave it
    orl $(1 << 12), %eax
    movl %eax, %cr4
    jmp pvh_entry
