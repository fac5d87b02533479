/// Names of files in a bundle.
#pragma once

#include <string_view>

namespace bundle {

/// Whether `name` can be one: 1 to 255 printable bytes or UTF-8, parts separated by single slashes, no part "." or
/// "..", no slash at either end.
bool is_file_name(std::string_view name);

} // namespace bundle
