#include "sdk/launch/launching.hpp"

#include <algorithm>

#include "base/assert.hpp"
#include "libs/rpc/raw_call.hpp"
#include "sdk/launch/mapping.hpp"
#include "sdk/launch/start_page.hpp"

namespace sdk::launch {

using async::Task;
using base::u32;
using base::u64;
using namespace protocols::objects;

namespace {

constexpr u64 kPage = base::kPageSize;

/// As the kernel places its first program: a window of a gibibyte in the upper quarter of the user half.
constexpr u64 kFirstWindow = 0x4000'0000'0000 >> 30;
constexpr u64 kWindows = (0x7fff'c000'0000 >> 30) - kFirstWindow;
constexpr u64 kMostPages = (256 << 20) / kPage;

constexpr u32 kSubmissions = 32;
constexpr u32 kCompletions = 64;
constexpr u32 kWindow = 16;

u64 draw_window() {
    async::Executor& executor = async::Executor::current();
    return ((kFirstWindow + executor.entropy() % kWindows) << 30) + executor.entropy() % kMostPages * kPage;
}

constexpr u64 whole_pages(u64 bytes) { return (bytes + kPage - 1) / kPage * kPage; }

Child::Process take_process(auto& made) { return std::move(std::get<0>(made.capabilities)); }

} // namespace

Task<Launching> Launching::begin(Program self, Options options) {
    const Own own = self.own();
    auto budget = co_await own.budget.call(
        Budget::CreateBudget{.limits = options.limits, .processors = options.scheduling.processors});
    auto& paid_by = std::get<0>(budget.capabilities);
    if (options.scheduling.real_time.amount != 0) {
        co_await paid_by.call(Budget::ReserveRealTime{.quota = options.scheduling.real_time});
    }
    auto made =
        co_await paid_by.call(Budget::CreateProcess{.flags = options.may_write_debug ? abi::kMayWriteDebug : u64{0}});
    auto panic = co_await paid_by.call(Budget::CreateMemory{.bytes = kPage, .is_fixed = 1});
    Child child(std::move(paid_by), take_process(made), std::move(std::get<0>(panic.capabilities)), own.space);
    co_return Launching(self, options, std::move(child), std::move(std::get<1>(made.capabilities)));
}

u64 Launching::take(u64 bytes) {
    // A hole before each.
    const u64 place = next_ + kPage;
    next_ = place + bytes;
    return place;
}

Task<Launching::Memory> Launching::create_memory(u64 bytes) {
    auto made = co_await child_.budget().call(Budget::CreateMemory{.bytes = bytes, .is_fixed = 1});
    co_return std::move(std::get<0>(made.capabilities));
}

Task<u64> Launching::map_new(Memory& memory, u64 bytes) {
    const auto [address] = co_await space_.call(
        AddressSpace::Map{
            .address = take(bytes), .offset = 0, .bytes = bytes, .access = abi::kMapRead | abi::kMapWrite, .flags = 0},
        memory.as<abi::kRead | abi::kWrite>());
    co_return address;
}

Task<u64> Launching::load() {
    const elf::Image image = co_await elf::Image::open(options_.image.bytes);
    const ImagePlan plan = co_await plan_image(image, options_.image.bytes, options_.image.offset);
    const u64 window = draw_window();
    next_ = window + elf::Image::kMaximumSize.value();
    if (plan.own_bytes != 0) {
        co_await fill_own(plan, image, window);
    }
    for (const Part& part : plan.all()) {
        co_await map_part(part, window);
    }
    co_return window + image.entry().value();
}

Task<u64> Launching::fill_own(ImagePlan plan, elf::Image image, u64 window) {
    own_ = co_await create_memory(plan.own_bytes);
    const Mapping mapping = co_await Mapping::make_writable(self_.own().space, own_memory(), plan.own_bytes);
    for (const elf::Segment& segment : image.segments()) {
        if (segment.access == elf::Access::ReadWrite) {
            std::ranges::copy(segment.content, mapping.bytes().subspan(segment.start.value() - plan.own_start).begin());
        }
    }
    bool is_inside = true;
    co_await image.relocate(base::VirtualAddress{window}, [&](base::Bytes place, u64 value) {
        const u64 at = place.value() - plan.own_start;
        is_inside = is_inside && at <= plan.own_bytes - sizeof(u64);
        if (is_inside) {
            std::ranges::copy(std::as_bytes(std::span(&value, 1)), mapping.bytes().subspan(at).begin());
        }
    });
    co_await (is_inside ? async::Result<void>() : async::Result<void>(abi::Error::Corrupt));
    co_return plan.own_bytes;
}

rpc::Borrowed<Memory, abi::kRead | abi::kWrite> Launching::own_memory() const {
    ASSERT(own_.has_value(), "load() comes first");
    return own_->as<abi::kRead | abi::kWrite>();
}

rpc::Borrowed<Ring, abi::kAllPermissions> Launching::ring() const {
    ASSERT(ring_.has_value(), "furnish() comes first");
    return ring_->as<abi::kAllPermissions>();
}

Task<> Launching::map_part(Part part, u64 window) {
    const u64 address = window + part.start;
    if (part.source == Part::Source::Own && part.access == elf::Access::ReadWrite) {
        co_await space_.call(AddressSpace::Map{.address = address,
                                               .offset = part.offset,
                                               .bytes = part.bytes,
                                               .access = abi::kMapRead | abi::kMapWrite,
                                               .flags = 0},
                             own_memory());
    } else if (part.access == elf::Access::ReadExecute) {
        co_await space_.call(AddressSpace::MapCode{.address = address,
                                                   .offset = part.offset,
                                                   .bytes = part.bytes,
                                                   .access = abi::kMapRead | abi::kMapExecute,
                                                   .flags = 0},
                             options_.image.memory);
    } else {
        const auto source =
            part.source == Part::Source::Own ? own_memory().as<abi::kRead>() : options_.image.memory.as<abi::kRead>();
        co_await space_.call(
            AddressSpace::MapReadOnly{
                .address = address, .offset = part.offset, .bytes = part.bytes, .access = abi::kMapRead, .flags = 0},
            source);
    }
}

Task<abi::Handle> Launching::install(abi::Handle handle, abi::Permissions permissions, abi::SlotMode mode) {
    rpc::Message message;
    message.method = abi::object_method(abi::ObjectKind::Process, static_cast<base::u8>(abi::ProcessMethod::Install));
    message.slots = 1;
    message.slot[0] = abi::SlotWord(handle, permissions, mode).word();
    const rpc::Message answer = co_await rpc::RawCall(child_.process().handle(), message);
    co_return abi::Handle(rpc::decode<u64>(answer));
}

Task<> Launching::furnish(std::span<const Gift> gifts) {
    const u64 stack_bytes = whole_pages(options_.stack_bytes);
    Memory stack = co_await create_memory(stack_bytes);
    stack_end_ = co_await map_new(stack, stack_bytes) + stack_bytes;
    start_.stack_end = stack_end_;
    start_.heap_bytes = whole_pages(options_.heap_bytes);
    Memory heap = co_await create_memory(start_.heap_bytes);
    start_.heap = co_await map_new(heap, start_.heap_bytes);
    constexpr abi::Permissions kOfHeap = abi::kRead | abi::kWrite | abi::kDelete;
    start_.heap_memory = (co_await install(heap.handle(), kOfHeap, abi::SlotMode::Derive)).word();
    start_.panic_page = co_await child_.map_panic_page(space_, take(kPage));
    const auto clock = co_await space_.call(
        AddressSpace::MapReadOnly{
            .address = take(kPage), .offset = 0, .bytes = kPage, .access = abi::kMapRead, .flags = 0},
        self_.clock().as<abi::kRead>());
    clock_ = clock.address;
    start_.clock_memory =
        (co_await install(self_.clock().handle(), abi::kRead | abi::kGrant, abi::SlotMode::Derive)).word();
    auto ring = co_await child_.process().call(Process::CreateRing{
        .submissions = kSubmissions, .completions = kCompletions, .window = kWindow, .zero = 0, .address = 0});
    ring_.emplace(std::move(std::get<0>(ring.capabilities)));
    ring_address_ = ring.reply.address;
    co_await write_block(gifts);
}

Task<> Launching::write_block(std::span<const Gift> gifts) {
    const auto own = [this](abi::ObjectKind kind) -> u64& {
        return start_.own.handles.at(static_cast<base::usize>(kind));
    };
    constexpr abi::Permissions kUse = abi::kRead | abi::kWrite | abi::kExecute;
    constexpr auto kDerive = abi::SlotMode::Derive;
    own(abi::ObjectKind::Process) = (co_await install(child_.process().handle(), kUse, kDerive)).word();
    own(abi::ObjectKind::AddressSpace) = (co_await install(space_.handle(), kUse, kDerive)).word();
    own(abi::ObjectKind::Ring) = (co_await install(ring().handle(), abi::kWrite | abi::kExecute, kDerive)).word();
    own(abi::ObjectKind::Budget) =
        (co_await install(child_.budget().handle(), abi::kRead | abi::kExecute, kDerive)).word();
    start_.own.magic = runtime::StartBlock::kMagic;
    start_.own.version = abi::kVersion;
    start_.own.count = 4;
    start_.own.ring_submissions = kSubmissions;
    start_.own.ring_completions = kCompletions;
    start_.own.ring_window = kWindow;
    async::Executor& executor = async::Executor::current();
    std::ranges::generate(start_.own.random, [&executor] { return executor.entropy(); });
    std::ranges::generate(start_.seed, [&executor] { return executor.entropy(); });
    std::array<Installed, kMostGifts> installed{};
    for (base::usize i = 0; i < gifts.size(); ++i) {
        const Gift& gift = gifts[i];
        // What a route allows is its provider's to look at.
        const abi::Permissions permissions = gift.is_route ? abi::kExecute : gift.permissions;
        installed.at(i) = {&gift, co_await install(gift.handle, permissions, gift.mode)};
    }
    Memory page = co_await create_memory(kStartPageBytes);
    {
        const Mapping mapping =
            co_await Mapping::make_writable(self_.own().space, page.as<abi::kRead | abi::kWrite>(), kStartPageBytes);
        co_await write_start_page(mapping.bytes(), start_, std::span(installed).first(gifts.size()), options_.arguments,
                                  options_.environment);
    }
    const auto shown = co_await space_.call(
        AddressSpace::MapReadOnly{
            .address = take(kPage), .offset = 0, .bytes = kStartPageBytes, .access = abi::kMapRead, .flags = 0},
        page.as<abi::kRead>());
    block_ = shown.address;
}

Task<Child> Launching::start(u64 entry) {
    const auto own = [this](abi::ObjectKind kind) { return start_.own.handles.at(static_cast<base::usize>(kind)); };
    abi::Handle component;
    if (options_.component != abi::Handle()) {
        component = co_await install(options_.component, abi::kAllPermissions, abi::SlotMode::Move);
    }
    auto made =
        co_await child_.process().call(Process::CreateThread{.beginning = {.entry = entry,
                                                                           .stack = stack_end_ - sizeof(u64),
                                                                           .first = own(abi::ObjectKind::Process),
                                                                           .second = own(abi::ObjectKind::Ring),
                                                                           .third = component.word(),
                                                                           .fourth = block_,
                                                                           .processor = abi::kAnyProcessor}},
                                       ring().as<abi::kExecute>());
    const auto& thread = std::get<0>(made.capabilities);
    co_await thread.call(
        Thread::WriteState{.registers = {.group = 1, .values = {ring_address_, clock_, 0, 0, 0, 0, 0}}});
    if (options_.scheduling.thread) {
        co_await thread.call(Thread::SetScheduling{.scheduling = *options_.scheduling.thread});
    }
    if (options_.scheduling.affinity) {
        co_await thread.call(Thread::SetAffinity{.processors = *options_.scheduling.affinity});
    }
    co_await thread.call(Thread::Start{});
    co_return std::move(child_);
}

Task<Child> launch(Program self, Options options, std::span<const Gift> gifts) {
    if (const auto refusal = check_image(options.image.bytes, gifts)) {
        co_await async::fail(refusal->error);
    }
    if (gifts.size() > kMostGifts) {
        co_await async::fail(abi::Error::OutOfRange);
    }
    Launching launching = co_await Launching::begin(self, options);
    const u64 entry = co_await launching.load();
    co_await launching.furnish(gifts);
    co_return co_await launching.start(entry);
}

} // namespace sdk::launch
