/// A pager for in-kernel tests.
#pragma once

#include <array>

#include "kernel/object/page_source.hpp"
#include "kernel/object/test_memory.hpp"
#include "kernel/processor/processor.hpp"

namespace kernel::object {

/// A pager that notes what it is asked, and answers at once if it is told to.
struct TestPager final : TestMemory, PageSource {
    static constexpr base::Bytes kPage{base::kPageSize};
    static constexpr base::u64 kPages = 16;
    static constexpr base::Nanoseconds kPatience{20'000'000};

    using Want = memory_object::Want;

    TestPager() {
        memory = Memory::create_pager_backed(budget, kPage * kPages, memory_object::FirstWrite::AsksThePager, *this)
                     .value_or(nullptr);
        own = make(kPage * kPages);
        if (space && memory) {
            start = space
                        ->map({.object = memory,
                               .size = kPage * kPages,
                               .access = address_space::Access::ReadWrite,
                               .attributes = {.pager_deadline = kPatience}})
                        .value_or(start);
        }
    }

    /// Whether there was memory enough for all of it.
    [[nodiscard]] bool is_complete() const { return own && start != base::VirtualAddress{0}; }

    void request(Memory&, base::u64 page, Want want) override {
        ++requests;
        last_page = page;
        if (answers_at_once) {
            answer(page, want);
        }
    }

    /// Gives a page of its own object; if it has none for want of memory, whoever waits gets an error.
    void answer(base::u64 page, Want want) {
        std::array<base::PhysicalAddress, 1> frame{};
        TestSweep sweep;
        TestSweep given;
        if (!own->commit(next_own, 1, sweep) || !own->give(next_own, frame, given)) {
            memory->refuse(page, 1, base::Error::NoMemory);
            return;
        }
        if (!memory->supply(page, frame, memory_object::Supply::Given, want)) {
            own->take_back(next_own, frame);
            memory->refuse(page, 1, base::Error::NoMemory);
        }
        next_own = (next_own + 1) % kPages;
    }

    /// Reads or writes `page` as a thread would, until it has it. Whether it got it.
    bool touch(base::u64 page, address_space::Fault fault) {
        TestWait wait;
        for (int tries = 0; tries < 8; ++tries) {
            const auto result = space->fault(start + kPage * page, fault, wait);
            if (!result || *result == FaultResult::Ready) {
                return result.has_value();
            }
            await(wait);
        }
        return false;
    }

    /// Lets messages and timers come until `wait` was resumed once more.
    static void await(TestWait& wait) {
        const base::u32 before = wait.resumed;

        struct Context {
            TestWait& wait;
            base::u32 before;
        } context{wait, before};

        processor::this_processor().idle_until(
            [](void* self) {
                const auto& seen = *static_cast<Context*>(self);
                return seen.wait.resumed != seen.before;
            },
            &context);
    }

    base::RefPtr<Memory> memory;
    base::RefPtr<Memory> own;
    base::VirtualAddress start{0};
    bool answers_at_once = false;
    base::u32 requests = 0;
    base::u64 last_page = 0;
    base::u64 next_own = 0;
};

} // namespace kernel::object
