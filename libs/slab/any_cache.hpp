/// What caches of all sizes have in common. What is done seldom is written for any layout, so that a world has it once.
#pragma once

#include <cstddef>
#include <new>
#include <span>
#include <utility>

#include "base/address.hpp"
#include "base/guarded.hpp"
#include "base/result.hpp"
#include "libs/slab/depot.hpp"
#include "libs/slab/layout.hpp"
#include "libs/slab/magazine.hpp"
#include "libs/slab/page_source.hpp"
#include "libs/slab/pattern.hpp"
#include "libs/slab/world.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: the first word of a free object is its seal. The magazines are an array with an element for each processor.

namespace slab {

/// Base of ObjectCache, whose contract it keeps.
template <World W>
class AnyCache {
  public:
    AnyCache(const AnyCache&) = delete;
    AnyCache& operator=(const AnyCache&) = delete;

    /// Once, before anything else: makes magazines for `processors`. NoMemory.
    base::Result<void> start(base::u32 processors) {
        const base::usize pages = Geometry::pages_holding(processors * sizeof(Magazines));
        block_ = TRY(source_->allocate(static_cast<base::u32>(std::countr_zero(pages))));
        for (base::u32 i = 0; i < processors; ++i) {
            auto* const made = ::new (block_.data() + i * sizeof(Magazines)) Magazines{};
            made->loaded.set_limit(limit());
            magazines_ = i == 0 ? made : magazines_;
        }
        processors_ = processors;
        return {};
    }

    /// Gives what this processor has at hand to the depot, and all empty blocks back to the source.
    void trim() {
        empty(own());
        depot_.with([](Depot& depot) { depot.trim(); });
    }

    /// Blocks with objects that the cache has from its source; large objects count nowhere.
    [[nodiscard]] base::usize blocks() {
        return depot_.with([](const Depot& depot) { return depot.blocks(); });
    }

  protected:
    AnyCache(const Layout& layout, PageSource& source, base::u64 secret)
        : source_(&source), secret_(secret), layout_(layout), depot_(layout.geometry, source, this, secret) {}

    ~AnyCache() {
        for (base::u32 i = 0; i < processors_; ++i) {
            empty(magazines_[i]);
        }
        depot_.with([](Depot& depot) { depot.trim(); });
        if (processors_ != 0) {
            source_->free(block_);
        }
    }

    Magazines& own() { return magazines_[W::cpu_index()]; }

    static base::u64& seal_of(std::byte* object) { return *std::launder(reinterpret_cast<base::u64*>(object)); }

    [[nodiscard]] base::u64 mark(const std::byte* object) const { return secret_ ^ base::address_of(object); }

    void seal(std::byte* object, const Layout& layout) {
        ::new (object) base::u64(mark(object));
        if constexpr (W::kPatterns) {
            std::ranges::fill(layout.behind_seal(object), kFreeByte);
        }
        W::close_object(object, layout.open_bytes);
    }

    /// An object, sealed; when `loaded` has none.
    [[gnu::noinline]] base::Result<std::byte*> allocate_slowly() {
        if (W::is_allocation_refused()) {
            return base::Error::NoMemory;
        }
        if (layout_.geometry.is_large) {
            const auto block = TRY(source_->allocate(layout_.geometry.order));
            prepare(block.data());
            return block.data();
        }
        Magazines& magazines = own();
        magazines.loaded.set_limit(W::bypasses_magazines() ? 0 : limit());
        if (!magazines.previous.all().empty()) {
            std::swap(magazines.loaded, magazines.previous);
            return magazines.loaded.pop();
        }
        const auto wanted = magazines.loaded.room().first(W::bypasses_magazines() ? 1 : kRefill);
        const base::usize count = TRY(depot_.with([&](Depot& depot) { return depot.take(wanted, preparation()); }));
        magazines.loaded.set_count(count);
        return magazines.loaded.pop();
    }

    /// Takes back a sealed object; when `loaded` is full.
    [[gnu::noinline]] void free_slowly(std::byte* object) {
        if (layout_.geometry.is_large) {
            W::open(object, layout_.geometry.block_bytes());
            source_->free({object, layout_.geometry.block_bytes()});
            return;
        }
        Magazines& magazines = own();
        if (magazines.loaded.limit() == 0) {
            empty(magazines);
            depot_.with([&](Depot& depot) { depot.give({&object, 1}); });
            return;
        }
        if (!magazines.previous.all().empty()) {
            give(magazines.previous);
        }
        std::swap(magazines.loaded, magazines.previous);
        static_cast<void>(magazines.loaded.push(object));
    }

  private:
    static constexpr base::u32 kRefill = Magazine::kRounds / 2 + 1;

    /// Large objects have no magazines.
    [[nodiscard]] base::u32 limit() const { return layout_.geometry.is_large ? 0 : Magazine::kRounds; }

    /// A slot as it comes out of a new block.
    void prepare(std::byte* object) {
        W::open(object, layout_.geometry.slot_bytes);
        if constexpr (W::kPatterns) {
            std::ranges::fill(layout_.red_zone(object), kRedByte);
        }
        W::close_red_zone(object, layout_.geometry.slot_bytes);
        W::open(object, layout_.open_bytes);
        seal(object, layout_);
    }

    Depot::Preparation preparation() {
        return {[](void* self, std::byte* object) { static_cast<AnyCache*>(self)->prepare(object); }, this};
    }

    void give(Magazine& magazine) {
        depot_.with([&](Depot& depot) { depot.give(magazine.all()); });
        magazine.set_count(0);
    }

    void empty(Magazines& magazines) {
        give(magazines.loaded);
        give(magazines.previous);
    }

    PageSource* source_;
    base::u64 secret_;
    Magazines* magazines_ = nullptr;
    base::u32 processors_ = 0;
    std::span<std::byte> block_; ///< of the magazines
    Layout layout_;
    base::Guarded<Depot, typename W::Lock, W::kDepotLock> depot_;
};

} // namespace slab

#pragma clang unsafe_buffer_usage end
