/// Reading a description: a value of a TOML file, where it stands, and what it ought to be. Only the sources of this
/// folder include it.
#pragma once

#include <algorithm>
#include <concepts>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <ranges>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "libs/plan/draft.hpp"
#include "tools/tess/system/finding.hpp"
#include "tools/tess/system/words.hpp"
#include "tools/tess/toml/toml.hpp"

namespace tess::system {

/// What reading leaves behind besides the description itself.
struct Reading {
    Places& places;
    Findings findings;
};

class Field;

/// A key of a table that fills a `T`.
template <class T>
struct Key {
    std::string_view name;
    void (*take)(const Field& field, T& target);
    bool is_required = false;
};

/// A value and its path. The takers leave their target alone and add a finding if the value is not what it ought to be.
class Field {
  public:
    Field(const toml::node& node, std::string path, Reading& reading);

    [[nodiscard]] const std::string& path() const { return path_; }

    /// The last word of the path.
    [[nodiscard]] std::string name() const { return path_.substr(path_.rfind('.') + 1); }

    [[nodiscard]] Place place() const;

    [[nodiscard]] const toml::node& node() const { return node_; }

    void take(std::string& text) const;
    void take(std::vector<std::string>& texts) const;
    void take(bool& flag) const;
    void take(abi::Permissions& permissions) const;
    void take(Protocol& protocol) const;
    void take(::plan::Values& values) const;
    void take(std::map<std::string, std::string>& texts) const;
    void take_size(base::u64& bytes) const;
    void take_time(base::u64& nanoseconds, base::u64 least = 0) const;
    void take_file_name(std::string& name) const;

    template <std::integral Number>
    void take_number(Number& number, base::i64 least, base::i64 most = std::numeric_limits<base::u32>::max()) const {
        base::i64 value = 0;
        if (take_whole(value, least, most)) {
            number = static_cast<Number>(value);
        }
    }

    /// One of `words`, whose place among them is the value.
    template <class Choice>
    void take_choice(Choice& choice, std::span<const std::string_view> words) const {
        if (const auto place = place_among(words)) {
            choice = static_cast<Choice>(*place);
        }
    }

    /// A table of `keys` and no others.
    template <class T>
    void take_table(T& target, std::span<const Key<T>> keys) const {
        const toml::table* table = as_table();
        if (table == nullptr) {
            return;
        }
        for (const auto& [key, value] : *table) {
            const auto known = std::ranges::find(keys, key.str(), &Key<T>::name);
            if (known == keys.end()) {
                refuse_key(key, keys | std::views::transform(&Key<T>::name) | std::ranges::to<std::vector>());
            } else {
                known->take(inner(key, value), target);
            }
        }
        for (const Key<T>& key : keys) {
            if (key.is_required && !table->contains(key.name)) {
                refuse_missing(key.name);
            }
        }
    }

    /// A table whose keys are names, each with a value of its own.
    void for_each_name(const std::function<void(const std::string& name, const Field& field)>& visit) const;

    /// A list.
    void for_each_item(const std::function<void(const Field& field)>& visit) const;

    void refuse(std::string problem, std::string remedy) const;

  private:
    [[nodiscard]] const toml::table* as_table() const;
    [[nodiscard]] Field inner(const toml::key& key, const toml::node& value) const;
    [[nodiscard]] bool take_whole(base::i64& value, base::i64 least, base::i64 most) const;
    [[nodiscard]] std::optional<std::size_t> place_among(std::span<const std::string_view> words) const;
    [[nodiscard]] std::optional<::plan::Value> plain_value(const toml::node& node) const;
    void refuse_key(const toml::key& key, const std::vector<std::string_view>& known) const;
    void refuse_missing(std::string_view key) const;
    void refuse_value(std::string_view wanted) const;

    const toml::node& node_;
    std::string path_;
    Reading& reading_;
};

} // namespace tess::system
