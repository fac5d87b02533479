/// A description with its names resolved, as the proofs look at it.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "abi/object_kind.hpp"
#include "tools/tess/prove/evidence.hpp"
#include "tools/tess/system/system.hpp"

namespace tess::prove {

/// A use and what it leads to.
struct Route {
    std::string component; ///< who uses
    std::string name;      ///< of the use
    const system::Use* use = nullptr;
    abi::ObjectKind object = abi::ObjectKind::None; ///< of the kernel; None: an offer
    std::string provider;                           ///< a component or init, if `object` is None
    std::string offer_name;
    const ::plan::OfferDraft* offer = nullptr; ///< null: there is none of this name

    /// "component.shell.uses.home".
    [[nodiscard]] std::string path() const { return "component." + component + ".uses." + name; }
};

/// What a description leads to. System and evidence outlive it.
class Model {
  public:
    Model(const system::System& system, const Evidence& evidence);

    [[nodiscard]] const system::System& system() const { return system_; }

    [[nodiscard]] const Evidence& evidence() const { return evidence_; }

    /// In the order of the components' names, then of the uses'.
    [[nodiscard]] const std::vector<Route>& routes() const { return routes_; }

    /// Those that lead to an offer.
    [[nodiscard]] const std::vector<const Route*>& clients(const ::plan::OfferDraft& offer) const;

    /// Null: it has none of this name.
    [[nodiscard]] const Route* find(const std::string& component, const std::string& use) const;

    /// What the component's program says of itself; null: its file is not there, or no program.
    [[nodiscard]] const Program* program(const system::Component& component) const;

    [[nodiscard]] system::Place place(const std::string& path) const { return system_.places.of(path); }

  private:
    const system::System& system_;
    const Evidence& evidence_;
    std::vector<Route> routes_;
    std::map<const ::plan::OfferDraft*, std::vector<const Route*>> clients_;
};

} // namespace tess::prove
