// Goes through the bundle's inputs: for each a world, the entries of two threads, and whether all is as before after
// it.
#include <algorithm>

#include "base/format.hpp"
#include "sdk/runtime/start.hpp"
#include "tests/abi/checks.hpp"
#include "tests/abi/settled_usage.hpp"
#include "tests/bench/costs/markers.hpp"
#include "tests/fuzz/kernel/guest/bundled_inputs.hpp"
#include "tests/fuzz/kernel/guest/peer.hpp"
#include "tests/fuzz/kernel/guest/world.hpp"

namespace tests::fuzz {

namespace {

using tests::abi::Calls;

class Fuzzer {
  public:
    explicit Fuzzer(Calls& calls)
        : calls_(calls), first_(calls.ring(), calls.root(::abi::ObjectKind::Ring), shadow_, 0), second_(calls, shadow_),
          world_(calls, shadow_, {calls.root(::abi::ObjectKind::Ring), second_.ring()}) {
        calls.set_listener(&first_);
    }

    /// What a ring keeps once it was needed counts as used before: room for capabilities, and as many calls as it had
    /// at the same time.
    bool begin() {
        const bool is_good = has_attached(Place::FirstRing, Place::Server, 0) &&
                             has_attached(Place::SecondRing, Place::Server, kSecondLane) && has_called(0) &&
                             has_called(kSecondLane);
        fill_table();
        tests::abi::settled_usage(calls_);
        for (u32 i = 0; i < kMostPumps; ++i) {
            const ::abi::BudgetUsage now = usage_after_pump();
            before_ = {.memory_bytes = std::max(before_.memory_bytes, now.memory_bytes),
                       .capabilities = std::max(before_.capabilities, now.capabilities),
                       .threads = now.threads,
                       .memory_limit = 0,
                       .capabilities_limit = 0,
                       .threads_limit = 0};
        }
        return is_good;
    }

    /// False: a finding, which was printed.
    bool run(Input input) {
        ++inputs_;
        tests::bench::mark_round();
        return run_one(input) && has_its_budget();
    }

    void print_end() {
        base::print(sink_, "fuzz: {} inputs, {} entries, {} succeeded, nothing found\n", inputs_,
                    entries() - warming_entries_, first_.successes() + second_.lane().successes());
    }

  private:
    [[nodiscard]] u64 entries() const { return first_.entries() + second_.lane().entries(); }

    /// Input that is none of the bundle's.
    bool has_warmed(const Record& record, usize count) {
        std::array<Record, kMostRecords> records;
        records.fill(record);
        const u64 before = entries();
        const bool is_good = run_one(std::as_bytes(std::span(records).first(count)));
        warming_entries_ += entries() - before;
        return is_good;
    }

    bool has_attached(Place ring, Place end, u8 flow) {
        constexpr u8 kLent = 0xff;
        return has_warmed({.target = static_cast<u8>(ring),
                           .method = static_cast<u8>(::abi::RingMethod::Attach),
                           .flow = flow,
                           .shape = 0,
                           .slot = {static_cast<u8>(end), 0},
                           .slot_how = {kLent, 0},
                           .arguments = {}},
                          1);
    }

    /// Calls as often as one can at the same time. What was reserved for the answers of those before is given back.
    bool has_called(u8 flow) {
        constexpr u8 kProtocol = 0xc0;
        return has_warmed({.target = static_cast<u8>(Place::Client),
                           .method = kProtocol,
                           .flow = flow,
                           .shape = 0,
                           .slot = {},
                           .slot_how = {},
                           .arguments = {}},
                          kMostRecords);
    }

    bool run_one(Input input) {
        ++serial_;
        if (!world_.make()) {
            base::print(sink_, "FOUND: input {}: its world cannot be made\n", inputs_);
            return false;
        }
        const u64 now = calls_.now();
        second_.begin(input, serial_, now);
        first_.run(input, serial_, now);
        second_.finish();
        world_.destroy();
        first_.end();
        second_.end();
        // A trace that was started.
        calls_.call(calls_.root(::abi::ObjectKind::Debug),
                    tests::abi::method_of(::abi::ObjectKind::Debug, ::abi::DebugMethod::StopTrace));
        world_.give_back();
        return tell(first_.finding()) && tell(second_.lane().finding());
    }

    bool tell(const std::optional<Finding>& finding) {
        if (finding) {
            base::print(sink_, "FOUND: input {}, entry {}: method {:#x} of kind {}, which allows {:#x}, {}\n", inputs_,
                        finding->record, finding->asked.method, ::abi::name(finding->asked.kind),
                        finding->asked.held.bits, finding->what);
        }
        return !finding;
    }

    /// As many capabilities at once as an input can come to, so that the table has been as large.
    void fill_table() {
        std::array<::abi::Handle, Shadow::kMost> children;
        for (::abi::Handle& child : children) {
            child = calls_.derive(calls_.root(::abi::ObjectKind::Budget), ::abi::kRead);
        }
        std::ranges::for_each(children, [this](::abi::Handle child) { calls_.drop(child); });
    }

    /// The kernel takes places of capabilities back some at a time, when others are made.
    ::abi::BudgetUsage usage_after_pump() {
        calls_.drop(calls_.derive(calls_.root(::abi::ObjectKind::Budget), ::abi::kRead));
        return tests::abi::usage(calls_);
    }

    bool has_its_budget() {
        ::abi::BudgetUsage now{};
        const auto is_as_before = [&] {
            now = usage_after_pump();
            return now.memory_bytes <= before_.memory_bytes && now.capabilities <= before_.capabilities &&
                   now.threads == before_.threads;
        };
        for (u32 i = 0; i < kMostPumps; ++i) {
            if (is_as_before()) {
                return true;
            }
        }
        bool has_settled = false;
        has_called(0);
        has_called(kSecondLane);
        tests::abi::rest_until(calls_, [&] { return has_settled = is_as_before(); });
        if (!has_settled) {
            base::print(sink_,
                        "FOUND: input {}: budget before: {} bytes, {} capabilities, {} threads; after: {}, {}, {}\n",
                        inputs_, before_.memory_bytes, before_.capabilities, before_.threads, now.memory_bytes,
                        now.capabilities, now.threads);
        }
        return has_settled;
    }

    static constexpr u32 kMostPumps = 8;

    Calls& calls_;
    Shadow shadow_;
    Lane first_;
    Peer second_;
    World world_;
    tests::abi::DebugSink sink_;
    u32 serial_ = 0;          ///< of worlds
    u32 inputs_ = 0;          ///< of the bundle
    u64 warming_entries_ = 0; ///< that were of no input
    ::abi::BudgetUsage before_{};
};

} // namespace

} // namespace tests::fuzz

void start_program(base::u64, base::u64, base::u64, const abi::RootBlock* block, abi::RingHeader* header, const void*) {
    tests::abi::Calls calls(*header, *block);
    tests::fuzz::InputReader inputs(tests::fuzz::map_inputs(calls));
    tests::fuzz::Fuzzer fuzzer(calls);
    bool failed = !fuzzer.begin();
    for (auto input = inputs.next(); input && !failed; input = inputs.next()) {
        failed = !fuzzer.run(*input);
    }
    tests::bench::mark_end();
    if (!failed) {
        fuzzer.print_end();
    }
    sdk::runtime::exit(failed ? 1 : 0);
}
