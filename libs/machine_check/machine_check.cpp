#include "libs/machine_check/machine_check.hpp"

#include <array>
#include <string_view>

namespace machine_check {

using base::u16;
using base::u32;
using base::u64;

namespace {

constexpr bool has_bit(u64 word, unsigned bit) { return (word >> bit & 1) != 0; }

struct Flag {
    unsigned bit;
    std::string_view name;
};

/// IA32_MCi_STATUS, [intel/vol3] 16.3.2.2.
constexpr unsigned kUncorrected = 61;
constexpr std::array kFlags{
    Flag{62, "others were lost"}, Flag{57, "processor context corrupt"},
    Flag{56, "signalled"},        Flag{55, "action required"},
    Flag{43, "poisoned data"},
};

/// [intel/vol3] 16.9.1.
struct SimpleCode {
    u16 code;
    std::string_view name;
};

constexpr std::array kSimpleCodes{
    SimpleCode{0x0000, "no error"},
    SimpleCode{0x0001, "unclassified"},
    SimpleCode{0x0002, "microcode ROM parity"},
    SimpleCode{0x0003, "told by another processor"},
    SimpleCode{0x0004, "functional redundancy check"},
    SimpleCode{0x0005, "internal parity"},
    SimpleCode{0x0006, "SMM code outside its range"},
    SimpleCode{0x0400, "internal timer"},
    SimpleCode{0x0e0b, "I/O"},
};

/// [intel/vol3] 16.9.2: the sub-fields of compound codes. What is reserved has no name.
constexpr std::array<std::string_view, 4> kTransactions{"instruction", "data", "generic", "reserved"};
constexpr std::array<std::string_view, 4> kLevels{"level 0", "level 1", "level 2", "any level"};
constexpr std::array<std::string_view, 16> kRequests{
    "error", "read",     "write",    "data read", "data write", "instruction fetch", "prefetch", "evict",
    "snoop", "reserved", "reserved", "reserved",  "reserved",   "reserved",          "reserved", "reserved"};
constexpr std::array<std::string_view, 8> kMemoryRequests{"undefined", "read",     "write",    "address or command",
                                                          "scrub",     "reserved", "reserved", "reserved"};
constexpr std::array<std::string_view, 4> kParticipations{"this processor asked", "this processor answered",
                                                          "this processor saw it", "any processor"};
constexpr std::array<std::string_view, 4> kPlaces{"memory", "reserved", "I/O", "other"};

u32 field(u16 code, unsigned lowest, unsigned count) { return (code >> lowest) & ((1U << count) - 1); }

void print_memory(base::TextSink& sink, u16 code, std::string_view what) {
    constexpr u32 kAnyChannel = 15;
    base::print(sink, "{}, {}", what, kMemoryRequests.at(field(code, 4, 3)));
    if (const u32 channel = field(code, 0, 4); channel != kAnyChannel) {
        base::print(sink, ", channel {}", channel);
    }
}

void print_bus(base::TextSink& sink, u16 code) {
    base::print(sink, "bus or interconnect, {}, {}, {}, {}{}", kRequests.at(field(code, 4, 4)),
                kPlaces.at(field(code, 2, 2)), kLevels.at(field(code, 0, 2)), kParticipations.at(field(code, 9, 2)),
                has_bit(code, 8) ? ", timed out" : "");
}

/// The highest set bit tells the kind.
void print_compound(base::TextSink& sink, u16 code) {
    if (has_bit(code, 11)) {
        print_bus(sink, code);
    } else if (has_bit(code, 10)) {
        base::print(sink, "internal, {:#x}", code);
    } else if (field(code, 7, 5) == 0b101) {
        print_memory(sink, code, "memory as cache");
    } else if (field(code, 8, 4) == 1) {
        base::print(sink, "cache, {}, {}, {}", kRequests.at(field(code, 4, 4)), kTransactions.at(field(code, 2, 2)),
                    kLevels.at(field(code, 0, 2)));
    } else if (field(code, 7, 5) == 1) {
        print_memory(sink, code, "memory controller");
    } else if (field(code, 4, 8) == 1) {
        base::print(sink, "TLB, {}, {}", kTransactions.at(field(code, 2, 2)), kLevels.at(field(code, 0, 2)));
    } else if (field(code, 2, 10) == 0b11) {
        base::print(sink, "cache hierarchy, {}", kLevels.at(field(code, 0, 2)));
    } else {
        base::print(sink, "unknown code {:#x}", code);
    }
}

} // namespace

void print_error_code(base::TextSink& sink, u16 code) {
    for (const SimpleCode& simple : kSimpleCodes) {
        if (simple.code == code) {
            base::print(sink, "{}", simple.name);
            return;
        }
    }
    print_compound(sink, code);
}

void print_cause(base::TextSink& sink, u64 global_status) {
    base::print(sink, "{}, {}{}", has_bit(global_status, 0) ? "the program could go on" : "the program cannot go on",
                has_bit(global_status, 1) ? "the error is its own" : "the error may have come from anywhere",
                has_bit(global_status, 3) ? ", told to this processor only" : "");
}

void print_bank(base::TextSink& sink, const Bank& bank) {
    base::print(sink, "bank {}: {}", bank.number, has_bit(bank.status, kUncorrected) ? "uncorrected" : "corrected");
    for (const Flag& flag : kFlags) {
        if (has_bit(bank.status, flag.bit)) {
            base::print(sink, ", {}", flag.name);
        }
    }
    base::print(sink, ": ");
    print_error_code(sink, static_cast<u16>(bank.status));
    if (has_address(bank.status)) {
        base::print(sink, "; address {:#x}", bank.address);
    }
    if (has_misc(bank.status)) {
        base::print(sink, "; misc {:#x}", bank.misc);
    }
    base::print(sink, "; status {:#x}", bank.status);
}

} // namespace machine_check
