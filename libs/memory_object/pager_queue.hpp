/// What faults ask of a pager: each page once, however many threads wait for it. The records are the waiting threads'
/// own, so asking cannot fail.
///
///     queue.ask(thread.request, page, Want::Read);       // Outcome::AskThePager; the thread parks
///     while (PagerRequest* const next = queue.take()) { send(next->page(), next->want()); }
///     queue.answer(first, count, Want::Read, [](PagerRequest& done) { run the thread again });
#pragma once

#include <utility>

#include "base/intrusive_list.hpp"
#include "base/intrusive_tree.hpp"
#include "base/types.hpp"
#include "libs/memory_object/shape.hpp"

namespace memory_object {

class PagerQueue;

/// Part of what waits. It must be out of the queue when it dies.
class PagerRequest : public base::TreeLink<PagerQueue>, public base::ListLink<PagerQueue> {
  public:
    PagerRequest() = default;
    PagerRequest(const PagerRequest&) = delete;
    PagerRequest& operator=(const PagerRequest&) = delete;

    [[nodiscard]] base::u64 page() const { return page_; }

    [[nodiscard]] Want want() const { return want_; }

    /// Whether it waits for an answer.
    [[nodiscard]] bool is_waiting() const { return base::TreeLink<PagerQueue>::is_linked(); }

  private:
    friend class PagerQueue;

    [[nodiscard]] bool is_unsent() const { return base::ListLink<PagerQueue>::is_linked(); }

    base::u64 page_ = 0;
    Want want_ = Want::Read;
};

/// Of one pager-backed object, under its lock. When to give up is the waiting thread's: it cancels.
class PagerQueue {
  public:
    /// `request` waits for nothing. Whether there is something to take(): not if the page is being asked for already.
    bool ask(PagerRequest& request, base::u64 page, Want want) {
        request.page_ = page;
        request.want_ = want;
        const bool is_new = !is_asked(page, want);
        waiting_.insert(request);
        if (is_new) {
            unsent_.push_back(request);
        }
        return is_new;
    }

    /// The next to tell the pager; it goes on waiting. Null if there is none.
    [[nodiscard]] PagerRequest* take() { return unsent_.pop_front(); }

    /// The pager supplied [first, first + count) for `grant`, or refused them. on_answer(request) is called for each
    /// that waited for that, no longer in the queue. A refusal answers both: Want::Write.
    template <class F>
    void answer(base::u64 first, base::u64 count, Want grant, F&& on_answer) {
        PagerRequest* request = waiting_.at_or_after(first);
        while (request != nullptr && request->page_ - first < count) {
            PagerRequest* const next = waiting_.next(*request);
            if (grant == Want::Write || request->want_ == Want::Read) {
                remove(*request);
                on_answer(*request);
            }
            request = next;
        }
    }

    /// Gives up waiting: too late, or the thread ends. Whether it waited. If nobody told the pager yet and others wait
    /// for the page, one of them does.
    bool cancel(PagerRequest& request) {
        if (!request.is_waiting()) {
            return false;
        }
        const bool was_unsent = request.is_unsent();
        remove(request);
        if (PagerRequest* const other = waiting_.find(request.page_); was_unsent && other != nullptr) {
            hand_on(*other, request.want_);
        }
        return true;
    }

    [[nodiscard]] bool is_empty() const { return waiting_.empty(); }

  private:
    /// Whether somebody who waits for `page` asked for `want` or more.
    [[nodiscard]] bool is_asked(base::u64 page, Want want) {
        for (PagerRequest* other = waiting_.find(page); other != nullptr && other->page_ == page;
             other = waiting_.next(*other)) {
            if (other->want_ >= want) {
                return true;
            }
        }
        return false;
    }

    /// `first` is the first that waits for its page; `want` was asked for by one that is gone.
    void hand_on(PagerRequest& first, Want want) {
        PagerRequest* heir = nullptr;
        for (PagerRequest* other = &first; other != nullptr && other->page_ == first.page_;
             other = waiting_.next(*other)) {
            if (other->want_ > want || (other->want_ == want && other->is_unsent())) {
                return;
            }
            heir = heir == nullptr || other->want_ > heir->want_ ? other : heir;
        }
        if (!heir->is_unsent()) {
            unsent_.push_back(*heir);
        }
    }

    void remove(PagerRequest& request) {
        waiting_.remove(request);
        if (request.is_unsent()) {
            unsent_.remove(request);
        }
    }

    base::IntrusiveTree<PagerRequest, &PagerRequest::page_, PagerQueue> waiting_;
    base::IntrusiveList<PagerRequest, PagerQueue> unsent_;
};

} // namespace memory_object
