// The least that a program can be.
#include "sdk/program/describe.hpp"

namespace {

struct Needs {};

async::Task<int> run(sdk::Program, Needs) { co_return 0; }

} // namespace

constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
