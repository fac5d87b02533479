/// A protocol and its server for tests: a sum that clients add to, and one method for each thing that a method can be.
#pragma once

#include <optional>
#include <string>

#include "async/event.hpp"
#include "libs/rpc/serve.hpp"

namespace rpc::desk {

struct Desk {
    static constexpr ProtocolId id{"tessera.test.desk", 1, 2};

    enum class Failure : u16 { Full = 256 };

    struct Add {
        static constexpr Spec spec{.ordinal = 0x10, .needs = abi::kWrite};
        using Errors = Fails<Failure::Full>;

        u64 amount;

        struct Reply {
            u64 sum;
        };
    };

    /// Answers when the sum is at least so much.
    struct Await {
        static constexpr Spec spec{.ordinal = 0x11, .needs = abi::kRead, .waits = true};

        u64 least;

        struct Reply {
            u64 sum;
        };
    };

    struct Tell {
        static constexpr Spec spec{.ordinal = 0x12, .needs = abi::kWrite, .one_way = true};

        u64 amount;
    };

    /// Gives a view of itself, gets an end.
    struct Exchange {
        static constexpr Spec spec{.ordinal = 0x13, .needs = abi::kExecute};
        using Slots = Gives<Shared<Desk, abi::kRead>>;

        u32 number;
        u32 zero;

        struct Reply {
            using Slots = Gives<Moved<ServerEnd, abi::kRead>>;

            u64 number;
        };
    };

    /// Had one field of each in the first minor.
    struct Grown {
        static constexpr Spec spec{
            .ordinal = 0x14, .needs = abi::kRead, .idempotent = true, .first_bytes = 8, .first_reply_bytes = 8};

        u64 old_number;
        u64 new_number;

        struct Reply {
            u64 old_number;
            u64 new_number;
        };
    };

    /// Copies what is lent first, backwards, into what is lent second.
    struct Reverse {
        static constexpr Spec spec{.ordinal = 0x15, .needs = abi::kRead, .idempotent = true};
        using Leases = Lends<In, Out>;

        struct Reply {
            u64 count;
        };
    };

    struct Spell {
        static constexpr Spec spec{.ordinal = 0x16, .needs = abi::kRead, .idempotent = true};

        Text<31, 1000> word;

        static constexpr auto text = &Spell::word;

        struct Reply {
            u64 letters;
            u64 vowels;
        };
    };

    using Methods = List<Add, Await, Tell, Exchange, Grown, Reverse, Spell>;
};

static_assert(Protocol<Desk>);

class DeskSession {
  public:
    static constexpr u64 kFull = 1000;
    static constexpr u64 kForeign = 13; ///< Grown fails with an error of a third protocol

    explicit DeskSession(abi::Permissions granted) : granted_(granted) {}

    [[nodiscard]] abi::Permissions granted() const { return granted_; }

    async::Result<Desk::Add::Reply> serve(Call<Desk::Add> call) {
        if (call->amount > kFull - sum_) {
            return failure<Desk>(Desk::Failure::Full);
        }
        add(call->amount);
        return Desk::Add::Reply{sum_};
    }

    async::Task<Desk::Await::Reply> serve(Call<Desk::Await> call) {
        ++waiting_;
        const Waiting counted(waiting_);
        while (sum_ < call->least) {
            co_await changed_.wait();
        }
        co_return {.sum = sum_};
    }

    void serve(Call<Desk::Tell> call) { add(call->amount); }

    async::Result<Sent<Desk::Exchange::Reply>> serve(Call<Desk::Exchange> call) {
        given_.emplace(call.take());
        if (!end_) {
            return abi::Error::BadState;
        }
        Sent<Desk::Exchange::Reply> sent{{.number = call->number + 1U}, *std::move(end_)};
        end_.reset();
        return sent;
    }

    static async::Result<Desk::Grown::Reply> serve(Call<Desk::Grown> call) {
        if (call->old_number == kForeign) {
            return async::Error(Desk::id.domain() ^ 1U, 256);
        }
        return Desk::Grown::Reply{.old_number = call->old_number, .new_number = call->new_number};
    }

    async::Task<Desk::Reverse::Reply> serve(Call<Desk::Reverse> call) {
        ++reversals_;
        std::array<std::byte, 64> bytes{};
        const auto part = std::span(bytes).first(co_await call.in<0>().read(bytes));
        std::ranges::reverse(part);
        co_return {.count = co_await call.out<1>().write(part)};
    }

    static async::Result<Desk::Spell::Reply> spell(std::string_view word) {
        return Desk::Spell::Reply{.letters = word.size(), .vowels = static_cast<u64>(std::ranges::count(word, 'a'))};
    }

    static async::Result<Desk::Spell::Reply> serve(Call<Desk::Spell> call) { return spell(call.text()); }

    void set_end(Capability<ServerEnd, abi::kAllPermissions> end) {
        end_.emplace(std::tuple(ReleasedEnd(end.release())));
    }

    [[nodiscard]] u64 sum() const { return sum_; }

    /// How often Reverse ran.
    [[nodiscard]] u64 reversals() const { return reversals_; }

    /// Callers that Await has not answered.
    [[nodiscard]] u64 waiting() const { return waiting_; }

    [[nodiscard]] const std::optional<Capability<Desk, abi::kRead>>& given() const { return given_; }

  private:
    using ReleasedEnd = SentAs<Moved<ServerEnd, abi::kRead>>;

    /// Counts down also when its frame is destroyed.
    struct Waiting {
        explicit Waiting(u64& of) : count(of) {}

        Waiting(const Waiting&) = delete;
        Waiting& operator=(const Waiting&) = delete;

        ~Waiting() { --count; }

        u64& count;
    };

    void add(u64 amount) {
        sum_ += amount;
        changed_.set();
        changed_.clear();
    }

    abi::Permissions granted_;
    u64 sum_ = 0;
    u64 waiting_ = 0;
    u64 reversals_ = 0;
    async::Event changed_;
    std::optional<std::tuple<ReleasedEnd>> end_;
    std::optional<Capability<Desk, abi::kRead>> given_;
};

static_assert(Serves<DeskSession, Desk>);

} // namespace rpc::desk
