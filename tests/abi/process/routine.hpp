/// What the processes run that a test makes.
#pragma once

#include "base/types.hpp"

namespace tests::abi {

/// In second_program.S, with their arguments.
enum class Routine : base::u64 {
    Exit,
    Spin,
    Park,
    Fault,
    CheckRegisters,
    WriteWord,
    BreakRing,
    CallUnknown,
    Invoke,
    WriteDebug,
    Serve,
    TakeTurns,
    WaitAndSpin,
    MakeThreads,
};

} // namespace tests::abi
