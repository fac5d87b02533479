/// What items of an attached end name, from before it is attached until nothing of it can come any more.
#pragma once

#include "abi/handle.hpp"
#include "libs/rpc/receiver.hpp"

namespace sdk::ring {

/// Outlives its receiver: items may still come when that is gone, until the result of the detachment.
struct Attachment {
    rpc::Receiver* receiver; ///< null: it is gone, and items are refused
    abi::Handle end;
};

/// SAFETY: an attached receiver has the address of its own.
inline Attachment& attachment_of(const rpc::Receiver& receiver) {
    return *reinterpret_cast<Attachment*>(receiver.place());
}

} // namespace sdk::ring
