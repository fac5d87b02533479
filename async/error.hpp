/// The errors of programs: a code, and whose code it is. Results that carry them.
///
///     Result<u64> read() { return abi::Error::NotFound; }
#pragma once

#include "abi/error.hpp"
#include "base/result.hpp"
#include "base/types.hpp"

namespace async {

/// A number of a protocol's own list, or of abi::Error. Errors of two protocols are never equal. Made without one it
/// says that there is no error; a Result never holds that.
class Error {
  public:
    /// The domain of abi::Error.
    static constexpr base::u16 kAbi = 0;

    constexpr Error() = default;

    constexpr Error(abi::Error error) : code_(static_cast<base::u16>(error)) {}

    constexpr Error(base::u16 domain, base::u16 code) : code_(code), domain_(domain) {}

    [[nodiscard]] constexpr base::u16 code() const { return code_; }

    /// kAbi, or the protocol's number.
    [[nodiscard]] constexpr base::u16 domain() const { return domain_; }

    /// Whether there is an error at all.
    [[nodiscard]] constexpr bool is_error() const { return code_ != 0; }

    friend constexpr bool operator==(Error, Error) = default;

  private:
    base::u16 code_ = 0;
    base::u16 domain_ = kAbi;
};

static_assert(sizeof(Error) == 4);

/// What is received from when nothing more will come.
inline constexpr Error kClosed = abi::Error::PeerClosed;

template <class T = void>
using Result = base::Result<T, Error>;

} // namespace async
