#include "tools/tess/prove/prove.hpp"

#include <filesystem>
#include <fstream>
#include <unistd.h>

#include "libs/elf/fake_program.hpp"
#include "libs/plan/plan.hpp"
#include "libs/program_notes/records.hpp"
#include "testing/test.hpp"
#include "tools/tess/prove/prove_fixture.hpp"

namespace tess::prove {

namespace {

/// A program that needs a log, with an optional second need, and offers a directory.
std::vector<std::byte> fake_program(base::u32 version = abi::kVersion) {
    using program_notes::padded;
    using program_notes::RouteRecord;
    constexpr std::array<char, 8> kOwner{'T', 'e', 's', 's', 'e', 'r', 'a', 0};
    const RouteRecord log{padded<24>("log"), padded<36>("tessera.log"), 1, abi::kWrite.bits, 0};
    const RouteRecord debug{padded<24>("debug"), padded<36>("kernel.Debug"), 0, abi::kRead.bits, 1};
    const RouteRecord root{padded<24>("root"), padded<36>("tessera.directory"), 1, 5, 0};
    auto program = elf::FakeProgram::good();
    const auto notes = elf::bytes_of(elf::NoteHeader{8, 8, 1}, kOwner, version, base::u32{0},
                                     elf::NoteHeader{8, 128, 2}, kOwner, log, debug, elf::NoteHeader{8, 64, 3}, kOwner,
                                     root, elf::NoteHeader{8, 8, 5}, kOwner, base::u64{65536});
    program.add(elf::ProgramType::Note, elf::kFlagRead, 0, notes).alignment = 4;
    return program.file();
}

} // namespace

TEST(Prove, AGoodDescriptionHasNothingAgainstIt) { EXPECT_EQ(said_of(kGood), ""); }

TEST(Prove, ItsPlanIsWhatItSays) {
    const system::System system = described(kGood);
    const auto bytes = compile(system);
    ASSERT_TRUE(bytes.has_value());
    const auto plan = ::plan::Plan::open(*bytes);
    ASSERT_TRUE(plan.has_value());
    const ::plan::ComponentRecord shell = plan->components()[*plan->find("shell")];
    const ::plan::UseRecord home = plan->uses(shell)[*plan->find_use(shell, "home")];
    EXPECT_EQ(plan->text(plan->components()[home.provider].name), "files");
    EXPECT_EQ(plan->text(home.scope), "/home");
    EXPECT_EQ(*compile(described(kGood)), *bytes);
}

TEST(Prove, TheOrderOfADescriptionDoesNotMatter) {
    const std::string_view text(kGood);
    const auto second = text.find("[component.log]");
    const auto third = text.find("[component.disk]");
    const std::string turned = std::string(text.substr(0, second)) + std::string(text.substr(third)) +
                               std::string(text.substr(second, third - second));
    EXPECT_EQ(*compile(described(turned)), *compile(described(kGood)));
}

TEST(Programs, SayWhatTheyNeed) {
    const auto program = read_program(fake_program());
    ASSERT_TRUE(program.has_value());
    EXPECT_EQ(program->abi_version, abi::kVersion);
    ASSERT_EQ(program->needs.size(), 2U);
    EXPECT_EQ(program->needs[0].name, "log");
    EXPECT_EQ(program->needs[0].protocol, (system::Protocol{"tessera.log", 1}));
    EXPECT_TRUE(program->needs[1].optional);
    ASSERT_EQ(program->offers.size(), 1U);
    EXPECT_EQ(program->offers[0].permissions, abi::kRead | abi::kExecute);
    EXPECT_EQ(program->heap_bytes, 65536U);
    EXPECT_EQ(program->image_bytes, 4U * 4096);
}

TEST(Programs, DamagedNotesAreNoticed) {
    const auto good = fake_program();
    const auto with = [&good](std::size_t from_end, base::u8 value) {
        auto bad = good;
        const auto at = bad.size() - 4096 + from_end;
        bad.at(at) = std::byte{value};
        return read_program(bad);
    };
    EXPECT_TRUE(with(0, 8).has_value());
    EXPECT_EQ(with(4, 9).error(), base::Error::Corrupt) << "a version of nine bytes";
    EXPECT_EQ(with(28 + 4, 127).error(), base::Error::Corrupt) << "two needs less a byte";
    EXPECT_EQ(with(28 + 20 + 62, 0x40).error(), base::Error::Corrupt) << "no permission";
    EXPECT_EQ(with(28 + 20 + 63, 2).error(), base::Error::Corrupt) << "optional or not";
    EXPECT_FALSE(read_program({}).has_value());
}

TEST(Evidence, IsWhatTheFilesAre) {
    const auto before = std::filesystem::current_path();
    const auto folder = std::filesystem::temp_directory_path() / std::format("tess_prove_{}", getpid());
    std::filesystem::create_directories(folder);
    std::filesystem::current_path(folder);
    const auto program = fake_program();
    std::ofstream("program") << base::text_view(program);
    std::ofstream("text") << "hello";
    const system::System system = described(R"([system]
name = "x"
[[files]]
from = "program"
to = "a"
[[files]]
from = "text"
to = "b"
sha256 = "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824"
[[files]]
from = "text"
to = "c"
sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
[[files]]
from = "none"
to = "d"
[component.a]
budget.memory = "1MiB"
[component.b]
budget.memory = "1MiB"
)");
    const Evidence evidence = collect_evidence(system);
    EXPECT_EQ(evidence.at("a").size, program.size());
    EXPECT_TRUE(evidence.at("a").program.has_value());
    EXPECT_FALSE(evidence.at("b").program.has_value());
    EXPECT_TRUE(evidence.at("b").has_digest);
    EXPECT_FALSE(evidence.at("c").has_digest);
    EXPECT_FALSE(evidence.at("d").is_there);
    EXPECT_EQ(not_built(system, evidence), std::vector<std::string>{"none"});
    const std::string said = said_of(system, evidence);
    EXPECT_TRUE(said.contains("s.toml:10:1: error: 'text' has another SHA-256 than the description says [programs]"))
        << said;
    EXPECT_TRUE(said.contains("error: 'b' is no program for Tessera [programs]")) << said;
    EXPECT_TRUE(said.contains("error: its program needs 'log' (tessera.log/1, w), not given [programs]")) << said;
    EXPECT_FALSE(said.contains("needs 'debug'")) << "it is optional\n" << said;
    std::filesystem::current_path(before);
    std::filesystem::remove_all(folder);
}

TEST(Prove, TwoHundredComponentsAreProvedAndPlanned) {
    std::string text = "[system]\nname = 'large'\nmemory = '1GiB'\n";
    for (int i = 0; i < 200; ++i) {
        text += std::format("[component.c{}]\nbudget.memory = '1MiB'\noffers.o = {{ protocol = 'p.q', permissions = "
                            "'rw', clients = 8 }}\n",
                            i);
        for (int other = i - 8; other < i; ++other) {
            text += other < 0 ? "" : std::format("uses.u{} = {{ from = 'c{}.o', permissions = 'rw' }}\n", other, other);
        }
    }
    const std::string said = said_of(text);
    EXPECT_EQ(said, "s.toml:2159:12: warning: nobody uses 'c199.o' [privilege]\n  remedy: leave the offer out");
    const auto bytes = compile(described(text));
    ASSERT_TRUE(bytes.has_value());
    EXPECT_EQ(::plan::Plan::open(*bytes)->components().size(), 200U);
    EXPECT_EQ(::plan::Plan::open(*bytes)->all_uses().size(), 1564U);
}

} // namespace tess::prove
