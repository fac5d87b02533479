// A line that changes here changes what is on the wire: that needs another minor or major.
#include "protocols/testing/golden.hpp"

#include <fstream>
#include <sstream>

#include "protocols/directory.hpp"
#include "testing/test.hpp"

using namespace protocols;
using protocols::testing::Golden;

namespace {

constexpr base::u64 kFirst = 0x0102'0304'0506'0708;
constexpr base::u64 kSecond = 0x1112'1314'1516'1718;
constexpr abi::Permissions kSome = abi::kRead | abi::kExecute;

std::string kept(const std::string& name) {
    std::ostringstream text;
    text << std::ifstream(std::string(TESSERA_SOURCE) + "/protocols/golden/" + name + ".hex").rdbuf();
    return text.str();
}

} // namespace

TEST(Golden, File) {
    Golden<File> golden;
    golden.add("Read", File::Read{.id = kFirst, .offset = kSecond}, {.count = kFirst});
    golden.add("Write", File::Write{.id = kFirst, .offset = kSecond}, {.count = kFirst});
    golden.add("Close", File::Close{.id = kFirst}, {});
    golden.add("Delegate", File::Delegate{.id = kFirst, .want = kSome, .zero = {}}, {});
    EXPECT_TRUE(golden.is_whole());
    EXPECT_EQ(golden.text(), kept("file"));
}

TEST(Golden, Directory) {
    Golden<Directory> golden;
    golden.add(
        "Open",
        Directory::Open{.id = kFirst, .path = "etc/hosts", .want = kSome, .how = OpenHow::CreateDirectory, .zero = {}},
        {.id = kFirst, .size = kSecond, .kind = FileKind::Directory, .granted = kSome, .zero = {}});
    golden.add("Entries", Directory::Entries{.id = kFirst, .cursor = kSecond},
               {.next = kFirst, .count = 0x2122'2324, .bytes = 0x3132'3334});
    golden.add("Watch", Directory::Watch{.id = kFirst, .seen = kSecond}, {.change = kFirst});
    EXPECT_TRUE(golden.is_whole());
    EXPECT_EQ(golden.text(), kept("directory"));
}

TEST(Golden, OfAll) {
    const rpc::Common::Describe::Reply reply{
        .protocol = kFirst, .major = 0x2122, .minor = 0x3132, .zero = 0, .methods = {1, 2, 3, 4}};
    EXPECT_EQ(abi::hex(reply), "0807060504030201222132310000000001000000000000000200000000000000"
                               "03000000000000000400000000000000");
    EXPECT_EQ(rpc::kMethodNumber<rpc::Common::Describe>, 0x8000U);
    EXPECT_EQ(rpc::kMethodNumber<rpc::Common::Ping>, 0x8001U);
    EXPECT_NE(File::id.domain(), Directory::id.domain());
}
