/// The tables of a plan that is being written.
#pragma once

#include <span>
#include <vector>

#include "base/result.hpp"
#include "libs/plan/draft.hpp"
#include "libs/plan/string_pool.hpp"

namespace plan {

/// Lives as long as one pass over a draft, which outlives it as the strings do.
class Assembly {
  public:
    Assembly(const Draft& draft, StringPool& strings) : draft_(draft), strings_(strings) {}

    /// Fills the tables, once. NotFound: a name that is none.
    base::Result<void> assemble();

    /// The whole plan; the strings are settled.
    [[nodiscard]] std::vector<std::byte> bytes() const;

  private:
    template <class Record>
    static Range range_from(base::usize first, const std::vector<Record>& rows) {
        return {static_cast<base::u32>(first), static_cast<base::u32>(rows.size() - first)};
    }

    [[nodiscard]] base::Result<base::u32> component_number(const std::string& name) const;
    [[nodiscard]] base::Result<base::u32> offer_number(const UseDraft& use) const;

    base::Result<void> add(const std::string& name, const ComponentDraft& component);
    base::Result<void> add_lists(const ComponentDraft& component, ComponentRecord& record);
    base::Result<void> add_uses(const ComponentDraft& component, ComponentRecord& record);
    base::Result<void> add_devices(const ComponentDraft& component, ComponentRecord& record);
    base::Result<void> add_launches(const ComponentDraft& component, ComponentRecord& record);
    void add_offers(const ComponentDraft& component, ComponentRecord& record);
    void add_threads(const ComponentDraft& component, ComponentRecord& record);
    Range add_values(const Values& values);
    [[nodiscard]] base::Result<const OfferDraft*> find_offer(const UseDraft& use, UseRecord& record) const;
    base::Result<UseRecord> use_record(const std::string& name, const UseDraft& use);
    base::Result<void> add_grants();
    void add_files();

    const Draft& draft_;
    StringPool& strings_;
    SystemRecord system_{};
    std::vector<WordRecord> words_;
    std::vector<VariableRecord> variables_;
    std::vector<ComponentRecord> components_;
    std::vector<ThreadRecord> threads_;
    std::vector<UseRecord> uses_;
    std::vector<OfferRecord> offers_;
    std::vector<ValueRecord> values_;
    std::vector<DeviceRecord> devices_;
    std::vector<LaunchRouteRecord> launch_routes_;
    std::vector<FileRecord> files_;
};

} // namespace plan
