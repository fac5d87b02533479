#include "services/log/log_session.hpp"

#include <algorithm>
#include <array>

#include "async/executor.hpp"
#include "base/format.hpp"
#include "sdk/program/debug_lines.hpp"

namespace services::log {

using protocols::Log;

namespace {

constexpr std::array<std::string_view, 4> kLevels{"debug", "info", "warning", "error"};
constexpr base::u64 kSecond = 1'000'000'000;

std::string_view name_of(Log::Level level) {
    return kLevels.at(std::min<base::usize>(static_cast<base::usize>(level), kLevels.size() - 1));
}

} // namespace

Log::Level least_level(sdk::Texts arguments) {
    constexpr std::string_view kKey = "level=";
    for (const std::string_view word : arguments) {
        if (word.starts_with(kKey)) {
            const auto found = std::ranges::find(kLevels, word.substr(kKey.size()));
            if (found != kLevels.end()) {
                return static_cast<Log::Level>(std::distance(kLevels.begin(), found));
            }
        }
    }
    return Log::Level::Info;
}

LogSession::LogSession(State& state, std::string_view client, abi::Permissions granted)
    : state_(state), granted_(granted) {
    client_.write(client);
}

void LogSession::serve(rpc::Call<Log::Write> call) {
    const std::string_view text(call->letters.data(), call->letters.size());
    // A line of its own could be anybody's.
    std::array<char, Log::kMostText> shown{};
    std::ranges::transform(text, shown.begin(),
                           [](char letter) { return letter == '\n' || letter == '\r' ? '?' : letter; });
    line_.write({shown.data(), std::min<base::usize>(call->bytes, shown.size())});
    if (call->is_end != 0) {
        show(static_cast<Log::Level>(call->level));
        line_.clear();
    }
}

bool LogSession::may_show() {
    const base::u64 second = async::Executor::current().now().value() / kSecond;
    if (second != second_) {
        second_ = second;
        shown_ = 0;
    }
    return shown_++ < kRate;
}

void LogSession::show(Log::Level level) {
    if (level < state_.least) {
        return;
    }
    if (!may_show()) {
        ++dropped_;
        return;
    }
    base::FixedText<kLongestLine + 64> shown;
    if (dropped_ != 0) {
        base::print(shown, "{}: {} lines dropped\n", client_.view(), dropped_);
        dropped_ = 0;
    }
    if (level >= Log::Level::Warning) {
        base::print(shown, "{}: {}: {}\n", client_.view(), name_of(level), line_.view());
    } else {
        base::print(shown, "{}: {}\n", client_.view(), line_.view());
    }
    sdk::write_lines(state_.debug, shown.view());
}

} // namespace services::log
