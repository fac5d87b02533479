#include "libs/pci/configuration.hpp"

namespace pci {

using base::u32;
using base::u64;

namespace {

struct BaseAddress : base::BitLayout<BaseAddress, u32> {
    using IsPorts = Field<0, 1, bool>;
    using Width = Field<1, 2>;
};

constexpr u32 kWide = 2;
constexpr u32 kAddressMask = 0xfffffff0;

} // namespace

base::Result<base::PhysicalAddress> decode_base_address(u32 low, u32 high) {
    const base::Bits<BaseAddress> kind(low);
    const bool is_wide = kind.get<BaseAddress::Width>() == kWide;
    const u64 address = (low & kAddressMask) | (is_wide ? u64{high} << 32 : 0);
    if (kind.get<BaseAddress::IsPorts>() || address == 0) {
        return base::Error::NotFound;
    }
    return base::PhysicalAddress{address};
}

} // namespace pci
