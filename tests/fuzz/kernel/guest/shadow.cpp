#include "tests/fuzz/kernel/guest/shadow.hpp"

namespace tests::fuzz {

/// For as long as it lives, the table is this thread's.
class Shadow::Locked {
  public:
    explicit Locked(Shadow& shadow) : lock_(shadow.lock_) {
        while (lock_.test_and_set(std::memory_order_acquire)) {
            __builtin_ia32_pause();
        }
    }

    Locked(const Locked&) = delete;
    Locked& operator=(const Locked&) = delete;

    ~Locked() { lock_.clear(std::memory_order_release); }

  private:
    std::atomic_flag& lock_;
};

void Shadow::clear() { count_ = 0; }

bool Shadow::add(Holding holding) {
    const Locked locked(*this);
    const u32 place = count();
    if (place == kMost) {
        return false;
    }
    holding.born = now();
    holdings_.at(place) = holding;
    count_.store(place + 1, std::memory_order_release);
    return true;
}

Holding Shadow::at(u32 place) {
    const Locked locked(*this);
    return holdings_.at(place);
}

void Shadow::end(u32 place) {
    const Locked locked(*this);
    Holding& holding = holdings_.at(place);
    holding.gone = std::min(holding.gone, now());
}

void Shadow::revoke(u32 place, u64 then) {
    const Locked locked(*this);
    const u64 moment = now();
    // A child stands behind its parent: one pass finds those of all generations.
    std::array<bool, kMost> is_below{};
    is_below.at(place) = true;
    for (u32 other = place + 1; other < count(); ++other) {
        Holding& holding = holdings_.at(other);
        if (holding.parent != Holding::kNoParent && is_below.at(holding.parent) && holding.born < then) {
            is_below.at(other) = true;
            holding.revoked = std::min(holding.revoked, moment);
        }
    }
}

} // namespace tests::fuzz
