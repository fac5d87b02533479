#include <algorithm>
#include <bit>

#include "base/text_view.hpp"
#include "libs/elf/image.hpp"
#include "libs/elf/note_reader.hpp"
#include "libs/program_notes/records.hpp"
#include "sdk/launch/launch.hpp"

namespace sdk::launch {

namespace {

using program_notes::NoteType;
using program_notes::RouteRecord;
using program_notes::text_of;

/// Records of a note, one by one, and where each stands; what is cut off at its end is none.
template <class T, class F>
std::optional<Refusal> for_each(std::span<const std::byte> content, F check) {
    for (; content.size() >= sizeof(T); content = content.subspan(sizeof(T))) {
        std::array<std::byte, sizeof(T)> bytes;
        std::ranges::copy(content.first<sizeof(T)>(), bytes.begin());
        if (auto refusal = check(std::bit_cast<T>(bytes), base::text_view(content))) {
            return refusal;
        }
    }
    return std::nullopt;
}

bool is_object(const RouteRecord& need, abi::ObjectKind kind) {
    constexpr std::string_view kPrefix = "kernel.";
    const std::string_view text = text_of(need.protocol);
    return text.starts_with(kPrefix) && text.substr(kPrefix.size()) == abi::name(kind);
}

/// `text` is in the file, where it lasts, and begins with the need's name.
std::optional<Refusal> check_need(const RouteRecord& need, std::string_view text, std::span<const Gift> gifts) {
    const std::string_view name = text.substr(0, text_of(need.name).size());
    for (const Gift& gift : gifts) {
        if (gift.name != name) {
            continue;
        }
        const bool is_it = gift.protocol.empty() ? is_object(need, gift.kind)
                                                 : gift.protocol == text_of(need.protocol) && gift.major == need.major;
        if (!is_it) {
            return Refusal{abi::Error::WrongType, name};
        }
        const bool is_enough = gift.permissions.covers(abi::Permissions{need.permissions});
        return is_enough ? std::nullopt : std::optional(Refusal{abi::Error::AccessDenied, name});
    }
    return need.optional != 0 ? std::nullopt : std::optional(Refusal{abi::Error::NotFound, name});
}

std::optional<Refusal> check_note(const elf::Note& note, std::span<const Gift> gifts) {
    if (note.owner != program_notes::kOwner) {
        return std::nullopt;
    }
    switch (static_cast<NoteType>(note.type)) {
    case NoteType::AbiVersion:
        return for_each<program_notes::VersionRecord>(note.content, [](const auto& record, std::string_view) {
            return record.version == abi::kVersion ? std::nullopt : std::optional(Refusal{abi::Error::Unsupported, {}});
        });
    case NoteType::Needs:
        return for_each<RouteRecord>(note.content, [gifts](const RouteRecord& need, std::string_view text) {
            return check_need(need, text, gifts);
        });
    case NoteType::Offers:
    case NoteType::Heap: return std::nullopt;
    }
    return std::nullopt;
}

} // namespace

std::optional<Refusal> check_image(std::span<const std::byte> image, std::span<const Gift> gifts) {
    const auto opened = elf::Image::open(image);
    if (!opened) {
        return Refusal{opened.error(), {}};
    }
    elf::NoteReader notes = opened->notes();
    while (true) {
        const auto next = notes.next();
        if (!next) {
            return Refusal{next.error(), {}};
        }
        const std::optional<elf::Note>& note = *next;
        if (!note) {
            return std::nullopt;
        }
        if (auto refusal = check_note(*note, gifts)) {
            return refusal;
        }
    }
}

} // namespace sdk::launch
