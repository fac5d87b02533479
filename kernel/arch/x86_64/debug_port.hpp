/// The debug console of QEMU, Bochs and Xen: one byte port that needs no set-up.
#pragma once

#include <string_view>

#include "base/types.hpp"

namespace kernel::arch::x86_64 {

class DebugPort {
  public:
    /// Reading the port answers its own number where a debug console listens; Xen listens and answers nothing.
    void initialize(bool under_xen);
    void write(std::string_view text);

  private:
    static constexpr base::u16 kPort = 0xe9;
    bool present_ = false;
};

} // namespace kernel::arch::x86_64
