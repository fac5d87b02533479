#include "libs/bundle/bundle.hpp"

#include <cstring>
#include <functional>

#include "base/text_view.hpp"
#include "libs/bundle/bundle_writer.hpp"
#include "testing/test.hpp"

namespace bundle {

using base::Error;

namespace {

using Bytes = std::vector<std::byte>;

Bytes bytes_of(std::string_view text) {
    const auto bytes = std::as_bytes(std::span(text));
    return {bytes.begin(), bytes.end()};
}

Bytes small_bundle() {
    BundleWriter writer;
    EXPECT_TRUE(writer.add("etc/motd", bytes_of("hello")).has_value());
    EXPECT_TRUE(writer.add("bin/init", Bytes(5000, std::byte{7})).has_value());
    EXPECT_TRUE(writer.add("empty", {}).has_value());
    return writer.finish();
}

/// The bundle after `change` to its header and first two entries, with the index's digest made right again.
Bytes changed(const std::function<void(Header&, IndexEntry&, IndexEntry&)>& change) {
    Bytes bytes = small_bundle();
    Header header;
    std::array<IndexEntry, 2> entries;
    std::memcpy(&header, bytes.data(), sizeof(header));
    std::memcpy(entries.data(), std::span(bytes).subspan(sizeof(header)).data(), sizeof(entries));
    const std::size_t covered = header.file_count * sizeof(IndexEntry) + header.names_size;
    change(header, entries[0], entries[1]);
    std::memcpy(std::span(bytes).subspan(sizeof(header)).data(), entries.data(), sizeof(entries));
    header.index_digest = digest::sha256(std::span(bytes).subspan(sizeof(header), covered));
    std::memcpy(bytes.data(), &header, sizeof(header));
    return bytes;
}

} // namespace

TEST(Bundle, FindsWhatWasAdded) {
    const Bytes bytes = small_bundle();
    const auto files = Bundle::open(bytes);
    ASSERT_TRUE(files.has_value());
    ASSERT_EQ(files->file_count(), 3U);
    EXPECT_EQ(files->size(), bytes.size());
    EXPECT_EQ(files->file(0).name, "bin/init");
    EXPECT_EQ(base::text_view(files->find("etc/motd")->content), "hello");
    EXPECT_EQ(files->find("bin/init")->content.size(), 5000U);
    EXPECT_TRUE(files->find("bin/init")->is_intact());
    EXPECT_TRUE(files->find("empty")->content.empty());
    EXPECT_EQ(files->find("bin").error(), Error::NotFound);
    EXPECT_EQ(files->find("zzz").error(), Error::NotFound);
}

TEST(Bundle, FilesBeginAtPages) {
    const Bytes bytes = small_bundle();
    const auto files = Bundle::open(bytes);
    for (std::size_t i = 0; i < files->file_count(); ++i) {
        EXPECT_EQ((files->file(i).content.data() - bytes.data()) % 4096, 0) << files->file(i).name;
    }
}

TEST(Bundle, AnEmptyOneIsOne) {
    const Bytes bytes = BundleWriter().finish();
    ASSERT_TRUE(Bundle::open(bytes).has_value());
    EXPECT_EQ(Bundle::open(bytes)->file_count(), 0U);
    EXPECT_EQ(Bundle::open(bytes)->find("x").error(), Error::NotFound);
}

TEST(Bundle, MayBeFollowedByOtherBytes) {
    Bytes bytes = small_bundle();
    bytes.resize(bytes.size() + 100);
    EXPECT_TRUE(Bundle::open(bytes).has_value());
}

// The format is read by kernels of other versions: these bytes may only change together with kVersion.
TEST(Bundle, HasTheBytesThatWereAgreed) {
    const auto digest = digest::sha256(small_bundle());
    EXPECT_EQ(std::to_integer<int>(digest[0]), 36);
    EXPECT_EQ(std::to_integer<int>(digest[31]), 148);
}

TEST(Bundle, TheOrderOfAddingDoesNotMatter) {
    BundleWriter writer;
    ASSERT_TRUE(writer.add("empty", {}).has_value());
    ASSERT_TRUE(writer.add("bin/init", Bytes(5000, std::byte{7})).has_value());
    ASSERT_TRUE(writer.add("etc/motd", bytes_of("hello")).has_value());
    EXPECT_EQ(writer.finish(), small_bundle());
}

TEST(Bundle, RefusesToHoldANameTwiceOrNone) {
    BundleWriter writer;
    ASSERT_TRUE(writer.add("a", {}).has_value());
    EXPECT_EQ(writer.add("a", {}).error(), Error::Exists);
    EXPECT_EQ(writer.add("../a", {}).error(), Error::InvalidArgument);
}

TEST(Bundle, EveryDamagedByteIsNoticed) {
    const Bytes good = small_bundle();
    const std::size_t covered = sizeof(Header) + 3 * sizeof(IndexEntry) + 21;
    for (std::size_t at = 0; at < covered; ++at) {
        Bytes bad = good;
        bad[at] ^= std::byte{0x10};
        EXPECT_FALSE(Bundle::open(bad).has_value()) << at;
    }
    Bytes bad = good;
    bad.at(4096) ^= std::byte{1};
    ASSERT_TRUE(Bundle::open(bad).has_value());
    EXPECT_FALSE(Bundle::open(bad)->find("bin/init")->is_intact());
    EXPECT_TRUE(Bundle::open(bad)->find("etc/motd")->is_intact());
}

TEST(Bundle, RefusesToBeCutOff) {
    const Bytes good = small_bundle();
    for (std::size_t size = 0; size < good.size(); size += size < 300 ? 1 : 97) {
        EXPECT_EQ(Bundle::open(std::span(good).first(size)).error(), Error::Corrupt) << size;
    }
}

TEST(Bundle, RefusesAnotherVersion) {
    EXPECT_EQ(Bundle::open(changed([](Header& header, auto&, auto&) { header.version = 2; })).error(),
              Error::Unsupported);
}

TEST(Bundle, RefusesAnIndexThatIsWrongThroughout) {
    const auto refuses = [](const std::function<void(Header&, IndexEntry&, IndexEntry&)>& change) {
        const auto opened = Bundle::open(changed(change));
        return !opened && opened.error() == Error::Corrupt;
    };
    EXPECT_FALSE(refuses([](auto&, auto&, auto&) {}));
    EXPECT_TRUE(refuses([](Header& header, auto&, auto&) { header.file_count = ~0U; }));
    EXPECT_TRUE(refuses([](Header& header, auto&, auto&) { header.names_size = ~0ULL; }));
    EXPECT_TRUE(refuses([](Header& header, auto&, auto&) { header.size += 4096; }));
    EXPECT_TRUE(refuses([](Header& header, auto&, auto&) { header.size -= 1; }));
    EXPECT_TRUE(refuses([](auto&, IndexEntry& first, auto&) { first.size = ~0ULL; }));
    EXPECT_TRUE(refuses([](auto&, IndexEntry& first, auto&) { first.offset = 0; }));
    EXPECT_TRUE(refuses([](auto&, IndexEntry& first, auto&) { first.offset += 1; }));
    EXPECT_TRUE(refuses([](auto&, IndexEntry& first, IndexEntry& second) { second.offset = first.offset; }));
    EXPECT_TRUE(refuses([](auto&, IndexEntry& first, auto&) { first.name_size = 0; }));
    EXPECT_TRUE(refuses([](auto&, IndexEntry& first, auto&) { first.name_offset = ~0U; }));
    EXPECT_TRUE(refuses([](auto&, IndexEntry& first, auto&) { first.name_size = ~0U; }));
    EXPECT_TRUE(refuses([](auto&, IndexEntry& first, IndexEntry& second) {
        std::swap(first.name_offset, second.name_offset);
        std::swap(first.name_size, second.name_size);
    })) << "not sorted";
}

} // namespace bundle
