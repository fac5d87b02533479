/// How a program says what it is: one constant.
///
///     async::Task<int> run(sdk::Program program, Needs needs);
///     constinit const sdk::ProgramDescription tessera_program = sdk::describe<run>();
#pragma once

#include <array>
#include <string_view>

#include "abi/ring.hpp"
#include "async/task.hpp"
#include "sdk/program/fields.hpp"
#include "sdk/program/program.hpp"
#include "sdk/program/use.hpp"

namespace sdk {

/// What the start of a program goes by.
struct ProgramDescription {
    async::Task<int> (*begin)(Program program);
    /// The name of the first need that was not given; empty: all were.
    std::string_view (*missing)(const Names& names);
    const void* notes; ///< so that they are linked
};

namespace describe_detail {

using program_notes::NoteType;

/// [elf] chapter 5 "Note Section".
template <class T, base::usize kCount>
struct Note {
    base::u32 name_bytes = sizeof(name);
    base::u32 content_bytes = kCount * sizeof(T);
    base::u32 type = 0;
    std::array<char, 8> name{'T', 'e', 's', 's', 'e', 'r', 'a', 0};
    std::array<T, kCount> content;
};

template <NoteType kType, base::usize kCount>
struct Routes : Note<program_notes::RouteRecord, kCount> {
    consteval explicit Routes(std::array<program_notes::RouteRecord, kCount> records) {
        this->type = static_cast<base::u32>(kType);
        this->content = records;
    }
};

/// Of no records there is no note.
template <NoteType kType>
struct Routes<kType, 0> {
    consteval explicit Routes(std::array<program_notes::RouteRecord, 0>) {}
};

template <base::usize kNeeds, base::usize kOffers>
struct Notes {
    Note<program_notes::VersionRecord, 1> version;
    [[no_unique_address]] Routes<NoteType::Needs, kNeeds> needs;
    [[no_unique_address]] Routes<NoteType::Offers, kOffers> offers;
};

template <class N, class... Served>
consteval auto make_notes() {
    return with_field_types<N>([]<class... Field>() {
        Note<program_notes::VersionRecord, 1> version;
        version.type = static_cast<base::u32>(NoteType::AbiVersion);
        version.content = {{{.version = abi::kVersion, .zero = 0}}};
        using Records = std::array<program_notes::RouteRecord, sizeof...(Field)>;
        using Offers = std::array<program_notes::RouteRecord, sizeof...(Served)>;
        return Notes<sizeof...(Field), sizeof...(Served)>{
            .version = version,
            .needs = Routes<NoteType::Needs, sizeof...(Field)>(Records{std::remove_cvref_t<Field>::kRecord...}),
            .offers = Routes<NoteType::Offers, sizeof...(Served)>(Offers{Served::kRecord...})};
    });
}

template <class N, class... Served>
struct NotesOf {
    using Type = decltype(make_notes<N, Served...>());

    [[gnu::section(".note.tessera"), gnu::used]] static constexpr Type kNotes = make_notes<N, Served...>();
};

template <class N, async::Task<int> (*kRun)(Program, N)>
struct Described {
    static async::Task<int> begin(Program program) {
        return with_field_types<N>(
            [&]<class... Field>() { return kRun(program, N{std::remove_cvref_t<Field>(program.names())...}); });
    }

    static std::string_view missing(const Names& names) {
        return with_field_types<N>([&]<class... Field>() {
            std::string_view first;
            (((first.empty() && !std::remove_cvref_t<Field>::is_in(names))
                  ? static_cast<void>(first = program_notes::text_of(std::remove_cvref_t<Field>::kRecord.name))
                  : static_cast<void>(0)),
             ...);
            return first;
        });
    }
};

template <class F>
struct NeedsOf;

template <class N>
struct NeedsOf<async::Task<int> (*)(Program, N)> {
    using Type = N;
};

} // namespace describe_detail

/// An offer: served by protocols::Component::Serve. `R`: the most that its clients may ask for.
template <FixedName kName, rpc::Protocol P, abi::Permissions R>
struct Serves {
    static constexpr program_notes::RouteRecord kRecord = route_record<P>(kName.view(), R, false);
};

/// `kRun`: Task<int>(Program, Needs), whose value is the program's exit code. Needs: an aggregate of at most eight Use,
/// Optional and Via. `Served`: what it offers.
template <auto kRun, class... Served>
consteval ProgramDescription describe() {
    using N = typename describe_detail::NeedsOf<decltype(kRun)>::Type;
    using Described = describe_detail::Described<N, kRun>;
    return {.begin = &Described::begin,
            .missing = &Described::missing,
            .notes = &describe_detail::NotesOf<N, Served...>::kNotes};
}

} // namespace sdk

/// Defined by the program.
extern constinit const sdk::ProgramDescription tessera_program;
