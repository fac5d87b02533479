#include "kernel/core/kernel.hpp"

#include <memory>

namespace kernel::core {

namespace {

/// Made when the kernel starts: as a constant it would be in the file, 70 KiB of mostly zeros.
union Place {
    constexpr Place() : nothing{} {}

    Place(const Place&) = delete;
    Place& operator=(const Place&) = delete;

    ~Place() {}

    char nothing;
    Kernel kernel;
};

constinit Place place{};

} // namespace

void make_kernel() { std::construct_at(&place.kernel); }

Kernel& kernel() { return place.kernel; }

} // namespace kernel::core
