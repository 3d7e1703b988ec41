#include "app/widgets/file_listing.h"
#include "app/widgets/file_places.h"
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace tessera;

namespace {

FoundFile file(std::string name, uint64_t bytes = 10, int64_t modified = 100)
{
    return {std::move(name), false, bytes, modified};
}

std::vector<std::string> names(const Listing& listing, const FileView& view)
{
    std::vector<std::string> list;
    for (const size_t i : shown_rows(listing, view)) list.push_back(listing.rows[i].name);
    return list;
}

struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("tessera_listing_" + std::to_string(getpid()));
    Folder() { std::filesystem::create_directories(path); }
    ~Folder() { std::filesystem::remove_all(path); }
};

} // namespace

TEST_CASE("files of a sequence are one row with its frames, size and newest date")
{
    std::vector<FoundFile> found{{"sub", true, 0, 5}, file("notes.txt")};
    for (const int f : {1, 2, 4, 6}) found.push_back(file("plate.000" + std::to_string(f) + ".exr", 100, 1000 + f));
    const Listing listing = folded("/a", found, true);
    REQUIRE(listing.rows.size() == 3);
    const auto row = std::find_if(listing.rows.begin(), listing.rows.end(), [](const FileRow& r) { return r.kind == FileKind::Sequence; });
    REQUIRE(row != listing.rows.end());
    CHECK(row->name == "plate.####.exr");
    CHECK(row->first == 1);
    CHECK(row->last == 6);
    CHECK(row->missing() == 2);
    CHECK(row->bytes == 400);
    CHECK(row->modified == 1006);
    CHECK(frames_text(*row) == "1-6 (2 missing)");
    CHECK(listing.names.contains("plate.0004.exr"));
    CHECK(folded("/a", found, false).rows.size() == 6);
}

TEST_CASE("rows are filtered by kind and typing, and sorted with folders first")
{
    Listing listing = folded("/a", {file("plate10.exr", 5, 3), file("Plate2.EXR", 9, 1), file("b.mov", 7, 2), file(".hidden.exr"),
                                    {"Zoo", true, 0, 0}}, false);
    FileView view;
    CHECK(names(listing, view) == std::vector<std::string>{"Zoo", "b.mov", "Plate2.EXR", "plate10.exr"});
    view.filter = {"EXR", {".exr"}};
    CHECK(names(listing, view) == std::vector<std::string>{"Zoo", "Plate2.EXR", "plate10.exr"});
    view.hidden = true;
    CHECK(names(listing, view).size() == 4);
    view = {};
    view.typed = "PLATE";
    CHECK(names(listing, view).size() == 2);
    view.typed = "p*10.*";
    CHECK(names(listing, view) == std::vector<std::string>{"plate10.exr"});
    view = {};
    view.sort = FileSort::Size, view.descending = true;
    CHECK(names(listing, view) == std::vector<std::string>{"Zoo", "Plate2.EXR", "b.mov", "plate10.exr"});
    view.sort = FileSort::Date;
    CHECK(names(listing, view) == std::vector<std::string>{"Zoo", "plate10.exr", "b.mov", "Plate2.EXR"});
    view.folders_only = true;
    CHECK(names(listing, view) == std::vector<std::string>{"Zoo"});
}

TEST_CASE("wildcards and natural order")
{
    CHECK(name_matches("*.exr", "a.EXR"));
    CHECK_FALSE(name_matches("*.exr", "a.exr.tmp"));
    CHECK(name_matches("a?c*", "abcd"));
    CHECK(name_matches("", "x"));
    CHECK_FALSE(name_matches(std::string(200, '*') + "b", std::string(2000, 'a')));
    CHECK(natural_less("v2", "v10"));
    CHECK(natural_less("v002", "v10"));
    CHECK_FALSE(natural_less("v10", "v2"));
    CHECK(natural_less("a", "B"));
    CHECK_FALSE(natural_less("a", "a"));
    CHECK(natural_less("a99999999999999999999", "a100000000000000000000"));
}

TEST_CASE("Tab completes as far as the names agree")
{
    const Listing listing = folded("/s", {{"plates", true, 0, 0}, {"renders", true, 0, 0}, file("render_a.exr"), file(".git")}, false);
    CHECK(completed_path("/s/pl", listing) == "/s/plates/");
    CHECK(completed_path("/s/r", listing) == "/s/render");
    CHECK(completed_path("/s/x", listing) == "/s/x");
    CHECK(completed_path("/s/.g", listing) == "/s/.git");
}

TEST_CASE("a folder is read from the disk; one that cannot be says why")
{
    Folder folder;
    std::filesystem::create_directory(folder.path / "inner");
    for (int f = 1; f <= 3; ++f) std::ofstream(folder.path / ("a." + std::to_string(f) + ".exr")) << "xx";
    const Listing listing = list_folder(folder.path.string(), true, [] { return false; });
    CHECK_FALSE(listing.error);
    CHECK(listing.rows.size() == 2);
    const Listing none = list_folder((folder.path / "no").string(), true, [] { return false; });
    REQUIRE(none.error);
    CHECK(none.error->kind == ErrorKind::NotFound);
    const Listing wrong = list_folder((folder.path / "a.1.exr").string(), true, [] { return false; });
    REQUIRE(wrong.error);
    CHECK(wrong.error->kind == ErrorKind::InvalidArgument);
    CHECK(list_folder(folder.path.string(), true, [] { return true; }).rows.empty());
}

TEST_CASE("texts of sizes and paths")
{
    CHECK(file_size_text(0) == "0 B");
    CHECK(file_size_text(999) == "999 B");
    CHECK(file_size_text(1500) == "1.5 kB");
    CHECK(file_size_text(123456789) == "123 MB");
    CHECK(folder_of("/a/b") == "/a");
    CHECK(folder_of("/a") == "/");
    CHECK(name_of_path("/a/b.exr") == "b.exr");
    CHECK(joined_path("/", "b") == "/b");
    CHECK(joined_path("/a", "/b") == "/b");
}

TEST_CASE("favourites and recent folders survive, and rubbish is told")
{
    Folder folder;
    const auto path = folder.path / "config" / "places.json";
    FilePlaces places;
    CHECK(load_places(path)->recent.empty());
    for (int i = 0; i < 20; ++i) places.used("/f" + std::to_string(i));
    places.used("/f15");
    places.toggle_favourite("/shows");
    CHECK(places.recent.front() == "/f15");
    CHECK(places.recent.size() == 12);
    REQUIRE(save_places(places, path));
    const auto back = load_places(path);
    REQUIRE(back);
    CHECK(back->recent == places.recent);
    CHECK(back->is_favourite("/shows"));
    std::ofstream(path) << "\xff{ rubbish";
    const auto bad = load_places(path);
    REQUIRE_FALSE(bad);
    CHECK(bad.error().kind == ErrorKind::Damaged);
}
