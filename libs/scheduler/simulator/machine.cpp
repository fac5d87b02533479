#include "libs/scheduler/simulator/machine.hpp"

#include <algorithm>
#include <format>

#include "libs/scheduler/balance.hpp"

namespace scheduler::simulator {

using base::Nanoseconds;
using base::u32;
using base::u64;
using base::usize;

namespace {

/// Nodes in a row: the farther apart, the greater the distance.
struct Row {
    [[nodiscard]] static u32 count() { return 4; }

    [[nodiscard]] static base::u8 distance(u32 from, u32 to) {
        return static_cast<base::u8>(10 + 10 * (from > to ? from - to : to - from));
    }
};

} // namespace

void Thread::on_rank_changed(Inheritor& inheritor) {
    auto& thread = static_cast<Thread&>(inheritor);
    thread.machine_.boost(thread);
}

Machine::Machine(const Options& options) : options_(options), topology_(Row{}) {
    for (const u32 node : options.nodes) {
        add_processor(node);
    }
}

Machine::~Machine() {
    for (const auto& thread : threads_) {
        Context& context = thread->own();
        if (context.is_queued() || context.is_held()) {
            processor_of(static_cast<Thread&>(context.runner())).queue.remove(context);
        }
    }
    for (const auto& thread : threads_) {
        thread->wait_.is_begun() ? thread->wait_.end() : void();
    }
    while (!groups_.empty()) {
        ASSERT(groups_.back()->detach().has_value());
        groups_.pop_back();
    }
}

Thread& Machine::spawn(std::string name, const Parameters& parameters, Script script, Group* group,
                       const Thread* creator) {
    Thread& thread =
        *threads_.emplace_back(std::make_unique<Thread>(*this, std::move(name), parameters, std::move(script)));
    thread.own().set_group(group);
    thread.processor_ = creator == nullptr ? 0 : creator->processor_;
    make_ready(thread);
    return thread;
}

Thread& Machine::spawn_on(std::initializer_list<u32> cpus, std::string name, const Parameters& parameters,
                          Script script) {
    Thread& thread =
        *threads_.emplace_back(std::make_unique<Thread>(*this, std::move(name), parameters, std::move(script)));
    set_affinity(thread, cpus);
    make_ready(thread);
    return thread;
}

Group& Machine::add_group(const GroupLimits& limits, Group* parent) {
    Group& group = *groups_.emplace_back(std::make_unique<Group>());
    ASSERT(group.attach(parent == nullptr ? root_ : *parent, limits, now_).has_value());
    return group;
}

Thread* Machine::current(const Processor& processor) {
    Context* const context = processor.queue.running();
    return context == nullptr ? nullptr : &static_cast<Thread&>(context->runner());
}

Situation Machine::situation() const {
    Situation result{topology_, {}, {}};
    for (u32 cpu = 0; cpu < cpus_.size(); ++cpu) {
        const Processor& processor = *cpus_[cpu];
        processor.is_preempted ? result.preempted.add(cpu) : void();
        processor.is_online&& processor.queue.ready().count() == 0 ? result.idle.add(cpu) : void();
    }
    return result;
}

Load Machine::load(u32 cpu) const {
    const ProcessorQueue& queue = cpus_.at(cpu)->queue;
    const Context* const running = queue.running();
    return {.weight = queue.ready().weight(),
            .waiting = queue.ready().count() - (running == nullptr ? 0 : 1),
            .running = running == nullptr ? Rank{} : running->rank()};
}

Nanoseconds Machine::next_event(Nanoseconds end) const {
    Nanoseconds next = end;
    const auto consider = [&next](Nanoseconds when) { next = std::min(next, when); };
    sleepers_.empty() ? void() : consider(sleepers_.begin()->first);
    actions_.empty() ? void() : consider(actions_.begin()->first);
    balance_at_ ? consider(*balance_at_) : void();
    consider(root_.next_release_of_all().value_or(end));
    for (const auto& processor : cpus_) {
        const Thread* const thread = current(*processor);
        if (thread != nullptr && !processor->is_preempted) {
            consider(now_ + thread->left_);
            consider(processor->turn_end.value_or(end));
        }
    }
    return std::max(next, now_);
}

void Machine::run_until(Nanoseconds end) {
    settle();
    while (now_ < end) {
        now_ = next_event(end);
        charge_all();
        fire_due();
        settle();
    }
}

void Machine::fire_due() {
    while (!sleepers_.empty() && sleepers_.begin()->first <= now_) {
        Thread& thread = *sleepers_.begin()->second;
        sleepers_.erase(sleepers_.begin());
        make_ready(thread);
    }
    while (!actions_.empty() && actions_.begin()->first <= now_) {
        const auto act = std::move(actions_.begin()->second);
        actions_.erase(actions_.begin());
        act();
    }
    release_held();
    if (balance_at_ && *balance_at_ <= now_) {
        balance();
    }
    for (const auto& processor : cpus_) {
        processor->is_dirty = processor->is_dirty || processor->turn_end.value_or(now_ + Nanoseconds{1}) <= now_;
    }
}

void Machine::release_held() {
    if (root_.next_release_of_all().value_or(now_ + Nanoseconds{1}) <= now_) {
        static_cast<void>(root_.release_all(now_, threads_.size(), [this](Context& context) {
            place(static_cast<Thread&>(context.runner()), static_cast<Thread&>(context.runner()).processor_);
        }));
    }
}

/// Asked again only while something was found.
void Machine::balance() {
    ++balances_;
    balance_at_.reset();
    std::optional<u32> heaviest;
    std::optional<u32> lightest;
    topology_.online().for_each([&](u32 cpu) {
        const u64 weight = load(cpu).weight;
        heaviest = !heaviest || weight > load(*heaviest).weight ? cpu : *heaviest;
        lightest = !lightest || weight < load(*lightest).weight ? cpu : *lightest;
    });
    if (!heaviest || !lightest || load(*heaviest).weight == load(*lightest).weight) {
        return;
    }
    const Candidates giveable(cpus_[*heaviest]->queue.ready(), *lightest);
    const Candidates takeable(cpus_[*lightest]->queue.ready(), *heaviest);
    const auto found =
        find_exchange(giveable.weights(), takeable.weights(), load(*heaviest).weight - load(*lightest).weight);
    if (found) {
        move(giveable.at(found->given), *lightest);
        for (usize index = 0; index < found->taken_count; ++index) {
            move(takeable.at(found->taken.at(index)), *heaviest);
        }
        balance_at_ = now_ + kBalancePeriod;
    }
}

void Machine::charge_all() {
    for (u32 cpu = 0; cpu < cpus_.size(); ++cpu) {
        charge(cpu);
    }
}

void Machine::charge(u32 cpu) {
    Processor& processor = *cpus_[cpu];
    if (processor.is_preempted) {
        return;
    }
    Thread* const thread = current(processor);
    const Nanoseconds ran = now_ - processor.charged_at;
    if (thread != nullptr && ran != Nanoseconds{0}) {
        thread->left_ -= std::min(ran, thread->left_);
        Piece* const last = pieces_.empty() ? nullptr : &pieces_.back();
        if (last != nullptr && last->cpu == cpu && last->thread == thread && last->to == processor.charged_at) {
            last->to = now_;
        } else {
            pieces_.push_back({cpu, thread, processor.charged_at, now_});
        }
        processor.is_dirty = processor.queue.charge(now_) || processor.is_dirty;
    }
    processor.charged_at = now_;
}

/// Until nobody wants anything at this moment.
void Machine::settle() {
    for (bool is_settled = false; !is_settled;) {
        is_settled = true;
        for (u32 cpu = 0; cpu < cpus_.size(); ++cpu) {
            Processor& processor = *cpus_[cpu];
            if (processor.is_dirty && processor.is_online && !processor.is_preempted) {
                decide(cpu);
                is_settled = false;
            }
            const Thread* const thread = current(processor);
            if (!processor.is_preempted && thread != nullptr && thread->left_ == Nanoseconds{0}) {
                advance(cpu);
                is_settled = false;
            }
        }
    }
    for (const auto& processor : cpus_) {
        processor->turn_end = processor->is_preempted ? std::nullopt : processor->queue.next_decision(now_);
    }
}

void Machine::decide(u32 cpu) {
    Processor& processor = *cpus_[cpu];
    ++decisions_;
    processor.is_dirty = false;
    Turn turn = processor.queue.take(now_);
    while (turn.is_cut_short) {
        turn = processor.queue.take(now_);
    }
    if (turn.context == nullptr && steal(cpu)) {
        turn = processor.queue.take(now_);
    }
    begin_turn(cpu);
}

void Machine::begin_turn(u32 cpu) {
    Thread* const thread = current(*cpus_[cpu]);
    if (thread == nullptr) {
        return;
    }
    thread->migrations_ += !thread->is_new_ && thread->processor_ != cpu ? 1 : 0;
    thread->is_new_ = false;
    thread->processor_ = cpu;
    if (thread->is_woken_) {
        thread->is_woken_ = false;
        thread->longest_latency_ = std::max(thread->longest_latency_, now_ - thread->woken_at_);
    }
}

bool Machine::steal(u32 cpu) {
    if (!options_.steals) {
        return false;
    }
    cpu_set::CpuSet tried;
    const auto load_of = [&](u32 of) { return tried.contains(of) ? Load{} : load(of); };
    while (const auto victim = choose_victim(situation(), cpu, load_of)) {
        tried.add(*victim);
        if (Context* const stolen = choose_stolen(cpus_[*victim]->queue.ready(), cpu, now_); stolen != nullptr) {
            ++steals_;
            cpus_[*victim]->queue.remove(*stolen);
            cpus_[cpu]->queue.add(*stolen);
            return true;
        }
    }
    return false;
}

std::string Machine::schedule(u32 cpu) const {
    constexpr u64 kMillisecond = 1'000'000;
    std::string result;
    Nanoseconds end;
    const auto add = [&result](std::string_view name, Nanoseconds span) {
        const u64 rounded = (span.value() + kMillisecond / 2) / kMillisecond;
        if (rounded != 0) {
            result += std::format("{}{}:{}", result.empty() ? "" : " ", name, rounded);
        }
    };
    std::vector<Piece> mine;
    for (const Piece& piece : pieces_) {
        const bool goes_on = !mine.empty() && mine.back().thread == piece.thread && mine.back().to == piece.from;
        if (piece.cpu == cpu && goes_on) {
            mine.back().to = piece.to;
        } else if (piece.cpu == cpu) {
            mine.push_back(piece);
        }
    }
    for (const Piece& piece : mine) {
        add("-", piece.from - end);
        add(piece.thread->name(), piece.to - piece.from);
        end = piece.to;
    }
    return result;
}

} // namespace scheduler::simulator
