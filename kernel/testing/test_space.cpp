#include "kernel/testing/test_space.hpp"

#include <algorithm>
#include <atomic>

#include "base/assert.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/memory/kernel_map.hpp"
#include "kernel/memory/kernel_tables.hpp"

namespace kernel::testing {

using base::Bytes;
using base::PhysicalAddress;
using base::u64;
using base::usize;
using base::VirtualAddress;
using page_table::Access;
using page_table::Owner;

namespace {

constexpr Bytes kPage{base::kPageSize};

constexpr PhysicalAddress kNone{0};

PhysicalAddress make_top() {
    const PhysicalAddress frame = core::kernel().frames.allocate_zeroed().value_or(kNone);
    if (frame != kNone) {
        Arch::fill_kernel_half(frame);
    }
    return frame;
}

/// Processors other than this one read and write it too.
std::atomic_ref<u64> word_of(PhysicalAddress page, usize index) {
    const auto bytes = Arch::physical_bytes(page + Bytes{index * sizeof(u64)}, Bytes{sizeof(u64)});
    return std::atomic_ref(*static_cast<u64*>(static_cast<void*>(bytes.data())));
}

} // namespace

/// Tables that the space keeps account of.
struct TestSpace::Tables {
    base::Result<PhysicalAddress> allocate_table() { return space.take_frame(); }

    static page_table::Table table(PhysicalAddress table) { return memory::KernelTables::table(table); }

    TestSpace& space;
};

TestSpace::TestSpace()
    : UserSpace(translations_), translations_(core::kernel().last_object_id.fetch_add(1) + 1, make_top()),
      is_complete_(translations_.top() != kNone && fill()) {}

base::Result<void> TestSpace::fill() {
    const auto code = TRY(memory::look_up(VirtualAddress{user_code_address()}));
    TRY(map(kCode, code.physical, true, false));
    TRY(map(kClock, core::kernel().clock.page_frame(), false, false));
    shared_ = TRY(take_frame());
    TRY(map(kShared, shared_, false, true));
    for (usize stack = 0; stack < kStackCount; ++stack) {
        // Pages between them stay unmapped.
        TRY(map(kStacks + kPage * (2 * stack), TRY(take_frame()), false, true));
    }
    return {};
}

TestSpace::~TestSpace() {
    memory::FrameAllocator& frames = core::kernel().frames;
    for (const PhysicalAddress frame : std::span(frames_).first(frame_count_)) {
        frames.free(frame);
    }
    if (translations_.top() != kNone) {
        frames.free(translations_.top());
    }
}

base::Result<PhysicalAddress> TestSpace::take_frame() {
    const PhysicalAddress frame = TRY(core::kernel().frames.allocate_zeroed());
    frames_.at(frame_count_++) = frame;
    return frame;
}

base::Result<void> TestSpace::map(VirtualAddress place, PhysicalAddress frame, bool is_code, bool is_writable) {
    Tables memory{*this};
    page_table::Mapper mapper(memory, translations_.top(), 0);
    const Access access = is_code ? Access::ReadExecute : is_writable ? Access::ReadWrite : Access::Read;
    return mapper.map(place, frame, kPage, access, Owner::User);
}

Arch::UserEntry TestSpace::entry(UserRoutine routine, usize number, u64 first, u64 second, u64 third) {
    return {.code = kCode + Bytes{offset_of(routine)},
            .stack = kStacks + kPage * (2 * number + 1),
            .first = first,
            .second = second,
            .third = third};
}

u64 TestSpace::shared_word(usize index) const { return word_of(shared_, index).load(); }

void TestSpace::set_shared_word(usize index, u64 value) { word_of(shared_, index).store(value); }

std::optional<thread::Disposition> TestSpace::handle_page_fault(thread::Thread&, const arch::PageFault& fault) {
    ++faults;
    if (fault.present || fault.address < kOnDemand || fault.address >= kOnDemand + kOnDemandBytes) {
        return std::nullopt;
    }
    const auto frame = take_frame();
    if (!frame || !map(fault.address.align_down(kPage), *frame, false, true)) {
        return std::nullopt;
    }
    return parks ? thread::Disposition::parked() : thread::Disposition::done();
}

} // namespace kernel::testing
