/// What is asked of a description, a rule each; docs/systems.md has an example of every refusal.
#pragma once

#include "tools/tess/prove/model.hpp"
#include "tools/tess/system/finding.hpp"

namespace tess::prove {

/// Every use leads to an offer of its protocol that covers it, for no more clients than the provider serves.
void prove_routes(const Model& model, system::Findings& findings);

/// Programs are in the bundle and in order; their needs are met, and they offer what is promised for them.
void prove_programs(const Model& model, system::Findings& findings);

/// Who hands on may do so; drivers, calls and what tests end have the names of components.
void prove_grants(const Model& model, system::Findings& findings);

/// Budgets fit the machine, and what a component needs fits its budget.
void prove_memory(const Model& model, system::Findings& findings);

/// Real-time threads end before their deadlines.
void prove_real_time(const Model& model, system::Findings& findings);

/// No components wait for each other in a circle.
void prove_cycles(const Model& model, system::Findings& findings);

/// Nobody holds what it does not need: warnings.
void prove_privilege(const Model& model, system::Findings& findings);

} // namespace tess::prove
