/// What the first program itself offers: routes lead to "init.NAME".
#pragma once

#include "libs/plan/draft.hpp"

namespace plan {

/// No component is called so.
inline constexpr std::string_view kInit = "init";

/// By name, as if a component offered them.
inline const std::map<std::string, OfferDraft, std::less<>>& offers_of_init() {
    static const std::map<std::string, OfferDraft, std::less<>> kOffers{
        {"control", {.protocol = "tessera.control", .major = 1, .permissions = abi::kRead | abi::kExecute}}};
    return kOffers;
}

} // namespace plan
