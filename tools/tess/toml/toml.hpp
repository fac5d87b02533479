/// toml++ as this tree uses it: without exceptions, and without assertions, because it asserts what a file's author can
/// break ("[[[" in a description) and reports as an error right behind. One header for all, or the linker would pick.
#pragma once

#define TOML_EXCEPTIONS 0
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ASSERT(condition) static_cast<void>(0)
#include <toml++/toml.h>
