#include "libs/hypervisor/identify.hpp"

#include <cstring>
#include <map>

#include "testing/test.hpp"

namespace hypervisor {

using base::u32;

namespace {

/// A processor's leaves; what it does not have answers with zeros.
class Leaves {
  public:
    Leaves& with(u32 base, std::string_view signature, u32 largest, u32 interface = 0) {
        Leaf leaf{.eax = largest};
        std::array<u32, 3> words{};
        std::memcpy(words.data(), signature.data(), signature.size());
        leaf.ebx = words[0];
        leaf.ecx = words[1];
        leaf.edx = words[2];
        leaves_[base] = leaf;
        leaves_[base + 1] = {.eax = interface};
        return *this;
    }

    [[nodiscard]] Identification identify() const {
        return Identification([this](u32 leaf) { return leaves_.contains(leaf) ? leaves_.at(leaf) : Leaf{}; });
    }

  private:
    std::map<u32, Leaf> leaves_;
};

constexpr u32 kHv = 0x31237648;

} // namespace

TEST(Hypervisor, IsKnownByItsSignature) {
    EXPECT_EQ(Leaves().with(0x40000000, "KVMKVMKVM", 0x40000001).identify().all().front().kind, Kind::Kvm);
    EXPECT_EQ(Leaves().with(0x40000000, "XenVMMXenVMM", 0x40000005).identify().all().front().kind, Kind::Xen);
    EXPECT_EQ(Leaves().with(0x40000000, "VMwareVMware", 0x40000010).identify().all().front().kind, Kind::VMware);
    EXPECT_EQ(Leaves().with(0x40000000, "TCGTCGTCGTCG", 0x40000001).identify().all().front().kind, Kind::Tcg);
    EXPECT_EQ(Leaves().with(0x40000000, "bhyve bhyve ", 0x40000000).identify().all().front().kind, Kind::Bhyve);
}

TEST(Hypervisor, HyperVIsKnownByItsInterfaceWhateverTheNameIs) {
    for (const char* signature : {"Microsoft Hv", "Linux KVM Hv"}) {
        const auto found = Leaves().with(0x40000000, signature, 0x4000000b, kHv).identify();
        ASSERT_EQ(found.all().size(), 1U);
        EXPECT_EQ(found.all().front().kind, Kind::HyperV);
    }
}

TEST(Hypervisor, FindsTheOneBehindTheOther) {
    const auto found =
        Leaves().with(0x40000000, "Microsoft Hv", 0x40000005, kHv).with(0x40000100, "KVMKVMKVM", 0x40000101).identify();
    ASSERT_EQ(found.all().size(), 2U);
    ASSERT_TRUE(found.find(Kind::Kvm) != nullptr);
    EXPECT_EQ(found.find(Kind::Kvm)->base, 0x40000100U);
    EXPECT_EQ(found.find(Kind::Kvm)->largest, 0x40000101U);
    EXPECT_EQ(found.find(Kind::Xen), nullptr);
}

TEST(Hypervisor, AnUnknownNameIsOneToo) {
    const auto found = Leaves().with(0x40000000, "SomeNewThing", 0x40000002).identify();
    ASSERT_EQ(found.all().size(), 1U);
    EXPECT_EQ(found.all().front().kind, Kind::Other);
    EXPECT_EQ(name(Kind::Other), "unknown");
}

TEST(Hypervisor, OldKvmSaysZeroForItsLargestLeaf) {
    const auto found = Leaves().with(0x40000000, "KVMKVMKVM", 0).identify();
    ASSERT_TRUE(found.find(Kind::Kvm) != nullptr);
    EXPECT_EQ(found.find(Kind::Kvm)->largest, 0x40000001U);
}

TEST(Hypervisor, AnotherLeafsDataIsNone) {
    EXPECT_TRUE(Leaves().identify().all().empty());
    EXPECT_TRUE(Leaves().with(0x40000000, "\x07\x03\x02", 0x340).identify().all().empty());
    EXPECT_TRUE(Leaves().with(0x40000000, "KVMKVMKVM", 0x50000000).identify().all().empty());
}

TEST(Hypervisor, AllNamesAreDifferent) {
    for (const Kind a : {Kind::Kvm, Kind::HyperV, Kind::Xen, Kind::VMware, Kind::Bhyve, Kind::Tcg}) {
        EXPECT_NE(name(a), name(Kind::Other));
    }
}

} // namespace hypervisor
