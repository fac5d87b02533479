// Golden bytes: a line that changes here changes the contract, and needs a new kVersion and a decision.
#include "abi/arguments.hpp"
#include "abi/debug.hpp"
#include "abi/error.hpp"
#include "abi/golden_bytes.hpp"
#include "abi/handle.hpp"
#include "abi/method.hpp"
#include "abi/methods.hpp"
#include "abi/permissions.hpp"
#include "abi/ring.hpp"
#include "abi/slot_word.hpp"
#include "abi/start.hpp"
#include "testing/test.hpp"

namespace abi {

TEST(Abi, SubmissionBytes) {
    const Submission entry{.capability = Handle::of_entry(5, 3).word(),
                           .method = 0x8012,
                           .flags = static_cast<u16>(SubmissionFlag::TellServer),
                           .length = 2,
                           .slots = 1,
                           .accept = 4,
                           .zero = 0,
                           .tag = 0x1122334455667788,
                           .deadline = 1'000'000'000,
                           .payload = {0xaa, 0xbb},
                           .slot = {SlotWord(Handle::of_entry(1, 1), kRead | kGrant, SlotMode::Derive).word()}};
    EXPECT_EQ(hex(entry), "0500300000800000"
                          "1280"
                          "0400"
                          "02"
                          "01"
                          "04"
                          "00"
                          "8877665544332211"
                          "00ca9a3b00000000"
                          "aabb" +
                              zeros(62) + "0100100000805100" + zeros(24));
}

TEST(Abi, CompletionBytes) {
    const Completion entry{
        .badge = 7,
        .method = 0x8012,
        .flags = static_cast<u16>(CompletionKind::Request),
        .length = 1,
        .slots = 1,
        .status = (kRead | kExecute).bits,
        .tag = 9,
        .reply = Handle::of_reply(2, 1).word(),
        .payload = {0xcc},
        .slot = {SlotWord(Handle::of_entry(1, 1), kRead, SlotMode::Move, ObjectKind::Memory).word()}};
    EXPECT_EQ(hex(entry), "0700000000000000"
                          "1280"
                          "0100"
                          "01"
                          "01"
                          "0500"
                          "0900000000000000"
                          "0200100000c00000"
                          "cc" +
                              zeros(63) + "0100100000808106" + zeros(24));
}

TEST(Abi, ArgumentsOfProcessesAndThreads) {
    EXPECT_EQ(hex(EndReport{.reason = static_cast<u32>(EndReason::Faulted), .zero = 0, .code = 14}),
              "0300000000000000"
              "0e00000000000000");
    EXPECT_EQ(
        hex(ProcessState{.object_id = 5, .capabilities = 6, .slot_capacity = 64, .threads = 2, .reason = 1, .code = 9}),
        "0500000000000000"
        "06000000"
        "40000000"
        "02000000"
        "01000000"
        "0900000000000000");
    EXPECT_EQ(hex(CreateRingArguments{
                  .submissions = 64, .completions = 128, .window = 32, .zero = 0, .address = 0x7000'0000'0000}),
              "40000000"
              "80000000"
              "20000000"
              "00000000"
              "0000000000700000");
    EXPECT_EQ(hex(CreateThreadArguments{.entry = 0x1000,
                                        .stack = 0x2000,
                                        .first = 1,
                                        .second = 2,
                                        .third = 3,
                                        .fourth = 4,
                                        .processor = kAnyProcessor}),
              "0010000000000000"
              "0020000000000000"
              "0100000000000000"
              "0200000000000000"
              "0300000000000000"
              "0400000000000000"
              "ffffffffffffffff");
    EXPECT_EQ(hex(ThreadRegisters{.group = 2, .values = {1, 2, 3, 4, 5, 6, 0}}), "0200000000000000"
                                                                                 "0100000000000000"
                                                                                 "0200000000000000"
                                                                                 "0300000000000000"
                                                                                 "0400000000000000"
                                                                                 "0500000000000000"
                                                                                 "0600000000000000"
                                                                                 "0000000000000000");
}

TEST(Abi, ArgumentsOfBudgets) {
    EXPECT_EQ(hex(BudgetLimits{.memory_bytes = 0x10000, .capabilities = kNoLimit, .threads = 3}), "0000010000000000"
                                                                                                  "ffffffffffffffff"
                                                                                                  "0300000000000000");
    EXPECT_EQ(hex(BudgetUsage{.memory_bytes = 1,
                              .capabilities = 2,
                              .threads = 3,
                              .memory_limit = 4,
                              .capabilities_limit = 5,
                              .threads_limit = kNoLimit}),
              "0100000000000000"
              "0200000000000000"
              "0300000000000000"
              "0400000000000000"
              "0500000000000000"
              "ffffffffffffffff");
    EXPECT_EQ(kGreatestLimit, 1ULL << 60);
    EXPECT_EQ(hex(CreateBudgetArguments{
                  .limits = {.memory_bytes = 1, .capabilities = 2, .threads = 3},
                  .processors = {.share = 4, .zero = 0, .quota = {.amount = 5, .period = 0x1122334455667788}}}),
              "0100000000000000"
              "0200000000000000"
              "0300000000000000"
              "0400000000000000"
              "0500000000000000"
              "8877665544332211");
    EXPECT_EQ(hex(RealTimeRefusal{.asked = 1, .reserved = 2, .capacity = 3, .depth = 4}), "0100000000000000"
                                                                                          "0200000000000000"
                                                                                          "0300000000000000"
                                                                                          "0400000000000000");
    EXPECT_EQ(hex(ProcessorUsage{.share = 1,
                                 .zero = 0,
                                 .quota = {.amount = 2, .period = 3},
                                 .real_time = {.amount = 4, .period = 5},
                                 .used = 6}),
              "0100000000000000"
              "0200000000000000"
              "0300000000000000"
              "0400000000000000"
              "0500000000000000"
              "0600000000000000");
    const auto expect = [](BudgetMethod method, u16 number, Permissions needs) {
        EXPECT_EQ(object_method(ObjectKind::Budget, static_cast<u8>(method)), number);
        const MethodEntry* const row = find_method(number);
        ASSERT_TRUE(row != nullptr);
        EXPECT_EQ(row->needs, needs);
    };
    expect(BudgetMethod::CreateBudget, 0x0107, kExecute);
    expect(BudgetMethod::SetLimits, 0x0108, kWrite);
    expect(BudgetMethod::Destroy, 0x0109, kDelete);
    expect(BudgetMethod::SetProcessorLimits, 0x010a, kWrite);
    expect(BudgetMethod::ReserveRealTime, 0x010b, kWrite);
    expect(BudgetMethod::ProcessorUsage, 0x010c, kRead);
}

TEST(Abi, ArgumentsOfScheduling) {
    EXPECT_EQ(hex(SchedulingArguments{.scheduling_class = static_cast<u32>(SchedulingClass::Fifo),
                                      .priority = 99,
                                      .weight = 1024,
                                      .zero = 0,
                                      .slice = 5'000'000}),
              "04000000"
              "63000000"
              "00040000"
              "00000000"
              "404b4c0000000000");
    EXPECT_EQ(hex(ThreadScheduling{.scheduling_class = static_cast<u32>(SchedulingClass::Batch),
                                   .priority = 1,
                                   .weight = 2,
                                   .processor = 3,
                                   .slice = 4,
                                   .used = 5,
                                   .used_for_others = 6,
                                   .running_class = 7,
                                   .running_priority = 8}),
              "01000000"
              "01000000"
              "02000000"
              "03000000"
              "0400000000000000"
              "0500000000000000"
              "0600000000000000"
              "07000000"
              "08000000");
    EXPECT_EQ(hex(AffinityMask{.words = {1, 2, 3, 4, 5, 6, 7, 8}}), "0100000000000000"
                                                                    "0200000000000000"
                                                                    "0300000000000000"
                                                                    "0400000000000000"
                                                                    "0500000000000000"
                                                                    "0600000000000000"
                                                                    "0700000000000000"
                                                                    "0800000000000000");
}

TEST(Abi, ArgumentsOfMemory) {
    EXPECT_EQ(hex(MemoryCopyArguments{.offset = 1, .source_offset = 2, .bytes = 3}), "0100000000000000"
                                                                                     "0200000000000000"
                                                                                     "0300000000000000");
    EXPECT_EQ(hex(CopyLentArguments{.token = 1, .lease = kCopyToLease | 1, .lease_offset = 4, .offset = 5, .bytes = 6}),
              "0100000000000000"
              "0300000000000000"
              "0400000000000000"
              "0500000000000000"
              "0600000000000000");
    EXPECT_EQ(hex(MapLentArguments{.token = 1, .lease = 1, .offset = 0x3000}), "0100000000000000"
                                                                               "0100000000000000"
                                                                               "0030000000000000");
    EXPECT_EQ(hex(LeaseRange{.offset = 0x1234, .length_and_access = kLeaseRead << kLeaseAccessShift | 0x20}),
              "3412000000000000"
              "2000000000000100");
    EXPECT_EQ(kLeaseWrite, 2U);
    EXPECT_EQ(kLeaseMap | kLeasePin, 12U);
    EXPECT_EQ(kLeaseOfSecond, 0x8000U);
    EXPECT_EQ(kMostFixedLease, 0x4'0000U);
}

TEST(Abi, WordsOfAddressWaits) {
    EXPECT_EQ(hex(WaitAddressArguments{.address = 0x5000'0010'0004, .expected = 7, .zero = 0, .owner = 9}),
              "0400100000500000"
              "07000000"
              "00000000"
              "0900000000000000");
    EXPECT_EQ(hex(WakeAddressArguments{.address = 0x5000'0010'0004, .count = 2, .flags = kWokenOwns}),
              "0400100000500000"
              "02000000"
              "01000000");
    EXPECT_EQ(
        hex(RequeueAddressArguments{
            .address = 0x1004, .target = 0x2008, .expected = 7, .wake = 1, .move = 0xffff'ffff, .zero = 0, .owner = 9}),
        "0410000000000000"
        "0820000000000000"
        "07000000"
        "01000000"
        "ffffffff"
        "00000000"
        "0900000000000000");
    EXPECT_EQ(hex(RequeueReport{.woken = 1, .moved = 5}), "0100000000000000"
                                                          "0500000000000000");
    EXPECT_EQ(kMostWoken, 16U);
    const auto expect = [](AddressSpaceMethod method, u16 number, Permissions needs) {
        EXPECT_EQ(object_method(ObjectKind::AddressSpace, static_cast<u8>(method)), number);
        const MethodEntry* const row = find_method(number);
        ASSERT_TRUE(row != nullptr);
        EXPECT_EQ(row->needs, needs);
    };
    expect(AddressSpaceMethod::WaitAddress, 0x0504, kRead);
    expect(AddressSpaceMethod::WakeAddress, 0x0505, kWrite);
    expect(AddressSpaceMethod::RequeueAddress, 0x0506, kWrite);
}

TEST(Abi, WordsOfPagers) {
    EXPECT_EQ(hex(CreatePagedMemoryArguments{.bytes = 0x4000, .flags = kAsksBeforeWriting}), "0040000000000000"
                                                                                             "0100000000000000");
    EXPECT_EQ(
        hex(SupplyArguments{.offset = 0x1000, .source_offset = 0x2000, .bytes = 0x3000, .flags = kSupplyForWriting}),
        "0010000000000000"
        "0020000000000000"
        "0030000000000000"
        "0100000000000000");
    EXPECT_EQ(hex(PagesReport{.bytes = 0x1000, .dirty = 5}), "0010000000000000"
                                                             "0500000000000000");
    EXPECT_EQ(hex(PageRequest{.offset = 0x5000, .bytes = 0x1000, .access = kMapRead | kMapWrite}), "0050000000000000"
                                                                                                   "0010000000000000"
                                                                                                   "0300000000000000");
    EXPECT_EQ(static_cast<u16>(KernelRequest::Page), 0xff00U);
}

TEST(Abi, WordsOfFaults) {
    EXPECT_EQ(hex(FaultReport{.process = 1,
                              .thread = 2,
                              .address = 3,
                              .instruction = 4,
                              .stack = 5,
                              .kind = static_cast<u32>(FaultKind::Protection),
                              .code = 13,
                              .access = static_cast<u32>(kMapExecute),
                              .error = static_cast<u32>(Error::PagerLoop)}),
              "0100000000000000"
              "0200000000000000"
              "0300000000000000"
              "0400000000000000"
              "0500000000000000"
              "04000000"
              "0d000000"
              "04000000"
              "11000000");
    EXPECT_EQ(static_cast<u16>(KernelRequest::Fault), 0xff01U);
    EXPECT_EQ(static_cast<u16>(Error::Revoked), 22U);
    EXPECT_EQ(static_cast<u16>(Error::UnknownMethod), 23U);
    EXPECT_EQ(kFaultHandler, 0U);
    EXPECT_EQ(kDebugger, 1U);
}

TEST(Abi, TheStartBlockHasRandomNumbersAtItsEnd) {
    RootBlock block{.magic = RootBlock::kMagic,
                    .version = kVersion,
                    .count = 1,
                    .handles = {},
                    .ring_submissions = 64,
                    .ring_completions = 128,
                    .ring_window = 32,
                    .zero = 0,
                    .random = {1, 2}};
    block.handles.front() = 3;
    EXPECT_EQ(hex(block), "74657373726f6f74"
                          "00000000"
                          "01000000"
                          "0300000000000000" +
                              zeros(8 * (kObjectKinds - 1)) +
                              "40000000"
                              "80000000"
                              "20000000"
                              "00000000"
                              "0100000000000000"
                              "0200000000000000");
}

TEST(Abi, RecordsOfDebug) {
    EXPECT_EQ(hex(TraceRecord{
                  .ticks = 1, .kind = static_cast<u32>(TraceKind::Fault), .detail = 14, .first = 0x1000, .second = 7}),
              "0100000000000000"
              "02000000"
              "0e000000"
              "0010000000000000"
              "0700000000000000");
    EXPECT_EQ(hex(CapabilityRecord{.handle = 1,
                                   .next = 2,
                                   .object_id = 3,
                                   .qualifier = 4,
                                   .expiry = 5,
                                   .kind = 6,
                                   .permissions = 7,
                                   .effective = 8,
                                   .zero = 0,
                                   .zeros = 0}),
              "0100000000000000"
              "0200000000000000"
              "0300000000000000"
              "0400000000000000"
              "0500000000000000"
              "0607080000000000");
    EXPECT_EQ(hex(ThreadRecord{.object_id = 1,
                               .next = 2,
                               .process = 3,
                               .number = 4,
                               .processor = 5,
                               .condition = static_cast<u32>(ThreadCondition::Suspended)}),
              "0100000000000000"
              "0200000000000000"
              "0300000000000000"
              "0400000000000000"
              "05000000"
              "04000000");
    EXPECT_EQ(kAllTraceKinds, 15U);
}

TEST(Abi, HandlesLieInCapabilitySpace) {
    const Handle handle = Handle::of_entry(0x12345, 0x2abcdef);
    EXPECT_EQ(handle.slot(), 0x12345U);
    EXPECT_EQ(handle.generation(), 0x2abcdefU);
    EXPECT_TRUE(handle.is_in_space());
    EXPECT_FALSE(handle.is_reply_token());
    EXPECT_TRUE(Handle::of_reply(1, 1).is_in_space());
    EXPECT_TRUE(Handle::of_reply(1, 1).is_reply_token());
    for (const u64 word : {u64{0}, u64{0x7fff'ffff'ffff}, u64{1} << 48, u64{0x1'8000'0000'0000}, ~u64{0}}) {
        EXPECT_FALSE(Handle{word}.is_in_space());
    }
}

TEST(Abi, SlotWordsHoldWhatTheyWereMadeOf) {
    const SlotWord word(Handle::of_entry(77, 88), kAllPermissions, SlotMode::Lend, ObjectKind::Debug);
    EXPECT_EQ(word.handle(), Handle::of_entry(77, 88));
    EXPECT_EQ(word.permissions(), kAllPermissions);
    EXPECT_EQ(word.mode(), SlotMode::Lend);
    EXPECT_EQ(word.kind(), ObjectKind::Debug);
}

TEST(Abi, PermissionsCoverTheirParts) {
    EXPECT_TRUE((kRead | kWrite).covers(kRead));
    EXPECT_TRUE(kRead.covers(Permissions{}));
    EXPECT_FALSE(kRead.covers(kRead | kWrite));
    EXPECT_TRUE((kRead & kWrite).is_empty());
}

TEST(Abi, MethodsTellTheirClass) {
    EXPECT_EQ(class_of(static_cast<u16>(HandleMethod::SetExpiry)), MethodClass::Handle);
    EXPECT_EQ(class_of(kLastHandleMethod), MethodClass::Handle);
    EXPECT_EQ(class_of(kFirstObjectMethod), MethodClass::Object);
    EXPECT_EQ(class_of(kFirstProtocolMethod - 1), MethodClass::Object);
    EXPECT_EQ(class_of(kFirstProtocolMethod), MethodClass::Protocol);
    EXPECT_EQ(kind_of(object_method(ObjectKind::Memory, 9)), ObjectKind::Memory);
}

TEST(Abi, KindsHaveNames) {
    for (u8 kind = 0; kind < kObjectKinds; ++kind) {
        EXPECT_NE(name(static_cast<ObjectKind>(kind)), "unknown kind");
    }
    EXPECT_EQ(name(static_cast<ObjectKind>(kObjectKinds)), "unknown kind");
}

} // namespace abi
