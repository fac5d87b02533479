/// Two kinds of input, by its first byte: memory as it comes; the entries of a table whose header is good.
#include "libs/mp_table/fake_mp_table.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace {

void walk(const boot::FakeMemory& memory) {
    const auto pointer = mp_table::find_pointer(memory);
    const auto table = pointer ? mp_table::MpTable::open(memory, *pointer) : pointer.error();
    if (!table) {
        return;
    }
    auto entries = table->entries();
    for (auto entry = entries.next(); entry && *entry; entry = entries.next()) {
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, base::usize size) {
    const std::span<const std::byte> input = fuzz::input(data, size);
    if (input.empty()) {
        return 0;
    }
    const auto rest = input.subspan(1);
    if (std::to_integer<int>(input.front()) % 2 == 0) {
        walk(boot::FakeMemory(rest, mp_table::FakeMp::kStart));
        return 0;
    }
    const acpi::Blob bytes = mp_table::FakeMp().raw(rest.first(std::min<base::usize>(rest.size(), 60'000))).build();
    walk(boot::FakeMemory(bytes.bytes(), mp_table::FakeMp::kStart));
    return 0;
}
