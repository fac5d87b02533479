#include "tests/fuzz/kernel/guest/world.hpp"

#include "abi/arguments.hpp"
#include "abi/call.hpp"
#include "abi/device_arguments.hpp"

namespace tests::fuzz {

using ::abi::BudgetMethod;
using ::abi::Handle;
using ::abi::kAllPermissions;
using ::abi::kDelete;
using ::abi::kExecute;
using ::abi::kGrant;
using ::abi::kRead;
using ::abi::kWrite;
using ::abi::ObjectKind;
using ::abi::Permissions;
using tests::abi::kGood;
using tests::abi::lend;
using tests::abi::method_of;

namespace {

constexpr u64 kPage = 4096;
constexpr u64 kMemoryBytes = 2 * kPage;
constexpr u64 kLargeBytes = 64 * kPage;
constexpr u64 kPagedBytes = 4 * kPage;

constexpr ::abi::ProcessorLimits kNoQuota{.share = 1024, .zero = 0, .quota = {.amount = 0, .period = 0}};

/// Counts in the word at RSI, and enters the kernel, for ever: mov r12, rsi; inc qword [r12]; xor edi, edi;
/// xor esi, esi; xor edx, edx; xor eax, eax; syscall; pause; jmp to the inc.
constexpr std::array<u8, 24> kLoop{0x49, 0x89, 0xf4, 0x49, 0xff, 0x04, 0x24, 0x31, 0xff, 0x31, 0xf6, 0x31,
                                   0xd2, 0x31, 0xc0, 0x0f, 0x05, 0xf3, 0x90, 0xeb, 0xee, 0x00, 0x00, 0x00};
static_assert(static_cast<u8>(::abi::CallNumber::Submit) == 0);

} // namespace

bool World::make() {
    is_good_ = true;
    shadow_.clear();
    make_budget();
    make_channel();
    make_memories();
    make_process();
    make_thread();
    make_signals();
    make_devices();
    add_own();
    return is_good_ && shadow_.count() == kPlaces;
}

void World::destroy() { calls_.call(budget_, method_of(ObjectKind::Budget, BudgetMethod::Destroy)); }

void World::give_back() {
    for (u32 place = 0; place < shadow_.count(); ++place) {
        calls_.drop(shadow_.at(place).handle);
    }
    calls_.drop(code_);
    calls_.drop(budget_);
}

tests::abi::Outcome World::expect(const Outcome& outcome) {
    is_good_ = is_good_ && outcome.error == kGood;
    return outcome;
}

template <class T>
tests::abi::Outcome World::create(BudgetMethod method, const T& arguments, ::abi::SlotWord slot) {
    return expect(calls_.call(budget_, method_of(ObjectKind::Budget, method), arguments, slot));
}

tests::abi::Outcome World::create(BudgetMethod method) {
    return expect(calls_.call(budget_, method_of(ObjectKind::Budget, method)));
}

void World::add(Handle handle, ObjectKind kind, u32 parent, Permissions permissions) {
    is_good_ = shadow_.add({.handle = handle, .kind = kind, .permissions = permissions, .parent = parent}) && is_good_;
}

void World::add_child(Handle of, ObjectKind kind, Permissions permissions, u32 parent) {
    const Handle child = calls_.derive(of, permissions);
    is_good_ = is_good_ && child != Handle{};
    add(child, kind, parent, permissions);
}

void World::add_child(Place parent, Permissions permissions) {
    const auto place = static_cast<u32>(parent);
    add_child(at(parent), shadow_.at(place).kind, permissions, place);
}

void World::make_budget() {
    constexpr u64 kMemoryLimit = 8 << 20;
    const ::abi::CreateBudgetArguments arguments{
        .limits = {.memory_bytes = kMemoryLimit, .capabilities = ::abi::kNoLimit, .threads = ::abi::kNoLimit},
        .processors = kNoQuota};
    budget_ = expect(calls_.call(calls_.root(ObjectKind::Budget),
                                 method_of(ObjectKind::Budget, BudgetMethod::CreateBudget), arguments))
                  .handle();
}

void World::make_channel() {
    const Outcome ends = create(BudgetMethod::CreateChannel);
    add(ends.handle(0), ObjectKind::ChannelServer);
    add(ends.handle(1), ObjectKind::ChannelClient);
    add_child(Place::Client, kGrant);
}

Handle World::make_memory(u64 bytes) {
    return create(BudgetMethod::CreateMemory, ::abi::CreateMemoryArguments{.bytes = bytes, .is_fixed = 0}).handle();
}

void World::make_memories() {
    add(make_memory(kMemoryBytes), ObjectKind::Memory);
    add_child(Place::Memory, kRead);
    add_child(Place::Memory, kWrite);
    add(make_memory(kLargeBytes), ObjectKind::Memory);
    add(create(BudgetMethod::CreatePagedMemory,
               ::abi::CreatePagedMemoryArguments{.bytes = kPagedBytes, .flags = ::abi::kAsksBeforeWriting},
               lend(at(Place::Client)))
            .handle(),
        ObjectKind::Memory);
}

void World::make_process() {
    const Outcome child = create(BudgetMethod::CreateProcess, ::abi::CreateProcessArguments{.flags = 0});
    add(child.handle(0), ObjectKind::Process);
    add(child.handle(1), ObjectKind::AddressSpace);
    code_ = make_code();
    map(code_, kPage, kChildCode, ::abi::kMapRead | ::abi::kMapExecute);
    map(at(Place::Memory), kMemoryBytes, kChildData, ::abi::kMapRead | ::abi::kMapWrite);
}

Handle World::make_code() {
    struct Written {
        ::abi::CopyArguments place;
        std::array<u8, kLoop.size()> bytes;
    };

    const Handle memory = make_memory(kPage);
    expect(calls_.call(memory, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Write),
                       Written{.place = {.offset = 0, .bytes = kLoop.size()}, .bytes = kLoop}));
    return memory;
}

void World::map(Handle memory, u64 bytes, u64 address, u64 access) {
    expect(
        calls_.call(at(Place::AddressSpace), method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
                    ::abi::MapArguments{.address = address, .offset = 0, .bytes = bytes, .access = access, .flags = 0},
                    lend(memory)));
}

void World::make_thread() {
    const Outcome ring = expect(calls_.call(
        at(Place::Process), method_of(ObjectKind::Process, ::abi::ProcessMethod::CreateRing),
        ::abi::CreateRingArguments{.submissions = 4, .completions = 16, .window = 4, .zero = 0, .address = 0}));
    add(ring.handle(), ObjectKind::Ring);
    // The lanes have those before it.
    constexpr u64 kProcessor = 2;
    const ::abi::CreateThreadArguments arguments{.entry = kChildCode,
                                                 .stack = kChildData + kMemoryBytes - sizeof(u64),
                                                 .first = ring.answer<u64>(),
                                                 .second = kChildData,
                                                 .third = 0,
                                                 .fourth = 0,
                                                 .processor = kProcessor};
    const Outcome thread =
        expect(calls_.call(at(Place::Process), method_of(ObjectKind::Process, ::abi::ProcessMethod::CreateThread),
                           arguments, lend(ring.handle())));
    add(thread.handle(), ObjectKind::Thread);
}

void World::make_signals() {
    add(create(BudgetMethod::CreateEvent).handle(), ObjectKind::Event);
    const ::abi::DeriveArguments one_bit{
        .permissions = kAllPermissions.bits, .expiry = 0, .has_qualifier = 1, .qualifier = 1};
    const Outcome child = expect(calls_.call(at(Place::Event), static_cast<u16>(::abi::HandleMethod::Derive), one_bit));
    add(child.handle(), ObjectKind::Event, static_cast<u32>(Place::Event));
    add(create(BudgetMethod::CreateTimer).handle(), ObjectKind::Timer);
}

void World::make_devices() {
    // What a firmware shows its progress at: nobody reads it.
    constexpr u32 kUnusedPort = 0x80;
    const Handle machine = calls_.root(ObjectKind::Machine);
    const Outcome message =
        expect(calls_.call(machine, method_of(ObjectKind::Machine, ::abi::MachineMethod::CreateMessage),
                           ::abi::kAnyProcessor, lend(budget_)));
    add(message.handle(), ObjectKind::Interrupt);
    const Outcome ports =
        expect(calls_.call(machine, method_of(ObjectKind::Machine, ::abi::MachineMethod::CreateIoPorts),
                           ::abi::PortRange{.first = kUnusedPort, .count = 1}, lend(budget_)));
    add(ports.handle(), ObjectKind::IoPorts);
}

void World::add_own() {
    add_child(budget_, ObjectKind::Budget, kAllPermissions);
    add_child(Place::Budget, kRead);
    for (const Handle ring : rings_) {
        add_child(ring, ObjectKind::Ring, kWrite | kExecute);
    }
    for (const ObjectKind kind :
         {ObjectKind::Process, ObjectKind::AddressSpace, ObjectKind::Machine, ObjectKind::Debug}) {
        add_child(calls_.root(kind), kind, kRead);
    }
}

} // namespace tests::fuzz
