#include "sdk/launch/plan_image.hpp"

#include <algorithm>

namespace sdk::launch {

using base::u64;

namespace {

constexpr u64 kPage = base::kPageSize;

void add(ImagePlan& plan, Part part) {
    if (part.bytes != 0) {
        plan.parts.at(plan.count++) = part;
    }
}

/// A segment that nobody writes is shown where it lies.
async::Result<void> add_shown(ImagePlan& plan, const elf::Segment& segment, std::span<const std::byte> file,
                              u64 offset) {
    const auto at = static_cast<u64>(std::distance(file.data(), segment.content.data()));
    const u64 lead = segment.start.value() % kPage;
    const bool is_whole = segment.content.size() == segment.size.value() && (offset + at) % kPage == lead;
    if (!is_whole) {
        return abi::Error::Unsupported;
    }
    const u64 start = segment.first_page().value();
    add(plan, {Part::Source::File, segment.access, start, segment.end_page().value() - start, offset + at - lead});
    return {};
}

/// Written no more where the relocation is over.
void add_own(ImagePlan& plan, const elf::Segment& segment, const elf::Image& image) {
    u64 start = segment.first_page().value();
    const u64 end = segment.end_page().value();
    const auto piece = [&](u64 to, elf::Access access) {
        add(plan, {Part::Source::Own, access, start, to - start, start - plan.own_start});
        start = to;
    };
    const auto& sealed = image.read_only_after_relocation();
    if (sealed && sealed->start.value() >= start && sealed->start.value() < end) {
        piece(sealed->start.value(), elf::Access::ReadWrite);
        piece((sealed->start + sealed->size).value(), elf::Access::Read);
    }
    piece(end, elf::Access::ReadWrite);
}

} // namespace

async::Result<ImagePlan> plan_image(const elf::Image& image, std::span<const std::byte> file, u64 offset) {
    ImagePlan plan;
    u64 own_end = 0;
    for (const elf::Segment& segment : image.segments()) {
        if (segment.access == elf::Access::ReadWrite) {
            plan.own_start = own_end == 0 ? segment.first_page().value() : plan.own_start;
            own_end = segment.end_page().value();
        }
    }
    plan.own_bytes = own_end - plan.own_start;
    for (const elf::Segment& segment : image.segments()) {
        if (segment.access == elf::Access::ReadWrite) {
            add_own(plan, segment, image);
        } else if (const auto shown = add_shown(plan, segment, file, offset); !shown) {
            return shown.error();
        }
    }
    return plan;
}

} // namespace sdk::launch
