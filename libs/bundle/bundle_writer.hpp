/// Makes a boot bundle, on the host. The same files give the same bytes, in whatever order they come.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "libs/bundle/format.hpp"

namespace bundle {

class BundleWriter {
  public:
    /// InvalidArgument: no file's name; Exists: there is one of that name; OutOfRange: too many files.
    base::Result<void> add(const std::string& name, std::vector<std::byte> content);

    /// The bundle's bytes.
    [[nodiscard]] std::vector<std::byte> finish() const;

  private:
    std::map<std::string, std::vector<std::byte>> files_;
};

} // namespace bundle
