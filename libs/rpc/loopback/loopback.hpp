/// The transport of tests: channels, capabilities and one Memory that can be lent, in a simulation and without a
/// kernel.
///
///     Loopback loopback;
///     auto [server, client] = loopback.make_channel<File, kRead>();
///     std::span<std::byte> buffer = loopback.allocate(4096);     // what can be lent
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "libs/rpc/capability.hpp"
#include "libs/rpc/transport.hpp"

namespace rpc::loopback {

struct Channel;

/// What Transport is while it lives: one at a time on a thread. Behaves as docs/kernel-interface.md says of channels,
/// but that all programs have one table of capabilities. Everything that was made through it is gone before it.
class Loopback {
  public:
    /// What waits for a server besides calls, which their callers hold: one-way messages and notices, for each channel.
    static constexpr usize kMostWaiting = 64;

    /// `memory`: bytes that can be lent.
    explicit Loopback(usize memory = 64 << 10);
    ~Loopback();
    Loopback(const Loopback&) = delete;
    Loopback& operator=(const Loopback&) = delete;

    template <Protocol P, abi::Permissions R>
    struct Ends {
        Capability<ServerEnd, abi::kAllPermissions> server;
        CapabilityChannel<P, R> client;
    };

    /// Both ends of a new channel, the client's with permissions R.
    template <Protocol P, abi::Permissions R>
    [[nodiscard]] Ends<P, R> make_channel() {
        const Handles handles = make_handles(R);
        return {Capability<ServerEnd, abi::kAllPermissions>(handles.server), CapabilityChannel<P, R>(handles.client)};
    }

    /// Bytes of the Memory, for as long as the loopback lives. There must be so many left.
    [[nodiscard]] std::span<std::byte> allocate(usize bytes);

    /// How many capabilities there are, but for that to the Memory.
    [[nodiscard]] usize capabilities() const { return live_ - 1; }

    /// How many calls are with their servers.
    [[nodiscard]] usize delivered() const { return delivered_.size(); }

    static Loopback& current() { return *of_thread; }

  private:
    friend struct rpc::Transport;

    struct Handles {
        abi::Handle server;
        abi::Handle client;
    };

    struct Entry {
        abi::ObjectKind kind = abi::ObjectKind::None;
        abi::Permissions permissions;
        u32 generation = 0;
        std::shared_ptr<Channel> channel; ///< if it is an end of one
    };

    struct Delivered {
        Invocation* call;
        std::shared_ptr<Channel> channel;
    };

    Handles make_handles(abi::Permissions permissions);
    abi::Handle add(Entry entry);
    Entry* find(abi::Handle handle);
    void drop(abi::Handle handle);
    void close(Channel& channel);
    static void revoke(Channel& channel, abi::Handle client);
    void begin(Invocation& invocation);
    void derive(Invocation& invocation, const Entry& from);
    void cancel(Invocation& invocation);
    async::Error judge_send(abi::Handle target, const Message& message);
    async::Error judge_slot(const Message& message, usize slot, usize& leases);
    async::Result<> post(abi::Handle target, const Message& message);
    bool take(Receiver& receiver, Incoming& incoming);
    void transfer_slots(Message& message);
    abi::SlotWord transfer(abi::SlotWord word);
    void answer(abi::Handle token, const Message& message);
    void copy(LeaseCopy& copy);
    [[nodiscard]] async::Result<u64> offset_of(std::span<const std::byte> bytes) const;

    static constinit thread_local Loopback* of_thread;

    std::vector<std::byte> memory_;
    usize allocated_ = 0;
    std::deque<Entry> entries_;
    std::vector<u32> free_;
    usize live_ = 0;
    std::map<Receiver*, std::shared_ptr<Channel>> receivers_;
    std::map<u64, Delivered> delivered_; ///< by token
    u32 last_token_ = 0;
    abi::Handle memory_handle_;
};

} // namespace rpc::loopback
