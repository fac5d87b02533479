/// Reads bytes that came from outside: every step is checked against their end.
///
///     ByteReader reader(note);
///     const auto name_size = TRY(reader.read<u32>());
///     const auto name = TRY(reader.take(name_size));
#pragma once

#include <algorithm>
#include <bit>
#include <concepts>
#include <cstring>
#include <span>
#include <string_view>
#include <type_traits>

#include "base/result.hpp"
#include "base/text_view.hpp"
#include "base/types.hpp"

namespace base {

/// What any bytes are a valid value of: integers, and structures of integers without padding.
template <class T>
concept PlainBytes = std::is_trivially_copyable_v<T> && std::has_unique_object_representations_v<T> &&
                     !std::same_as<T, bool> && !std::is_pointer_v<T>;

/// A position in a span of bytes. Integers are little endian, as on every machine Tessera runs on. What fails consumes
/// nothing. Views that it returns live as long as the bytes.
class ByteReader {
    static_assert(std::endian::native == std::endian::little);

  public:
    constexpr explicit ByteReader(std::span<const std::byte> bytes) : rest_(bytes) {}

    /// Bytes that were not read yet.
    [[nodiscard]] usize remaining() const { return rest_.size(); }

    /// The next value. OutOfRange if too few bytes are left.
    template <PlainBytes T>
    Result<T> read() {
        const auto bytes = TRY(take(sizeof(T)));
        T value;
        std::memcpy(&value, bytes.data(), sizeof(T));
        return value;
    }

    /// The next `count` bytes, in place. OutOfRange if fewer are left.
    Result<std::span<const std::byte>> take(usize count) {
        if (rest_.size() < count) {
            return Error::OutOfRange;
        }
        const auto taken = rest_.first(count);
        rest_ = rest_.subspan(count);
        return taken;
    }

    /// Passes over `count` bytes. OutOfRange if fewer are left.
    Result<void> skip(usize count) {
        TRY(take(count));
        return {};
    }

    /// Text up to its terminating zero, which is consumed too. Corrupt if there is none within `limit` bytes.
    Result<std::string_view> read_text(usize limit) {
        const auto window = rest_.first(std::min(limit, rest_.size()));
        const auto zero = std::ranges::find(window, std::byte{0});
        if (zero == window.end()) {
            return Error::Corrupt;
        }
        const auto length = static_cast<usize>(zero - window.begin());
        rest_ = rest_.subspan(length + 1);
        return text_view(window.first(length));
    }

  private:
    std::span<const std::byte> rest_;
};

} // namespace base
