// Files dropped on the window, and files that have moved.
#include "app/session/import.h"
#include <doctest/doctest.h>
#include <fstream>

namespace tessera::tests {

namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder()
    {
        std::string pattern = (fs::temp_directory_path() / "tessera_import_XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()));
        path = pattern;
    }
    ~Folder()
    {
        std::error_code none;
        fs::remove_all(path, none);
    }
    fs::path add(const std::string& name) const
    {
        fs::create_directories((path / name).parent_path());
        std::ofstream(path / name) << "x";
        return path / name;
    }
    fs::path path;
};

bool never()
{
    return false;
}

} // namespace

TEST_CASE("one frame stands for its sequence; folders give what lies in them")
{
    const Folder folder;
    for (int i = 1; i <= 5; ++i) folder.add("plate/plate.000" + std::to_string(i) + ".exr");
    folder.add("plate/notes.txt");
    folder.add("still.JPG");
    folder.add("shot.tess");
    SUBCASE("a frame and a still")
    {
        const Dropped d = sort_dropped({folder.path / "plate/plate.0003.exr", folder.path / "still.JPG"});
        REQUIRE(d.media.size() == 2);
        CHECK(std::find(d.media.begin(), d.media.end(), (folder.path / "plate/plate.####.exr").string()) != d.media.end());
        CHECK(d.projects.empty());
        CHECK(d.problems.empty());
    }
    SUBCASE("a folder")
    {
        const Dropped d = sort_dropped({folder.path / "plate"});
        REQUIRE(d.media.size() == 1);
        CHECK(d.problems.size() == 1); // notes.txt
    }
    SUBCASE("a project, and what is not there")
    {
        const Dropped d = sort_dropped({folder.path / "shot.tess", folder.path / "gone.exr"});
        CHECK(d.projects == std::vector<std::string>{(folder.path / "shot.tess").string()});
        REQUIRE(d.problems.size() == 1);
        CHECK(d.problems.front().find("gone.exr") != std::string::npos);
    }
    SUBCASE("a sequence chosen as a pattern")
    {
        const Dropped d = sort_dropped({folder.path / "plate/plate.####.exr"});
        CHECK(d.media == std::vector<std::string>{(folder.path / "plate/plate.####.exr").string()});
    }
}

TEST_CASE("media become Read nodes side by side, with paths relative to the project")
{
    auto project = std::make_shared<Project>(*make_project());
    project->folder = "/shots/a";
    const auto imported =
        import_media(project, project->root, {"/shots/a/plates/green screen.####.exr", "/elsewhere/2nd.mov"}, {100, 50});
    REQUIRE(imported.ok());
    REQUIRE(imported->nodes.size() == 2);
    const Graph& graph = *find_graph(*imported->project, project->root);
    const Node& first = **graph.nodes.find(imported->nodes[0]);
    CHECK(first.op == "read");
    CHECK(first.name == "green_screen");
    CHECK(std::get<std::string>(first.params.at("file").value) == "plates/green screen.####.exr");
    const Node& second = **graph.nodes.find(imported->nodes[1]);
    CHECK(second.name == "Read2nd");
    CHECK(std::get<std::string>(second.params.at("file").value) == "/elsewhere/2nd.mov");
    const Vec2 a = *graph.positions.find(imported->nodes[0]), b = *graph.positions.find(imported->nodes[1]);
    CHECK((a.x + b.x) / 2 == doctest::Approx(100));
    CHECK(b.x - a.x >= 112);
    // Imported once more at the same place, they lie beside what is there.
    const auto again = import_media(imported->project, project->root, {"/elsewhere/3rd.mov"}, {100, 50});
    REQUIRE(again.ok());
    const Vec2 c = *find_graph(*again->project, project->root)->positions.find(again->nodes[0]);
    CHECK(std::min(std::abs(c.x - a.x), std::abs(c.x - b.x)) >= 112);
}

TEST_CASE("missing media are found again by name, the place most alike first")
{
    const Folder folder;
    folder.add("new/sc01/plates/a.exr");
    folder.add("new/sc02/plates/a.exr");
    for (int i = 1; i <= 3; ++i) folder.add("new/sc01/seq/b.00" + std::to_string(i) + ".exr");
    const fs::path there = folder.add("there.exr");
    auto project = make_project();
    const auto imported = import_media(project, project->root,
                                       {"/old/sc02/plates/a.exr", "/old/sc01/seq/b.###.exr", there.string(), "/old/c.exr"}, {});
    REQUIRE(imported.ok());
    const auto missing = find_missing(*imported->project);
    REQUIRE(missing.size() == 3);
    const auto found = search_folder(missing, folder.path / "new", never);
    REQUIRE(found.size() == 2);
    CHECK(found.at("/old/sc02/plates/a.exr") == (folder.path / "new/sc02/plates/a.exr").string());
    CHECK(found.at("/old/sc01/seq/b.###.exr") == (folder.path / "new/sc01/seq/b.###.exr").string());
    const auto mended = relink(imported->project, missing, found);
    REQUIRE(mended.ok());
    CHECK(find_missing(**mended).size() == 1);
    CHECK(search_folder(missing, folder.path / "new", [] { return true; }).empty());
    CHECK(search_folder(missing, folder.path / "not there", never).empty());
}

} // namespace tessera::tests
