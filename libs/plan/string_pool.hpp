/// The strings of a plan that is being written, each once.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "libs/plan/format.hpp"

namespace plan {

/// Numbers are those of the sorted table only after settle(): who writes goes through everything twice.
class StringPool {
  public:
    /// Remembers `text` and answers its number; kNone for an empty text.
    base::u32 number(const std::string& text) {
        return text.empty() ? kNone : numbers_.try_emplace(text, 0).first->second;
    }

    /// All texts are known: numbers them in their order.
    void settle() {
        base::u32 next = 0;
        for (auto& [text, number] : numbers_) {
            number = next++;
        }
    }

    /// Their bytes, one after the other.
    [[nodiscard]] std::string bytes() const {
        std::string all;
        for (const auto& [text, number] : numbers_) {
            all += text;
        }
        return all;
    }

    [[nodiscard]] std::vector<StringRecord> records() const {
        std::vector<StringRecord> records;
        base::u32 offset = 0;
        for (const auto& [text, number] : numbers_) {
            records.push_back({offset, static_cast<base::u32>(text.size())});
            offset += records.back().size;
        }
        return records;
    }

  private:
    std::map<std::string, base::u32> numbers_;
};

} // namespace plan
