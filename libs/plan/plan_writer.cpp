#include "libs/plan/plan_writer.hpp"

#include "libs/plan/assembly.hpp"
#include "libs/plan/plan.hpp"

namespace plan {

base::Result<std::vector<std::byte>> write_plan(const Draft& draft) {
    StringPool strings;
    TRY(Assembly(draft, strings).assemble());
    strings.settle();
    Assembly assembly(draft, strings);
    TRY(assembly.assemble());
    std::vector<std::byte> bytes = assembly.bytes();
    if (!Plan::open(bytes)) {
        return base::Error::InvalidArgument;
    }
    return bytes;
}

} // namespace plan
