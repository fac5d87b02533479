#include "sdk/launch/child.hpp"

#include <algorithm>
#include <span>

#include "sdk/launch/mapping.hpp"

namespace sdk::launch {

using protocols::objects::Budget;
using protocols::objects::Process;

Child::~Child() {
    if (budget_.handle() != abi::Handle()) {
        rpc::Message destroy;
        destroy.method = rpc::kMethodNumber<protocols::objects::Budget::Destroy>;
        static_cast<void>(rpc::Transport::post(budget_.handle(), destroy));
    }
}

async::Task<ExitReport> Child::wait() {
    const auto [ended] = co_await process_.call(protocols::objects::Process::Wait{});
    ExitReport report{.reason = static_cast<abi::EndReason>(ended.reason), .code = ended.code};
    const Mapping page = co_await Mapping::make(space_, panic_.as<abi::kRead | abi::kWrite>(), 4096);
    std::ranges::copy(page.bytes().first<sizeof(runtime::PanicPage)>(),
                      std::as_writable_bytes(std::span(&report.panic, 1)).begin());
    report.has_panicked = report.panic.magic == runtime::PanicPage::kMagic;
    // The program wrote it, and may have written anything.
    report.panic.text_bytes = std::min(report.panic.text_bytes, static_cast<base::u32>(report.panic.text.size()));
    co_return report;
}

async::Task<> Child::kill() { co_await process_.call(protocols::objects::Process::Kill{}); }

} // namespace sdk::launch
