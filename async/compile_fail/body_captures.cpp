// expect-error: a body captures nothing
#include "async/scope.hpp"

async::Task<> run(int number) {
    co_await async::scope([number](async::Scope) -> async::Task<> {
        static_cast<void>(number);
        co_return;
    });
}
