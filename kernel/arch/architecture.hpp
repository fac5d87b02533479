/// The contract between the kernel and a processor architecture. kernel/core and its neighbours name only `Arch`.
#pragma once

#include <atomic>
#include <concepts>
#include <span>
#include <string_view>

#include "base/format.hpp"
#include "base/spin_lock.hpp"
#include "base/types.hpp"
#include "base/units.hpp"
#include "libs/boot/boot_info.hpp"

namespace kernel::arch {

/// What the kernel needs of a processor. A folder beside this file satisfies it; CMake chooses which.
template <class A>
concept Architecture =
    requires(std::string_view text, base::TextSink& sink, base::u16 port, base::u8 code, const typename A::Frame& frame,
             typename A::Frame& trapped, typename A::FrameAddresses& addresses, base::u32 number, base::u64 word,
             std::span<base::u64, A::kEntropyWords> entropy, boot::BootInfo& info, base::PhysicalAddress physical,
             base::VirtualAddress address, base::Bytes size, const std::atomic<base::u32>& watched,
             std::span<char> typed) {
        // The processor. initialize_processor() comes first: after it every exception ends in a report.
        { A::initialize_processor() };
        { A::missing_feature() } -> std::same_as<std::string_view>; ///< a required one; empty: none is missing
        { A::enable_protection() };                                 ///< takes the hardening that the processor offers
        { A::enable_calls() };                                      ///< user code may call the kernel
        { A::print_features(sink) };
        { A::print_hypervisors(sink) }; ///< their names, or "none"
        { A::cpu_index() } -> std::same_as<base::u64>;
        { A::read_cycle_counter() } -> std::same_as<base::u64>;
        { A::kEntropyWords } -> std::convertible_to<base::usize>;
        { A::gather_entropy(entropy) }; ///< words nobody can guess, as far as the processor has them
        { A::wait_for_interrupt() };
        { A::can_watch() } -> std::same_as<bool>;
        { A::watch(watched, number) };
        { A::poll(watched, number, number) } -> std::same_as<bool>;
        { A::leave_wait(trapped) };
        { A::let_interrupts_in() }; ///< those that are pending, without waiting
        { A::stop() };
        requires base::LockContext<typename A::InterruptsOff>;

        // The machine. write_console() is safe at any time, from any context.
        { A::initialize_console() };
        { A::write_console(text) };
        { A::has_console_input() } -> std::same_as<bool>;
        { A::read_console(typed) } -> std::same_as<base::usize>; ///< by one processor at a time
        { A::write_exit_port(port, code) };
        {
            A::read_boot_info(number, number, info)
        } -> std::same_as<std::string_view>; ///< what is wrong; empty: nothing

        // Memory: the physical map, the image, and the tables in force.
        { A::physical_bytes(physical, size) } -> std::same_as<std::span<std::byte>>;
        { A::virtual_bytes(address, size) } -> std::same_as<std::span<std::byte>>; ///< of what is mapped
        { A::kDeviceRegion } -> std::convertible_to<base::VirtualAddress>;         ///< for registers of devices
        { A::kDeviceRegionBytes } -> std::convertible_to<base::Bytes>;
        { A::kFrameRecordRegion } -> std::convertible_to<base::VirtualAddress>; ///< 32 bytes for each frame
        { A::kFrameRangeRegion } -> std::convertible_to<base::VirtualAddress>;
        { A::kPhysicalMapBytes } -> std::convertible_to<base::Bytes>; ///< memory behind them cannot be used
        { A::physical_map_address(physical) } -> std::same_as<base::VirtualAddress>;
        { A::image_start() } -> std::same_as<base::PhysicalAddress>;
        { A::image_data_start() } -> std::same_as<base::PhysicalAddress>;
        { A::image_end() } -> std::same_as<base::PhysicalAddress>;
        { A::largest_page_level() } -> std::same_as<int>;
        { A::current_tables() } -> std::same_as<base::PhysicalAddress>;
        { A::enter_kernel_tables(physical) }; ///< takes over the image's part of the tables in force

        // Reports.
        { A::build_id_note() } -> std::same_as<std::span<const std::byte>>;
        { A::recover_from(trapped) } -> std::same_as<bool>;
        { A::describe_exception(sink, frame) };
        { A::walk_stack(word, addresses) } -> std::same_as<std::span<const base::u64>>;
        { A::walk_stack(frame, addresses) } -> std::same_as<std::span<const base::u64>>;
    };

} // namespace kernel::arch
