// What memory costs a thread in ring 3, and what its kernel calls cost.
#include "kernel/memory/frame_allocator.hpp"
#include "kernel/object/test_memory.hpp"
#include "kernel/processor/processor.hpp"
#include "kernel/testing/figure.hpp"
#include "kernel/testing/user_code.hpp"
#include "kernel/thread/mapped_space.hpp"
#include "kernel/thread/thread.hpp"
#include "testing/test.hpp"

namespace kernel::thread {

using address_space::Access;
using base::Bytes;
using base::u64;
using base::VirtualAddress;
using object::Memory;
using testing::print_figure;
using testing::UserRoutine;

namespace {

constexpr Bytes kPage{base::kPageSize};

/// A thread in a space of objects that writes pages, one after the other.
class Writer final : public FaultHandler, public object::TestMemory {
  public:
    Writer() : code_(make_code()), user_(space) {
        object::TestSweep sweep;
        code_at_ = *space->map({.object = code_,
                                .size = kPage,
                                .access = Access::ReadExecute,
                                .attributes = {.rights = {.write = false, .execute = true}}});
    }

    ~Writer() {
        thread_.reset();
        code_ = nullptr;
    }

    /// Ticks for each page, with the loop around it.
    u64 write(VirtualAddress start, u64 pages) {
        const Arch::UserEntry entry{.code = code_at_ + Bytes{testing::offset_of(UserRoutine::WritePages)},
                                    .stack = code_at_,
                                    .first = start.value(),
                                    .second = pages,
                                    .third = 0};
        auto made = Thread::create(user_, processor::this_processor(), entry, core::kernel().frames);
        ASSERT(made.has_value());
        thread_ = std::move(*made);
        thread_->set_fault_handler(*this);
        is_over_ = false;
        wake(*thread_);
        processor::this_processor().threads.run_until(
            [](void* context) { return static_cast<Writer*>(context)->is_over_; }, this);
        while (!thread_->is_gone()) {
            processor::this_processor().drain();
        }
        thread_.reset();
        return ticks_ / pages;
    }

    Disposition handle_fault(Thread& thread, const arch::UserFault& fault) override {
        EXPECT_TRUE(fault.kind == arch::FaultKind::Protection);
        ticks_ = thread.context().frame().rbx;
        is_over_ = true;
        return Disposition::ended();
    }

  private:
    base::RefPtr<Memory> make_code() {
        auto memory = make(kPage);
        const auto bytes = Arch::virtual_bytes(VirtualAddress{testing::user_code_address()}, kPage);
        ASSERT(memory && TestMemory::write(*memory, Bytes{0}, bytes));
        return memory;
    }

    base::RefPtr<Memory> code_;
    VirtualAddress code_at_{0};
    MappedSpace user_;
    OwnedThread thread_;
    u64 ticks_ = 0;
    bool is_over_ = false;
};

template <class Body>
u64 ticks_of(Body body) {
    const u64 before = Arch::read_cycle_counter();
    body();
    return Arch::read_cycle_counter() - before;
}

} // namespace

TEST(MemoryFigures, FirstTouchAndCopyOnWrite) {
    constexpr u64 kPages = 512;
    Writer writer;
    auto memory = writer.make(kPage * kPages);
    const VirtualAddress start = writer.map(memory, Access::ReadWrite);
    core::kernel().frames.want_zeroed(0);
    print_figure("mm.touch.4k", writer.write(start, kPages));
    const auto copy = writer.clone(*memory);
    ASSERT_TRUE(static_cast<bool>(copy));
    print_figure("mm.cow.4k", writer.write(start, kPages));
    EXPECT_TRUE(writer.unmap(start, kPage * kPages));
}

TEST(MemoryFigures, MappingsAndProtection) {
    object::TestMemory world;
    auto memory = world.make(kPage * 512);
    object::TestFlush flush;
    const auto map = [&] {
        return *world.space->map({.object = memory, .size = kPage * 16, .access = Access::ReadWrite});
    };
    static_cast<void>(world.space->unmap(map(), kPage * 16, flush));
    u64 pair = ticks_of([&] { static_cast<void>(world.space->unmap(map(), kPage * 16, flush)); });
    print_figure("mm.map_unmap", pair);

    const VirtualAddress start = world.map(memory, Access::ReadWrite);
    object::TestWait wait;
    for (u64 page = 0; page < 512; ++page) {
        static_cast<void>(world.space->fault(start + kPage * page, address_space::Fault::Write, wait));
    }
    const auto protect = [&](Access access) { static_cast<void>(world.space->protect(start, kPage, access, flush)); };
    protect(Access::Read);
    protect(Access::ReadWrite);
    pair = ticks_of([&] {
        protect(Access::Read);
        protect(Access::ReadWrite);
    });
    print_figure("mm.protect_pair", pair);
    u64 ticks = 0;
    for (Bytes done{0}; done < kPage * 512;) {
        Bytes slice{0};
        ticks +=
            ticks_of([&] { slice = world.space->unmap(start + done, kPage * 512 - done, flush).value_or(Bytes{0}); });
        ASSERT_TRUE(slice != Bytes{0});
        done += slice;
    }
    print_figure("mm.unmap.per_4k", ticks / 512);
}

TEST(MemoryFigures, CloneOfAGibibyte) {
    constexpr u64 kPages = 1 << 18;
    if (core::kernel().boot_info.memory.total_usable() < Bytes{0x60000000}) {
        return;
    }
    Writer writer;
    auto memory = writer.make(kPage * kPages);
    const VirtualAddress start = writer.map(memory, Access::ReadWrite);
    static_cast<void>(writer.write(start, kPages));
    base::RefPtr<Memory> copy;
    print_figure("mm.clone.1g", ticks_of([&] { copy = writer.clone(*memory); }));
    ASSERT_TRUE(static_cast<bool>(copy));
    print_figure("mm.clone.first_write", writer.write(start, 1));
}

} // namespace kernel::thread
