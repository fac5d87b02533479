#include "kernel/process/supply_operation.hpp"

#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using base::Result;

Result<void> SupplyOperation::begin(Operation& operation, budget::Budget& budget, Move&& move) {
    auto& self = *TRY(process_objects().supplies.make(budget, operation, std::move(move)));
    // Its frames are the second half of it, and nobody reads them before they are there.
    const auto given = self.move_.from->give(self.move_.source_first, self.frames(), self);
    if (!given) {
        process_objects().supplies.destroy(self);
    }
    return given;
}

void SupplyOperation::taken(object::Sweep& sweep) {
    auto& self = static_cast<SupplyOperation&>(sweep);
    const auto put = self.put();
    Operation& operation = self.operation_;
    process_objects().supplies.destroy(self);
    operation.expect_no_wait();
    if (put) {
        operation.finish_method(Answer{});
    } else {
        operation.fail_method(put.error());
    }
}

Result<void> SupplyOperation::put() {
    auto supplied = move_.to->supply(move_.first, frames(), memory_object::Supply::Given, move_.grant);
    if (!supplied) {
        move_.from->take_back(move_.source_first, frames());
    }
    return supplied;
}

} // namespace kernel::process
