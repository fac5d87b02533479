/// The first program of a Linux guest that is measured beside ours: with `yardstick=idle` on the kernel's command line
/// it says so and sleeps, otherwise it measures, says "done" and ends the guest.
#include <cstdio>
#include <cstdlib>
#include <fcntl.h>
#include <string_view>
#include <sys/mount.h>
#include <sys/reboot.h>
#include <termios.h>
#include <unistd.h>

#include "tests/yardsticks/guest/measure.hpp"

namespace {

void open_console() {
    mount("dev", "/dev", "devtmpfs", 0, nullptr);
    const int console = open("/dev/ttyS0", O_RDWR | O_CLOEXEC);
    dup2(console, STDOUT_FILENO);
    dup2(console, STDERR_FILENO);
}

bool is_idle_wanted() {
    const char* wanted = std::getenv("yardstick"); // the kernel makes its unknown words our environment
    return wanted != nullptr && std::string_view(wanted) == "idle";
}

} // namespace

int main(int count, char**) {
    if (count > 1 && getpid() != 1) {
        return 0; // the program whose start is measured
    }
    open_console();
    mount("tmp", "/tmp", "tmpfs", 0, nullptr);
    if (is_idle_wanted()) {
        std::puts("idle from now on");
        std::fflush(stdout);
        for (;;) {
            pause();
        }
    }
    yardstick::measure_calls();
    yardstick::measure_processes();
    yardstick::measure_memory();
    yardstick::measure_files();
    std::puts("done");
    std::fflush(stdout);
    tcdrain(STDOUT_FILENO);
    reboot(RB_POWER_OFF);
}
