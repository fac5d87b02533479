#include "async/host/heap_source.hpp"

#include <new>

namespace async::host {

void* HeapSource::take(base::usize bytes) { return ::operator new(bytes, std::nothrow); }

void HeapSource::give(void* memory, base::usize bytes) { ::operator delete(memory, bytes); }

} // namespace async::host
