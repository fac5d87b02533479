// expect-error: no matching member function for call to 'call'
#include "libs/rpc/desk.hpp"

using rpc::desk::Desk;

struct Other {
    static constexpr rpc::ProtocolId id{"test.other", 1, 0};
    using Methods = rpc::List<>;
};

auto add(rpc::Borrowed<Other, abi::kAllPermissions> other) { return other.call(Desk::Add{.amount = 1}); }
