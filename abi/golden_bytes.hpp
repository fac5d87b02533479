/// What the structures of the contract are in memory, for tests.
#pragma once

#include <array>
#include <bit>
#include <string>
#include <string_view>

#include "abi/types.hpp"

namespace abi {

/// Two digits a byte, in the order of addresses.
template <class T>
std::string hex(const T& value) {
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string text;
    for (const u8 byte : std::bit_cast<std::array<u8, sizeof(T)>>(value)) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

/// The same of as many zeros.
inline std::string zeros(std::size_t bytes) { return std::string(2 * bytes, '0'); }

} // namespace abi
