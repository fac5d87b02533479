#include <array>
#include <linux/futex.h>
#include <sched.h>
#include <string>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/yardsticks/guest/measure.hpp"

namespace yardstick {

namespace {

/// This program again, which ends at once when it is called so.
void run_program() {
    std::string path = "/init";
    std::string word = "nothing";
    const std::array<char*, 3> words{path.data(), word.data(), nullptr};
    const pid_t child = vfork();
    if (child == 0) {
        execv(path.c_str(), words.data());
        _exit(1);
    }
    waitpid(child, nullptr, 0);
}

int return_at_once(void*) { return 0; }

/// A thread without a library: the kernel clears `alive` when it has ended.
void run_thread() {
    alignas(64) static std::array<char, 65536> stack;
    static int alive;
    constexpr int kThread = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_SYSVSEM;
    __atomic_store_n(&alive, 1, __ATOMIC_RELAXED);
    if (clone(return_at_once, &stack[stack.size() - 64], kThread | CLONE_CHILD_CLEARTID, nullptr, nullptr, nullptr,
              &alive) < 0) {
        give_up("make a thread");
    }
    while (__atomic_load_n(&alive, __ATOMIC_ACQUIRE) != 0) {
        syscall(SYS_futex, &alive, FUTEX_WAIT, 1, nullptr, nullptr, 0);
    }
}

} // namespace

void measure_processes() {
    measure("proc.vfork_exec_wait", 60, [](long count) {
        for (; count > 0; --count) {
            run_program();
        }
    });
    measure("thread.create_join.raw", 200, [](long count) {
        for (; count > 0; --count) {
            run_thread();
        }
    });
}

} // namespace yardstick
