/// A plan in which every table has rows, for tests and fuzzing.
#pragma once

#include "libs/plan/plan_writer.hpp"

namespace plan {

inline Draft sample_draft() {
    using abi::kExecute;
    using abi::kGrant;
    using abi::kRead;
    using abi::kWrite;
    Draft draft{.name = "sample", .memory = 64 << 20, .reserve = 8 << 20, .cpus = 2, .components = {}, .files = {}};
    draft.files = {{"bin/log", std::nullopt}, {"bin/shell", digest::sha256({})}};
    ComponentDraft& log = draft.components["log"];
    log.program = "bin/log";
    log.memory = 512 << 10;
    log.restart = supervision::Policy::Always;
    log.essential = true;
    log.uses["debug"] = {.object = abi::ObjectKind::Debug, .permissions = kRead | kWrite};
    log.offers["log"] = {.protocol = "tessera.log", .permissions = kWrite | kGrant, .handling = 20'000};
    log.settings = {{"level", {std::string("info")}}, {"lines", {base::i64{-1}}}, {"stamp", {true}}};
    log.threads["main"] = {.scheduling_class = abi::SchedulingClass::Fifo,
                           .priority = 7,
                           .cpus = {0, 65},
                           .period = 10'000'000,
                           .deadline = 5'000'000,
                           .execution = 1'000'000,
                           .jitter = 1000};
    ComponentDraft& driver = draft.components["driver"];
    driver.program = "bin/driver";
    driver.memory = 1 << 20;
    driver.start = Start::Device;
    ComponentDraft& devices = draft.components["devices"];
    devices.program = "bin/devices";
    devices.memory = 2 << 20;
    devices.devices = {{"pci:class:0108", "driver"}, {"pci:1af4:1041", "driver"}};
    ComponentDraft& shell = draft.components["shell"];
    shell.program = "bin/shell";
    shell.memory = 4 << 20;
    shell.children = 16 << 20;
    shell.start = Start::Boot;
    shell.arguments = {"-l", "", "-l"};
    shell.environment = {{"EMPTY", ""}, {"HOME", "/home"}};
    shell.uses["log"] = {.provider = "log",
                         .offer = "log",
                         .permissions = kWrite,
                         .optional = true,
                         .waits = false,
                         .scope = "shell",
                         .grant = {{"lines", {base::i64{80}, base::i64{443}}}},
                         .quota = 4096};
    shell.uses["machine"] = {.object = abi::ObjectKind::Machine, .permissions = kRead | kExecute};
    shell.launches = {.routes = {"machine", "log", "log"}, .memory = 16 << 20, .at_once = 4};
    shell.quota = 1'000'000;
    shell.period = 10'000'000;
    return draft;
}

} // namespace plan
