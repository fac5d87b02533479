/// Shared owners of one object, which counts them itself.
///
///     class Channel : public RefCounted<Channel> {
///       public:
///         static void destroy(Channel& channel);      // called when the last owner is gone
///     };
///     RefPtr<Channel> first = RefPtr<Channel>::adopt(*new_channel);   // takes over the reference it was made with
///     RefPtr<Channel> second = first;                                 // one more
#pragma once

#include <atomic>
#include <concepts>
#include <cstddef>
#include <limits>
#include <utility>

#include "base/assert.hpp"
#include "base/types.hpp"

namespace base {

/// Base of an object `T` with shared owners. It is made with one reference, which somebody must adopt. Any thread may
/// take and drop references.
template <class T>
class RefCounted {
  public:
    /// Far below the counter's end: however many threads pass the check at once, it cannot wrap.
    static constexpr u32 kMaximumReferences = std::numeric_limits<u32>::max() / 2;

    RefCounted(const RefCounted&) = delete;
    RefCounted& operator=(const RefCounted&) = delete;

    /// For RefPtr. Whoever calls holds a reference already.
    void add_reference() {
        // Relaxed: a reference is taken through another, which keeps the object alive and visible.
        const u32 before = references_.fetch_add(1, std::memory_order_relaxed);
        ASSERT(before != 0, "a reference to a dead object was taken");
        ASSERT(before < kMaximumReferences, "too many references");
    }

    /// For RefPtr. False if there is none any more: the object is being destroyed, and whoever calls keeps its memory.
    [[nodiscard]] bool add_reference_if_alive() {
        u32 before = references_.load(std::memory_order_relaxed);
        while (before != 0) {
            if (references_.compare_exchange_weak(before, before + 1, std::memory_order_relaxed)) {
                ASSERT(before < kMaximumReferences, "too many references");
                return true;
            }
        }
        return false;
    }

    /// For RefPtr. Destroys the object if this was the last reference.
    void drop_reference() {
        // Release: what this owner did is done before the object dies. Acquire: the last owner sees what the others
        // did.
        const u32 before = references_.fetch_sub(1, std::memory_order_acq_rel);
        ASSERT(before != 0, "a reference was dropped twice");
        if (before == 1) {
            T::destroy(static_cast<T&>(*this));
        }
    }

  protected:
    RefCounted() = default;
    ~RefCounted() = default;

  private:
    std::atomic<u32> references_{1};
};

/// One of the owners of a `T`, or null. A moved-from RefPtr is null.
template <class T>
class RefPtr {
  public:
    constexpr RefPtr() = default;

    constexpr RefPtr(std::nullptr_t) {}

    /// Takes over a reference that exists already: the one an object is made with, or what leak() gave.
    [[nodiscard]] static RefPtr adopt(T& object) {
        RefPtr owner;
        owner.object_ = &object;
        return owner;
    }

    /// Takes one more reference to an object that somebody else keeps alive meanwhile.
    [[nodiscard]] static RefPtr share(T& object) {
        object.add_reference();
        return adopt(object);
    }

    /// Takes one more reference to an object whose last owner may just have gone: then null. Somebody else keeps its
    /// memory meanwhile.
    [[nodiscard]] static RefPtr share_if_alive(T& object) {
        return object.add_reference_if_alive() ? adopt(object) : RefPtr{};
    }

    RefPtr(const RefPtr& other) : object_(other.object_) {
        if (object_ != nullptr) {
            object_->add_reference();
        }
    }

    RefPtr(RefPtr&& other) noexcept : object_(std::exchange(other.object_, nullptr)) {}

    /// From an owner of a derived class.
    template <std::derived_from<T> Derived>
        requires(!std::same_as<Derived, T>)
    RefPtr(RefPtr<Derived> other) noexcept : object_(other.leak()) {}

    /// By value: copies or moves, and drops what it held only when all else is done.
    RefPtr& operator=(RefPtr other) noexcept {
        std::swap(object_, other.object_);
        return *this;
    }

    ~RefPtr() {
        if (object_ != nullptr) {
            object_->drop_reference();
        }
    }

    /// Null, or the object while this owner lives.
    [[nodiscard]] T* get() const { return object_; }

    explicit operator bool() const { return object_ != nullptr; }

    T& operator*() const {
        ASSERT(object_ != nullptr, "a null RefPtr was used");
        return *object_;
    }

    T* operator->() const { return &**this; }

    /// Gives the reference away uncounted: to a table, to hardware. Somebody must adopt() it again.
    [[nodiscard]] T* leak() { return std::exchange(object_, nullptr); }

    friend bool operator==(const RefPtr&, const RefPtr&) = default;

  private:
    T* object_ = nullptr;
};

} // namespace base
