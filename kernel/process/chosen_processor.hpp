/// The processor that a program names.
#pragma once

#include "abi/arguments.hpp"
#include "base/result.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::process {

/// That with this index, or the running one for kAnyProcessor. InvalidArgument: there is none, or it is not online.
inline base::Result<processor::Processor*> chosen_processor(base::u64 index) {
    auto& processors = core::kernel().processors;
    if (index == abi::kAnyProcessor) {
        return &processor::this_processor();
    }
    if (index >= processors.count()) {
        return base::Error::InvalidArgument;
    }
    processor::Processor& chosen = processors.at(static_cast<base::u32>(index));
    using Answer = base::Result<processor::Processor*>;
    return chosen.state() == processor::State::Online ? Answer{&chosen} : Answer{base::Error::InvalidArgument};
}

/// The same of a thread: that processor alone, or all.
inline base::Result<cpu_set::CpuSet> chosen_affinity(base::u64 index) {
    if (index == abi::kAnyProcessor) {
        return cpu_set::CpuSet::all();
    }
    cpu_set::CpuSet alone;
    alone.add(TRY(chosen_processor(index))->index());
    return alone;
}

} // namespace kernel::process
