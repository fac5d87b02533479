#include "tools/tess/system/field.hpp"

#include <format>

#include "libs/bundle/file_name.hpp"

namespace tess::system {

using base::i64;
using base::u64;

namespace {

Place place_of(const toml::source_region& source, base::u32 file) {
    return {file, source.begin.line, source.begin.column};
}

std::string joined(std::span<const std::string_view> words) {
    std::string text;
    for (const std::string_view word : words) {
        text += std::format("{}{}", text.empty() ? "" : ", ", word);
    }
    return text;
}

/// What a person wrote, as far as it fits into a line.
std::string text_of(const toml::node& node) {
    if (const auto text = node.value<std::string>(); text && node.is_string()) {
        return std::format("'{}'", text->substr(0, 64));
    }
    if (const auto number = node.value<i64>(); number && node.is_integer()) {
        return std::to_string(*number);
    }
    switch (node.type()) {
    case toml::node_type::table: return "a table";
    case toml::node_type::array: return "a list";
    case toml::node_type::boolean: return node.value_or(false) ? "true" : "false";
    case toml::node_type::floating_point: return "a fraction";
    case toml::node_type::none:
    case toml::node_type::string:
    case toml::node_type::integer:
    case toml::node_type::date:
    case toml::node_type::time:
    case toml::node_type::date_time: break;
    }
    return "a date";
}

} // namespace

Field::Field(const toml::node& node, std::string path, Reading& reading)
    : node_(node), path_(std::move(path)), reading_(reading) {
    reading_.places.note(path_, place());
}

Place Field::place() const { return place_of(node_.source(), reading_.places.current_file()); }

Field Field::inner(const toml::key& key, const toml::node& value) const {
    return {value, path_.empty() ? std::string(key.str()) : std::format("{}.{}", path_, key.str()), reading_};
}

void Field::refuse(std::string problem, std::string remedy) const {
    reading_.findings.push_back({place(), Severity::Error, "", std::move(problem), std::move(remedy)});
}

void Field::refuse_value(std::string_view wanted) const {
    refuse(std::format("'{}' is {}", path_, text_of(node_)), std::format("write {}", wanted));
}

void Field::refuse_missing(std::string_view key) const {
    refuse(std::format("'{}' has no '{}'", path_, key), std::format("add the key '{}'", key));
}

void Field::refuse_key(const toml::key& key, const std::vector<std::string_view>& known) const {
    const std::string_view near = nearest(key.str(), known);
    const std::string where = path_.empty() ? "here" : std::format("in '{}'", path_);
    reading_.findings.push_back({place_of(key.source(), reading_.places.current_file()), Severity::Error, "",
                                 std::format("unknown key '{}' {}", key.str().substr(0, 64), where),
                                 near.empty()
                                     ? std::format("the keys are {}", joined(known))
                                     : std::format("did you mean '{}'? The keys are {}", near, joined(known))});
}

const toml::table* Field::as_table() const {
    if (!node_.is_table()) {
        refuse_value("a table");
    }
    return node_.as_table();
}

void Field::take(std::string& text) const {
    const auto value = node_.value<std::string>();
    if (!value || !node_.is_string()) {
        refuse_value("a text");
    } else if (value->contains('\0')) {
        refuse(std::format("'{}' holds a zero", path_), "leave it out");
    } else {
        text = *value;
    }
}

void Field::take(std::vector<std::string>& texts) const {
    for_each_item([&texts](const Field& item) { item.take(texts.emplace_back()); });
}

void Field::take(bool& flag) const {
    if (node_.is_boolean()) {
        flag = node_.value_or(false);
    } else {
        refuse_value("true or false");
    }
}

void Field::take(abi::Permissions& permissions) const {
    const auto parsed = parse_permissions(node_.value_or(std::string()));
    if (parsed && node_.is_string()) {
        permissions = *parsed;
    } else {
        refuse_value("letters of r w x d g m, each once: \"rw\"");
    }
}

void Field::take(Protocol& protocol) const {
    if (const auto parsed = parse_protocol(node_.value_or(std::string())); parsed && node_.is_string()) {
        protocol = *parsed;
    } else {
        refuse_value(
            "a protocol of at most 36 letters: \"tessera.log\", or with another major version \"tessera.log/2\"");
    }
}

void Field::take(std::map<std::string, std::string>& texts) const {
    const toml::table* table = as_table();
    if (table == nullptr) {
        return;
    }
    for (const auto& [key, value] : *table) {
        if (key.str().empty() || key.str().contains('=') || key.str().contains('\0')) {
            refuse(std::format("'{}' has a variable without a name, or with '=' in it", path_), "rename it");
        } else {
            inner(key, value).take(texts[std::string(key.str())]);
        }
    }
}

std::optional<::plan::Value> Field::plain_value(const toml::node& node) const {
    if (const auto* text = node.as_string(); text != nullptr) {
        return ::plan::Value(text->get());
    }
    if (const auto* number = node.as_integer(); number != nullptr) {
        return ::plan::Value(number->get());
    }
    if (const auto* flag = node.as_boolean(); flag != nullptr) {
        return ::plan::Value(flag->get());
    }
    return std::nullopt;
}

void Field::take(::plan::Values& values) const {
    for_each_name([&values](const std::string& name, const Field& field) {
        std::vector<::plan::Value>& list = values[name];
        const auto add = [&list](const Field& item) {
            if (auto value = item.plain_value(item.node_)) {
                list.push_back(*std::move(value));
            } else {
                item.refuse_value("a text, a whole number, true or false, or a list of them");
            }
        };
        if (field.node_.is_array()) {
            field.for_each_item(add);
        } else {
            add(field);
        }
    });
}

void Field::take_size(u64& bytes) const {
    if (const auto size = parse_size(node_.value_or(std::string())); size && node_.is_string()) {
        bytes = *size;
    } else {
        refuse_value("a size: \"64KiB\"; units are B, KiB, MiB, GiB, TiB");
    }
}

void Field::take_time(u64& nanoseconds, u64 least) const {
    const auto time = parse_time(node_.value_or(std::string()));
    if (!time || !node_.is_string()) {
        refuse_value("a time: \"10ms\"; units are ns, us, ms, s");
    } else if (*time < least) {
        refuse_value(std::format("at least \"{}\"", time_text(least)));
    } else {
        nanoseconds = *time;
    }
}

void Field::take_file_name(std::string& name) const {
    const auto text = node_.value_or(std::string());
    if (node_.is_string() && ::bundle::is_file_name(text)) {
        name = text;
    } else {
        refuse_value("a name in the bundle: parts separated by single slashes, none '.' or '..', 255 letters at most");
    }
}

bool Field::take_whole(i64& value, i64 least, i64 most) const {
    const auto* number = node_.as_integer();
    if (number == nullptr || number->get() < least || number->get() > most) {
        refuse_value(std::format("a whole number from {} to {}", least, most));
        return false;
    }
    value = number->get();
    return true;
}

std::optional<std::size_t> Field::place_among(std::span<const std::string_view> words) const {
    const auto text = node_.value_or(std::string());
    const auto at = std::ranges::find(words, std::string_view(text));
    if (!node_.is_string() || at == words.end()) {
        refuse_value(std::format("one of {}", joined(words)));
        return std::nullopt;
    }
    return static_cast<std::size_t>(at - words.begin());
}

void Field::for_each_name(const std::function<void(const std::string&, const Field&)>& visit) const {
    const toml::table* table = as_table();
    if (table == nullptr) {
        return;
    }
    for (const auto& [key, value] : *table) {
        if (is_name(key.str())) {
            visit(std::string(key.str()), inner(key, value));
        } else {
            reading_.findings.push_back(
                {place_of(key.source(), reading_.places.current_file()), Severity::Error, "",
                 std::format("'{}' in '{}' is no name", key.str().substr(0, 64), path_),
                 "a lower case letter, then lower case letters, digits, '_' and '-', 24 letters at most"});
        }
    }
}

void Field::for_each_item(const std::function<void(const Field&)>& visit) const {
    const toml::array* list = node_.as_array();
    if (list == nullptr) {
        refuse_value("a list");
        return;
    }
    std::size_t number = 0;
    for (const toml::node& item : *list) {
        visit(Field(item, std::format("{}.{}", path_, number++), reading_));
    }
}

} // namespace tess::system
