/// What libs/shootdown needs of the machine: the processors' mailboxes, and the instructions that drop translations.
#pragma once

#include "libs/shootdown/participant.hpp"

namespace kernel::processor {

/// Has no state: everything hangs in the Kernel.
class TranslationMachine {
  public:
    using Participant = shootdown::Participant<TranslationMachine>;

    static Participant& peer(base::u32 cpu);
    static cpu_set::CpuSet online();
    static void ring(base::u32 cpu);
    static void post(base::u32 cpu, mailbox::Message& message);

    /// Asks the hypervisor, where one offers it.
    static bool is_flushed_on_entry(base::u32 cpu);

    static void load(const shootdown::Space& space, shootdown::TagCache::Choice choice);
    static void load_kernel_tables();
    static void flush_pages(const page_table::Gather& changes);
    static void flush_space();
    static void flush_everything();
};

/// A processor's part in keeping translations true: entering address spaces, and tickets for what is unmapped.
using Translations = TranslationMachine::Participant;

} // namespace kernel::processor
