// expect-error: ignoring return value
#include "async/task.hpp"

async::Task<> nothing();

void run() { nothing(); }
