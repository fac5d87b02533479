#include <array>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/yardsticks/guest/measure.hpp"

namespace yardstick {

namespace {

constexpr long kPages = 1024;
constexpr std::size_t kPageSize = 4096;

double per_page(std::uint64_t ticks) { return static_cast<double>(ticks) / kPages; }

double first_touch() {
    const Pages pages(kPages);
    const std::uint64_t start = ticks();
    pages.touch();
    return per_page(ticks() - start);
}

double unmapping() {
    Pages pages(kPages);
    pages.touch();
    const std::uint64_t start = ticks();
    pages.unmap();
    return per_page(ticks() - start);
}

/// The first write to pages that a parent has written: a child measures it and tells.
double copy_on_write() {
    const Pages pages(kPages);
    pages.touch();
    std::array<int, 2> ends{};
    if (pipe(ends.data()) != 0) {
        give_up("make a pipe");
    }
    const pid_t child = fork();
    if (child == 0) {
        const std::uint64_t start = ticks();
        pages.touch();
        const std::uint64_t taken = ticks() - start;
        _exit(write(ends[1], &taken, sizeof(taken)) == sizeof(taken) ? 0 : 1);
    }
    std::uint64_t taken = 0;
    if (read(ends[0], &taken, sizeof(taken)) != sizeof(taken)) {
        give_up("hear of a child");
    }
    waitpid(child, nullptr, 0);
    close(ends[0]);
    close(ends[1]);
    return per_page(taken);
}

void* map_page() { return mmap(nullptr, kPageSize, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0); }

} // namespace

void measure_memory() {
    measure("mm.mmap_munmap", 4000, [](long count) {
        for (; count > 0; --count) {
            munmap(map_page(), kPageSize);
        }
    });
    void* page = map_page();
    *static_cast<int*>(page) = 1;
    measure("mm.mprotect_pair", 4000, [page](long count) {
        for (; count > 0; --count) {
            mprotect(page, kPageSize, PROT_READ);
            mprotect(page, kPageSize, PROT_READ | PROT_WRITE);
        }
    });
    measure_own("mm.touch.4k", first_touch);
    measure_own("mm.munmap.per_4k", unmapping);
    measure_own("mm.cow.4k", copy_on_write);
}

} // namespace yardstick
