/// Records and ranges in ordinary memory, for tests: a page that was not asked for must not be touched.
#pragma once

#include <mutex>
#include <sanitizer/asan_interface.h>
#include <set>
#include <sys/mman.h>

#include "libs/frame/allocator.hpp"

#pragma clang unsafe_buffer_usage begin

// SAFETY: an array in memory that was mapped for just so many; AddressSanitizer guards what does not exist yet.

namespace frame {

class FakeStore final : public Store {
  public:
    static constexpr base::usize kRanges = 8192;

    /// Room for the records of `frames` frames.
    explicit FakeStore(base::usize frames) : records_(frames), ranges_(kRanges) {
        for (base::usize i = 0; i < kRangesPerPage; ++i) {
            if (i == 0) {
                ASAN_UNPOISON_MEMORY_REGION(ranges_.place, base::kPageSize);
            }
            ::new (ranges_.place + i) Range{};
        }
    }

    base::Result<void> back(base::VirtualAddress place, Reserve& reserve) override {
        const std::lock_guard lock(mutex_);
        if (backed_.contains(place.value())) {
            return {};
        }
        if (is_refusing) {
            return base::Error::NoMemory;
        }
        static_cast<void>(TRY(reserve.take()));
        backed_.insert(place.value());
        ASAN_UNPOISON_MEMORY_REGION(reinterpret_cast<void*>(place.value()), base::kPageSize);
        return {};
    }

    std::span<Record> records() { return {records_.place, records_.count}; }

    std::span<Range> ranges() { return {ranges_.place, ranges_.count}; }

    [[nodiscard]] base::usize pages() const { return backed_.size(); }

    bool is_refusing = false;

  private:
    static constexpr base::usize kRangesPerPage = base::kPageSize / sizeof(Range);

    /// Zeros, taken from the host only where they are touched.
    template <class T>
    struct Array {
        explicit Array(base::usize elements)
            : count(elements), place(static_cast<T*>(mmap(nullptr, count * sizeof(T), PROT_READ | PROT_WRITE,
                                                          MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0))) {
            ASAN_POISON_MEMORY_REGION(place, count * sizeof(T));
        }

        Array(const Array&) = delete;
        Array& operator=(const Array&) = delete;

        ~Array() {
            ASAN_UNPOISON_MEMORY_REGION(place, count * sizeof(T));
            munmap(place, count * sizeof(T));
        }

        base::usize count;
        T* place;
    };

    Array<Record> records_;
    Array<Range> ranges_;
    std::set<base::u64> backed_;
    std::mutex mutex_;
};

} // namespace frame

#pragma clang unsafe_buffer_usage end
