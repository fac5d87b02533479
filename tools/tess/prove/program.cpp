#include "tools/tess/prove/program.hpp"

#include "base/byte_reader.hpp"
#include "libs/elf/image.hpp"
#include "libs/program_notes/records.hpp"

namespace tess::prove {

using base::Error;
using base::Result;

namespace {

template <class Record>
Result<Record> read_one(std::span<const std::byte> content) {
    if (content.size() != sizeof(Record)) {
        return Error::Corrupt;
    }
    return base::ByteReader(content).read<Record>();
}

Result<Declared> read_route(base::ByteReader& reader) {
    const auto record = TRY(reader.read<program_notes::RouteRecord>());
    if (record.permissions > abi::kAllPermissions.bits || record.optional > 1) {
        return Error::Corrupt;
    }
    return Declared{std::string(program_notes::text_of(record.name)),
                    {std::string(program_notes::text_of(record.protocol)), record.major},
                    {record.permissions},
                    record.optional == 1};
}

Result<void> read_routes(std::span<const std::byte> content, std::vector<Declared>& routes) {
    base::ByteReader reader(content);
    while (reader.remaining() != 0) {
        const auto route = read_route(reader);
        if (!route) {
            return Error::Corrupt;
        }
        routes.push_back(*route);
    }
    return {};
}

Result<void> take_note(const elf::Note& note, Program& program) {
    using enum program_notes::NoteType;
    switch (static_cast<program_notes::NoteType>(note.type)) {
    case AbiVersion: program.abi_version = TRY(read_one<program_notes::VersionRecord>(note.content)).version; return {};
    case Needs: return read_routes(note.content, program.needs);
    case Offers: return read_routes(note.content, program.offers);
    case Heap: program.heap_bytes = TRY(read_one<program_notes::HeapRecord>(note.content)).bytes; return {};
    }
    return {};
}

} // namespace

Result<Program> read_program(std::span<const std::byte> file) {
    const elf::Image image = TRY(elf::Image::open(file));
    Program program;
    program.image_bytes = image.size().value();
    elf::NoteReader notes = image.notes();
    for (auto note = TRY(notes.next()); note; note = TRY(notes.next())) {
        if (note->owner == program_notes::kOwner) {
            TRY(take_note(*note, program));
        }
    }
    return program;
}

} // namespace tess::prove
