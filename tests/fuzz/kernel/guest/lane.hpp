/// One thread's part of an input: submits its entries, and judges what comes.
#pragma once

#include <array>
#include <optional>

#include "tests/abi/calls.hpp"
#include "tests/fuzz/kernel/guest/entry.hpp"

namespace tests::fuzz {

/// What must not be.
struct Finding {
    const char* what;
    u32 record; ///< the entry of the input
    Asked asked;
};

/// Between two inputs nothing is kept but the ring.
class Lane final : public tests::abi::Calls::Listener {
  public:
    /// `own_ring` is a capability to `ring` with Write that inputs cannot reach; `number` is 0 or 1.
    Lane(sdk::runtime::ProgramRing& ring, ::abi::Handle own_ring, Shadow& shadow, u32 number)
        : ring_(ring), own_ring_(own_ring), surroundings_{.shadow = shadow}, number_(number) {}

    /// Submits its entries of `input`, then takes back what waits. `serial` is another number for each input, `now` in
    /// nanoseconds.
    void run(Input input, u32 serial, u64 now);

    /// Once nothing of the input's world is left: what still comes. Whatever has not come then is a finding.
    void end();

    /// Something came on the ring.
    void take(const ::abi::Completion& done) override;

    /// The first one of this input.
    [[nodiscard]] const std::optional<Finding>& finding() const { return finding_; }

    /// Over all inputs.
    [[nodiscard]] u64 entries() const { return entries_; }

    [[nodiscard]] u64 successes() const { return successes_; }

  private:
    void add(const Record& record, u32 index);
    void cancel(u32 index);
    void cancel_all();
    void submit_all();
    /// Waits until nothing is awaited, for at most so many milliseconds from the input's start.
    void wait(u32 milliseconds);
    void take_all();
    void take_result(const ::abi::Completion& done);
    void note_success(const Asked& asked, const ::abi::Completion& done, u32 index);
    void keep(const ::abi::Completion& done, u32 parent);
    void report(const char* what, u32 index);
    [[nodiscard]] u64 tag_of(u32 index) const;

    sdk::runtime::ProgramRing& ring_;
    ::abi::Handle own_ring_;
    Surroundings surroundings_;
    u32 number_;
    u32 serial_ = 0;
    u32 last_ = 0; ///< number of its last entry
    u64 entries_ = 0;
    u64 successes_ = 0;
    u32 awaited_ = 0; ///< results that must come
    std::array<Asked, kMostRecords> asked_{};
    std::array<bool, kMostRecords> is_open_{}; ///< submitted, and no result has come
    std::optional<Finding> finding_;
};

} // namespace tests::fuzz
