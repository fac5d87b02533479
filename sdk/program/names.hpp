/// What a program was given, by name.
#pragma once

#include <optional>
#include <span>
#include <string_view>

#include "abi/handle.hpp"
#include "libs/rpc/capability.hpp"
#include "sdk/runtime/start_block.hpp"

namespace sdk {

/// Finds what has a name, if it is what is asked for.
class Names {
  public:
    explicit Names(std::span<const runtime::NameRecord> records) : records_(records) {}

    /// The handle of a P with at least permissions R; none if there is none of this name, or it is something else.
    template <class P, abi::Permissions R>
    [[nodiscard]] std::optional<abi::Handle> find(std::string_view name) const {
        return find(name, type_of<P>(), R);
    }

    /// The same of a route to a P: the handle of its protocols::Connector.
    template <rpc::Protocol P, abi::Permissions R>
    [[nodiscard]] std::optional<abi::Handle> find_route(std::string_view name) const {
        Type type = type_of<P>();
        type.is_route = true;
        return find(name, type, R);
    }

    /// What a name must stand for.
    struct Type {
        abi::ObjectKind kind;
        base::u64 protocol;
        base::u16 major;
        bool is_route;
    };

    [[nodiscard]] std::optional<abi::Handle> find(std::string_view name, const Type& type,
                                                  abi::Permissions permissions) const;

    [[nodiscard]] std::span<const runtime::NameRecord> all() const { return records_; }

  private:
    template <class P>
    static constexpr Type type_of() {
        Type type{.kind = rpc::kKindOf<P>, .protocol = 0, .major = 0, .is_route = false};
        if constexpr (rpc::Protocol<P>) {
            type.protocol = P::id.number();
            type.major = P::id.major;
        }
        return type;
    }

    std::span<const runtime::NameRecord> records_;
};

} // namespace sdk
