/// What the registers of a machine check say, in words: [intel/vol3] 16.
#pragma once

#include "base/format.hpp"
#include "base/types.hpp"

namespace machine_check {

/// The registers of one bank, as they were read.
struct Bank {
    base::u32 number = 0;
    base::u64 status = 0;  ///< IA32_MCi_STATUS
    base::u64 address = 0; ///< IA32_MCi_ADDR; says nothing unless has_address()
    base::u64 misc = 0;    ///< IA32_MCi_MISC; says nothing unless has_misc()
};

/// Whether the bank holds an error at all; and whether it knows more.
[[nodiscard]] constexpr bool is_valid(base::u64 status) { return (status >> 63 & 1) != 0; }

[[nodiscard]] constexpr bool has_misc(base::u64 status) { return (status >> 59 & 1) != 0; }

[[nodiscard]] constexpr bool has_address(base::u64 status) { return (status >> 58 & 1) != 0; }

/// How many banks IA32_MCG_CAP says there are.
[[nodiscard]] constexpr base::u32 bank_count(base::u64 capabilities) {
    return static_cast<base::u32>(capabilities & 0xff);
}

/// Whether IA32_MCG_CAP says that there is IA32_MCG_CTL.
[[nodiscard]] constexpr bool has_control(base::u64 capabilities) { return (capabilities >> 8 & 1) != 0; }

/// What IA32_MCG_STATUS says of the instruction that was interrupted, for example "the program could go on, the error
/// is its own".
void print_cause(base::TextSink& sink, base::u64 global_status);

/// One line without its end, for example "bank 8: uncorrected, processor context corrupt: memory controller, read,
/// channel 0; address 0x1000; status 0xfe00000000800090".
void print_bank(base::TextSink& sink, const Bank& bank);

/// The low 16 bits of a bank's status: [intel/vol3] 16.9.
void print_error_code(base::TextSink& sink, base::u16 code);

} // namespace machine_check
