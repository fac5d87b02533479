#include "libs/frame/topology.hpp"

#include <algorithm>

namespace frame {

using base::u32;
using base::u8;

u8 Topology::distance(u32 from, u32 to) const {
    const u8 told = stretch_.at(from).at(to);
    return told != 0 ? told : from == to ? kSelf : kOther;
}

void Topology::nearest_first(u32 from, std::span<u8> order) const {
    const auto is_nearer = [this, from](u8 a, u8 b) {
        const bool is_self = a == from;
        return is_self || (b != from && distance(from, a) < distance(from, b));
    };
    for (u32 node = 0; node < count_; ++node) {
        order[node] = static_cast<u8>(node);
        for (u32 place = node; place != 0 && is_nearer(order[place], order[place - 1]); --place) {
            std::swap(order[place], order[place - 1]);
        }
    }
}

} // namespace frame
