#include "sdk/program/names.hpp"

#include "libs/program_notes/records.hpp"

namespace sdk {

std::optional<abi::Handle> Names::find(std::string_view name, const Type& type, abi::Permissions permissions) const {
    for (const runtime::NameRecord& record : records_) {
        if (program_notes::text_of(record.name) == name) {
            const bool is_it = record.kind == static_cast<base::u8>(type.kind) && record.protocol == type.protocol &&
                               record.major == type.major && (record.is_route != 0) == type.is_route &&
                               abi::Permissions{record.permissions}.covers(permissions);
            return is_it ? std::optional(abi::Handle(record.handle)) : std::nullopt;
        }
    }
    return std::nullopt;
}

} // namespace sdk
