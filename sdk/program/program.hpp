/// What a program is told of itself.
#pragma once

#include <string_view>

#include "protocols/objects/budget.hpp"
#include "sdk/program/names.hpp"
#include "sdk/runtime/start_block.hpp"

namespace sdk {

/// Texts that stand one behind the other, each with a zero at its end.
class Texts {
  public:
    class Iterator {
      public:
        Iterator(std::string_view rest, base::u32 left) : rest_(rest), left_(left) {}

        std::string_view operator*() const { return rest_.substr(0, rest_.find('\0')); }

        Iterator& operator++() {
            const std::string_view here = **this;
            rest_ = rest_.substr(std::min(here.size() + 1, rest_.size()));
            --left_;
            return *this;
        }

        friend bool operator==(const Iterator& one, const Iterator& other) { return one.left_ == other.left_; }

      private:
        std::string_view rest_;
        base::u32 left_;
    };

    Texts(std::string_view all, base::u32 count) : all_(all), count_(count) {}

    [[nodiscard]] Iterator begin() const { return {all_, count_}; }

    [[nodiscard]] Iterator end() const { return {{}, 0}; }

    [[nodiscard]] base::u32 size() const { return count_; }

  private:
    std::string_view all_;
    base::u32 count_;
};

/// Handles that every program has, of itself. Not owned: they last as long as the program.
struct Own {
    rpc::Borrowed<protocols::objects::Process, abi::kRead | abi::kWrite | abi::kExecute> process;
    rpc::Borrowed<protocols::objects::AddressSpace, abi::kRead | abi::kWrite | abi::kExecute> space;
    rpc::Borrowed<protocols::objects::Budget, abi::kRead | abi::kExecute> budget;
};

/// Passed by value; what it refers to lasts as long as the program.
class Program {
  public:
    /// `component`: the server's end that its supervisor calls; none: it has no supervisor.
    Program(const runtime::StartBlock& block, Names names, abi::Handle component)
        : block_(&block), names_(names), component_(component) {}

    [[nodiscard]] Texts arguments() const { return texts(block_->arguments); }

    /// NAME=VALUE each.
    [[nodiscard]] Texts environment() const { return texts(block_->environment); }

    [[nodiscard]] const Names& names() const { return names_; }

    [[nodiscard]] Own own() const;

    /// Where its supervisor calls protocols::Component. Once; names nothing if it has no supervisor.
    [[nodiscard]] rpc::Capability<rpc::ServerEnd, abi::kRead> take_component() const {
        return rpc::Capability<rpc::ServerEnd, abi::kRead>(component_);
    }

    /// Of the page that the clock is read from, to be given on.
    [[nodiscard]] rpc::Borrowed<protocols::objects::Memory, abi::kRead | abi::kGrant> clock() const;

  private:
    [[nodiscard]] Texts texts(const runtime::Table& table) const;
    [[nodiscard]] abi::Handle handle(abi::ObjectKind kind) const;

    const runtime::StartBlock* block_;
    Names names_;
    abi::Handle component_;
};

} // namespace sdk
