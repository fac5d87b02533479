/// Memory of a table for tests: counted, and refused when a limit is reached.
#pragma once

#include <limits>
#include <memory>
#include <vector>

#include "libs/capability/table.hpp"

namespace capability {

class FakeMemory {
  public:
    base::Result<SlotPage*> allocate_slots() {
        TRY(take());
        return std::make_unique<SlotPage>().release();
    }

    base::Result<Directory*> allocate_directory() {
        TRY(take());
        return std::make_unique<Directory>().release();
    }

    void release_slots(SlotPage& page) {
        --pages;
        std::unique_ptr<SlotPage>{&page}.reset();
    }

    void release_directory(Directory& directory) {
        --pages;
        std::unique_ptr<Directory>{&directory}.reset();
    }

    base::usize pages = 0;
    base::usize limit = std::numeric_limits<base::usize>::max();

  private:
    base::Result<void> take() {
        if (pages == limit) {
            return base::Error::NoMemory;
        }
        ++pages;
        return {};
    }
};

using FakeTable = Table<FakeMemory>;

} // namespace capability
