#include "libs/hypervisor/counter_rate.hpp"

#include <cstring>
#include <map>

#include "testing/test.hpp"

namespace hypervisor {

using base::u32;

namespace {

using Leaves = std::map<u32, Leaf>;

u32 rate_of(Leaves leaves, std::string_view signature, u32 largest) {
    Leaf first{.eax = largest};
    std::memcpy(&first.ebx, signature.data(), 4);
    std::memcpy(&first.ecx, signature.substr(4).data(), 4);
    std::memcpy(&first.edx, signature.substr(8).data(), 4);
    leaves[Identification::kFirstLeaf] = first;
    const auto ask = [&leaves](u32 leaf) { return leaves.contains(leaf) ? leaves.at(leaf) : Leaf{}; };
    return stated_counter_kilohertz(Identification(ask), ask);
}

} // namespace

TEST(CounterRate, XenSaysItInItsFourthLeaf) {
    EXPECT_EQ(rate_of({{0x40000003, {.ecx = 2'600'000}}}, "XenVMMXenVMM", 0x40000005), 2'600'000U);
    EXPECT_EQ(rate_of({{0x40000003, {.ecx = 2'600'000}}}, "XenVMMXenVMM", 0x40000002), 0U);
}

TEST(CounterRate, VMwareAndItsImitatorsSayItInTheTimingLeaf) {
    const std::string_view kvm("KVMKVMKVM\0\0\0", 12);
    EXPECT_EQ(rate_of({{0x40000010, {.eax = 3'000'000}}}, "VMwareVMware", 0x40000010), 3'000'000U);
    EXPECT_EQ(rate_of({{0x40000010, {.eax = 3'000'000}}}, kvm, 0x40000010), 3'000'000U);
    EXPECT_EQ(rate_of({{0x40000010, {.eax = 3'000'000}}}, kvm, 0x40000001), 0U);
}

TEST(CounterRate, OthersSayNothing) {
    EXPECT_EQ(rate_of({{0x40000010, {.eax = 3'000'000}}}, "TCGTCGTCGTCG", 0x40000010), 0U);
}

} // namespace hypervisor
