#include "libs/boot/multiboot2.hpp"

#include <algorithm>
#include <optional>

#include "libs/boot/decoding.hpp"

namespace boot {

using base::ByteReader;
using base::Bytes;
using base::PhysicalAddress;
using base::u32;
using base::u64;
using base::usize;

namespace {

/// A structure longer than this is garbage: loaders give a few KiB.
constexpr u64 kMaximumBytes = 1 << 20;
/// A map longer than this is garbage, not a machine.
constexpr usize kMaximumMapEntries = 4096;
constexpr usize kTagAlignment = 8;

/// [multiboot2] 3.6.1.
struct Head {
    u32 size; ///< in bytes, with this head and the end tag
    u32 reserved;
};

static_assert(sizeof(Head) == 8);

struct TagHead {
    u32 type;
    u32 size; ///< in bytes, with this head and without padding
};

static_assert(sizeof(TagHead) == 8);

enum class TagType : u32 {
    End = 0,
    CommandLine = 1,
    Module = 3,
    MemoryMap = 6,
    AcpiOldRoot = 14,
    AcpiNewRoot = 15,
    EfiMap = 17,
    BootServicesRunning = 18,
};

/// 3.6.6; the module's text follows.
struct ModuleHead {
    u32 start;
    u32 end;
};

static_assert(sizeof(ModuleHead) == 8);

/// 3.6.8 and 3.6.19 alike; the entries follow. Later versions only add to the end of an entry.
struct MapHead {
    u32 entry_size;
    u32 version;
};

static_assert(sizeof(MapHead) == 8);

struct MapEntry {
    u64 start;
    u64 size;
    u32 type;
    u32 reserved;
};

static_assert(sizeof(MapEntry) == 24);

/// [uefi] 7.2.3, EFI_MEMORY_DESCRIPTOR.
struct EfiDescriptor {
    u32 type;
    u32 padding;
    u64 start;
    u64 virtual_start;
    u64 pages; ///< of 4 KiB
    u64 attributes;
};

static_assert(sizeof(EfiDescriptor) == 40);

/// [uefi] 7.2.1, EFI_MEMORY_TYPE.
enum class EfiType : u32 {
    LoaderCode = 1,
    LoaderData = 2,
    BootServicesCode = 3,
    BootServicesData = 4,
    Conventional = 7,
    Unusable = 8,
    AcpiReclaim = 9,
    AcpiStorage = 10,
};

/// Whether the firmware still runs beside us: it keeps the memory of its boot services then.
enum class BootServices : base::u8 { Ended, Running };

constexpr u64 kMaximumEfiPages = MemoryMap::kEndOfMemory.value() / base::kPageSize;
constexpr u64 kEfiWriteBack = 1 << 3;
constexpr u64 kEfiSpecificPurpose = 1 << 18;

/// What memory_type_of_e820() understands.
constexpr u32 kE820Usable = 1;
constexpr u32 kE820Reserved = 2;
constexpr u32 kE820AcpiReclaimable = 3;
constexpr u32 kE820AcpiStorage = 4;
constexpr u32 kE820Bad = 5;

struct Tag {
    TagType type;
    PhysicalAddress address; ///< of the payload
    std::span<const std::byte> payload;
};

/// Walks over the tags that can be read, in order.
class Tags {
  public:
    /// `bytes` are those of the structure from `start` on, less than its whole if it is cut short.
    Tags(std::span<const std::byte> bytes, PhysicalAddress start) : reader_(bytes), end_(start + Bytes{bytes.size()}) {
        if (!reader_.skip(sizeof(Head))) {
            reader_ = ByteReader({});
        }
    }

    /// Takes the next tag; nothing at the end tag, or where no tag can be.
    std::optional<Tag> next() {
        const auto head = reader_.read<TagHead>();
        if (!head) {
            failure_ = "its tags have no end";
            return std::nullopt;
        }
        const PhysicalAddress address = end_ - Bytes{reader_.remaining()};
        const auto payload = reader_.take(head->size - sizeof(TagHead));
        if (head->size < sizeof(TagHead) || !payload) {
            failure_ = "the size of a tag is wrong";
            return std::nullopt;
        }
        // The last tag's padding may lie beyond the structure.
        static_cast<void>(reader_.skip(std::min<usize>(-payload->size() % kTagAlignment, reader_.remaining())));
        const auto type = static_cast<TagType>(head->type);
        return type == TagType::End ? std::nullopt : std::optional<Tag>{{type, address, *payload}};
    }

    /// Why next() gave nothing; empty if there was an end tag.
    [[nodiscard]] std::string_view failure() const { return failure_; }

    /// The next tag of `type`.
    std::optional<Tag> find(TagType type) {
        auto tag = next();
        while (tag && tag->type != type) {
            tag = next();
        }
        return tag;
    }

  private:
    ByteReader reader_;
    PhysicalAddress end_;
    std::string_view failure_;
};

void read_command_line(Tags tags, BootInfo& info) {
    if (const auto tag = tags.find(TagType::CommandLine)) {
        info.command_line_text.assign(tag->payload);
    }
}

/// Both tags hold a copy of the RSDP: [multiboot2] 3.6.16, 3.6.17. One that is cut short is passed over, so that its
/// reader stays within the structure.
PhysicalAddress find_acpi_root(Tags tags) {
    constexpr usize kOldBytes = 20; // [acpi] 5.2.5.3: version 1 ends before the length
    constexpr usize kNewBytes = 36;
    const auto newer = Tags(tags).find(TagType::AcpiNewRoot);
    if (newer && newer->payload.size() >= kNewBytes) {
        return newer->address;
    }
    const auto older = tags.find(TagType::AcpiOldRoot);
    return older && older->payload.size() >= kOldBytes ? older->address : PhysicalAddress{0};
}

/// The entries of a map whose payload begins with MapHead; `add` gets each one and says what is wrong.
template <base::PlainBytes Entry, class F>
std::string_view read_entries(const Tag& tag, F add) {
    ByteReader reader(tag.payload);
    const auto head = reader.read<MapHead>();
    if (!head || head->entry_size < sizeof(Entry)) {
        return "the entries of its memory map are too small";
    }
    // What a cut entry would have reserved must not be taken for free memory.
    if (reader.remaining() % head->entry_size != 0) {
        return "its memory map is cut short";
    }
    if (reader.remaining() / head->entry_size > kMaximumMapEntries) {
        return "its memory map has too many entries";
    }
    while (const auto bytes = reader.take(head->entry_size)) {
        const auto entry = ByteReader(*bytes).read<Entry>();
        const std::string_view failure = entry ? add(*entry) : "its memory map is cut short";
        if (!failure.empty()) {
            return failure;
        }
    }
    return {};
}

std::string_view read_map(const Tag& tag, BootInfo& info) {
    return read_entries<MapEntry>(tag, [&info](const MapEntry& entry) {
        return decoding::add_claim(info, PhysicalAddress{entry.start}, Bytes{entry.size}, entry.type);
    });
}

/// [uefi] 7.2, table 7.10: what is left of the memory when the boot services have ended.
u32 e820_type(const EfiDescriptor& descriptor, BootServices services) {
    // Memory set aside for a purpose, or that is not cached, is no ordinary memory whatever its type says.
    const bool ordinary = (descriptor.attributes & (kEfiWriteBack | kEfiSpecificPurpose)) == kEfiWriteBack;
    switch (static_cast<EfiType>(descriptor.type)) {
    case EfiType::BootServicesCode:
    case EfiType::BootServicesData: return ordinary && services == BootServices::Ended ? kE820Usable : kE820Reserved;
    case EfiType::LoaderCode:
    case EfiType::LoaderData:
    case EfiType::Conventional: return ordinary ? kE820Usable : kE820Reserved;
    case EfiType::Unusable: return kE820Bad;
    case EfiType::AcpiReclaim: return kE820AcpiReclaimable;
    case EfiType::AcpiStorage: return kE820AcpiStorage;
    }
    return kE820Reserved;
}

std::string_view read_efi_map(const Tag& tag, BootServices services, BootInfo& info) {
    return read_entries<EfiDescriptor>(tag, [&info, services](const EfiDescriptor& descriptor) {
        const base::Pages pages{std::min(descriptor.pages, kMaximumEfiPages)};
        return decoding::add_claim(info, PhysicalAddress{descriptor.start}, pages.bytes(),
                                   e820_type(descriptor, services));
    });
}

std::string_view read_either_map(Tags tags, BootInfo& info) {
    if (const auto map = Tags(tags).find(TagType::MemoryMap)) {
        return read_map(*map, info);
    }
    const auto services = Tags(tags).find(TagType::BootServicesRunning) ? BootServices::Running : BootServices::Ended;
    const auto efi_map = tags.find(TagType::EfiMap);
    return efi_map ? read_efi_map(*efi_map, services, info) : "it has no memory map";
}

std::string_view read_module(const Tag& tag, BootInfo& info) {
    ByteReader reader(tag.payload);
    const auto head = reader.read<ModuleHead>();
    if (!head || head->end < head->start) {
        return "the tag of a module is wrong";
    }
    Module module{.start = PhysicalAddress{head->start}, .size = Bytes{head->end - head->start}};
    module.text.assign(tag.payload.subspan(sizeof(ModuleHead)));
    return decoding::add_module(info, module);
}

std::string_view read_modules(Tags tags, BootInfo& info) {
    while (const auto tag = tags.find(TagType::Module)) {
        if (const auto failure = read_module(*tag, info); !failure.empty()) {
            return failure;
        }
    }
    return {};
}

std::string_view check_tags(Tags tags) {
    while (tags.next()) {
    }
    return tags.failure();
}

/// `own` is the memory of the structure itself, which the map calls free.
std::string_view read_lists(Tags tags, const MemoryRange& own, BootInfo& info) {
    if (const auto failure = read_either_map(tags, info); !failure.empty()) {
        return failure;
    }
    if (const auto failure = decoding::add_claim(info, own.start, own.size, kE820Reserved); !failure.empty()) {
        return failure;
    }
    if (const auto failure = read_modules(tags, info); !failure.empty()) {
        return failure;
    }
    return decoding::finish(info);
}

} // namespace

std::string_view read_multiboot2(const PhysicalReader& memory, PhysicalAddress start, BootInfo& info) {
    info.door = "multiboot2";
    const auto head = decoding::read_structure<Head>(memory, start);
    if (start == PhysicalAddress{0} || !head) {
        return "it is missing";
    }
    const auto bytes = memory.read_up_to(start, Bytes{std::min<u64>(head->size, kMaximumBytes)});
    const Tags tags(bytes, start);
    read_command_line(tags, info);
    info.acpi_root = find_acpi_root(tags);
    if (head->size > kMaximumBytes) {
        return "it is too long";
    }
    if (bytes.size() < head->size) {
        return "it is cut short";
    }
    if (const auto failure = check_tags(tags); !failure.empty()) {
        return failure;
    }
    return read_lists(tags, {start, Bytes{head->size}}, info);
}

} // namespace boot
