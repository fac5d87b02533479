#include "sdk/program/program.hpp"

#include "base/text_view.hpp"

namespace sdk {

Texts Program::texts(const runtime::Table& table) const {
    return {base::text_view(runtime::bytes_of(*block_).subspan(table.offset)), table.count};
}

abi::Handle Program::handle(abi::ObjectKind kind) const {
    return abi::Handle(block_->own.handles.at(static_cast<base::usize>(kind)));
}

Own Program::own() const {
    return {.process = decltype(Own::process)(handle(abi::ObjectKind::Process)),
            .space = decltype(Own::space)(handle(abi::ObjectKind::AddressSpace)),
            .budget = decltype(Own::budget)(handle(abi::ObjectKind::Budget))};
}

rpc::Borrowed<protocols::objects::Memory, abi::kRead | abi::kGrant> Program::clock() const {
    return rpc::Borrowed < protocols::objects::Memory, abi::kRead | abi::kGrant > (abi::Handle(block_->clock_memory));
}

} // namespace sdk
