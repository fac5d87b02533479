#include "kernel/process/handle_report.hpp"

#include <array>
#include <string_view>

#include "abi/handle.hpp"

namespace kernel::process {

namespace {

struct Register {
    std::string_view name;
    base::u64 Arch::Frame::* value;
};

using Frame = Arch::Frame;

constexpr std::array kRegisters{
    Register{"rax", &Frame::rax}, Register{"rbx", &Frame::rbx}, Register{"rcx", &Frame::rcx},
    Register{"rdx", &Frame::rdx}, Register{"rsi", &Frame::rsi}, Register{"rdi", &Frame::rdi},
    Register{"rbp", &Frame::rbp}, Register{"rsp", &Frame::rsp}, Register{"r8", &Frame::r8},
    Register{"r9", &Frame::r9},   Register{"r10", &Frame::r10}, Register{"r11", &Frame::r11},
    Register{"r12", &Frame::r12}, Register{"r13", &Frame::r13}, Register{"r14", &Frame::r14},
    Register{"r15", &Frame::r15}};

} // namespace

void describe_handles(base::TextSink& sink, const Frame& frame) {
    base::usize count = 0;
    for (const Register& each : kRegisters) {
        if (abi::Handle{frame.*each.value}.is_in_space()) {
            base::print(sink, "{}{}", count++ == 0 ? ", " : " ", each.name);
        }
    }
    if (count != 0) {
        base::print(sink, "{}", count == 1 ? " holds a handle" : " hold handles");
    }
}

} // namespace kernel::process
