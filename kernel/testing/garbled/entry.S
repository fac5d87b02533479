// A PVH door that damages its boot structure before the kernel sees it: `garble=N` on the command line says how; `garble=firecracker`
// damages nothing, but leaves what Firecracker leaves. The fields are those of [xen] public/arch-x86/hvm/start_info.h.

    .set magic, 0
    .set version, 4
    .set module_count, 12
    .set modules, 16
    .set command_line, 24
    .set acpi_root, 32
    .set map, 40
    .set map_count, 48
    .set map_entry_bytes, 24

    // [acpi] 5.2.5.3, 5.2.7, 5.2.12.
    .set root_table, 16
    .set silent_id, 77

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
2:  movb 7(%eax), %al            // what stands behind "garble="
    cmpb $'s', %al
    je silent_processor
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
    cmpb $'f', %al
    je firecracker
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
silent_processor:                // the last processor in the firmware's table gets an id that nobody has
    movl acpi_root(%ebx), %esi
    movl root_table(%esi), %esi
    movl 4(%esi), %ecx           // the root table's end
    addl %esi, %ecx
    leal 36(%esi), %edi
3:  cmpl %ecx, %edi
    jae pvh_entry
    movl (%edi), %esi
    addl $4, %edi
    cmpl $0x43495041, (%esi)     // "APIC"
    jne 3b
    movl 4(%esi), %ecx
    addl %esi, %ecx
    leal 44(%esi), %edi
4:  cmpl %ecx, %edi
    jae 6f
    cmpb $0, (%edi)              // a local APIC
    jne 5f
    movl %edi, %edx
5:  movzbl 1(%edi), %eax
    addl %eax, %edi
    jmp 4b
6:  movb 3(%edx), %al
    movb $silent_id, 3(%edx)
    subb $silent_id, %al
    addb %al, 9(%esi)            // the checksum stays right
    jmp pvh_entry
five_levels:
    movl %cr4, %eax              // a door that came with five-level paging: the kernel must leave it
    orl $(1 << 12), %eax
    movl %eax, %cr4
    jmp pvh_entry
firecracker:                     // as Firecracker leaves it: ACPI's root is not said, and the map is not sorted
    movl $0, acpi_root(%ebx)
    movl map(%ebx), %esi
    imull $map_entry_bytes, map_count(%ebx), %edi
    leal -map_entry_bytes(%esi, %edi), %edi
1:  cmpl %edi, %esi              // from both ends, until they meet: the last becomes the first
    jae pvh_entry
    movl $(map_entry_bytes / 4), %ecx
2:  movl (%esi), %eax
    xchgl (%edi), %eax
    movl %eax, (%esi)
    addl $4, %esi
    addl $4, %edi
    loop 2b
    subl $(2 * map_entry_bytes), %edi
    jmp 1b
