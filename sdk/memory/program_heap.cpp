#include "sdk/memory/program_heap.hpp"

#include <new>

#include "sdk/runtime/panic.hpp"

namespace sdk::memory {

using base::usize;

namespace {

/// One for the program, as `new` has no other way to it.
constinit ProgramHeap heap_of_program;

} // namespace

ProgramHeap& program_heap() { return heap_of_program; }

void ProgramHeap::start(std::span<std::byte> room) {
    heap_.with([room](std::optional<heap::Heap>& inside) { inside.emplace(room); });
}

void* ProgramHeap::allocate(usize bytes, usize alignment) {
    // Null is no borrow: the block is the caller's.
    void* block = nullptr;
    heap_.with([&](std::optional<heap::Heap>& inside) { block = inside->allocate(bytes, alignment); });
    return block;
}

void ProgramHeap::release(void* block) {
    heap_.with([block](std::optional<heap::Heap>& inside) { inside->release(block); });
}

usize ProgramHeap::used_pages() {
    return heap_.with([](const std::optional<heap::Heap>& inside) { return inside->used_pages(); });
}

namespace {

void* allocate_or_panic(usize bytes, usize alignment) {
    // Of no bytes, too, each has an address of its own.
    void* const block = heap_of_program.allocate(bytes == 0 ? 1 : bytes, alignment);
    if (block == nullptr) [[unlikely]] {
        runtime::panic("out of memory", "");
    }
    return block;
}

} // namespace

} // namespace sdk::memory

using sdk::memory::program_heap;

const std::nothrow_t std::nothrow{};

void* operator new(std::size_t bytes) { return sdk::memory::allocate_or_panic(bytes, heap::Heap::kAlignment); }

void* operator new[](std::size_t bytes) { return sdk::memory::allocate_or_panic(bytes, heap::Heap::kAlignment); }

void* operator new(std::size_t bytes, std::align_val_t alignment) {
    return sdk::memory::allocate_or_panic(bytes, static_cast<std::size_t>(alignment));
}

void* operator new(std::size_t bytes, const std::nothrow_t&) noexcept { return program_heap().allocate(bytes); }

void operator delete(void* block) noexcept { program_heap().release(block); }

void operator delete[](void* block) noexcept { program_heap().release(block); }

void operator delete(void* block, std::size_t) noexcept { program_heap().release(block); }

void operator delete[](void* block, std::size_t) noexcept { program_heap().release(block); }

void operator delete(void* block, std::align_val_t) noexcept { program_heap().release(block); }

void operator delete(void* block, std::size_t, std::align_val_t) noexcept { program_heap().release(block); }
