// Says what is typed, line by line, until that is "end".
#include <algorithm>
#include <array>
#include <string_view>

#include "abi/method.hpp"
#include "abi/methods.hpp"
#include "abi/object_kind.hpp"
#include "abi/start.hpp"
#include "sdk/runtime/kernel_call.hpp"
#include "sdk/runtime/program_ring.hpp"
#include "sdk/runtime/start.hpp"

namespace {

/// What has been typed of a line.
class Line {
  public:
    /// True: `letter` ends it.
    bool add(char letter) {
        if (letter != '\r' && letter != '\n') {
            letters_.at(count_ % letters_.size()) = letter;
            ++count_;
            return false;
        }
        return count_ != 0;
    }

    [[nodiscard]] std::string_view text() const { return {letters_.data(), std::min(count_, letters_.size())}; }

    void clear() { count_ = 0; }

  private:
    std::array<char, 80> letters_{};
    std::size_t count_ = 0;
};

/// What came; waits for nothing.
abi::Completion read_console(sdk::runtime::ProgramRing& ring, base::u64 debug) {
    abi::Submission& entry = ring.next();
    entry.capability = debug;
    entry.method = abi::object_method(abi::ObjectKind::Debug, static_cast<base::u8>(abi::DebugMethod::ReadConsole));
    ring.add();
    sdk::runtime::submit(1, 1);
    const abi::Completion done = *ring.front();
    ring.pop();
    return done;
}

} // namespace

void start_program(base::u64, base::u64, base::u64, const abi::RootBlock* block, abi::RingHeader* header, const void*) {
    sdk::runtime::ProgramRing ring(*header, *block);
    sdk::runtime::debug_write("console: type\n");
    Line line;
    for (;;) {
        const abi::Completion done =
            read_console(ring, block->handles.at(static_cast<base::u8>(abi::ObjectKind::Debug)));
        if (done.status != 0) {
            sdk::runtime::exit(1);
        }
        for (base::u8 at = 0; at < done.length; ++at) {
            if (line.add(static_cast<char>(done.payload.at(at)))) {
                sdk::runtime::debug_write("typed: ");
                sdk::runtime::debug_write(line.text());
                sdk::runtime::debug_write("\n");
                if (line.text() == "end") {
                    sdk::runtime::exit(0);
                }
                line.clear();
            }
        }
    }
}
