#include "tests/bench/machine/pairs.hpp"

#include <span>

#include "abi/arguments.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "tests/bench/costs/markers.hpp"

namespace tests::bench {

using abi::Handle;
using abi::ObjectKind;
using base::u64;

void Pairs::begin(u64 clients, Hearing hearing) {
    constexpr u64 kPolls = 64; // where routines.S looks
    shared_ = peers_.create_page();
    for (const auto& [place, value] : {std::array{u64{0}, clients}, std::array{kPolls, static_cast<u64>(hearing)}}) {
        peers_.caller().call(shared_, ObjectKind::Memory, abi::MemoryMethod::Write,
                             std::array<u64, 3>{place, sizeof(value), value});
    }
    hearing_ = hearing;
    count_ = 0;
    mark_begin();
}

void Pairs::add(u64 client_processor, u64 server_processor) {
    const auto channel = peers_.caller().call(peers_.caller().root(ObjectKind::Budget), ObjectKind::Budget,
                                              abi::BudgetMethod::CreateChannel);
    const Peer server = peers_.create();
    peers_.attach(server, slot_of(channel, 0), 0);
    peers_.start(server, Routine::Answer, static_cast<u64>(hearing_), 0, server_processor);
    const Peer client = peers_.create();
    peers_.share(client, shared_);
    const Handle end = peers_.give(client, slot_of(channel, 1));
    peers_.start(client, Routine::Ask, end.word(), Peers::kShared, client_processor);
    clients_.at(count_) = client;
    servers_.at(count_) = server;
    ++count_;
}

void Pairs::finish() {
    for (const Peer& client : std::span(clients_).first(count_)) {
        if (peers_.wait(client) != 0) {
            sdk::runtime::debug_write("a call between processors has failed\n");
            sdk::runtime::exit(1);
        }
    }
    for (const Peer& server : std::span(servers_).first(count_)) {
        peers_.end(server);
    }
}

void Pairs::run_apart() {
    begin(kProcessors, Hearing::Waits);
    for (u64 processor = 0; processor < kProcessors; ++processor) {
        add(processor, processor);
    }
    finish();
}

void Pairs::run_across(Hearing hearing) {
    begin(1, hearing);
    add(1, 2);
    finish();
}

} // namespace tests::bench
