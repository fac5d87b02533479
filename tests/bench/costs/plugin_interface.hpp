/// What is used here of the interface between QEMU and its plugins, version 1: docs/devel/tcg-plugins of QEMU 7.2.
#pragma once

#include <cstddef>
#include <cstdint>

extern "C" {

using PluginId = std::uint64_t;

struct PluginBlock;
struct PluginInstruction;
struct PluginAddress;
struct PluginMachine;

/// Whether a callback may look at registers.
enum class PluginRegisters : int { None };

enum class PluginDirection : int { Read = 1, Write, Both };

using PluginAccess = std::uint32_t;

void qemu_plugin_register_vcpu_tb_trans_cb(PluginId id, void (*translated)(PluginId, PluginBlock*));
void qemu_plugin_register_vcpu_tb_exec_cb(PluginBlock* block, void (*executed)(unsigned, void*), PluginRegisters flags,
                                          void* user_data);
void qemu_plugin_register_atexit_cb(PluginId id, void (*ends)(PluginId, void*), void* user_data);
std::size_t qemu_plugin_tb_n_insns(const PluginBlock* block);
std::uint64_t qemu_plugin_tb_vaddr(const PluginBlock* block);
PluginInstruction* qemu_plugin_tb_get_insn(const PluginBlock* block, std::size_t index);
const void* qemu_plugin_insn_data(const PluginInstruction* instruction);
std::size_t qemu_plugin_insn_size(const PluginInstruction* instruction);
std::uint64_t qemu_plugin_insn_vaddr(const PluginInstruction* instruction);
void qemu_plugin_register_vcpu_insn_exec_cb(PluginInstruction* instruction, void (*executed)(unsigned, void*),
                                            PluginRegisters flags, void* user_data);
void qemu_plugin_register_vcpu_mem_cb(PluginInstruction* instruction,
                                      void (*accessed)(unsigned, PluginAccess, std::uint64_t, void*),
                                      PluginRegisters flags, PluginDirection direction, void* user_data);
PluginAddress* qemu_plugin_get_hwaddr(PluginAccess info, std::uint64_t address);
bool qemu_plugin_hwaddr_is_io(const PluginAddress* address);
std::uint64_t qemu_plugin_hwaddr_phys_addr(const PluginAddress* address);
bool qemu_plugin_mem_is_store(PluginAccess info);

/// What QEMU looks for.
[[gnu::visibility("default")]] extern int qemu_plugin_version;
[[gnu::visibility("default")]] int qemu_plugin_install(PluginId id, const PluginMachine* info, int count,
                                                       char** arguments);
}
