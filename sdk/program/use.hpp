/// What a program says it needs: fields of a struct.
///
///     struct Needs {
///         sdk::Use<"log", protocols::Log, abi::kWrite> log;
///         sdk::Optional<"metrics", Metrics, abi::kWrite> metrics;
///     };
#pragma once

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "libs/program_notes/records.hpp"
#include "sdk/program/names.hpp"

namespace sdk {

/// A text as an argument of a template; shorter than the field of a note.
template <std::size_t N>
struct FixedName {
    static_assert(N <= 24, "a name has at most 23 letters");

    std::array<char, N> letters{};

    consteval FixedName(const char (&text)[N]) { std::copy_n(text, N, letters.begin()); }

    [[nodiscard]] constexpr std::string_view view() const { return {letters.data(), N - 1}; }
};

/// How P is written in a note.
template <class P>
constexpr program_notes::RouteRecord route_record(std::string_view name, abi::Permissions permissions,
                                                  bool is_optional) {
    program_notes::RouteRecord record{.name = program_notes::padded<24>(name),
                                      .protocol = {},
                                      .major = 0,
                                      .permissions = permissions.bits,
                                      .optional = static_cast<base::u8>(is_optional)};
    if constexpr (rpc::Protocol<P>) {
        record.protocol = program_notes::padded<36>(P::id.name);
        record.major = P::id.major;
    } else {
        record.protocol = program_notes::padded<36>("kernel.");
        std::ranges::copy(abi::name(rpc::kKindOf<P>), record.protocol.begin() + 7);
    }
    return record;
}

/// Without it the program does not run. Its holder owns it.
template <FixedName kName, class P, abi::Permissions R>
class Use {
  public:
    static constexpr program_notes::RouteRecord kRecord = route_record<P>(kName.view(), R, false);

    /// Whether it was given.
    static bool is_in(const Names& names) { return names.find<P, R>(kName.view()).has_value(); }

    explicit Use(const Names& names) : capability_(names.find<P, R>(kName.view()).value_or(abi::Handle())) {}

    const rpc::Capability<P, R>& operator*() const { return capability_; }

    const rpc::Capability<P, R>* operator->() const { return &capability_; }

  private:
    rpc::Capability<P, R> capability_;
};

/// The program works without it, too.
template <FixedName kName, class P, abi::Permissions R>
class Optional {
  public:
    static constexpr program_notes::RouteRecord kRecord = route_record<P>(kName.view(), R, true);

    static bool is_in(const Names&) { return true; }

    explicit Optional(const Names& names) {
        if (const auto handle = names.find<P, R>(kName.view())) {
            capability_.emplace(*handle);
        }
    }

    explicit operator bool() const { return capability_.has_value(); }

    const rpc::Capability<P, R>& operator*() const { return *capability_; }

    const rpc::Capability<P, R>* operator->() const { return &*capability_; }

  private:
    std::optional<rpc::Capability<P, R>> capability_;
};

} // namespace sdk
