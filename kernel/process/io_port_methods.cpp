#include "abi/device_arguments.hpp"
#include "kernel/arch/current.hpp"
#include "kernel/core/kernel.hpp"
#include "kernel/platform/kept_resources.hpp"
#include "kernel/process/give_object.hpp"
#include "kernel/process/methods.hpp"
#include "kernel/process/process_objects.hpp"
#include "libs/capability/contents.hpp"

namespace kernel::process {

using abi::PortArguments;
using base::Error;
using base::Result;
using base::u16;
using base::u32;
using base::u64;
using base::u8;
using capability::Window;

namespace {

constexpr u32 kPorts = 1 << 16;
constexpr base::usize kHeadBytes = sizeof(PortArguments);
constexpr u64 kByteBits = 8;

void end_ports(Object& object) { process_objects().io_ports.destroy(static_cast<IoPorts&>(object)); }

/// InvalidArgument: no such width, or more values than `room` bytes hold; OutOfRange: the capability does not show all
/// of these ports.
Result<void> check(const Invocation& call, const PortArguments& wanted, u64 room) {
    const bool is_width = wanted.width == 1 || wanted.width == 2 || wanted.width == 4;
    if (!is_width || wanted.count == 0 || wanted.count > room / wanted.width) {
        return Error::InvalidArgument;
    }
    const auto shown = Window::from(call.slot.qualifier());
    return shown.contains({.first = wanted.port, .count = wanted.width}) ? Result<void>{} : Error::OutOfRange;
}

u32 read_port(u16 port, u32 width) {
    switch (width) {
    case 1: return Arch::in8(port);
    case 2: return Arch::in16(port);
    default: return Arch::in32(port);
    }
}

void write_port(u16 port, u32 width, u32 value) {
    switch (width) {
    case 1: Arch::out8(port, static_cast<u8>(value)); break;
    case 2: Arch::out16(port, static_cast<u16>(value)); break;
    default: Arch::out32(port, value); break;
    }
}

} // namespace

Result<Progress> create_io_ports(const Invocation& call, Answer& answer) {
    BudgetObject& payer = *TRY(lent_budget(call));
    const auto wanted = call.arguments<abi::PortRange>();
    if (wanted.count == 0 || wanted.first >= kPorts || wanted.count > kPorts - wanted.first) {
        return Error::InvalidArgument;
    }
    const core::Kernel& kernel = core::kernel();
    if (platform::keeps_any_port(kernel.platform, kernel.options.debug_exit_port, {wanted.first, wanted.count})) {
        return Error::AccessDenied;
    }
    auto ports = TRY(process_objects().io_ports.create(payer.budget(), end_ports));
    const u64 window = Window{.first = wanted.first, .count = wanted.count}.qualifier();
    TRY(give_object(call, answer, payer, std::move(ports), abi::kAllPermissions, window));
    return Progress::Done;
}

Result<Progress> read_ports(const Invocation& call, Answer& answer) {
    const auto wanted = call.arguments<PortArguments>();
    TRY(check(call, wanted, abi::kPayloadBytes));
    const auto bytes = answer.give_bytes(wanted.count * wanted.width);
    for (base::usize at = 0; at < bytes.size(); at += wanted.width) {
        const u32 value = read_port(static_cast<u16>(wanted.port), wanted.width);
        for (u32 byte = 0; byte < wanted.width; ++byte) {
            bytes[at + byte] = static_cast<std::byte>(value >> (kByteBits * byte));
        }
    }
    return Progress::Done;
}

Result<Progress> write_ports(const Invocation& call, Answer&) {
    if (call.request.length() < kHeadBytes) {
        return Error::InvalidArgument;
    }
    const auto words = call.payload_words<abi::kPayloadBytes / sizeof(u64)>();
    const auto wanted = std::bit_cast<PortArguments>(std::array{words[0], words[1]});
    TRY(check(call, wanted, abi::kPayloadBytes - kHeadBytes));
    if (wanted.count * wanted.width != call.request.length() - kHeadBytes) {
        return Error::InvalidArgument;
    }
    const auto bytes = std::as_bytes(std::span(words)).subspan(kHeadBytes, wanted.count * wanted.width);
    for (base::usize at = 0; at < bytes.size(); at += wanted.width) {
        u32 value = 0;
        for (u32 byte = 0; byte < wanted.width; ++byte) {
            value |= static_cast<u32>(bytes[at + byte]) << (kByteBits * byte);
        }
        write_port(static_cast<u16>(wanted.port), wanted.width, value);
    }
    return Progress::Done;
}

} // namespace kernel::process
