#include <array>
#include <sched.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tests/yardsticks/guest/measure.hpp"

namespace yardstick {

namespace {

/// Two pipes to a process that sends back each byte; it ends at the end of its input.
class Echo {
  public:
    Echo() {
        if (pipe(there_.data()) != 0 || pipe(back_.data()) != 0) {
            give_up("make a pipe");
        }
        child_ = fork();
        if (child_ == 0) {
            close(there_[1]);
            serve();
        }
        close(there_[0]);
    }

    Echo(const Echo&) = delete;
    Echo& operator=(const Echo&) = delete;

    ~Echo() {
        close(there_[1]);
        close(back_[0]);
        close(back_[1]);
        waitpid(child_, nullptr, 0);
    }

    void round_trip() const {
        char byte = 'x';
        if (write(there_[1], &byte, 1) != 1 || read(back_[0], &byte, 1) != 1) {
            give_up("talk through a pipe");
        }
    }

  private:
    [[noreturn]] void serve() const {
        char byte = 0;
        while (read(there_[0], &byte, 1) == 1 && write(back_[1], &byte, 1) == 1) {
        }
        _exit(0);
    }

    std::array<int, 2> there_{};
    std::array<int, 2> back_{};
    pid_t child_ = 0;
};

/// Two processes that only yield: each yield is a switch.
void measure_switch() {
    void* shared = mmap(nullptr, sizeof(int), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (shared == MAP_FAILED) {
        give_up("share memory");
    }
    int* stop = static_cast<int*>(shared);
    const pid_t child = fork();
    if (child == 0) {
        while (__atomic_load_n(stop, __ATOMIC_RELAXED) == 0) {
            sched_yield();
        }
        _exit(0);
    }
    constexpr double kSwitches = 2;
    const auto yield = [](long count) {
        for (; count > 0; --count) {
            sched_yield();
        }
    };
    measure("sched.yield.proc.switch", 5000, yield, kSwitches);
    __atomic_store_n(stop, 1, __ATOMIC_RELAXED);
    waitpid(child, nullptr, 0);
}

} // namespace

void measure_calls() {
    measure("sys.null", 20000, [](long count) {
        for (; count > 0; --count) {
            syscall(SYS_getppid);
        }
    });
    measure("sys.clock_gettime", 20000, [](long count) {
        timespec time{};
        for (; count > 0; --count) {
            clock_gettime(CLOCK_MONOTONIC, &time);
        }
    });
    {
        const Echo echo;
        measure("ipc.pipe.proc.rtt", 2000, [&echo](long count) {
            for (; count > 0; --count) {
                echo.round_trip();
            }
        });
    }
    measure_switch();
}

} // namespace yardstick
