#include "tests/fuzz/kernel/guest/entry.hpp"

#include "abi/arguments.hpp"
#include "abi/methods.hpp"
#include "abi/slot_word.hpp"
#include "tests/abi/may_succeed.hpp"

namespace tests::fuzz {

namespace {

using ::abi::Handle;
using ::abi::MethodEntry;
using ::abi::ObjectKind;
using ::abi::Permissions;
using ::abi::SlotMode;
using ::abi::SlotWord;

constexpr usize kWords = ::abi::kPayloadBytes / sizeof(u64);
/// Of what is one byte: from here on it is no place.
constexpr u8 kFirstOther = 0xf0;
constexpr u8 kTokenTarget = 0xf0;

/// What lies in the upper bits of Record::method.
enum class MethodChoice : u8 { OfKind, OfHandle, Any, OfProtocol };

u16 method_of(const Record& record, ObjectKind kind, u64 any) {
    constexpr unsigned kChoiceShift = 6;
    const u8 number = record.method & ((1U << kChoiceShift) - 1);
    switch (static_cast<MethodChoice>(record.method >> kChoiceShift)) {
    case MethodChoice::OfKind: return ::abi::object_method(kind, number & 15U);
    case MethodChoice::OfHandle: return number & 7U;
    case MethodChoice::Any: return ::abi::kMethods.at((number + record.shape) % ::abi::kMethods.size()).method;
    case MethodChoice::OfProtocol:
        return number == (1U << kChoiceShift) - 1 ? static_cast<u16>(any) : ::abi::kFirstProtocolMethod + (number & 3U);
    }
    return 0;
}

/// A status, or a method to pass the call on with.
u16 answer_of(const Record& record) {
    constexpr u8 kPassedOn = 0xc0;
    return record.method >= kPassedOn ? ::abi::kFirstProtocolMethod + (record.method & 3U) : record.method & 3U;
}

/// Fills one entry.
class Filler {
  public:
    Filler(::abi::Submission& entry, const Record& record, const Surroundings& surroundings)
        : entry_(entry), record_(record), surroundings_(surroundings) {}

    Asked fill() {
        asked_.moment = surroundings_.shadow.now();
        name_target();
        fill_words();
        const MethodEntry* const row = ::abi::find_method(entry_.method);
        fill_shape(row);
        spoil();
        fill_flags();
        judge_slots();
        asked_.may_succeed = asked_.may_succeed && tests::abi::may_succeed(asked_.method, asked_.kind, asked_.held);
        note_derived();
        return asked_;
    }

  private:
    [[nodiscard]] u64 word(usize index) const { return word_of(record_.arguments.at(index), surroundings_); }

    [[nodiscard]] u32 place_of(u8 byte) const { return byte % surroundings_.shadow.count(); }

    void name_target() {
        constexpr usize kOdd = kWords - 1;
        if (record_.target >= kFirstOther) {
            const bool is_token = record_.target == kTokenTarget;
            entry_.capability = is_token ? surroundings_.token : word(kOdd);
            entry_.method = asked_.method =
                is_token ? answer_of(record_) : method_of(record_, ObjectKind::None, word(0));
            return;
        }
        asked_.target = place_of(record_.target);
        const Holding target = surroundings_.shadow.at(asked_.target);
        entry_.capability = target.handle.word();
        entry_.method = asked_.method = method_of(record_, target.kind, word(kOdd));
        asked_.kind = target.kind;
        asked_.held = target.permissions;
        const bool is_given_back = asked_.method == static_cast<u16>(::abi::HandleMethod::Drop);
        asked_.may_succeed = asked_.moment < target.gone && (is_given_back || asked_.moment < target.revoked);
    }

    void fill_words() {
        for (usize index = 0; index < kWords; ++index) {
            const auto bytes = std::bit_cast<std::array<u8, sizeof(u64)>>(word(index));
            std::ranges::copy(bytes, entry_.payload.begin() + static_cast<std::ptrdiff_t>(index * sizeof(u64)));
        }
        for (usize index = 0; index < record_.slot.size(); ++index) {
            const u8 how = record_.slot_how.at(index);
            entry_.slot.at(index) =
                SlotWord(handle_in(index), Permissions{static_cast<u8>(how & 0x3fU)}, static_cast<SlotMode>(how >> 6U))
                    .word();
        }
    }

    [[nodiscard]] Handle handle_in(usize index) const {
        const u8 place = record_.slot.at(index);
        return place >= kFirstOther ? Handle{word(index)} : surroundings_.shadow.at(place_of(place)).handle;
    }

    /// As many bytes and capabilities as the method wants; one that a server gets, as the record has.
    void fill_shape(const MethodEntry* row) {
        const bool is_free = row == nullptr || row->argument_bytes == ::abi::kAnyLength;
        entry_.length =
            is_free ? static_cast<u8>(record_.arguments.back() % (::abi::kPayloadBytes + 1)) : row->argument_bytes;
        entry_.accept = record_.shape >> 3U & 3U;
        entry_.slots = row != nullptr ? row->slots : filled_slots();
        if (row == nullptr) {
            const auto leases =
                static_cast<unsigned>(std::count_if(entry_.slot.begin(), entry_.slot.begin() + entry_.slots,
                                                    [](u64 slot) { return SlotWord{slot}.mode() == SlotMode::Lend; }));
            entry_.length = static_cast<u8>(
                std::min<usize>(entry_.length, ::abi::kPayloadBytes - leases * sizeof(::abi::LeaseRange)));
        }
    }

    [[nodiscard]] u8 filled_slots() const {
        u8 count = 0;
        while (count < record_.slot.size() && SlotWord{entry_.slot.at(count)}.mode() != SlotMode::None) {
            ++count;
        }
        return count;
    }

    /// What is not as it should be.
    void spoil() {
        const u16 odd = record_.arguments.back();
        switch (record_.shape & 7U) {
        case 4: entry_.flags = odd; break;
        case 5: entry_.zero = static_cast<u8>(odd); break;
        case 6: entry_.slots = static_cast<u8>(odd & 7U); break;
        case 7: entry_.length = static_cast<u8>(odd); break;
        default: break;
        }
    }

    void fill_flags() {
        using enum ::abi::SubmissionFlag;
        const auto set = [this](u8 bit, ::abi::SubmissionFlag flag) {
            entry_.flags |= (record_.flow & bit) != 0 ? static_cast<u16>(flag) : u16{0};
        };
        set(kQuiet, Quiet);
        set(kChained, Chained);
        set(kTellServer, TellServer);
        // What nobody is told of could not be given back.
        entry_.flags &= may_give() ? static_cast<u16>(~static_cast<u16>(Quiet)) : u16{0xffff};
        asked_.is_quiet = (entry_.flags & static_cast<u16>(Quiet)) != 0;
        constexpr u64 kSoon = 500'000;
        switch (record_.shape >> 5U) {
        case 5: entry_.deadline = surroundings_.now + kSoon; break;
        case 6: entry_.deadline = word(kWords - 2); break;
        case 7: entry_.deadline = 1; break;
        default: break;
        }
    }

    /// Whether a success may bring capabilities.
    [[nodiscard]] bool may_give() const {
        const ObjectKind kind = ::abi::kind_of(entry_.method);
        return entry_.method == static_cast<u16>(::abi::HandleMethod::Derive) || kind == ObjectKind::Budget ||
               kind == ObjectKind::Process || kind == ObjectKind::Memory || kind == ObjectKind::Machine ||
               (entry_.method >= ::abi::kFirstProtocolMethod && entry_.accept != 0);
    }

    void judge_slots() {
        for (usize index = 0; index < std::min<usize>(entry_.slots, record_.slot.size()); ++index) {
            if (record_.slot.at(index) < kFirstOther && entry_.slot.at(index) != 0) {
                judge_slot(place_of(record_.slot.at(index)), SlotWord{entry_.slot.at(index)});
            }
        }
    }

    void judge_slot(u32 place, SlotWord word) {
        const Holding holding = surroundings_.shadow.at(place);
        const bool is_there = asked_.moment < holding.gone && asked_.moment < holding.revoked;
        asked_.may_succeed = asked_.may_succeed && is_there && allows(holding, word);
        constexpr u16 kInstall =
            ::abi::object_method(ObjectKind::Process, static_cast<u8>(::abi::ProcessMethod::Install));
        if (asked_.method == kInstall && word.mode() == SlotMode::Move) {
            asked_.moved = place;
        }
    }

    [[nodiscard]] bool allows(const Holding& holding, SlotWord word) const {
        if (holding.kind == ObjectKind::None) {
            return true;
        }
        switch (word.mode()) {
        case SlotMode::None: return false;
        case SlotMode::Derive: return holding.permissions.covers(::abi::kGrant);
        case SlotMode::Move: return holding.permissions.covers(::abi::kDelegate);
        case SlotMode::Lend: return (holding.permissions & word.permissions()).covers(lent_needs(holding.kind));
        }
        return false;
    }

    /// What must be lent for the method, as far as it is the same for all that can be lent.
    [[nodiscard]] Permissions lent_needs(ObjectKind kind) const {
        if (kind == ObjectKind::Budget) {
            return ::abi::kExecute;
        }
        const auto is = [this](ObjectKind of, auto method) {
            return asked_.method == ::abi::object_method(of, static_cast<u8>(method));
        };
        if (is(ObjectKind::Memory, ::abi::MemoryMethod::Copy)) {
            return ::abi::kRead;
        }
        if (is(ObjectKind::Debug, ::abi::DebugMethod::ReadLog) ||
            is(ObjectKind::Debug, ::abi::DebugMethod::ReadTrace)) {
            return ::abi::kWrite;
        }
        return is(ObjectKind::AddressSpace, ::abi::AddressSpaceMethod::Map) ? mapped_access() : Permissions{};
    }

    [[nodiscard]] Permissions mapped_access() const {
        constexpr usize kAccess = offsetof(::abi::MapArguments, access) / sizeof(u64);
        const u64 access = word(kAccess);
        const auto needs = [access](u64 bit, Permissions permission) {
            return (access & bit) != 0 ? permission : Permissions{};
        };
        return needs(::abi::kMapRead, ::abi::kRead) | needs(::abi::kMapWrite, ::abi::kWrite) |
               needs(::abi::kMapExecute, ::abi::kExecute);
    }

    void note_derived() { asked_.derived = asked_.held & Permissions{static_cast<u8>(word(0))}; }

    ::abi::Submission& entry_;
    const Record& record_;
    const Surroundings& surroundings_;
    Asked asked_{};
};

} // namespace

Asked fill(::abi::Submission& entry, const Record& record, const Surroundings& surroundings) {
    return Filler(entry, record, surroundings).fill();
}

} // namespace tests::fuzz
