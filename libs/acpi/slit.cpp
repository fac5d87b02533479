#include "libs/acpi/slit.hpp"

#include "libs/acpi/plain_bytes.hpp"

namespace acpi {

using base::Error;
using base::Result;
using base::u64;
using base::u8;
using base::usize;

Result<Slit> Slit::decode(const Table& table) {
    const auto body = TRY(table.body_of(kSignature));
    const auto localities = TRY(read_front<u64>(body));
    const auto distances = body.subspan(sizeof(u64));
    // The first test keeps the square in the second from wrapping.
    if (localities > distances.size() || localities * localities > distances.size()) {
        return Error::Corrupt;
    }
    const auto square = distances.first(localities * localities);
    if (std::ranges::any_of(square, [](std::byte distance) { return distance < std::byte{kLocal}; })) {
        return Error::Corrupt;
    }
    return Slit(localities, square);
}

Result<u8> Slit::distance(usize from, usize to) const {
    if (from >= localities_ || to >= localities_) {
        return Error::OutOfRange;
    }
    return std::to_integer<u8>(distances_[from * localities_ + to]);
}

} // namespace acpi
