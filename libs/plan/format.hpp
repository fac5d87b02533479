/// How a plan lies in memory: header, then the tables in the order of TableKind, then the strings' bytes.
///
/// Integers are little endian, strings and rows of other tables are indices. Rows that belong to a record are a Range
/// of their table; the ranges of one table follow each other without a gap, in the order of who owns them.
#pragma once

#include <array>
#include <cstddef>

#include "base/types.hpp"
#include "libs/digest/sha256.hpp"

namespace plan {

/// "TPLN".
inline constexpr base::u32 kMagic = 0x4e4c5054;
inline constexpr base::u32 kVersion = 1;
inline constexpr base::u32 kNone = ~base::u32{0}; ///< an index of nothing
inline constexpr base::u32 kMaximumRows = 1 << 16;
inline constexpr base::u32 kMaximumTextBytes = 1 << 20;

enum class TableKind : base::u8 {
    Strings,      ///< StringRecord: sorted, none twice
    Words,        ///< WordRecord: arguments, in their order
    Variables,    ///< VariableRecord: environments, sorted by name
    Components,   ///< ComponentRecord, sorted by name
    Threads,      ///< ThreadRecord, sorted by name
    Uses,         ///< UseRecord, sorted by name: the number of a route is its place among its component's
    Offers,       ///< OfferRecord, sorted by name
    Values,       ///< ValueRecord, sorted by name: settings of components, then grants of uses
    Devices,      ///< DeviceRecord, in the order of the description: the first match counts
    LaunchRoutes, ///< LaunchRouteRecord: uses that what a component launches may be given
    Files,        ///< FileRecord, sorted by name
};

inline constexpr base::usize kTables = 11;

/// Rows of another table.
struct Range {
    base::u32 first;
    base::u32 count;
};

/// Of the whole machine.
struct SystemRecord {
    base::u32 name;
    base::u32 log;     ///< LogLevel
    base::u64 memory;  ///< bytes
    base::u64 reserve; ///< bytes of it that are the kernel's
    base::u32 cpus;
    base::u32 zero;
};

struct Header {
    base::u32 magic;
    base::u32 version;
    base::u64 size;                      ///< of the whole plan in bytes
    digest::Sha256 digest;               ///< of all behind it
    std::array<base::u32, kTables> rows; ///< of each table
    base::u32 text_bytes;
    SystemRecord system;
};

/// The digest covers from here on.
inline constexpr base::usize kDigestedFrom = 48;

enum class LogLevel : base::u8 { Error, Warning, Info, Debug };

enum class Start : base::u8 {
    Connect, ///< by the first who connects to it
    Boot,
    Device, ///< by the device manager, which is then its supervisor
};

inline constexpr base::u8 kLogLevels = 4;
inline constexpr base::u8 kStarts = 3;

struct StringRecord {
    base::u32 offset; ///< among the strings' bytes; each begins where the one before it ends
    base::u32 size;
};

struct WordRecord {
    base::u32 text;
};

struct VariableRecord {
    base::u32 name;
    base::u32 value;
};

/// Times in nanoseconds, sizes in bytes.
struct ComponentRecord {
    base::u32 name;
    base::u32 program; ///< a file of the bundle
    Range arguments;   ///< Words
    Range environment; ///< Variables
    Range threads;
    Range uses;
    Range offers;
    Range settings; ///< Values
    Range devices;
    Range launch_routes;
    base::u8 start;     ///< Start
    base::u8 restart;   ///< supervision::Policy
    base::u8 essential; ///< 1: its final failure ends the system
    base::u8 launches;  ///< 1: it may start programs
    base::u32 label;
    base::u64 ready; ///< how long it may take to serve
    base::u64 stop;  ///< how long it may take to end
    base::u64 memory;
    base::u64 children; ///< memory for what it launches
    base::u32 capabilities;
    base::u32 thread_limit; ///< 0: as many as the program says
    base::u32 share;
    base::u32 at_once; ///< programs that it launched and that live
    base::u64 quota;   ///< of processor time in each period; 0: no limit
    base::u64 period;
    base::u64 launch_memory;
    base::u64 backoff_first;
    base::u64 backoff_most;
    base::u64 backoff_forget;
    base::u32 backoff_factor;
    base::u32 backoff_give_up;
};

struct ThreadRecord {
    base::u32 name;
    base::u8 scheduling_class; ///< abi::SchedulingClass; real time is Fifo
    base::u8 priority;         ///< of real time 1 to 99, else 0
    base::u8 all_cpus;         ///< 1: wherever there is a processor, and `cpus` is zero
    base::u8 zero;
    std::array<base::u64, 8> cpus; ///< abi::AffinityMask
    base::u64 period;              ///< this and the next three are of real time
    base::u64 deadline;
    base::u64 execution;
    base::u64 jitter;
};

/// A route: an object of the kernel, an offer of a component, or one of init, whose protocol says which.
struct UseRecord {
    base::u32 name;
    base::u8 object;      ///< abi::ObjectKind; None: an offer
    base::u8 permissions; ///< abi::Permissions
    base::u8 optional;    ///< 1: it starts without it too
    base::u8 waits;       ///< 1: calls may wait for the provider
    base::u64 protocol;   ///< rpc::ProtocolId::number(); 0 for objects of the kernel
    base::u32 provider;   ///< a component; kNone for objects of the kernel and offers of init
    base::u32 offer;      ///< a row of Offers; kNone as above
    base::u32 scope;      ///< a string that the provider understands; kNone: no limit
    base::u32 major;      ///< of the protocol
    Range grant;          ///< Values that the provider's protocol declares
    base::u64 quota;      ///< memory that the provider may hold for it
};

struct OfferRecord {
    base::u32 name;
    base::u32 protocol_name;
    base::u64 protocol; ///< rpc::ProtocolId::number() of the name
    base::u32 major;
    base::u32 permissions; ///< the most that may be routed
    base::u32 clients;     ///< the most
    base::u32 zero;
    base::u64 handling; ///< of one call at most; 0: not said
};

enum class ValueKind : base::u8 { Text, Integer, Flag };

inline constexpr base::u8 kValueKinds = 3;

/// Lists are several rows of one name.
struct ValueRecord {
    base::u32 name;
    base::u32 kind;  ///< ValueKind
    base::u64 value; ///< a string's index; an integer in two's complement; 0 or 1
};

struct DeviceRecord {
    base::u32 match;  ///< "pci:1af4:1041"
    base::u32 driver; ///< a component that is started with the device
};

struct LaunchRouteRecord {
    base::u32 use; ///< a row of Uses, of the same component
};

struct FileRecord {
    base::u32 name;
    base::u32 has_digest;  ///< 1: the description names the digest
    digest::Sha256 digest; ///< zero without
};

static_assert(sizeof(SystemRecord) == 32 && sizeof(Header) == 128 && sizeof(StringRecord) == 8);
static_assert(offsetof(Header, rows) == kDigestedFrom);
static_assert(sizeof(ComponentRecord) == 184 && sizeof(ThreadRecord) == 104 && sizeof(UseRecord) == 48);
static_assert(sizeof(OfferRecord) == 40 && sizeof(ValueRecord) == 16 && sizeof(FileRecord) == 40);

} // namespace plan
