/// A system's components and the routes between them, as a picture.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "tools/tess/system/system.hpp"

namespace tess::graph {

/// Components in rows; a use leads downwards, unless components use each other in a circle.
using Layers = std::vector<std::vector<std::string>>;

/// Where each component stands: below all that use it, objects of the kernel last. Within a row near those that use it.
Layers arrange(const system::System& system);

/// The picture, as an SVG document: a box for each component, a line for each use with its name and permissions.
std::string draw(const system::System& system);

} // namespace tess::graph
