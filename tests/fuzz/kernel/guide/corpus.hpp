/// Inputs that are worth to be changed further, and files of them.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "tests/fuzz/kernel/guide/mutate.hpp"

namespace tests::fuzz {

using Inputs = std::vector<Bytes>;

/// Reads a file for people: an input is a line of hexadecimal digits, in which blanks count for nothing; what follows #
/// is a remark, and a line without digits is none. An error is in words, with the line.
std::expected<Inputs, std::string> read_inputs(const std::string& path);

/// The same from text; `name` is for errors.
std::expected<Inputs, std::string> parse_inputs(const std::string& text, const std::string& name);

/// One line for each, an entry between two blanks.
std::string text_of(const Inputs& inputs);

/// As the program in the machine reads them: input.hpp.
Bytes packed(const Inputs& inputs);

/// An input, and how many others it has come from, one out of the other.
struct Item {
    Bytes bytes;
    usize generation = 0;
};

class Corpus {
  public:
    void add(Item item) { items_.push_back(std::move(item)); }

    [[nodiscard]] usize size() const { return items_.size(); }

    /// Of the youngest line, how many others it has come from.
    [[nodiscard]] usize deepest() const;

    /// A child of one of them, more often of those that came late. There is one at least.
    [[nodiscard]] Item breed(Random& random) const;

    [[nodiscard]] Inputs inputs() const;

  private:
    std::vector<Item> items_;
};

} // namespace tests::fuzz
