/// Any bytes, and the sample with some bytes changed and its digest made right, or nothing but the digest would be
/// tried: what opens can be read to its last row.
#include "libs/plan/plan.hpp"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/assert.hpp"
#include "libs/plan/describe.hpp"
#include "libs/plan/sample.hpp"
#include "tests/fuzz/fuzz_input.hpp"

namespace {

void read_everything(std::span<const std::byte> bytes) {
    const auto plan = plan::Plan::open(bytes);
    if (!plan) {
        return;
    }
    static_cast<void>(plan::describe(*plan));
    for (base::u32 i = 0; i < plan->components().size(); ++i) {
        const plan::ComponentRecord component = plan->components()[i];
        ASSERT(*plan->find(plan->text(component.name)) == i, "a name finds another component");
        for (base::u32 use = 0; use < component.uses.count; ++use) {
            const auto name = plan->text(plan->uses(component)[use].name);
            ASSERT(*plan->find_use(component, name) == use, "a name finds another use");
        }
    }
}

/// Three bytes of the input say where, and what.
void change(std::vector<std::byte>& bytes, std::span<const std::byte> input) {
    for (std::size_t at = 0; at + 3 <= input.size(); at += 3) {
        const auto place = std::to_integer<std::size_t>(input[at]) << 8 | std::to_integer<std::size_t>(input[at + 1]);
        bytes[place % bytes.size()] = input[at + 2];
    }
}

void mend_digest(std::vector<std::byte>& bytes) {
    const auto digest = digest::sha256(std::span(bytes).subspan(plan::kDigestedFrom));
    std::ranges::copy(digest, std::span(bytes).subspan(offsetof(plan::Header, digest)).begin());
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const base::u8* data, base::usize size) {
    static const std::vector<std::byte> sample = *plan::write_plan(plan::sample_draft());
    const auto input = fuzz::input(data, size);
    read_everything(input);
    std::vector<std::byte> bytes = sample;
    change(bytes, input);
    mend_digest(bytes);
    read_everything(bytes);
    return 0;
}
