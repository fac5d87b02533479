/// Processors for tests: each has a mailbox and a cache of translations that forgets only what it is told to.
#pragma once

#include <map>
#include <memory>
#include <utility>
#include <vector>

#include "libs/mailbox/mailbox.hpp"
#include "libs/shootdown/participant.hpp"

namespace shootdown {

/// One processor, and its view of the others.
class FakeCpu {
  public:
    using All = std::vector<std::unique_ptr<FakeCpu>>;

    FakeCpu(All& all, base::u32 index, bool has_tags)
        : all_(all), has_tags_(has_tags), bell_(*this), participant(*this, index, has_tags) {}

    // What ParticipantMachine asks.
    Participant<FakeCpu>& peer(base::u32 cpu) { return all_[cpu]->participant; }

    cpu_set::CpuSet online() {
        cpu_set::CpuSet set;
        for (base::u32 cpu = 0; cpu < all_.size(); ++cpu) {
            set.add(cpu);
        }
        return set;
    }

    void ring(base::u32 cpu) {
        rings_.fetch_add(1, std::memory_order_relaxed);
        post(cpu, all_[cpu]->bell_);
    }

    void post(base::u32 cpu, mailbox::Message& message) {
        bool was_empty = false;
        all_[cpu]->mailbox_.post(message, was_empty);
    }

    bool is_flushed_on_entry(base::u32 cpu) { return all_[cpu]->is_stopped; }

    void load(const Space&, TagCache::Choice choice) {
        tag_ = choice.tag;
        if (choice.flush || !has_tags_) {
            flush_space();
        }
    }

    void load_kernel_tables() {
        tag_ = 0;
        if (!has_tags_) {
            flush_space();
        }
    }

    void flush_pages(const page_table::Gather& changes) {
        ++page_flushes;
        std::erase_if(cache_, [this, &changes](const auto& each) {
            return each.first.first == tag_ && changes.covers(each.first.second);
        });
    }

    void flush_space() {
        ++space_flushes;
        std::erase_if(cache_, [this](const auto& each) { return each.first.first == tag_; });
    }

    void flush_everything() {
        ++complete_flushes;
        cache_.clear();
    }

    // What tests do.
    base::usize take_interrupts() { return mailbox_.drain(); }

    [[nodiscard]] bool has_interrupt() const { return !mailbox_.is_empty(); }

    /// What is cached for `page` in the space in force; `walked` is cached if there is nothing.
    base::u64 translate(base::VirtualAddress page, base::u64 walked) {
        const auto found = cache_.find({tag_, page});
        if (found != cache_.end()) {
            return found->second;
        }
        if (walked != 0) {
            cache_.emplace(std::pair{tag_, page}, walked);
        }
        return walked;
    }

    [[nodiscard]] base::u32 rings() const { return rings_.load(); }

    base::u32 page_flushes = 0;
    base::u32 space_flushes = 0;
    base::u32 complete_flushes = 0;
    bool is_stopped = false; ///< the hypervisor does not run it, and flushes before it does

  private:
    struct Bell : mailbox::Message {
        explicit Bell(FakeCpu& whose) : Message(&Bell::run), owner(whose) {}

        static void run(mailbox::Message& message) { static_cast<Bell&>(message).owner.participant.answer(); }

        FakeCpu& owner;
    };

    All& all_;
    bool has_tags_;
    Tag tag_ = 0;
    std::map<std::pair<Tag, base::VirtualAddress>, base::u64> cache_;
    std::atomic<base::u32> rings_{0};
    mailbox::Mailbox mailbox_;
    Bell bell_;

  public:
    Participant<FakeCpu> participant;
};

class FakeMachine {
  public:
    FakeMachine(base::u32 cpus, bool has_tags) {
        for (base::u32 cpu = 0; cpu < cpus; ++cpu) {
            cpus_.push_back(std::make_unique<FakeCpu>(cpus_, cpu, has_tags));
        }
    }

    FakeCpu& operator[](base::u32 index) { return *cpus_[index]; }

  private:
    FakeCpu::All cpus_;
};

static_assert(ParticipantMachine<FakeCpu>);

} // namespace shootdown
