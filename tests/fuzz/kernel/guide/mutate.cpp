#include "tests/fuzz/kernel/guide/mutate.hpp"

#include "abi/methods.hpp"
#include "tests/fuzz/kernel/places.hpp"

namespace tests::fuzz {

namespace {

using Records = std::vector<Record>;

Records records_of(const Bytes& bytes) {
    Records records;
    for (usize index = 0; index < record_count(bytes); ++index) {
        records.push_back(record_at(bytes, index));
    }
    return records;
}

Bytes bytes_of(const Records& records) {
    Bytes bytes;
    for (const Record& record : records) {
        const auto more = std::bit_cast<std::array<std::byte, kRecordBytes>>(record);
        bytes.insert(bytes.end(), more.begin(), more.end());
    }
    return bytes;
}

u8 any_byte(Random& random) { return static_cast<u8>(random.next()); }

u8 any_place(Random& random) {
    // What stands behind the places has come since.
    constexpr usize kCame = 12;
    return static_cast<u8>(random.below(8) == 0 ? 0xf0 + random.below(2) : random.below(kPlaces + kCame));
}

/// A method that is offered, of something that has it if there is one in the world.
void name_method(Record& record, Random& random) {
    const ::abi::MethodEntry& row = ::abi::kMethods.at(random.below(::abi::kMethods.size()));
    constexpr u8 kOfHandle = 0x40;
    record.target = any_place(random);
    record.method = static_cast<u8>(row.method) | (row.kind == ::abi::ObjectKind::None ? kOfHandle : u8{0});
    std::vector<u8> places;
    for (u8 place = 0; place < kPlaces; ++place) {
        if (kind_of(static_cast<Place>(place)) == row.kind) {
            places.push_back(place);
        }
    }
    record.target = places.empty() ? record.target : places[random.below(places.size())];
}

/// All that there is, in one of the ways, or anything.
u8 any_way(Random& random) {
    constexpr std::array<u8, 3> kAll{0x7f, 0xbf, 0xff};
    return random.below(4) == 0 ? any_byte(random) : kAll.at(random.below(kAll.size()));
}

Record any_record(Random& random) {
    Record record{};
    record.target = any_place(random);
    record.method = any_byte(random);
    if (random.below(4) != 0) {
        name_method(record, random);
    }
    record.flow = static_cast<u8>(random.below(2) == 0 ? 0 : any_byte(random));
    record.shape = static_cast<u8>(random.below(2) == 0 ? 0 : any_byte(random));
    record.slot = {any_place(random), any_place(random)};
    record.slot_how = {any_way(random), any_way(random)};
    for (u16& word : record.arguments) {
        // Small numbers more often than others.
        word = static_cast<u16>(random.next() & (random.below(2) == 0 ? 0x00f0U : 0xffffU));
    }
    return record;
}

void change_byte(Record& record, Random& random) {
    auto bytes = std::bit_cast<std::array<u8, kRecordBytes>>(record);
    u8& byte = bytes.at(random.below(bytes.size()));
    byte = static_cast<u8>(random.below(2) == 0 ? byte ^ 1U << random.below(8) : any_byte(random));
    record = std::bit_cast<Record>(bytes);
}

/// One thing of one entry.
void change(Record& record, Random& random) {
    const Record other = any_record(random);
    const usize word = random.below(record.arguments.size());
    const usize slot = random.below(record.slot.size());
    switch (random.below(9)) {
    case 0: record.target = other.target; break;
    case 1: record.method = other.method; break;
    case 2: record.flow = other.flow; break;
    case 3: record.shape = other.shape; break;
    case 4: record.slot.at(slot) = other.slot.at(slot); break;
    case 5: record.slot_how.at(slot) = other.slot_how.at(slot); break;
    case 6:
    case 7: record.arguments.at(word) = other.arguments.at(word); break;
    default: change_byte(record, random); break;
    }
}

void insert(Records& records, usize place, Record record) {
    records.insert(records.begin() + static_cast<std::ptrdiff_t>(place), record);
}

/// One is left.
void remove(Records& records, usize place) {
    if (records.size() > 1) {
        records.erase(records.begin() + static_cast<std::ptrdiff_t>(place));
    }
}

/// Between one entry and all.
void mutate_once(Records& records, const Records& other, Random& random) {
    const usize at = random.below(records.size());
    switch (random.below(12)) {
    case 0: insert(records, at, any_record(random)); break;
    case 1: insert(records, at, records.at(random.below(records.size()))); break;
    case 2: remove(records, at); break;
    case 3: std::swap(records.at(at), records.at(random.below(records.size()))); break;
    case 4:
        records.resize(at + 1);
        records.insert(records.end(), other.begin(), other.end());
        break;
    case 5: insert(records, at, other.at(random.below(other.size()))); break;
    case 6: records.at(at).arguments = other.at(random.below(other.size())).arguments; break;
    default: change(records.at(at), random); break;
    }
}

} // namespace

Bytes mutate(const Bytes& parent, const Bytes& other, Random& random) {
    Records records = records_of(parent);
    Records others = records_of(other);
    if (records.empty()) {
        records.push_back(any_record(random));
    }
    if (others.empty()) {
        others.push_back(any_record(random));
    }
    for (usize count = 1 + random.below(4); count > 0; --count) {
        mutate_once(records, others, random);
    }
    records.resize(std::min(records.size(), kMostRecords));
    return bytes_of(records);
}

} // namespace tests::fuzz
