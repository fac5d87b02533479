#include "libs/capability/contents.hpp"

#include "testing/test.hpp"

namespace capability {

using abi::kDelete;
using abi::kGrant;
using abi::kRead;
using abi::kWrite;
using abi::ObjectKind;
using base::Error;
using base::Nanoseconds;
using base::u64;

namespace {

base::Result<Contents> with_qualifier(ObjectKind kind, u64 parent, u64 child) {
    return narrow(kind, Contents{.qualifier = parent}, {.has_qualifier = true, .qualifier = child});
}

} // namespace

TEST(Contents, PermissionsOnlyShrink) {
    const Contents parent{.permissions = kRead | kWrite | kGrant, .effective = kRead | kGrant};
    const auto child = narrow(ObjectKind::Event, parent, {.mask = kRead | kWrite | kDelete});
    ASSERT_TRUE(child.has_value());
    EXPECT_EQ(child->permissions, kRead | kWrite);
    EXPECT_EQ(child->effective, kRead);
}

TEST(Contents, ExpiryOnlyComesCloser) {
    const Contents parent{.expiry = Nanoseconds{100}};
    EXPECT_EQ(narrow(ObjectKind::Event, parent, {})->expiry, Nanoseconds{100});
    EXPECT_EQ(narrow(ObjectKind::Event, parent, {.expiry = Nanoseconds{50}})->expiry, Nanoseconds{50});
    EXPECT_EQ(narrow(ObjectKind::Event, parent, {.expiry = Nanoseconds{101}}).error(), Error::InvalidArgument);
    EXPECT_EQ(narrow(ObjectKind::Event, Contents{}, {.expiry = Nanoseconds{7}})->expiry, Nanoseconds{7});
}

TEST(Contents, BadgesAreSetOnce) {
    EXPECT_EQ(with_qualifier(ObjectKind::ChannelClient, 0, 5)->qualifier, 5U);
    EXPECT_EQ(with_qualifier(ObjectKind::ChannelClient, 5, 5)->qualifier, 5U);
    EXPECT_EQ(with_qualifier(ObjectKind::ChannelClient, 5, 6).error(), Error::InvalidArgument);
    EXPECT_EQ(with_qualifier(ObjectKind::ChannelClient, 5, 0).error(), Error::InvalidArgument);
}

TEST(Contents, WindowsOnlyShrink) {
    const u64 parent = Window{10, 5}.qualifier();
    EXPECT_TRUE(with_qualifier(ObjectKind::Memory, parent, Window{10, 5}.qualifier()).has_value());
    EXPECT_TRUE(with_qualifier(ObjectKind::Memory, parent, Window{14, 1}.qualifier()).has_value());
    EXPECT_TRUE(with_qualifier(ObjectKind::Memory, parent, Window{15, 0}.qualifier()).has_value());
    for (const Window wrong : {Window{9, 2}, Window{14, 2}, Window{16, 0}, Window{10, ~0U}, Window{~0U, ~0U}}) {
        EXPECT_EQ(with_qualifier(ObjectKind::Memory, parent, wrong.qualifier()).error(), Error::InvalidArgument);
    }
}

TEST(Contents, MasksOnlyLoseBits) {
    EXPECT_EQ(with_qualifier(ObjectKind::Event, 0b110, 0b010)->qualifier, 0b010U);
    EXPECT_EQ(with_qualifier(ObjectKind::Event, 0b110, 0b001).error(), Error::InvalidArgument);
}

TEST(Contents, OtherKindsHaveNone) {
    EXPECT_EQ(with_qualifier(ObjectKind::Thread, 0, 1).error(), Error::InvalidArgument);
    EXPECT_TRUE(with_qualifier(ObjectKind::Thread, 0, 0).has_value());
}

} // namespace capability
