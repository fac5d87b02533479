#include <array>
#include <cstring>
#include <fstream>
#include <functional>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "tools/tess/bundle/pack.hpp"
#include "tools/tess/report/report.hpp"
#include "tools/tess/scenario/scenario.hpp"

namespace tess::scenario {

namespace {

/// One line to the emulator's monitor, and nothing read back.
void send_to_monitor(const std::string& path, const std::string& line) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    path.copy(address.sun_path, sizeof(address.sun_path) - 1);
    const int connection = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    // SAFETY: the sockets interface takes each address family through its common head.
    if (connect(connection, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0) {
        const std::string text = line + "\n";
        static_cast<void>(write(connection, text.data(), text.size()));
        // The monitor answers with its greeting first; closing before it has read would lose the line.
        std::array<char, 256> answer{};
        for (int i = 0; i < 2; ++i) {
            static_cast<void>(read(connection, answer.data(), answer.size()));
        }
    }
    close(connection);
}

machine::Machine prepared(const Case& wanted, const Places& places) {
    machine::Machine machine = wanted.machine;
    machine.kernel = places.builds + "/" + wanted.kernel + "/kernel/" + wanted.program + ".elf";
    machine.control_socket = wanted.monitor.send.empty() ? "" : places.socket_base;
    return machine;
}

std::expected<std::string, std::string> bundle_of(const std::string& name) {
    return system::load(name).and_then([](const system::System& system) { return bundle::pack(system); });
}

} // namespace

std::string run_case(const Case& wanted, const Places& places) {
    std::ofstream log(places.log);
    machine::Machine machine = prepared(wanted, places);
    if (!wanted.system.empty()) {
        auto path = bundle_of(wanted.system);
        if (!path) {
            return path.error();
        }
        machine.bundle = *std::move(path);
    }
    Judge judge(wanted);
    bool sent = wanted.monitor.send.empty();
    report::ReportFilter filter(report::make_symbolizer(places.builds), [&](const std::string& line) {
        log << line << '\n' << std::flush;
        judge.take(line);
        if (!sent && matches(line, wanted.monitor.after)) {
            sent = true;
            send_to_monitor(places.socket_base, wanted.monitor.send);
        }
    });
    report::LineSplitter lines([&filter](const std::string& line) { filter.take(line); });
    const auto on_output = [&](std::string_view text) {
        lines.take(text);
        const bool done = wanted.status == kStillRunning && judge.is_satisfied();
        return done || !judge.offence().empty() ? process::Verdict::Stop : process::Verdict::Continue;
    };
    const process::Outcome outcome =
        process::run({.arguments = machine::qemu_arguments(machine)}, wanted.limit, on_output);
    lines.finish();
    filter.finish();
    unlink(places.socket_base.c_str());
    return judge.verdict(outcome);
}

} // namespace tess::scenario
