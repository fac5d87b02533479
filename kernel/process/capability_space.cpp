#include "kernel/process/capability_space.hpp"

#include "kernel/core/kernel.hpp"
#include "kernel/process/process_objects.hpp"

namespace kernel::process {

using abi::Handle;
using base::Error;
using base::Result;
using base::u32;
using capability::Contents;
using capability::Slot;

namespace {

/// An object that lost a capability, and what became of it. Null: none did.
struct Ended {
    Object* object = nullptr;
    Object::Left left{};

    void follow() const {
        if (object != nullptr) {
            process_objects().retirement.follow(*object, left);
        }
    }
};

/// Ends `slot` if it is live. Of a dead one the object may be gone: it is not looked at. One that is revoked meanwhile
/// stays as long as this processor is in the kernel.
Ended end_if_live(Slot& slot) {
    if (!slot.is_live()) {
        return {};
    }
    Object& object = object_of(slot);
    Ended ended{.object = &object};
    object.with_tree([&] { ended.left = slot.is_live() ? object.end_capability(slot) : Object::Left{}; });
    return ended;
}

/// Takes `use` out of the tree of `object`, whose lock is held. Null: it ends by itself, and will see that it is in
/// none.
Use* take_if_alive(Object& object, Use& use) {
    if (!use.hold()) {
        object.remove_from_tree(use);
        return nullptr;
    }
    object.take_use(use);
    return &use;
}

/// At most `limit` of those below `top` in the tree of `object`. True: there is none any more.
bool end_below(Object& object, capability::Node& top, u32 limit) {
    // One in a slice: to end it is one of its own.
    Use* ending = nullptr;
    Use* let_go = nullptr;
    Object::Left left;
    const bool is_over = object.with_tree([&] {
        for (; limit != 0 && top.has_children() && ending == nullptr && let_go == nullptr; --limit) {
            capability::Node& child = *top.first_child();
            // With the object itself, what does not keep it hears of its end.
            if (&top == &object.root() && child.is_leaf() && !static_cast<Use&>(child).keeps_object()) {
                let_go = object.let_go(static_cast<Use&>(child));
            } else if (child.is_leaf()) {
                ending = take_if_alive(object, static_cast<Use&>(child));
            } else {
                // Only the last one of all leaves something to be done.
                if (const Object::Left now = object.end_capability(static_cast<Slot&>(child)); now.is_closed) {
                    left = now;
                }
            }
        }
        // The last that was taken out may have been a use that ends by itself.
        left.is_unused = left.is_unused || object.look_again().is_unused;
        return !top.has_children();
    });
    if (ending != nullptr) {
        ending->begin_end(Error::Revoked);
    }
    Use::forget(let_go);
    process_objects().retirement.follow(object, left);
    return is_over;
}

} // namespace

/// Those that wait for their grace period count too, and may be over by now.
Result<void> CapabilitySpace::charge_for_one() {
    auto charged = budget_.charge(budget::Kind::Capabilities, 1);
    if (!charged && charged.error() == Error::OverBudget) [[unlikely]] {
        waiting_.with([this](Waiting& waiting) { recycle_some(waiting); });
        charged = budget_.charge(budget::Kind::Capabilities, 1);
    }
    return charged;
}

template <class Operation>
auto CapabilitySpace::with_memory(Operation operation) -> decltype(operation()) {
    TRY(charge_for_one());
    object::Purse purse(budget_);
    for (;;) {
        decltype(operation()) result = Error::NoMemory;
        waiting_.with([&](Waiting& waiting) {
            if (waiting.is_closed) [[unlikely]] {
                result = Error::BadState;
                return;
            }
            frames_.set_purse(&purse);
            recycle_some(waiting);
            result = operation();
            frames_.set_purse(nullptr);
        });
        if (!result && result.error() == Error::NoMemory && purse.lacks()) {
            if (const auto filled = purse.refill(); !filled) {
                result = filled.error();
            } else {
                continue;
            }
        }
        if (!result) {
            budget_.release(budget::Kind::Capabilities, 1);
        }
        return result;
    }
}

Result<Handle> CapabilitySpace::install(Object& object, abi::Permissions permissions, base::u64 qualifier) {
    return install_at(TRY(reserve()), object, permissions, qualifier);
}

Handle CapabilitySpace::install_at(u32 place, Object& object, abi::Permissions permissions, base::u64 qualifier) {
    const Contents contents{.target = &object,
                            .permissions = permissions,
                            .effective = permissions,
                            .qualifier = qualifier,
                            .expiry = capability::kNever};
    return waiting_.with(
        [&](Waiting&) { return object.with_tree([&] { return install_in(object, place, contents, object.root()); }); });
}

Handle CapabilitySpace::install_in(Object& object, u32 place, const Contents& contents, capability::Node& parent) {
    object.note_capability();
    return table_.install(place, contents, parent);
}

Result<Handle> CapabilitySpace::derive(Slot& parent, const capability::DeriveRequest& request) {
    Object& object = object_of(parent);
    const Contents contents = TRY(capability::narrow(object.kind(), parent.contents(), request));
    return with_memory([&]() -> Result<Handle> {
        const u32 place = TRY(table_.reserve());
        auto child = object.with_tree([&]() -> Result<Handle> {
            if (!parent.is_live()) {
                return Error::BadHandle;
            }
            if (object.is_walked()) {
                return Error::WouldBlock;
            }
            return install_in(object, place, contents, parent);
        });
        if (!child) {
            table_.give_back(place);
        }
        return child;
    });
}

Result<Handle> CapabilitySpace::take_over(Slot& from) {
    const Handle taken = take_over(TRY(reserve()), from);
    return taken == Handle{} ? Result<Handle>{Error::BadHandle} : Result<Handle>{taken};
}

Result<void> CapabilitySpace::drop(Handle handle) {
    Ended ended;
    Result<void> result = Error::BadHandle;
    waiting_.with([&](Waiting& waiting) {
        recycle_some(waiting);
        Slot* const slot = table_.find_owned(handle);
        if (slot == nullptr) {
            return;
        }
        ended = end_if_live(*slot);
        table_.give_up(handle.slot(), waiting.current);
        result = {};
    });
    ended.follow();
    return result;
}

Result<u32> CapabilitySpace::reserve() {
    return with_memory([&] { return table_.reserve(); });
}

void CapabilitySpace::give_back(u32 place) {
    waiting_.with([&](Waiting&) { table_.give_back(place); });
    budget_.release(budget::Kind::Capabilities, 1);
}

Handle CapabilitySpace::adopt(u32 place, Slot& parent, abi::Permissions mask) {
    Handle handle;
    Object& object = object_of(parent);
    waiting_.with([&](Waiting&) {
        handle = object.with_tree([&] {
            Contents contents = parent.contents();
            contents.permissions = contents.permissions & mask;
            contents.effective = contents.effective & mask;
            return parent.is_live() ? install_in(object, place, contents, parent) : Handle{};
        });
    });
    if (handle == Handle{}) {
        give_back(place);
    }
    return handle;
}

Handle CapabilitySpace::take_over(u32 place, Slot& from) {
    Handle handle;
    Object& object = object_of(from);
    waiting_.with([&](Waiting&) {
        handle = object.with_tree([&] { return from.is_live() ? table_.take_over(place, from) : Handle{}; });
    });
    if (handle == Handle{}) {
        give_back(place);
    }
    return handle;
}

bool CapabilitySpace::revoke_some(Slot& top, u32 limit) { return end_below(object_of(top), top, limit); }

bool CapabilitySpace::end_all_some(Object& object, u32 limit) { return end_below(object, object.root(), limit); }

void CapabilitySpace::close() {
    waiting_.with([](Waiting& waiting) {
        waiting.is_closed = true;
        // end_some() finds them by their places.
        waiting.current = waiting.previous = {};
    });
}

bool CapabilitySpace::end_some() {
    constexpr u32 kSome = 32;
    std::array<Ended, kSome> ended{};
    u32 count = 0;
    bool is_over = false;
    waiting_.with([&](Waiting& waiting) {
        const bool goes_on = table_.visit_some(waiting.ended, kSome, [&](u32 place, Slot& slot) {
            ended.at(count++) = end_if_live(slot);
            table_.recycle(place);
            budget_.release(budget::Kind::Capabilities, 1);
        });
        constexpr u32 kPages = 4;
        is_over = !goes_on && table_.release_some(kPages);
    });
    // Without the lock: to close an object takes others.
    for (u32 index = 0; index < count; ++index) {
        ended.at(index).follow();
    }
    return is_over;
}

void CapabilitySpace::recycle_some(Waiting& waiting) {
    constexpr u32 kSome = 8;
    auto& epochs = core::kernel().epochs;
    if (waiting.previous.count == 0) {
        if (waiting.current.count == 0) {
            return;
        }
        waiting.previous = std::exchange(waiting.current, {});
        waiting.epoch = epochs.now();
    }
    epochs.advance();
    for (u32 i = 0; i < kSome && waiting.previous.count != 0 && epochs.is_over(waiting.epoch); ++i) {
        table_.recycle_first(waiting.previous);
        budget_.release(budget::Kind::Capabilities, 1);
    }
}

} // namespace kernel::process
