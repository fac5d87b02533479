/// Quantities and names as descriptions write them.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "abi/permissions.hpp"
#include "base/types.hpp"

namespace tess::system {

/// "64KiB": a whole number and B, KiB, MiB, GiB or TiB; bytes.
std::optional<base::u64> parse_size(std::string_view text);

/// "10ms": a whole number and ns, us, ms or s; nanoseconds.
std::optional<base::u64> parse_time(std::string_view text);

/// "rw": letters of r w x d g m, each once, at least one.
std::optional<abi::Permissions> parse_permissions(std::string_view text);

/// A protocol and its major version: "tessera.log", which is major 1, or "tessera.log/2".
struct Protocol {
    std::string name;
    base::u16 major = 1;

    friend bool operator==(const Protocol&, const Protocol&) = default;
};

/// Lower case words with dots between them, at most 36 letters as in the notes of programs.
std::optional<Protocol> parse_protocol(std::string_view text);

/// Whether it can name a component, a use, an offer or a thread: a lower case letter, then lower case letters, digits,
/// '_' and '-', 24 at most as in the notes of programs.
bool is_name(std::string_view text);

/// Whether devices can be matched by it: "pci:1af4:1041", "pci:class:0108", "mmio:virtio:2".
bool is_device_match(std::string_view text);

/// "64MiB", in the largest unit that is exact.
std::string size_text(base::u64 bytes);

/// "5ms", the same.
std::string time_text(base::u64 nanoseconds);

/// The one of `known` that takes the fewest changes of letters to be `word`; empty: none is near.
std::string_view nearest(std::string_view word, std::span<const std::string_view> known);

} // namespace tess::system
