/// The tables of a description, one function each. Only the sources of this folder include it.
#pragma once

#include "tools/tess/system/field.hpp"
#include "tools/tess/system/system.hpp"

namespace tess::system {

void read_component(const Field& field, Component& component);
void read_expectations(const Field& field, Expectations& expectations);
void read_files(const Field& field, std::vector<BundledFile>& files);

} // namespace tess::system
