/// A plan before it is written: what belongs together stands together, and names are names.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "abi/arguments.hpp"
#include "abi/object_kind.hpp"
#include "abi/permissions.hpp"
#include "libs/plan/format.hpp"
#include "libs/supervision/supervisor.hpp"

namespace plan {

using Value = std::variant<std::string, base::i64, bool>;
/// By name; lists have several values.
using Values = std::map<std::string, std::vector<Value>>;

/// Times in nanoseconds, sizes in bytes; what the fields mean, format.hpp tells.
struct ThreadDraft {
    abi::SchedulingClass scheduling_class = abi::SchedulingClass::Interactive;
    base::u8 priority = 0;
    std::vector<base::u32> cpus = {}; ///< empty: all
    base::u64 period = 0;
    base::u64 deadline = 0;
    base::u64 execution = 0;
    base::u64 jitter = 0;
};

/// Of a component's offer, or of a kind of object of the kernel.
struct UseDraft {
    abi::ObjectKind object = abi::ObjectKind::None;
    std::string provider = {}; ///< a component
    std::string offer = {};
    abi::Permissions permissions = {};
    bool optional = false;
    bool waits = true;
    std::string scope = {};
    Values grant = {};
    base::u64 quota = 0;
};

struct OfferDraft {
    std::string protocol = {};
    base::u16 major = 1;
    abi::Permissions permissions = {};
    base::u32 clients = 64;
    base::u64 handling = 0;
};

struct DeviceDraft {
    std::string match = {};
    std::string driver = {};
};

struct LaunchesDraft {
    std::vector<std::string> routes = {}; ///< names of uses
    base::u64 memory = 0;
    base::u32 at_once = 16;
};

struct ComponentDraft {
    std::string program = {};
    std::vector<std::string> arguments = {};
    std::map<std::string, std::string> environment = {};
    Start start = Start::Connect;
    supervision::Policy restart = supervision::Policy::Failure;
    bool essential = false;
    base::u32 label = 0;
    base::u64 ready = 5'000'000'000;
    base::u64 stop = 2'000'000'000;
    base::u64 memory = 0;
    base::u64 children = 0;
    base::u32 capabilities = 256;
    base::u32 thread_limit = 0;
    base::u32 share = 100;
    base::u64 quota = 0;
    base::u64 period = 0;
    supervision::Backoff backoff = {};
    std::map<std::string, ThreadDraft> threads = {};
    std::map<std::string, UseDraft> uses = {};
    std::map<std::string, OfferDraft> offers = {};
    Values settings = {};
    std::vector<DeviceDraft> devices = {};
    std::optional<LaunchesDraft> launches = {};
};

struct Draft {
    std::string name = {};
    LogLevel log = LogLevel::Info;
    base::u64 memory = 0;
    base::u64 reserve = 0;
    base::u32 cpus = 1;
    std::map<std::string, ComponentDraft> components = {};
    std::map<std::string, std::optional<digest::Sha256>> files = {};
};

} // namespace plan
