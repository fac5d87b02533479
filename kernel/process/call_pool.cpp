#include "kernel/process/call_pool.hpp"

#include <new>

#include "kernel/core/kernel.hpp"

namespace kernel::process {

using base::Bytes;
using base::Result;
using base::u32;
using base::usize;

struct alignas(base::kPageSize) CallPool::Page {
    // Made one by one: each knows its place.
    struct Place {
        alignas(Call) std::array<std::byte, base::kPageSize / kPageCalls> bytes;
    };

    static_assert(sizeof(Call) <= sizeof(Place));

    /// The call at `index`.
    Call& at(usize index) {
        // SAFETY: grow() has made a call in each place before anybody sees the page.
        return *std::launder(reinterpret_cast<Call*>(places.at(index).bytes.data()));
    }

    std::array<Place, kPageCalls> places;
};

Result<Call*> CallPool::allocate(budget::Budget& budget) {
    TRY(budget.charge(budget::Kind::Memory, sizeof(Page::Place)));
    Call* call = nullptr;
    Result<void> grown;
    free_.with([&](Free& free) {
        if (free.first == nullptr) {
            grown = grow(free);
        }
        if (grown) {
            call = std::exchange(free.first, free.first->next);
        }
    });
    if (!grown) {
        budget.release(budget::Kind::Memory, sizeof(Page::Place));
        return grown.error();
    }
    return call;
}

void CallPool::release(Call& call, budget::Budget& budget) {
    free_.with([&](Free& free) { call.next = std::exchange(free.first, &call); });
    budget.release(budget::Kind::Memory, sizeof(Page::Place));
}

Call* CallPool::find(abi::Handle token) const {
    const usize page = token.slot() / kPageCalls;
    const Directory* const directory = directories_.at(page / kDirectoryPages).load(std::memory_order_acquire);
    if (directory == nullptr) {
        return nullptr;
    }
    Page* const found = directory->at(page % kDirectoryPages).load(std::memory_order_acquire);
    return found == nullptr ? nullptr : &found->at(token.slot() % kPageCalls);
}

Result<void> CallPool::grow(Free& free) {
    auto& frames = core::kernel().frames;
    const auto make = [&frames]<class T>(std::type_identity<T>) -> Result<T*> {
        const auto frame = TRY(frames.allocate_zeroed());
        return ::new (Arch::physical_bytes(frame, Bytes{sizeof(T)}).data()) T;
    };
    if (free.pages == kDirectories * kDirectoryPages) {
        return base::Error::NoMemory;
    }
    auto& directory = directories_.at(free.pages / kDirectoryPages);
    if (directory.load(std::memory_order_relaxed) == nullptr) {
        directory.store(TRY(make(std::type_identity<Directory>{})), std::memory_order_release);
    }
    Page* const page = TRY(make(std::type_identity<Page>{}));
    for (usize index = kPageCalls; index-- != 0;) {
        const u32 place = static_cast<u32>(free.pages * kPageCalls + index);
        auto* const call = ::new (page->places.at(index).bytes.data()) Call(place);
        call->next = std::exchange(free.first, call);
    }
    directory.load(std::memory_order_relaxed)
        ->at(free.pages++ % kDirectoryPages)
        .store(page, std::memory_order_release);
    return {};
}

} // namespace kernel::process
