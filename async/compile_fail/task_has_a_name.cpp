// expect-error: no matching member function for call to 'await_transform'
#include "async/task.hpp"

async::Task<> run(async::Task<> task) { co_await task; }
