#include "kernel/processor/translation_machine.hpp"

#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"

namespace kernel::processor {

static_assert(shootdown::ParticipantMachine<TranslationMachine>);

Translations& TranslationMachine::peer(base::u32 cpu) { return core::kernel().processors.at(cpu).translations; }

cpu_set::CpuSet TranslationMachine::online() { return core::kernel().processors.online(); }

void TranslationMachine::ring(base::u32 cpu) { core::kernel().processors.at(cpu).ask_for_answer(); }

void TranslationMachine::post(base::u32 cpu, mailbox::Message& message) {
    core::kernel().processors.at(cpu).post(message);
}

bool TranslationMachine::is_flushed_on_entry(base::u32 cpu) {
    return !core::kernel().hypervisor.must_interrupt_to_flush(cpu);
}

void TranslationMachine::load(const shootdown::Space& space, shootdown::TagCache::Choice choice) {
    Arch::enter_address_space(space.top(), choice.tag, choice.flush);
}

void TranslationMachine::load_kernel_tables() { Arch::enter_address_space(Arch::kernel_tables(), 0, false); }

void TranslationMachine::flush_pages(const page_table::Gather& changes) { changes.for_each_page(Arch::flush_page); }

void TranslationMachine::flush_space() { Arch::flush_address_tag(); }

void TranslationMachine::flush_everything() { Arch::flush_all_translations(); }

} // namespace kernel::processor
