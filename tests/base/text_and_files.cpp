#include "core/base/file.h"
#include "core/base/hash.h"
#include "core/base/result.h"
#include "core/base/text.h"
#include <csignal>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

using namespace tessera;
namespace fs = std::filesystem;

namespace {

struct Folder {
    fs::path path;
    Folder()
    {
        std::string name = (fs::temp_directory_path() / "tessera-base-XXXXXX").string();
        REQUIRE(::mkdtemp(name.data()));
        path = name;
    }
    ~Folder() { fs::remove_all(path); }
    std::string operator/(const char* name) const { return (path / name).string(); }
};

size_t files_in(const fs::path& folder)
{
    size_t n = 0;
    for ([[maybe_unused]] const auto& entry : fs::directory_iterator(folder)) ++n;
    return n;
}

} // namespace

TEST_CASE("nearest names")
{
    CHECK(edit_distance("kitten", "sitting") == 3);
    CHECK(edit_distance("", "abc") == 3);
    CHECK(edit_distance("Over", "over") == 0);
    CHECK(nearest("ovr", {"plus", "over", "under"}, 1) == std::vector<std::string>{"over"});
    CHECK(nearest("x", {}, 3).empty());
    CHECK(joined({"a", "b", "c"}) == "a, b or c");
    CHECK(joined({"a"}) == "a");
}

TEST_CASE("UTF-8 is told from what is not")
{
    CHECK(valid_utf8("plain"));
    CHECK(valid_utf8("Gr\xC3\xBC\xC3\x9F"
                     "e \xE2\x82\xAC \xF0\x9F\x8E\xAC"));
    for (const char* bad :
         {"\xFF", "\xC3", "\xC0\xAF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "a\x80", "\xE2\x82", "\xF0\x80\x80\x80"})
        CHECK_FALSE(valid_utf8(bad));
}

TEST_CASE("an error's text names node, frame, message and remedy")
{
    Error e{ErrorKind::NotFound, "cannot open /a/b.exr: no such file", "check the path"};
    e.at_node("Read1").at_frame(12);
    CHECK(e.text() == "Read1, frame 12: cannot open /a/b.exr: no such file. Check the path.");
    e.at_node("Other").at_frame(13);
    CHECK(e.node == "Read1");
    CHECK(Error{ErrorKind::NotFound, "nothing", ""}.text() == "nothing.");
}

TEST_CASE("keys: text is length-prefixed, hexadecimal reads back")
{
    CHECK(Hasher().add("ab").add("c").key() != Hasher().add("a").add("bc").key());
    CHECK(Hasher().add(0.0).key() == Hasher().add(-0.0).key());
    CHECK(Hasher().add(1).key() != Hasher().add(2).key());
    std::set<Key> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(Hasher().add(i).key());
    CHECK(seen.size() == 1000);
    const Key k = Hasher().add("x").key();
    CHECK(k.hex().size() == 32);
    CHECK(Key::from_hex(k.hex()) == k);
    CHECK_FALSE(Key::from_hex("zz"));
    CHECK_FALSE(Key::from_hex(std::string(32, 'G')));
}

TEST_CASE("files are written whole or not at all")
{
    const Folder folder;
    const std::string path = folder / "a.txt";
    REQUIRE(write_file(path, "one"));
    CHECK(*read_file(path, 100) == "one");
    REQUIRE(write_file(path, "two"));
    CHECK(*read_file(path, 100) == "two");
    CHECK(files_in(folder.path) == 1);

    const auto missing = read_file(folder / "none", 100);
    REQUIRE_FALSE(missing);
    CHECK(missing.error().kind == ErrorKind::NotFound);
    CHECK(missing.error().text().find(folder / "none") != std::string::npos);
    CHECK_FALSE(read_file(path, 2));
    CHECK_FALSE(read_file(folder.path.string(), 100));
    const auto nowhere = write_file(folder / "no/such/a.txt", "x");
    REQUIRE_FALSE(nowhere);
    CHECK(nowhere.error().kind == ErrorKind::NotFound);
    CHECK_FALSE(write_file(folder.path.string(), "x"));
}

TEST_CASE("writing keeps the mode and follows links")
{
    const Folder folder;
    REQUIRE(write_file(folder / "real", "one"));
    REQUIRE(::chmod((folder / "real").c_str(), 0640) == 0);
    fs::create_symlink("real", folder.path / "link");
    REQUIRE(write_file(folder / "link", "two"));
    CHECK(fs::is_symlink(folder.path / "link"));
    CHECK(*read_file(folder / "real", 10) == "two");
    CHECK((fs::status(folder.path / "real").permissions() & fs::perms(0777)) == fs::perms(0640));
}

TEST_CASE("a write that runs out of space leaves the old file and nothing else")
{
    const Folder folder;
    const std::string path = folder / "a.txt";
    REQUIRE(write_file(path, "old"));
    // A limit on the size of files stands in for a full disk: the write fails after some bytes.
    rlimit old_limit{}, small{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    small = old_limit;
    small.rlim_cur = 1000;
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto status = write_file(path, std::string(100000, 'x'));
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    std::signal(SIGXFSZ, old_handler);
    REQUIRE_FALSE(status);
    CHECK(status.error().kind == ErrorKind::DiskFull);
    CHECK(status.error().text().find("Free some space") != std::string::npos);
    CHECK(*read_file(path, 100) == "old");
    CHECK(files_in(folder.path) == 1);
}
