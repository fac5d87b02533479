/// All objects of a kind, for those who list them.
///
///     registry.add(*process);                                         // when it is made
///     if (const auto process = registry.next_after(last_id)) { … }    // lives as long as this is held
#pragma once

#include <limits>

#include "base/guarded.hpp"
#include "base/intrusive_tree.hpp"
#include "base/ref_ptr.hpp"
#include "kernel/core/lock_class.hpp"

namespace kernel::process {

/// Of `T`, which is RefCounted and a base::TreeLink<Registry<T>>, by id. It holds nothing: an object leaves it before
/// it dies.
template <class T>
class Registry {
  public:
    void add(T& object) {
        list_.with([&](List& list) { list.objects.insert(object); });
    }

    /// Also one that never was in it.
    void remove(T& object) {
        list_.with([&](List& list) {
            if (List::Objects::is_linked(object)) {
                list.objects.remove(object);
            }
        });
    }

    /// The live object with the lowest id above `id`. Null: there is none.
    base::RefPtr<T> next_after(base::u64 id) {
        return list_.with([id](List& list) -> base::RefPtr<T> {
            T* next = id == std::numeric_limits<base::u64>::max() ? nullptr : list.objects.at_or_after(id + 1);
            // At most one for each processor is on the way from its last reference to remove().
            for (; next != nullptr; next = list.objects.next(*next)) {
                if (auto found = base::RefPtr<T>::share_if_alive(*next)) {
                    return found;
                }
            }
            return {};
        });
    }

    /// The live object with this id; null: there is none.
    base::RefPtr<T> find(base::u64 id) {
        auto found = id == 0 ? base::RefPtr<T>{} : next_after(id - 1);
        return found && found->id() == id ? found : base::RefPtr<T>{};
    }

  private:
    struct List {
        using Objects = base::IntrusiveTree<T, &T::id, Registry<T>>;
        Objects objects;
    };

    base::Guarded<List, core::KernelLock, core::kRegistryLock> list_;
};

} // namespace kernel::process
