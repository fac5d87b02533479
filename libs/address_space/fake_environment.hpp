/// Page tables, regions and objects of the host, for tests.
#pragma once

#include <map>
#include <set>

#include "libs/address_space/address_space.hpp"
#include "libs/memory_object/fake_resources.hpp"

namespace address_space {

class FakeObject;

/// Counts those that were told.
struct FakeUse : base::RefCounted<FakeUse> {
    explicit FakeUse(int& counter) : told(counter) {}

    static void destroy(FakeUse& use) {
        ++use.told;
        delete &use;
    }

    int& told;
};

class FakeEnvironment : public memory_object::FakeResources {
  public:
    using Object = FakeObject;
    using Use = FakeUse;
    using FakeResources::FakeResources;

    /// What a slice of clear() and restrict() does.
    base::Bytes slice{base::u64{1} << 40};

    base::Result<void> map_page(base::VirtualAddress start, const PageEntry& entry) {
        if (is_refused()) {
            return base::Error::NoMemory;
        }
        entries.insert_or_assign(start, entry);
        return {};
    }

    base::Result<void> map_block(base::VirtualAddress start, const PageEntry& entry) {
        if (is_refused()) {
            return base::Error::NoMemory;
        }
        for (base::u64 i = 0; i < memory_object::kBlockPages; ++i) {
            const base::Bytes offset{i * base::kPageSize};
            entries.insert_or_assign(start + offset, entry);
            entries.at(start + offset).frame += offset;
        }
        ++blocks;
        return {};
    }

    base::Result<void> make_borders(base::VirtualAddress, base::Bytes) {
        return is_refused() ? base::Error::NoMemory : base::Result<void>{};
    }

    base::Bytes clear(base::VirtualAddress start, base::Bytes size) {
        const base::Bytes done = std::min(size, slice);
        entries.erase(entries.lower_bound(start), entries.lower_bound(start + done));
        return done;
    }

    base::Bytes clear_around(base::VirtualAddress start, base::Bytes size) { return clear(start, size); }

    base::Bytes restrict(base::VirtualAddress start, base::Bytes size, Access access) {
        const base::Bytes done = std::min(size, slice);
        for (auto at = entries.lower_bound(start); at != entries.end() && at->first < start + done; ++at) {
            at->second.access = access;
        }
        return done;
    }

    base::Bytes protect_from_writing(base::VirtualAddress start, base::Bytes size) {
        for (auto at = entries.lower_bound(start); at != entries.end() && at->first < start + size; ++at) {
            at->second.access = at->second.access == Access::ReadWrite ? Access::Read : at->second.access;
        }
        return size;
    }

    void charge_to(FakeObject&) {}

    base::Result<Region<FakeEnvironment>*> allocate_region() {
        if (is_refused()) {
            return base::Error::NoMemory;
        }
        ++regions;
        return new Region<FakeEnvironment>;
    }

    void release_region(Region<FakeEnvironment>& region) {
        --regions;
        forget(region);
        delete &region;
    }

    template <class F>
    base::Bytes harvest(base::VirtualAddress start, base::Bytes size, F&& visit) {
        const base::Bytes done = std::min(size, slice);
        for (auto at = entries.lower_bound(start); at != entries.end() && at->first < start + done; ++at) {
            visit(at->first, at->second.frame, used.erase(at->first) != 0);
        }
        return done;
    }

    base::u8 generation(base::PhysicalAddress frame) { return generations[frame]; }

    void set_generation(base::PhysicalAddress frame, base::u8 generation) { generations[frame] = generation; }

    std::map<base::VirtualAddress, PageEntry> entries;
    std::set<base::VirtualAddress> used; ///< pages whose accessed bit is set
    std::map<base::PhysicalAddress, base::u8> generations;
    base::u64 regions = 0;
    base::u64 blocks = 0;
};

using FakeMemory = memory_object::MemoryObject<FakeEnvironment>;

/// An object, and the one it is a view of, if it is.
class FakeObject : public base::RefCounted<FakeObject> {
  public:
    static base::RefPtr<FakeObject> make(FakeEnvironment& e, FakeMemory&& memory,
                                         base::RefPtr<FakeObject> origin = nullptr) {
        return base::RefPtr<FakeObject>::adopt(*new FakeObject(e, std::move(memory), std::move(origin)));
    }

    static void destroy(FakeObject& object) {
        memory_object::Work work(~base::u64{0});
        ASSERT(object.memory.destroy(object.e_, work), "one slice ends it");
        delete &object;
    }

    template <class F>
    auto with(F&& body) {
        return body(Locked<FakeEnvironment>{memory, mappings, origin ? &origin->mappings : nullptr});
    }

    FakeMemory memory;
    Mappings<FakeEnvironment> mappings;
    base::RefPtr<FakeObject> origin;

  private:
    friend class base::RefCounted<FakeObject>;

    FakeObject(FakeEnvironment& e, FakeMemory&& of, base::RefPtr<FakeObject> of_origin)
        : memory(std::move(of)), origin(std::move(of_origin)), e_(e) {}

    FakeEnvironment& e_;
};

} // namespace address_space
