/// Objects and a space for in-kernel tests, paid for by a budget of their own.
#pragma once

#include "base/assert.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/memory/kernel_tables.hpp"
#include "kernel/object/address_space.hpp"
#include "kernel/object/objects.hpp"
#include "kernel/object/sweep.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::object {

/// How often tests make and end everything: fewer times where each access is checked.
inline constexpr int kLeakRounds = base::kCheckLockOrder ? 200 : 10'000;

/// Counts how often it was resumed, and remembers the last error.
struct TestWait : FaultWait {
    TestWait()
        : FaultWait([](FaultWait& wait, base::Result<void> result) {
              auto& self = static_cast<TestWait&>(wait);
              ++self.resumed;
              self.error = result ? base::Error{} : result.error();
          }) {}

    TestWait(const TestWait&) = delete;
    TestWait& operator=(const TestWait&) = delete;

    /// A test that ends early may leave it waiting: until the pager's patience is over.
    ~TestWait() {
        processor::this_processor().idle_until(
            [](void* self) { return !static_cast<const TestWait*>(self)->is_waiting(); }, this);
    }

    base::u32 resumed = 0;
    base::Error error{};
};

struct TestSweep : Sweep {
    TestSweep() : Sweep([](Sweep& sweep) { ++static_cast<TestSweep&>(sweep).done; }) {}

    base::u32 done = 0;
};

struct TestFlush : FlushWait {
    TestFlush() : FlushWait([](FlushWait& wait) { ++static_cast<TestFlush&>(wait).count; }) {}

    base::u32 count = 0;
};

/// A test whose is_complete() is false has no memory, perhaps on purpose, and ends.
class TestMemory {
  public:
    TestMemory() {
        auto& budgets = core::kernel().budgets;
        ASSERT(budgets.attach(budget, budgets.root(), budget::kNoLimits).has_value());
        space = AddressSpace::create(budget).value_or(nullptr);
    }

    TestMemory(const TestMemory&) = delete;
    TestMemory& operator=(const TestMemory&) = delete;

    ~TestMemory() {
        space = nullptr;
        while (core::kernel().objects->reaper.has_work()) {
            static_cast<void>(core::kernel().objects->reaper.run_slice());
            Arch::let_interrupts_in();
        }
        ASSERT(core::kernel().budgets.detach(budget).has_value(), "something was not given back");
    }

    [[nodiscard]] bool is_complete() const { return static_cast<bool>(space); }

    base::RefPtr<Memory> make(base::Bytes size) { return Memory::create_anonymous(budget, size).value_or(nullptr); }

    /// 0 for want of memory.
    base::VirtualAddress map(const base::RefPtr<Memory>& memory, address_space::Access access) const {
        if (!space || !memory) {
            return base::VirtualAddress{0};
        }
        return space->map({.object = memory, .size = base::Pages{memory->pages()}.bytes(), .access = access})
            .value_or(base::VirtualAddress{0});
    }

    /// Whether all of it was unmapped, and that was told.
    bool unmap(base::VirtualAddress start, base::Bytes size) const {
        for (base::Bytes done{0}; done < size;) {
            TestFlush flush;
            const auto slice = space->unmap(start + done, size - done, flush);
            if (!slice || flush.count != 1) {
                return false;
            }
            done += *slice;
        }
        return true;
    }

    static bool write(Memory& memory, base::Bytes offset, std::span<const std::byte> bytes) {
        TestSweep sweep;
        return memory.write(offset, bytes, sweep).has_value() && sweep.done == 1;
    }

    base::RefPtr<Memory> clone(Memory& memory) {
        TestSweep sweep;
        auto copy = memory.clone(budget, sweep);
        return copy && sweep.done == 1 ? *copy : nullptr;
    }

    /// The frame that is mapped at `address`; 0: none.
    [[nodiscard]] base::PhysicalAddress frame_at(base::VirtualAddress address) const {
        memory::KernelTables tables;
        memory::KernelMapper mapper(tables, space->tables(), 1);
        const auto found = mapper.translate(address);
        return found ? found->address : base::PhysicalAddress{0};
    }

    /// Of the page that is mapped at `address`: 0 is 4 KiB, 1 is 2 MiB; -1: none.
    [[nodiscard]] int page_level(base::VirtualAddress address) const {
        memory::KernelTables tables;
        memory::KernelMapper mapper(tables, space->tables(), 1);
        const auto found = mapper.translate(address);
        return found ? found->level : -1;
    }

    budget::Budget budget;
    base::RefPtr<AddressSpace> space;
};

} // namespace kernel::object
