/// What an input may touch: made before it, paid for by a budget of its own, and gone with that.
#pragma once

#include <array>

#include "tests/abi/calls.hpp"
#include "tests/fuzz/kernel/guest/shadow.hpp"
#include "tests/fuzz/kernel/places.hpp"

namespace tests::fuzz {

class World {
  public:
    /// `rings` are those of the two lanes; inputs get less than what they are.
    World(tests::abi::Calls& calls, Shadow& shadow, std::array<::abi::Handle, 2> rings)
        : calls_(calls), shadow_(shadow), rings_(rings) {}

    /// Fills the table in the order of Place. False: the kernel refused something.
    bool make();

    /// Ends all that its budget pays for.
    void destroy();

    /// Gives back all that is in the table, which came since then too.
    void give_back();

  private:
    using Outcome = tests::abi::Outcome;

    template <class T>
    Outcome create(::abi::BudgetMethod method, const T& arguments, ::abi::SlotWord slot = {});
    Outcome create(::abi::BudgetMethod method);
    void make_budget();
    void make_channel();
    void make_memories();
    void make_process();
    ::abi::Handle make_code();
    void make_thread();
    void make_signals();
    void make_devices();
    void add_own();
    void map(::abi::Handle memory, u64 bytes, u64 address, u64 access);
    ::abi::Handle make_memory(u64 bytes);

    void add(::abi::Handle handle, ::abi::ObjectKind kind, u32 parent = Holding::kNoParent,
             ::abi::Permissions permissions = ::abi::kAllPermissions);
    /// A child of `of`, which is not in the table.
    void add_child(::abi::Handle of, ::abi::ObjectKind kind, ::abi::Permissions permissions,
                   u32 parent = Holding::kNoParent);
    /// A child of what is at `parent`.
    void add_child(Place parent, ::abi::Permissions permissions);
    Outcome expect(const Outcome& outcome);

    [[nodiscard]] ::abi::Handle at(Place place) { return shadow_.at(static_cast<u32>(place)).handle; }

    tests::abi::Calls& calls_;
    Shadow& shadow_;
    std::array<::abi::Handle, 2> rings_;
    ::abi::Handle budget_; ///< above what the table has of it
    ::abi::Handle code_;   ///< a Memory
    bool is_good_ = true;
};

} // namespace tests::fuzz
