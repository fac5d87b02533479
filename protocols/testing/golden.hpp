/// What a protocol is on the wire, as lines of text that are kept in `protocols/golden`.
#pragma once

#include <string>
#include <type_traits>

#include "abi/golden_bytes.hpp"
#include "libs/rpc/check_request.hpp"
#include "libs/rpc/protocol.hpp"

namespace protocols::testing {

/// Collects the lines of P: first what it is, then two for each method.
template <rpc::Protocol P>
class Golden {
  public:
    Golden() {
        text_ = std::string(P::id.name) + ' ' + std::to_string(P::id.major) + '.' + std::to_string(P::id.minor) +
                " number " + abi::hex(P::id.number()) + " domain " + abi::hex(P::id.domain()) + '\n';
    }

    /// From fixed samples, in which each field has another value.
    template <class M>
    void add(std::string_view name, const M& request, const rpc::ReplyOf<M>& reply) {
        const rpc::RequestShape shape = rpc::kRequestShape<M>;
        text_ += std::string(name) + " request " + abi::hex(rpc::kMethodNumber<M>) + " needs " +
                 abi::hex(shape.needs.bits) + (M::spec.idempotent ? " idempotent" : "") +
                 (M::spec.waits ? " waits" : "");
        for (const rpc::SlotRule& slot : shape.slots) {
            text_ += " slot " + abi::hex(slot.kind) + abi::hex(slot.permissions.bits);
        }
        for (const base::u64 access : shape.leases) {
            text_ += access == abi::kLeaseRead ? " in" : " out";
        }
        text_ += shape.has_text ? " text" : "";
        add_failures(rpc::ErrorsOf<M>());
        text_ += ":" + hex_of(request) + '\n' + std::string(name) + " reply:" + hex_of(reply) + '\n';
        ++methods_;
    }

    [[nodiscard]] const std::string& text() const { return text_; }

    /// Whether no method was left out.
    [[nodiscard]] bool is_whole() const { return methods_ == rpc::kCount<typename P::Methods>; }

  private:
    template <auto... F>
    void add_failures(rpc::Fails<F...>) {
        ((text_ += " fails " + std::to_string(static_cast<base::u16>(F))), ...);
    }

    template <class T>
    static std::string hex_of(const T& value) {
        if constexpr (std::is_empty_v<T>) {
            return "";
        } else {
            return ' ' + abi::hex(value);
        }
    }

    std::string text_;
    base::usize methods_ = 0;
};

} // namespace protocols::testing
