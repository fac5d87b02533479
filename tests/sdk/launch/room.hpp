/// The server of Meeting.
#pragma once

#include <algorithm>
#include <optional>
#include <vector>

#include "async/event.hpp"
#include "libs/rpc/serve.hpp"
#include "tests/sdk/children/meeting.hpp"

namespace tests::sdk {

class RoomSession {
  public:
    static constexpr u64 kMost = 1'000;

    [[nodiscard]] static abi::Permissions granted() { return abi::kRead | abi::kWrite | abi::kExecute; }

    async::Result<Meeting::Add::Reply> serve(rpc::Call<Meeting::Add> call) {
        if (call->amount > kMost) {
            return rpc::failure<Meeting>(Meeting::Failure::TooMuch);
        }
        sum_ += call->amount;
        changed_.set();
        return Meeting::Add::Reply{.sum = sum_};
    }

    async::Task<Meeting::Await::Reply> serve(rpc::Call<Meeting::Await> call) {
        while (sum_ < call->least) {
            changed_.clear();
            co_await changed_.wait();
        }
        co_return Meeting::Await::Reply{.sum = sum_};
    }

    async::Task<Meeting::Reverse::Reply> serve(rpc::Call<Meeting::Reverse> call) {
        std::vector<std::byte> bytes(call.in<0>().size());
        const u64 got = co_await call.in<0>().read(bytes);
        std::ranges::reverse(bytes);
        co_return Meeting::Reverse::Reply{.bytes = std::min(got, co_await call.out<1>().write(bytes))};
    }

    async::Result<rpc::Sent<Meeting::Share::Reply>> serve(rpc::Call<Meeting::Share>) {
        if (!kept_) {
            return abi::Error::BadState;
        }
        return rpc::Sent<Meeting::Share::Reply>{.reply = {}, .capabilities = {kept_->as<abi::kRead | abi::kGrant>()}};
    }

    void serve(rpc::Call<Meeting::Say> call) { word_ = call->word; }

    void keep(rpc::Capability<Meeting, abi::kRead | abi::kGrant> own) { kept_.emplace(std::move(own)); }

    [[nodiscard]] u64 word() const { return word_; }

  private:
    u64 sum_ = 0;
    u64 word_ = 0;
    async::Event changed_;
    std::optional<rpc::Capability<Meeting, abi::kRead | abi::kGrant>> kept_;
};

} // namespace tests::sdk
