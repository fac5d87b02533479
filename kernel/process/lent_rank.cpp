#include "kernel/process/lent_rank.hpp"

#include "kernel/thread/thread.hpp"

namespace kernel::process {

using scheduler::Rank;

namespace {

constexpr Rank kInteractive = Rank::of(scheduler::Parameters::interactive());

} // namespace

RingRank::RingRank()
    : Inheritor(kInteractive, &RingRank::note_changed), told_own_(kInteractive.value()), told_(kInteractive.value()) {}

void RingRank::note_changed(Inheritor& inheritor) {
    auto& self = static_cast<RingRank&>(inheritor);
    self.told_.store(self.rank().value(), std::memory_order_relaxed);
    self.tell_thread();
}

void RingRank::tell_thread() const {
    if (thread_ != nullptr) {
        thread::inherit(*thread_, is_boosted() ? rank() : Rank{});
    }
}

void Inheritance::bind(RingRank& rank, thread::Thread& thread) {
    lock_.with([&](Nothing&) {
        rank.thread_ = &thread;
        if (rank.is_boosted()) {
            rank.tell_thread();
        }
    });
}

void Inheritance::unbind(RingRank& rank) {
    lock_.with([&](Nothing&) { rank.thread_ = nullptr; });
    set_own(rank, kInteractive);
}

void Inheritance::set_own(RingRank& rank, Rank own) {
    lock_.with([&](Nothing&) {
        rank.told_own_.store(own.value(), std::memory_order_relaxed);
        rank.set_own_rank(own);
    });
}

void Inheritance::lend(LentRank& lent, RingRank& holder, bool is_parked) {
    lock_.with([&](Nothing&) {
        lent.is_lent_ = true;
        lent.is_parked_ = is_parked;
        give(lent, &holder);
    });
}

void Inheritance::move(LentRank& lent, RingRank* holder) {
    lock_.with([&](Nothing&) {
        if (lent.is_lent_) {
            give(lent, holder);
        }
    });
}

void Inheritance::take_back(LentRank& lent) {
    lock_.with([&](Nothing&) {
        lent.is_lent_ = false;
        let_go(lent);
    });
}

void Inheritance::set_parked(LentRankList& lent, bool is_parked) {
    lock_.with([&](Nothing&) {
        for (LentRank& one : lent) {
            one.is_parked_ = is_parked;
            if (is_parked) {
                begin(one);
            } else {
                end(one);
            }
        }
    });
}

void Inheritance::close(RingRank& rank) {
    constexpr int kAtOnce = 16;
    bool is_over = false;
    while (!is_over) {
        lock_.with([&](Nothing&) {
            for (int count = 0; count < kAtOnce && !rank.borrowed_.empty(); ++count) {
                let_go(*rank.borrowed_.front());
            }
            is_over = rank.borrowed_.empty();
        });
    }
}

void Inheritance::give(LentRank& lent, RingRank* holder) {
    let_go(lent);
    lent.holder_ = holder;
    if (holder != nullptr) {
        holder->borrowed_.push_back(lent);
        begin(lent);
    }
}

void Inheritance::begin(LentRank& lent) {
    if (lent.is_parked_ && lent.holder_ != nullptr && !lent.wait_.is_begun()) {
        lent.wait_.begin(lent.lender_, *lent.holder_);
    }
}

void Inheritance::end(LentRank& lent) {
    if (lent.wait_.is_begun()) {
        lent.wait_.end();
    }
}

void Inheritance::let_go(LentRank& lent) {
    end(lent);
    if (lent.holder_ != nullptr) {
        lent.holder_->borrowed_.remove(lent);
        lent.holder_ = nullptr;
    }
}

} // namespace kernel::process
