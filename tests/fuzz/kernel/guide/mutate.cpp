#include "tests/fuzz/kernel/guide/mutate.hpp"

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

Record any_record(Random& random) {
    Record record{};
    record.target = any_place(random);
    record.method = any_byte(random);
    record.flow = static_cast<u8>(random.below(2) == 0 ? 0 : any_byte(random));
    record.shape = static_cast<u8>(random.below(2) == 0 ? 0 : any_byte(random));
    record.slot = {any_place(random), any_place(random)};
    record.slot_how = {any_byte(random), any_byte(random)};
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
    switch (random.below(8)) {
    case 0: record.target = other.target; break;
    case 1: record.method = other.method; break;
    case 2: record.flow = other.flow; break;
    case 3: record.shape = other.shape; break;
    case 4: record.slot = other.slot; break;
    case 5: record.slot_how = other.slot_how; break;
    case 6: record.arguments.at(word) = other.arguments.at(word); break;
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
