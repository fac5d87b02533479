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

/// [elf] chapter 5 "Note Section".
template <class T, base::usize kCount>
struct Note {
    base::u32 name_bytes = sizeof(name);
    base::u32 content_bytes = kCount * sizeof(T);
    base::u32 type = 0;
    std::array<char, 8> name{'T', 'e', 's', 's', 'e', 'r', 'a', 0};
    std::array<T, kCount> content;
};

template <base::usize kNeeds>
struct Notes {
    Note<program_notes::VersionRecord, 1> version;
    Note<program_notes::RouteRecord, kNeeds> needs;
};

template <>
struct Notes<0> {
    Note<program_notes::VersionRecord, 1> version;
};

template <class N>
consteval auto make_notes() {
    return with_field_types<N>([]<class... Field>() {
        Notes<sizeof...(Field)> notes;
        notes.version.type = static_cast<base::u32>(program_notes::NoteType::AbiVersion);
        notes.version.content = {{{.version = abi::kVersion, .zero = 0}}};
        if constexpr (sizeof...(Field) != 0) {
            notes.needs.type = static_cast<base::u32>(program_notes::NoteType::Needs);
            notes.needs.content = {std::remove_cvref_t<Field>::kRecord...};
        }
        return notes;
    });
}

template <class N>
struct NotesOf {
    using Type = decltype(make_notes<N>());

    [[gnu::section(".note.tessera"), gnu::used]] static constexpr Type kNotes = make_notes<N>();
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

/// `kRun`: Task<int>(Program, Needs), whose value is the program's exit code. Needs: an aggregate of at most eight Use
/// and Optional.
template <auto kRun>
consteval ProgramDescription describe() {
    using N = typename describe_detail::NeedsOf<decltype(kRun)>::Type;
    using Described = describe_detail::Described<N, kRun>;
    return {.begin = &Described::begin, .missing = &Described::missing, .notes = &describe_detail::NotesOf<N>::kNotes};
}

} // namespace sdk

/// Defined by the program.
extern constinit const sdk::ProgramDescription tessera_program;
