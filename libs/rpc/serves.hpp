/// What a class must have to serve a protocol.
///
///     struct CounterSession {
///         abi::Permissions granted() const;                          // what this session's opener was given
///         Result<Counter::Add::Reply> serve(Call<Counter::Add>);     // never waits
///         Task<Counter::Watch::Reply> serve(Call<Counter::Watch>);   // waits
///     };
///     static_assert(Serves<CounterSession, Counter>);
#pragma once

#include "async/task.hpp"
#include "libs/rpc/call.hpp"

namespace rpc {

template <class S, class M>
concept ServesByValue = requires(S& session, Call<M> call) {
    { session.serve(std::move(call)) } -> std::same_as<async::Result<SentAnswerOf<M>>>;
};

template <class S, class M>
concept ServesByTask = requires(S& session, Call<M> call) {
    { session.serve(std::move(call)) } -> std::same_as<async::Task<SentAnswerOf<M>>>;
};

/// One-way methods answer nothing, but may fail: nobody hears of it.
template <class S, class M>
concept ServesOneWay = M::spec.one_way && requires(S& session, Call<M> call) { session.serve(std::move(call)); };

/// Whether the class says what its caller was given: for all requests, or for this one's object.
template <class S, class M>
concept Grants = requires(const S& session) {
    { session.granted() } -> std::same_as<abi::Permissions>;
} || requires(const S& session, const M& request) {
    { session.granted(request) } -> std::same_as<abi::Permissions>;
};

template <class S, class M>
consteval bool check_serves() {
    static_assert(Grants<S, M>, "a session says what was granted: granted(), or granted(request) for this method");
    static_assert(ServesByValue<S, M> || ServesByTask<S, M> || ServesOneWay<S, M>,
                  "the session lacks serve(Call<M>) for this method, returning Result or Task of its Reply");
    return true;
}

namespace serves_detail {

template <class S, class... M>
consteval bool check_all(List<M...>) {
    return (check_serves<S, M>() && ...);
}

template <class L>
struct WithoutCommon;

template <class... M>
struct WithoutCommon<List<M...>> {
    template <class Kept, class... Rest>
    struct Filter {
        using Type = Kept;
    };

    template <class... Kept, class First, class... Rest>
    struct Filter<List<Kept...>, First, Rest...> {
        using Type =
            typename std::conditional_t<protocol_detail::kIsIn<First, Common::Methods>, Filter<List<Kept...>, Rest...>,
                                        Filter<List<Kept..., First>, Rest...>>::Type;
    };

    using Type = typename Filter<List<>, M...>::Type;
};

} // namespace serves_detail

/// The methods that a server's class has to have.
template <class P>
using ServedMethods = typename serves_detail::WithoutCommon<AllMethods<P>>::Type;

/// A missing method is an error that names it.
template <class S, class P>
concept Serves = Protocol<P> && serves_detail::check_all<S>(ServedMethods<P>());

} // namespace rpc
