#include "libs/hypervisor/identify.hpp"

#include <algorithm>
#include <cstring>

namespace hypervisor {

namespace {

using base::u32;

struct Signature {
    std::string_view text;
    Kind kind;
};

// Each from its own interface's specification; Hyper-V's is told by its second leaf, because others put their own name
// there.
constexpr std::array kSignatures{
    Signature{std::string_view("KVMKVMKVM\0\0\0", 12), Kind::Kvm},
    Signature{"XenVMMXenVMM", Kind::Xen},
    Signature{"VMwareVMware", Kind::VMware},
    Signature{"bhyve bhyve ", Kind::Bhyve},
    Signature{"TCGTCGTCGTCG", Kind::Tcg},
};

/// [tlfs] 2.4: "Hv#1" in the second leaf means that Hyper-V's interface is there.
constexpr u32 kHyperVInterface = 0x31237648;
/// A hypervisor has so few leaves; more is another leaf's data.
constexpr u32 kMostLeaves = 0x100;

std::array<char, 12> signature_of(const Leaf& leaf) {
    const std::array<u32, 3> words{leaf.ebx, leaf.ecx, leaf.edx};
    std::array<char, 12> text{};
    std::memcpy(text.data(), words.data(), text.size());
    return text;
}

Kind kind_of(const std::array<char, 12>& text, u32 interface) {
    if (interface == kHyperVInterface) {
        return Kind::HyperV;
    }
    const std::string_view view(text.data(), text.size());
    const auto known = std::ranges::find(kSignatures, view, &Signature::text);
    return known == kSignatures.end() ? Kind::Other : known->kind;
}

/// Letters, digits and the like, at least one: what a vendor would call itself.
bool is_name(const std::array<char, 12>& text) {
    return text.front() > ' ' &&
           std::ranges::all_of(text, [](char letter) { return letter == 0 || (letter >= ' ' && letter <= '~'); });
}

} // namespace

std::string_view name(Kind kind) {
    switch (kind) {
    case Kind::Kvm: return "KVM";
    case Kind::HyperV: return "Hyper-V";
    case Kind::Xen: return "Xen";
    case Kind::VMware: return "VMware";
    case Kind::Bhyve: return "bhyve";
    case Kind::Tcg: return "QEMU TCG";
    case Kind::Other: return "unknown";
    }
    return "unknown";
}

const Presence* Identification::find(Kind kind) const {
    const auto found = all();
    const auto at = std::ranges::find(found, kind, &Presence::kind);
    return at == found.end() ? nullptr : &*at;
}

void Identification::consider(u32 base, const Leaf& first, const Leaf& second) {
    const auto text = signature_of(first);
    // KVM of long ago said 0 for its largest leaf and meant the next one.
    const u32 largest = std::max(first.eax, base + 1);
    if (!is_name(text) || largest - base >= kMostLeaves) {
        return;
    }
    presences_.at(count_++) = {kind_of(text, second.eax), base, largest, text};
}

} // namespace hypervisor
