/// Every way in which an operation can fail. One number, one meaning; who is to blame stands beside it.
#pragma once

#include <cstdint>
#include <string_view>

namespace abi {

/// The values are part of the contract between kernel and programs.
enum class Error : std::uint16_t {
    BadHandle = 1,   ///< the handle names no live capability: the caller's mistake
    WrongType,       ///< the capability is of another kind: the caller's mistake
    AccessDenied,    ///< permission or policy forbids it
    Expired,         ///< the capability's time is over
    InvalidArgument, ///< an argument is out of its range or malformed: the caller's mistake
    BadState,        ///< the object cannot do this now
    NoMemory,        ///< the machine has no more
    OutOfRange,      ///< an offset or size lies outside the object
    Overflow,        ///< a number does not fit
    NotFound,        ///< no such name or item
    Exists,          ///< the name or place is taken
    Busy,            ///< someone else holds it; try again later
    WouldBlock,      ///< nothing is there yet
    TimedOut,        ///< the deadline passed
    Cancelled,       ///< the caller took it back
    PeerClosed,      ///< the other side is gone
    PagerLoop,       ///< a fault would wait for its own thread
    Corrupt,         ///< outside data breaks its format: the data's fault
    Unsupported,     ///< known, but not offered here
    DeviceError,     ///< the device said no
    OverBudget,      ///< the caller's budget, or one above it, has no more
    Revoked,         ///< the capability by which it was obtained was taken back, or its time is over
    UnknownMethod,   ///< the server's protocol has no such method: the caller's mistake, or it is newer
};

/// The enumerator's name, for logs.
constexpr std::string_view name(Error error) {
    using enum Error;
    switch (error) {
    case BadHandle: return "BadHandle";
    case WrongType: return "WrongType";
    case AccessDenied: return "AccessDenied";
    case Expired: return "Expired";
    case InvalidArgument: return "InvalidArgument";
    case BadState: return "BadState";
    case NoMemory: return "NoMemory";
    case OutOfRange: return "OutOfRange";
    case Overflow: return "Overflow";
    case NotFound: return "NotFound";
    case Exists: return "Exists";
    case Busy: return "Busy";
    case WouldBlock: return "WouldBlock";
    case TimedOut: return "TimedOut";
    case Cancelled: return "Cancelled";
    case PeerClosed: return "PeerClosed";
    case PagerLoop: return "PagerLoop";
    case Corrupt: return "Corrupt";
    case Unsupported: return "Unsupported";
    case DeviceError: return "DeviceError";
    case OverBudget: return "OverBudget";
    case Revoked: return "Revoked";
    case UnknownMethod: return "UnknownMethod";
    }
    return "unknown error";
}

} // namespace abi
