// By this note a loader finds the door: [xen] public/elfnote.h, XEN_ELFNOTE_PHYS32_ENTRY.

    .section .note.Xen, "a", @note
    .balign 4
    .long 4                      // size of the name
    .long 4                      // size of the descriptor
    .long 18                     // its type
    .asciz "Xen"
    .balign 4
    .long pvh_entry_physical
