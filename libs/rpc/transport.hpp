/// How messages leave and come. Declared here, defined by what a program is linked with: the ring driver of a program,
/// or `loopback/` in tests. So a call costs neither a virtual function nor a template parameter in every signature.
#pragma once

#include <span>

#include "abi/handle.hpp"
#include "async/error.hpp"
#include "libs/rpc/message.hpp"

namespace rpc {

class AttachCall;
class Invocation;
class LeaseCopy;
class Receiver;

/// A request, or a notice, as a server gets it.
struct Incoming {
    enum class Kind : u8 {
        Request,
        Cancelled, ///< the caller of `token`, which is delivered, has given up
        Closed,    ///< nobody can call any more; the last item
    };

    Kind kind = Kind::Closed;
    abi::Permissions permissions; ///< with which the caller invoked the channel: the kernel says so
    abi::Handle token;            ///< to answer with; names nothing if there is no answer
    Message message;
};

/// Where lent bytes are.
struct LentPlace {
    abi::Handle memory;
    u64 offset; ///< in bytes
};

/// Everything belongs to the worker that runs on this thread. Nothing resumes anybody inside.
struct Transport {
    /// Sends the call; invocation.arrive() or invocation.complete() follows, once.
    static void begin(Invocation& invocation);

    /// Its Result is no longer wanted; it follows all the same.
    static void cancel(Invocation& invocation);

    /// Sends without asking for an answer. After an error nothing of the message has left. No error is no promise that
    /// it arrives: capabilities in what does not are dropped.
    static async::Result<> post(abi::Handle target, const Message& message);

    /// Gives a handle back. A stale one, or none, is no mistake.
    static void drop(abi::Handle handle);

    /// Where `bytes` lie in a Memory that can be lent; InvalidArgument if they do not.
    static async::Result<LentPlace> place_of(std::span<const std::byte> bytes);

    /// What comes to the server's end goes to the call's receiver, until detach(); call.complete() follows, once.
    static void begin(AttachCall& call);

    /// Nothing of it comes to `receiver` any more. Of one that is not attached: nothing.
    static void detach(Receiver& receiver);

    /// The next item, if there is one; else receiver.tell() follows when there is.
    static bool take(Receiver& receiver, Incoming& incoming);

    /// Answers a call once. Of a call that is over nothing happens, and capabilities in the answer are dropped.
    static void answer(abi::Handle token, const Message& answer);

    /// Copies; copy.finish() or copy.complete() follows, once. BadHandle if the call is over.
    static void begin(LeaseCopy& copy);
};

} // namespace rpc
