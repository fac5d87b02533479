/// What a memory object should hold, for tests: every page's bytes, copied at each clone.
#pragma once

#include <array>
#include <map>
#include <memory>
#include <optional>

#include "libs/memory_object/shape.hpp"

namespace memory_object {

using PageBytes = std::array<base::u8, base::kPageSize>;
using SharedBytes = std::shared_ptr<PageBytes>;

/// One page that is there.
struct ModelPage {
    SharedBytes bytes;    ///< shared with other models until written; with the lender always
    bool is_lent = false; ///< or was lent by this object
    bool is_dirty = false;
    bool is_granted = false;
};

class ObjectModel {
  public:
    ObjectModel(Kind of_kind, base::u64 of_pages) : kind(of_kind), pages(of_pages) {}

    /// What reading `page` sees. Nothing: the pager must be asked. Null: zeroes.
    [[nodiscard]] std::optional<SharedBytes> seen(base::u64 page) const {
        if (const auto own = there.find(page); own != there.end()) {
            return own->second.bytes;
        }
        if (kind == Kind::PagerBacked) {
            return std::nullopt;
        }
        return kind == Kind::View && page < origin_pages ? origin->seen(page) : SharedBytes{};
    }

    /// The bytes to write to; null: the pager must be asked.
    [[nodiscard]] PageBytes* written(base::u64 page) {
        const auto own = there.find(page);
        if (kind == Kind::PagerBacked) {
            if (own == there.end() || (asks_before_write && !own->second.is_granted)) {
                return nullptr;
            }
            own->second.is_dirty = true;
            return own->second.bytes.get();
        }
        const auto before = seen(page);
        if (!before) {
            return nullptr;
        }
        ModelPage& now = there[page];
        if (own == there.end() || now.bytes == nullptr || (now.bytes.use_count() > 1 && !now.is_lent)) {
            now.bytes = *before == nullptr ? std::make_shared<PageBytes>() : std::make_shared<PageBytes>(**before);
        }
        return now.bytes.get();
    }

    [[nodiscard]] bool is_any_pinned(base::u64 first, base::u64 last) const {
        const auto found = pins.lower_bound(first);
        return found != pins.end() && found->first <= last;
    }

    void forget(base::u64 first, base::u64 end) { there.erase(there.lower_bound(first), there.lower_bound(end)); }

    Kind kind;
    base::u64 pages;
    bool asks_before_write = false;
    ObjectModel* origin = nullptr;
    base::u64 origin_pages = 0;
    std::map<base::u64, ModelPage> there;
    std::map<base::u64, unsigned> pins;
};

} // namespace memory_object
