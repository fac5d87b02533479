/// The methods of Debug, and a Memory that they copy into.
#pragma once

#include <string_view>

#include "abi/debug.hpp"
#include "tests/abi/calls.hpp"

namespace tests::abi {

class DebugCalls {
  public:
    static constexpr u64 kMemoryBytes = 4096;

    explicit DebugCalls(Calls& calls) : calls_(calls), memory_(calls.create_memory(kMemoryBytes)) {}

    DebugCalls(const DebugCalls&) = delete;
    DebugCalls& operator=(const DebugCalls&) = delete;

    ~DebugCalls() { calls_.drop(memory_); }

    [[nodiscard]] Handle memory() const { return memory_; }

    template <class T>
    Outcome call(::abi::DebugMethod method, const T& arguments, ::abi::SlotWord slot = {}) {
        ::abi::Submission entry =
            Calls::with(calls_.root(ObjectKind::Debug), method_of(ObjectKind::Debug, method), arguments);
        entry.slots = ::abi::find_method(entry.method)->slots;
        entry.slot[0] = slot.word();
        return calls_.send(entry);
    }

    Outcome read_log(const ::abi::ReadLogArguments& arguments) { return read_log(arguments, lend(memory_)); }

    Outcome read_log(const ::abi::ReadLogArguments& arguments, ::abi::SlotWord slot) {
        return call(::abi::DebugMethod::ReadLog, arguments, slot);
    }

    u64 end_of_log() { return read_log({.position = 0, .offset = 0, .bytes = 0}).answer<::abi::DebugPiece>().end; }

    Error write_log(std::string_view text);

    /// Of the Memory.
    template <class T>
    T read(u64 offset) {
        return calls_
            .call(memory_, method_of(ObjectKind::Memory, ::abi::MemoryMethod::Read),
                  ::abi::CopyArguments{.offset = offset, .bytes = sizeof(T)})
            .template answer<T>();
    }

    char byte(u64 offset) { return read<char>(offset); }

    /// The entry of a list behind `after`; zeros: there is none.
    template <class T>
    T next(::abi::DebugMethod method, u64 after) {
        const Outcome outcome = call(method, ::abi::NextArguments{.after = after});
        return outcome.error == kGood ? outcome.answer<T>() : T{};
    }

    Error error_of(::abi::DebugMethod method, u64 after) {
        return call(method, ::abi::NextArguments{.after = after}).error;
    }

    /// Entries of a list.
    template <class T>
    u64 count(::abi::DebugMethod method) {
        u64 count = 0;
        for (T one = next<T>(method, 0); one.object_id != 0; one = next<T>(method, one.object_id)) {
            ++count;
        }
        return count;
    }

    u64 id_of(Handle handle) {
        return calls_.call(handle, HandleMethod::Inspect).answer<::abi::CapabilityView>().object_id;
    }

  private:
    Calls& calls_;
    Handle memory_;
};

} // namespace tests::abi
