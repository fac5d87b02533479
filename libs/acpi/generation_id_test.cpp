#include "libs/acpi/generation_id.hpp"

#include <random>
#include <string>

#include "testing/test.hpp"

namespace acpi {
namespace {

using base::Error;
using base::PhysicalAddress;

using namespace std::string_view_literals;

base::Result<PhysicalAddress> find(std::string_view code) {
    return generation_id_address(std::as_bytes(std::span(code)));
}

/// The pieces that matter of what QEMU 7.2 writes: the name with the page, then the device.
const std::string kQemu =
    std::string("\x08VGIA\x0c\x00\xf0\xff\x07"sv) + std::string("\x10\x42VGEN\x08_CID\x0dVM_Gen_Counter\x00"sv);
/// And of what Firecracker writes.
const std::string kFirecracker = std::string("\x5b\x82VGEN\x08_CID\x0dVM_Gen_Counter\x00"sv) +
                                 std::string("\x08\x41\x44\x44R\x12\x0a\x02\x0c\xf0\xff\x0f\x00\x0b\x01\x00"sv);

TEST(GenerationId, StandsInQemusPage) { EXPECT_EQ(*find(kQemu), PhysicalAddress{0x7fff000 + 40}); }

TEST(GenerationId, StandsWhereThePackageSays) { EXPECT_EQ(*find(kFirecracker), PhysicalAddress{0x1'000f'fff0}); }

TEST(GenerationId, IsOfThatDeviceOnly) {
    EXPECT_EQ(find("").error(), Error::NotFound);
    EXPECT_EQ(find("\x08VGIA\x0c\x00\xf0\xff\x07"sv).error(), Error::NotFound);
    EXPECT_EQ(find("\x0dVM_Gen_Counter\x00"sv).error(), Error::Unsupported);
    EXPECT_EQ(find("VM_Gen_Counter"sv).error(), Error::NotFound); // the end of the table
}

TEST(GenerationId, APageThatTheFirmwareDidNotGiveIsNone) {
    std::string code = kQemu;
    code.replace(6, 4, std::string(4, '\0'));
    EXPECT_EQ(find(code).error(), Error::Unsupported);
}

TEST(GenerationId, DamageIsNoCrash) {
    std::mt19937 random(1);
    for (const std::string& good : {kQemu, kFirecracker}) {
        for (int round = 0; round < 5'000; ++round) {
            std::string code = good.substr(0, 1 + random() % good.size());
            code.at(random() % code.size()) = static_cast<char>(random());
            static_cast<void>(find(code));
        }
    }
}

} // namespace
} // namespace acpi
