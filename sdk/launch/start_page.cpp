#include "sdk/launch/start_page.hpp"

#include <algorithm>

#include "libs/program_notes/records.hpp"

namespace sdk::launch {

using base::u32;
using base::u8;
using base::usize;

namespace {

/// What is written one behind the other.
class Page {
  public:
    explicit Page(std::span<std::byte> bytes) : bytes_(bytes) {}

    [[nodiscard]] u32 at() const { return at_; }

    bool add(std::span<const std::byte> content) {
        if (content.size() > bytes_.size() - at_) {
            return false;
        }
        std::ranges::copy(content, bytes_.subspan(at_).begin());
        at_ += static_cast<u32>(content.size());
        return true;
    }

    bool add_texts(std::span<const std::string_view> texts, runtime::Table& table) {
        table = {.offset = at_, .count = static_cast<u32>(texts.size())};
        return std::ranges::all_of(texts, [this](std::string_view text) {
            constexpr std::byte kEnd{0};
            return !text.contains('\0') && add(std::as_bytes(std::span(text))) && add({&kEnd, 1});
        });
    }

  private:
    std::span<std::byte> bytes_;
    u32 at_ = sizeof(runtime::StartBlock);
};

runtime::NameRecord record_of(const Installed& installed) {
    const Gift& gift = *installed.gift;
    return {.name = program_notes::padded<24>(gift.name),
            .protocol = gift.number,
            .major = gift.major,
            .permissions = gift.permissions.bits,
            .kind = static_cast<u8>(gift.kind),
            .is_route = gift.is_route ? 1U : 0U,
            .handle = installed.handle.word()};
}

} // namespace

async::Result<void> write_start_page(std::span<std::byte> page, runtime::StartBlock block,
                                     std::span<const Installed> names, std::span<const std::string_view> arguments,
                                     std::span<const std::string_view> environment) {
    Page writer(page);
    block.names = {.offset = writer.at(), .count = static_cast<u32>(names.size())};
    bool fits = std::ranges::all_of(names, [&writer](const Installed& installed) {
        const runtime::NameRecord record = record_of(installed);
        return writer.add(std::as_bytes(std::span(&record, 1)));
    });
    fits = fits && writer.add_texts(arguments, block.arguments) && writer.add_texts(environment, block.environment);
    if (!fits) {
        return abi::Error::OutOfRange;
    }
    block.bytes = writer.at();
    std::ranges::copy(std::as_bytes(std::span(&block, 1)), page.begin());
    return {};
}

} // namespace sdk::launch
