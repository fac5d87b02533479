// expect-error: deleted
#include "async/task.hpp"

async::Task<int> run() { co_return async::Error(abi::Error::NotFound); }
