/// Where records and ranges live: virtual memory that appears page by page.
#pragma once

#include "base/result.hpp"
#include "base/units.hpp"
#include "libs/frame/reserve.hpp"

namespace frame {

class Store {
  public:
    /// Makes the page at `place`, which lies in the records or in the ranges, accessible and all zeros, unless it is
    /// accessible already. Takes the frames for that, at most kMostFrames, from `reserve`; NoMemory when they do not
    /// suffice. From any processor at any time, under the lock of a depot.
    virtual base::Result<void> back(base::VirtualAddress place, Reserve& reserve) = 0;

    /// A page, and a table of each level that is not made beforehand.
    static constexpr base::u64 kMostFrames = 3;

  protected:
    Store() = default;
    Store(const Store&) = default;
    Store& operator=(const Store&) = default;
    ~Store() = default;
};

} // namespace frame
