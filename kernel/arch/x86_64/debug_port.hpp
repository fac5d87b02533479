/// The debug console of QEMU and Bochs: one byte port that needs no set-up.
#pragma once

#include <string_view>

#include "base/types.hpp"

namespace kernel::arch::x86_64 {

class DebugPort {
  public:
    /// Reading the port answers its own number where a debug console listens.
    void initialize();
    void write(std::string_view text);

  private:
    static constexpr base::u16 kPort = 0xe9;
    bool present_ = false;
};

} // namespace kernel::arch::x86_64
