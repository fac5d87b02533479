/// What each method does: one file for each kind of object.
#pragma once

#include "abi/arguments.hpp"
#include "kernel/process/invocation.hpp"
#include "libs/budget/kind.hpp"

namespace kernel::process {

class Channel;
struct Call;

// Of any capability: handle_methods.cpp.
base::Result<Progress> do_nothing(const Invocation& call, Answer& answer);
base::Result<Progress> inspect(const Invocation& call, Answer& answer);
base::Result<Progress> derive(const Invocation& call, Answer& answer);
base::Result<Progress> drop(const Invocation& call, Answer& answer);
base::Result<Progress> set_expiry(const Invocation& call, Answer& answer);
base::Result<Progress> revoke(const Invocation& call, Answer& answer);

// budget_methods.cpp
base::Result<Progress> tell_usage(const Invocation& call, Answer& answer);
base::Result<Progress> create_memory(const Invocation& call, Answer& answer);
base::Result<Progress> create_process(const Invocation& call, Answer& answer);
base::Result<Progress> create_budget(const Invocation& call, Answer& answer);
base::Result<Progress> set_limits(const Invocation& call, Answer& answer);
base::Result<Progress> destroy_budget(const Invocation& call, Answer& answer);

// processor_limits_methods.cpp
base::Result<Progress> set_processor_limits(const Invocation& call, Answer& answer);
base::Result<Progress> reserve_real_time(const Invocation& call, Answer& answer);
base::Result<Progress> tell_processor_usage(const Invocation& call, Answer& answer);

/// What a program asks for; nothing: no limits. InvalidArgument as of scheduler::check().
base::Result<std::optional<scheduler::GroupLimits>> processor_limits_of(const abi::ProcessorLimits& wanted);

/// A limit of a budget as programs see it.
constexpr base::u64 told_limit(base::u64 limit) { return limit < budget::kUnlimited ? limit : abi::kNoLimit; }

/// Object::End of a Memory.
void end_memory(Object& object);

// call_methods.cpp: a protocol's method of a channel; the answer to one, whose capability is its token.
base::Result<Progress> send_call(Submitter& submitter, const ring::Request& request, const abi::Submission& entry);
base::Result<Progress> answer_call(Submitter& submitter, const ring::Request& request, const abi::Submission& entry);

// forward_methods.cpp: a method of a protocol whose capability is a token, that of `call`, which is in `from`; its
// head is well-formed.
base::Result<Progress> forward_call(Submitter& submitter, Call& call, Channel& from, const ring::Request& request,
                                    const abi::Submission& entry);

// channel_methods.cpp
base::Result<Progress> create_channel(const Invocation& call, Answer& answer);

// ring_methods.cpp
base::Result<Progress> attach(const Invocation& call, Answer& answer);
base::Result<Progress> detach(const Invocation& call, Answer& answer);
base::Result<Progress> cancel(const Invocation& call, Answer& answer);

// lease_methods.cpp
base::Result<Progress> copy_lent(const Invocation& call, Answer& answer);
base::Result<Progress> map_lent(const Invocation& call, Answer& answer);

// event_methods.cpp
base::Result<Progress> create_event(const Invocation& call, Answer& answer);
base::Result<Progress> create_timer(const Invocation& call, Answer& answer);
base::Result<Progress> signal(const Invocation& call, Answer& answer);
base::Result<Progress> clear(const Invocation& call, Answer& answer);
base::Result<Progress> tell_bits(const Invocation& call, Answer& answer);
base::Result<Progress> arm_timer(const Invocation& call, Answer& answer);
base::Result<Progress> disarm_timer(const Invocation& call, Answer& answer);

// process_methods.cpp
base::Result<Progress> tell_process_state(const Invocation& call, Answer& answer);
base::Result<Progress> create_ring(const Invocation& call, Answer& answer);
base::Result<Progress> install(const Invocation& call, Answer& answer);
base::Result<Progress> create_thread(const Invocation& call, Answer& answer);
base::Result<Progress> kill_process(const Invocation& call, Answer& answer);
base::Result<Progress> wait_for_process(const Invocation& call, Answer& answer);
base::Result<Progress> set_fault_channel(const Invocation& call, Answer& answer);

// thread_methods.cpp
base::Result<Progress> start_thread(const Invocation& call, Answer& answer);
base::Result<Progress> suspend_thread(const Invocation& call, Answer& answer);
base::Result<Progress> resume_thread(const Invocation& call, Answer& answer);
base::Result<Progress> read_thread_state(const Invocation& call, Answer& answer);
base::Result<Progress> write_thread_state(const Invocation& call, Answer& answer);
base::Result<Progress> kill_thread(const Invocation& call, Answer& answer);
base::Result<Progress> wait_for_thread(const Invocation& call, Answer& answer);

// scheduling_methods.cpp: of Thread
base::Result<Progress> set_scheduling(const Invocation& call, Answer& answer);
base::Result<Progress> tell_scheduling(const Invocation& call, Answer& answer);
base::Result<Progress> set_affinity(const Invocation& call, Answer& answer);
base::Result<Progress> tell_affinity(const Invocation& call, Answer& answer);

// address_space_methods.cpp
base::Result<Progress> query(const Invocation& call, Answer& answer);
base::Result<Progress> map(const Invocation& call, Answer& answer);
base::Result<Progress> unmap(const Invocation& call, Answer& answer);
base::Result<Progress> protect(const Invocation& call, Answer& answer);

// address_wait_methods.cpp: of AddressSpace
base::Result<Progress> wait_address(const Invocation& call, Answer& answer);
base::Result<Progress> wake_address(const Invocation& call, Answer& answer);
base::Result<Progress> requeue_address(const Invocation& call, Answer& answer);

// memory_methods.cpp
base::Result<Progress> tell_size(const Invocation& call, Answer& answer);
base::Result<Progress> resize(const Invocation& call, Answer& answer);
base::Result<Progress> read_memory(const Invocation& call, Answer& answer);
base::Result<Progress> write_memory(const Invocation& call, Answer& answer);

// memory_range_methods.cpp
base::Result<Progress> commit_memory(const Invocation& call, Answer& answer);
base::Result<Progress> zero_memory(const Invocation& call, Answer& answer);
base::Result<Progress> discard_memory(const Invocation& call, Answer& answer);
base::Result<Progress> clone_memory(const Invocation& call, Answer& answer);
base::Result<Progress> copy_memory(const Invocation& call, Answer& answer);

// pager_methods.cpp
base::Result<Progress> create_paged_memory(const Invocation& call, Answer& answer);
base::Result<Progress> supply_memory(const Invocation& call, Answer& answer);
base::Result<Progress> grant_writing(const Invocation& call, Answer& answer);
base::Result<Progress> withdraw_memory(const Invocation& call, Answer& answer);
base::Result<Progress> clean_memory(const Invocation& call, Answer& answer);

// machine_methods.cpp
base::Result<Progress> power_off(const Invocation& call, Answer& answer);
base::Result<Progress> reset(const Invocation& call, Answer& answer);
base::Result<Progress> tell_wall_time(const Invocation& call, Answer& answer);
base::Result<Progress> tell_clock(const Invocation& call, Answer& answer);
base::Result<Progress> set_wall_time(const Invocation& call, Answer& answer);
base::Result<Progress> add_entropy(const Invocation& call, Answer& answer);

// firmware_methods.cpp: what the machine began with.
base::Result<Progress> show_table(const Invocation& call, Answer& answer);
base::Result<Progress> show_boot_information(const Invocation& call, Answer& answer);
base::Result<Progress> show_bundle(const Invocation& call, Answer& answer);
base::Result<Progress> show_clock_page(const Invocation& call, Answer& answer);

// device_methods.cpp: parts of the machine for drivers.
base::Result<Progress> create_device_memory(const Invocation& call, Answer& answer);
base::Result<Progress> tell_device_memory_size(const Invocation& call, Answer& answer);
base::Result<Progress> create_io_ports(const Invocation& call, Answer& answer);
base::Result<Progress> read_ports(const Invocation& call, Answer& answer);
base::Result<Progress> write_ports(const Invocation& call, Answer& answer);
base::Result<Progress> read_configuration(const Invocation& call, Answer& answer);
base::Result<Progress> write_configuration(const Invocation& call, Answer& answer);

// interrupt_methods.cpp
base::Result<Progress> create_interrupt(const Invocation& call, Answer& answer);
base::Result<Progress> create_message(const Invocation& call, Answer& answer);
base::Result<Progress> tell_interrupt_state(const Invocation& call, Answer& answer);
base::Result<Progress> acknowledge_interrupt(const Invocation& call, Answer& answer);
base::Result<Progress> mask_interrupt(const Invocation& call, Answer& answer);
base::Result<Progress> unmask_interrupt(const Invocation& call, Answer& answer);
base::Result<Progress> detach_interrupt(const Invocation& call, Answer& answer);

// debug_methods.cpp
base::Result<Progress> write_log(const Invocation& call, Answer& answer);
base::Result<Progress> read_console(const Invocation& call, Answer& answer);
base::Result<Progress> read_log(const Invocation& call, Answer& answer);

// list_methods.cpp: of Debug
base::Result<Progress> next_process(const Invocation& call, Answer& answer);
base::Result<Progress> next_thread(const Invocation& call, Answer& answer);
base::Result<Progress> next_capability(const Invocation& call, Answer& answer);
base::Result<Progress> next_budget(const Invocation& call, Answer& answer);

// trace_methods.cpp: of Debug
base::Result<Progress> start_trace(const Invocation& call, Answer& answer);
base::Result<Progress> stop_trace(const Invocation& call, Answer& answer);
base::Result<Progress> read_trace(const Invocation& call, Answer& answer);

} // namespace kernel::process
