#include "tests/fuzz/kernel/guest/bundled_inputs.hpp"

#include "abi/device_arguments.hpp"
#include "libs/bundle/bundle.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: pages that were mapped just before, through their addresses.

namespace tests::fuzz {

using base::u64;

std::span<const std::byte> map_inputs(tests::abi::Calls& calls) {
    using ::abi::ObjectKind;
    ::abi::Submission asked = tests::abi::Calls::entry(
        calls.root(ObjectKind::Machine), tests::abi::method_of(ObjectKind::Machine, ::abi::MachineMethod::Bundle));
    asked.slots = 1;
    asked.slot[0] = tests::abi::lend(calls.root(ObjectKind::Budget)).word();
    const tests::abi::Outcome shown = calls.send(asked);
    const auto view = shown.answer<::abi::BundleView>();
    constexpr u64 kPage = 4096;
    const u64 bytes = (view.offset + view.bytes + kPage - 1) / kPage * kPage;
    const tests::abi::Outcome mapped = calls.call(
        calls.root(ObjectKind::AddressSpace),
        tests::abi::method_of(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map),
        ::abi::MapArguments{.address = 0, .offset = 0, .bytes = bytes, .access = ::abi::kMapRead, .flags = 0},
        tests::abi::lend(shown.handle()));
    if (shown.error != tests::abi::kGood || mapped.error != tests::abi::kGood) {
        return {};
    }
    const auto* const start = reinterpret_cast<const std::byte*>(mapped.answer<u64>() + view.offset);
    const auto opened = ::bundle::Bundle::open({start, view.bytes});
    const auto file = opened ? opened->find("inputs") : base::Result<::bundle::File>{opened.error()};
    return file ? file->content : std::span<const std::byte>{};
}

} // namespace tests::fuzz

#pragma clang unsafe_buffer_usage end
