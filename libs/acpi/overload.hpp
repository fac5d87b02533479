/// Several lambdas as one visitor, for std::visit over a table's entries.
#pragma once

namespace acpi {

template <class... Functions>
struct Overload : Functions... {
    using Functions::operator()...;
};

} // namespace acpi
