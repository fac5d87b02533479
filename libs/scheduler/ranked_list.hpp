/// Those that give ranks, the highest first.
#pragma once

#include "base/intrusive_list.hpp"
#include "libs/scheduler/rank.hpp"

namespace scheduler {

/// Base of what gives a rank; in one list at most.
class Ranked : public base::ListLink<struct AllRanked>, public base::ListLink<struct FirstsOfRank> {
  public:
    /// As of when it was added last.
    [[nodiscard]] Rank given() const { return given_; }

  private:
    friend class RankedList;

    Rank given_;
};

/// Sorted, with the first of each rank in a list of their own: however many there are, one is added in as many steps as
/// there are ranks among them at most, and taken out in one. It owns none of them.
class RankedList {
  public:
    void add(Ranked& one, Rank rank) {
        one.given_ = rank;
        Ranked* first = firsts_.front();
        while (first != nullptr && first->given_ > rank) {
            first = firsts_.next(*first);
        }
        const bool is_first = first == nullptr || first->given_ != rank;
        insert(all_, is_first ? first : all_.next(*first), one);
        if (is_first) {
            insert(firsts_, first, one);
        }
    }

    void remove(Ranked& one) {
        Ranked* const next = all_.next(one);
        all_.remove(one);
        if (!Firsts::is_linked(one)) {
            return;
        }
        if (next != nullptr && next->given_ == one.given_) {
            firsts_.insert_before(one, *next);
        }
        firsts_.remove(one);
    }

    /// Rank{} if it is empty.
    [[nodiscard]] Rank highest() const { return is_empty() ? Rank{} : all_.begin()->given_; }

    [[nodiscard]] bool is_empty() const { return all_.empty(); }

  private:
    using All = base::IntrusiveList<Ranked, AllRanked>;
    using Firsts = base::IntrusiveList<Ranked, FirstsOfRank>;

    /// `next`: null: at the end.
    template <class List>
    static void insert(List& list, Ranked* next, Ranked& one) {
        if (next != nullptr) {
            list.insert_before(*next, one);
        } else {
            list.push_back(one);
        }
    }

    All all_;
    Firsts firsts_;
};

} // namespace scheduler
