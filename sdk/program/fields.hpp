/// The fields of a struct, as long as there are few.
#pragma once

#include <tuple>
#include <type_traits>
#include <utility>

#include "base/types.hpp"

namespace sdk {

namespace fields_detail {

struct Anything {
    template <class T>
    operator T() const;
};

template <class T, base::usize... I>
consteval bool takes(std::index_sequence<I...>) {
    return requires { T{(static_cast<void>(I), Anything())...}; };
}

template <class T, base::usize kCount = 8>
consteval base::usize count() {
    if constexpr (kCount == 0 || takes<T>(std::make_index_sequence<kCount>())) {
        return kCount;
    } else {
        return count<T, kCount - 1>();
    }
}

template <class... T>
struct Types {};

/// Not called: its type has those of the fields.
template <class T>
auto types(T& from) {
    constexpr base::usize kFields = count<T>();
    if constexpr (kFields == 0) {
        return Types<>();
    } else if constexpr (kFields == 1) {
        auto& [a] = from;
        return Types<decltype(a)>();
    } else if constexpr (kFields == 2) {
        auto& [a, b] = from;
        return Types<decltype(a), decltype(b)>();
    } else if constexpr (kFields == 3) {
        auto& [a, b, c] = from;
        return Types<decltype(a), decltype(b), decltype(c)>();
    } else if constexpr (kFields == 4) {
        auto& [a, b, c, d] = from;
        return Types<decltype(a), decltype(b), decltype(c), decltype(d)>();
    } else if constexpr (kFields == 5) {
        auto& [a, b, c, d, e] = from;
        return Types<decltype(a), decltype(b), decltype(c), decltype(d), decltype(e)>();
    } else if constexpr (kFields == 6) {
        auto& [a, b, c, d, e, f] = from;
        return Types<decltype(a), decltype(b), decltype(c), decltype(d), decltype(e), decltype(f)>();
    } else if constexpr (kFields == 7) {
        auto& [a, b, c, d, e, f, g] = from;
        return Types<decltype(a), decltype(b), decltype(c), decltype(d), decltype(e), decltype(f), decltype(g)>();
    } else {
        auto& [a, b, c, d, e, f, g, h] = from;
        return Types<decltype(a), decltype(b), decltype(c), decltype(d), decltype(e), decltype(f), decltype(g),
                     decltype(h)>();
    }
}

} // namespace fields_detail

/// Of an aggregate with at most eight: `F::operator()<Field...>()` is called with their types.
template <class T, class F>
constexpr decltype(auto) with_field_types(F&& function) {
    return [&]<class... Field>(fields_detail::Types<Field...>*) -> decltype(auto) {
        return function.template operator()<Field...>();
    }(static_cast<decltype(fields_detail::types(std::declval<T&>()))*>(nullptr));
}

} // namespace sdk
