/// How the intrusive containers use Boost.Intrusive: links inside the elements, checked by our ASSERT.
#pragma once

#include "base/assert.hpp"

// Boost asks for these before its first header: a link that is used twice or dies while linked is reported.
#define BOOST_INTRUSIVE_INVARIANT_ASSERT ASSERT
#define BOOST_INTRUSIVE_SAFE_HOOK_DEFAULT_ASSERT ASSERT
#define BOOST_INTRUSIVE_SAFE_HOOK_DESTRUCTOR_ASSERT ASSERT

#include <boost/intrusive/link_mode.hpp>
#include <boost/intrusive/options.hpp>

namespace base {

/// The tag of an element that is in one container only.
struct OnlyContainer;

namespace intrusive_detail {

using CheckedLink = boost::intrusive::link_mode<boost::intrusive::safe_link>;

/// The element behind a Boost iterator, or null at the end.
template <class Container, class Iterator>
auto element_or_null(Container& container, Iterator position) -> decltype(&*position) {
    return position == container.end() ? nullptr : &*position;
}

} // namespace intrusive_detail

} // namespace base
