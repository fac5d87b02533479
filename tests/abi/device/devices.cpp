#include "tests/abi/device/devices.hpp"

#include <algorithm>

#include "sdk/runtime/kernel_call.hpp"

namespace tests::abi {

using ::abi::MachineMethod;

namespace {

constexpr u64 kMillisecond = 1'000'000;

constexpr u16 port_method(::abi::PortMethod method) { return method_of(ObjectKind::IoPorts, method); }

} // namespace

Outcome Devices::read_configuration(u32 function, u32 offset) {
    return calls_.call(calls_.root(ObjectKind::Machine), machine_method(MachineMethod::ReadConfiguration),
                       ::abi::ConfigurationPlace{.function = function, .offset = offset});
}

Error Devices::write_configuration(u32 function, u32 offset, u32 value) {
    return calls_
        .call(calls_.root(ObjectKind::Machine), machine_method(MachineMethod::WriteConfiguration),
              ::abi::WriteConfigurationArguments{
                  .place = {.function = function, .offset = offset}, .value = value, .zero = 0})
        .error;
}

Outcome Devices::read(Handle ports, u32 port, u32 width, u64 count) {
    return calls_.call(ports, port_method(::abi::PortMethod::Read),
                       ::abi::PortArguments{.port = port, .width = width, .count = count});
}

Error Devices::write(Handle ports, u32 port, u32 width, u64 count, std::span<const u8> bytes) {
    const ::abi::PortArguments head{.port = port, .width = width, .count = count};
    ::abi::Submission entry = Calls::with(ports, port_method(::abi::PortMethod::Write), head);
    std::ranges::copy(bytes, entry.payload.begin() + sizeof(head));
    entry.length = static_cast<u8>(sizeof(head) + bytes.size());
    return calls_.send(entry).error;
}

Error Devices::out(Handle ports, u32 port, u32 value, u32 width) {
    const auto bytes = std::bit_cast<std::array<u8, sizeof(u32)>>(value);
    return write(ports, port, width, 1, std::span(bytes).first(width));
}

Outcome Devices::map(Handle memory, u64 offset, u64 bytes, u64 access) {
    return calls_.call(
        calls_.root(ObjectKind::AddressSpace), method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
        ::abi::MapArguments{.address = 0, .offset = offset, .bytes = bytes, .access = access, .flags = 0},
        lend(memory));
}

void Devices::unmap(u64 address, u64 bytes) {
    calls_.call(calls_.root(ObjectKind::AddressSpace),
                method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Unmap),
                ::abi::RangeArguments{.address = address, .bytes = bytes});
}

Outcome Devices::narrow(Handle parent, u32 first, u32 count) {
    return calls_.call(parent, static_cast<u16>(HandleMethod::Derive),
                       ::abi::DeriveArguments{.permissions = ::abi::kAllPermissions.bits,
                                              .expiry = 0,
                                              .has_qualifier = 1,
                                              .qualifier = u64{count} << 32 | first});
}

Error Devices::attach(Handle source, u64 mask, Handle ring) {
    return calls_
        .call(ring == Handle{} ? calls_.root(ObjectKind::Ring) : ring,
              method_of(ObjectKind::Ring, ::abi::RingMethod::Attach),
              ::abi::AttachArguments{.tag = kTag, .mask = mask, .flags = 0}, lend(source))
        .error;
}

u64 Devices::take() {
    if (!calls_.has_completion()) {
        return 0;
    }
    const ::abi::Completion front = calls_.take();
    const bool is_notice =
        (front.flags & ::abi::kCompletionKindMask) == static_cast<u16>(::abi::CompletionKind::Notice);
    return is_notice && front.tag == kTag ? front.badge : ~u64{0};
}

u64 Devices::wait_for_notice() {
    constexpr u64 kPatience = 5'000;
    for (u64 waited = 0; waited < kPatience; ++waited) {
        if (const u64 bits = take(); bits != 0) {
            return bits;
        }
        sdk::runtime::submit(0, 1, now() + kMillisecond);
    }
    return 0;
}

bool Devices::is_quiet() {
    constexpr u64 kWhile = 10 * kMillisecond;
    rest(kWhile);
    return take() == 0;
}

u64 Devices::now() {
    return calls_.call(calls_.root(ObjectKind::Machine), machine_method(MachineMethod::Clock))
        .answer<::abi::ClockView>()
        .now;
}

void Devices::rest(u64 nanoseconds) {
    const u64 end = now() + nanoseconds;
    while (now() < end) {
        sdk::runtime::submit(0, 1, end);
    }
}

Outcome Devices::create_freed_interrupt(u32 line, u64 processor) {
    constexpr int kPatience = 2'000;
    Outcome made = create_interrupt(line, ::abi::LineMode::Tables, processor);
    for (int waited = 0; waited < kPatience && made.error == Error::Busy; ++waited) {
        rest(kMillisecond);
        made = create_interrupt(line, ::abi::LineMode::Tables, processor);
    }
    return made;
}

} // namespace tests::abi
