/// One program that says lines.
#pragma once

#include "base/text_sink.hpp"
#include "libs/rpc/serve.hpp"
#include "protocols/log.hpp"
#include "protocols/objects/debug.hpp"
#include "sdk/program/program.hpp"

namespace services::log {

/// What all sessions have.
struct State {
    rpc::Borrowed<protocols::objects::Debug, abi::kWrite> debug;
    protocols::Log::Level least; ///< lines below are not shown
};

/// The argument `level=info`; all but debug without one.
protocols::Log::Level least_level(sdk::Texts arguments);

/// Puts pieces together, and shows lines with the name of who said them.
class LogSession {
  public:
    static constexpr base::usize kLongestLine = 256;
    /// Lines in each second; of more is said how many there were.
    static constexpr base::u32 kRate = 1000;

    LogSession(State& state, std::string_view client, abi::Permissions granted);

    [[nodiscard]] abi::Permissions granted() const { return granted_; }

    void serve(rpc::Call<protocols::Log::Write> call);

    static async::Result<protocols::Log::Flush::Reply> serve(rpc::Call<protocols::Log::Flush>) {
        return protocols::Log::Flush::Reply{};
    }

  private:
    [[nodiscard]] bool may_show();
    void show(protocols::Log::Level level);

    State& state_;
    abi::Permissions granted_;
    base::FixedText<16> client_;
    base::FixedText<kLongestLine> line_;
    base::u64 second_ = 0;
    base::u32 shown_ = 0; ///< in this second
    base::u32 dropped_ = 0;
};

} // namespace services::log
