#include <array>
#include <fcntl.h>
#include <unistd.h>

#include "tests/yardsticks/guest/measure.hpp"

namespace yardstick {

namespace {

constexpr const char* kFile = "/tmp/file";
constexpr const char* kOther = "/tmp/other";
constexpr long kBlocks = 256;

std::array<char, 4096> block;

int open_filled() {
    const int file = open(kFile, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    for (long at = 0; at < kBlocks; ++at) {
        if (pwrite(file, block.data(), block.size(), at * static_cast<long>(block.size())) < 0) {
            give_up("write a file");
        }
    }
    return file;
}

} // namespace

void measure_files() {
    const int file = open_filled();
    measure("fs.tmpfs.read4k", 4000, [file](long count) {
        for (; count > 0; --count) {
            if (pread(file, block.data(), block.size(), count % kBlocks * static_cast<long>(block.size())) < 0) {
                give_up("read a file");
            }
        }
    });
    measure("fs.tmpfs.open_close", 4000, [](long count) {
        for (; count > 0; --count) {
            close(open(kFile, O_RDONLY | O_CLOEXEC));
        }
    });
    measure("fs.tmpfs.create_unlink", 2000, [](long count) {
        for (; count > 0; --count) {
            close(open(kOther, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
            unlink(kOther);
        }
    });
    close(file);
}

} // namespace yardstick
