// expect-error: no matching member function for call to 'get'
#include "base/bit_field.hpp"

struct Entry : base::BitLayout<Entry, base::u64> {
    using Present = Field<0, 1, bool>;
};

struct Other : base::BitLayout<Other, base::u64> {};

bool present(base::Bits<Other> bits) { return bits.get<Entry::Present>(); }
