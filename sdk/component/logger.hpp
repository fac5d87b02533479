/// Saying lines to the log service.
///
///     sdk::component::Logger log(program, needs.log);
///     co_await log.say(Level::Info, "started");
#pragma once

#include <algorithm>
#include <string_view>

#include "protocols/log.hpp"
#include "sdk/component/remote.hpp"

namespace sdk::component {

/// A sender never waits for the service: the lines wait with the program, as many as its ring may hold.
class Logger {
  public:
    using Level = protocols::Log::Level;

    template <FixedName kName>
    Logger(Program program, const Via<kName, protocols::Log, abi::kWrite>& route) : remote_(program, route) {}

    async::Task<> say(Level level, std::string_view line) {
        using Write = protocols::Log::Write;
        do {
            const std::string_view piece = line.substr(0, protocols::Log::kMostText);
            line.remove_prefix(piece.size());
            Write message{.level = static_cast<base::u8>(level),
                          .bytes = static_cast<base::u8>(piece.size()),
                          .is_end = static_cast<base::u8>(line.empty()),
                          .letters = {}};
            std::ranges::copy(piece, message.letters.begin());
            co_await remote_.post(message);
        } while (!line.empty());
    }

    /// When all that was said was shown.
    async::Task<> flush() { co_await remote_.call(protocols::Log::Flush{}); }

  private:
    Remote<protocols::Log, abi::kWrite> remote_;
};

} // namespace sdk::component
