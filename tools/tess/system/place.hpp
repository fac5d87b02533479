/// Where something stands in a description, so that whoever finds it wrong can say where.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/types.hpp"

namespace tess::system {

/// Lines and columns begin at 1; 0 is the whole file.
struct Place {
    base::u32 file = 0; ///< among Places::files
    base::u32 line = 0;
    base::u32 column = 0;

    friend auto operator<=>(const Place&, const Place&) = default;
};

/// The places of a description's keys and values, by path: "component.shell.uses.home.permissions".
class Places {
  public:
    /// Remembers a file; what is noted from now on stands in it.
    void begin_file(const std::string& name) { files_.push_back(name); }

    void note(const std::string& path, Place place) { places_.try_emplace(path, place); }

    [[nodiscard]] base::u32 current_file() const { return static_cast<base::u32>(files_.size()) - 1; }

    /// Of `path`, or of the nearest table around it that is written down.
    [[nodiscard]] Place of(std::string path) const {
        for (auto at = places_.find(path); at == places_.end(); at = places_.find(path)) {
            const auto dot = path.rfind('.');
            if (dot == std::string::npos) {
                return {};
            }
            path.resize(dot);
        }
        return places_.at(path);
    }

    /// "systems/web.toml:31:17".
    [[nodiscard]] std::string text(Place place) const {
        const std::string name = place.file < files_.size() ? files_[place.file] : "";
        return place.line == 0 ? name : name + ":" + std::to_string(place.line) + ":" + std::to_string(place.column);
    }

  private:
    std::vector<std::string> files_;
    std::map<std::string, Place> places_;
};

} // namespace tess::system
