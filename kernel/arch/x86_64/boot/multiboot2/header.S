// By this header a loader finds the door: [multiboot2] 3.1. It stands in the first 32 KiB of the file.

    .set magic, 0xe85250d6
    .set protected_mode_i386, 0
    .set optional, 1

    .section .multiboot2, "a"
    .balign 8
header:
    .long magic
    .long protected_mode_i386
    .long header_end - header
    .long -(magic + protected_mode_i386 + (header_end - header))

    .balign 8
    .word 1, optional            // what we would like to know
    .long 8 + 4 * 4
    .long 6, 14, 15, 17          // memory map, RSDP old and new, EFI memory map

    .balign 8
    .word 3, 0                   // where to enter: the ELF header's entry is a virtual address
    .long 12
    .long multiboot2_entry_physical

    .balign 8
    .word 6, 0                   // modules begin at pages
    .long 8

    .balign 8
    .word 0, 0
    .long 8
header_end:
