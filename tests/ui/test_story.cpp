// The application as its user meets it: a comp from nothing by the keyboard, scrubbed, undone to the start and done
// again, saved, killed, recovered, opened again and rendered from the queue.
#include "tests/ui/driver.h"
#include "tests/ui/program.h"
#include <doctest/doctest.h>
#include <fstream>

namespace tessera::tests {

namespace {

using nlohmann::json;

json project_of(const std::filesystem::path& path)
{
    std::ifstream file(path);
    return json::parse(file, nullptr, false);
}

/// The nodes of the root graph by name.
std::map<std::string, json> nodes_of(const json& project)
{
    std::map<std::string, json> nodes;
    for (const json& n : project.at("graphs").at(0).at("nodes")) nodes[n.at("name")] = n;
    return nodes;
}

/// Runs a command from the palette, found by the whole of its name.
void command(Program& p, const std::string& name, const std::string& id)
{
    p.key("ctrl+shift+p");
    REQUIRE(p.wait([](const json& s) { return s["popup"].get<bool>() && s["typing"].get<bool>(); }));
    p.type(name);
    p.key("Return");
    CHECK_MESSAGE(p.wait([&](const json& s) { return s["last"] == id; }), id << ", not " << p.state().value("last", ""));
}

/// A node from the Tab menu; waits until the project has it.
void add(Program& p, const std::string& name)
{
    const size_t before = p.state()["nodes"];
    p.key("Tab");
    REQUIRE(p.wait([](const json& s) { return s["popup"].get<bool>() && s["typing"].get<bool>(); }));
    p.type(name);
    p.key("Return");
    CHECK_MESSAGE(p.wait([&](const json& s) { return s["nodes"].get<size_t>() > before; }), name);
    CHECK(p.wait([](const json& s) { return !s["popup"].get<bool>(); }));
}

/// A project with the sample's plates beside it and nothing in it.
void prepare(const Folder& folder)
{
    std::filesystem::create_directories(folder / "plates");
    for (const char* plate : {"greenscreen.jpg", "forest.jpg"})
        std::filesystem::copy_file(std::filesystem::path(TESSERA_SOURCE) / "samples/greenscreen/plates" / plate,
                                   folder / "plates" / plate);
    json start = project_of(TESSERA_SOURCE "/samples/bench/start.tess");
    start["graphs"][0]["nodes"] = json::array();
    start["layout"] = json::object();
    start["settings"]["format"] = {{"width", 480}, {"height", 270}, {"pixel_aspect", 1.0}};
    start["settings"]["last_frame"] = 3;
    std::ofstream(folder / "shot.tess") << start.dump(1);
}

} // namespace

TEST_CASE("a comp from nothing by the keyboard, lost and found again, rendered")
{
    Folder folder;
    prepare(folder);
    const std::string shot = (folder / "shot.tess").string();
    json before_kill;
    {
        Program p({.arguments = {shot}, .home = folder / "home"});
        MESSAGE("first frame after " << p.seconds_to_window() << " s");
        REQUIRE(p.wait([&](const json& s) { return s["path"] == shot && !s["start_page"].get<bool>(); }));
        // The pointer over the graph, in the lower left, gives it the keys.
        p.move(500, 900);
        REQUIRE(p.wait([](const json& s) { return s["focused"] == "graph#1"; }));
        for (const char* node : {"Checkerboard", "Colour Difference Keyer", "Despill"}) add(p, node);
        p.key("t");
        CHECK(p.wait([](const json& s) { return s["nodes"] == 4; }));
        add(p, "Constant");
        p.key("m");
        p.key("g");
        add(p, "Write");
        CHECK(p.wait([](const json& s) { return s["nodes"] == 8; }));
        p.key("ctrl+s");
        REQUIRE(p.wait([](const json& s) { return s["saved"].get<bool>(); }));
        const json saved = project_of(shot);
        const auto nodes = nodes_of(saved);
        CHECK(nodes.size() == 8);
        for (const char* name : {"Grade1", "Merge1", "Write1", "Transform1", "Despill1"})
            CHECK_MESSAGE(nodes.contains(name), saved.at("graphs").dump());
        if (nodes.contains("Grade1") && nodes.contains("Merge1"))
            CHECK(nodes.at("Grade1").at("inputs").begin().value() == nodes.at("Merge1").at("id"));
        // A value scrubbed: the frame of the time ruler by keys, then the graph undone to its start and done again.
        p.key("Right");
        CHECK(p.wait([](const json& s) { return s["play_frame"] == 2.0; }));
        p.key("Left");
        CHECK(p.wait([](const json& s) { return s["play_frame"] == 1.0; }));
        for (int i = 0; i < 60 && p.state()["nodes"] != 0; ++i) p.key("ctrl+z");
        CHECK(p.wait([](const json& s) { return s["nodes"] == 0; }));
        CHECK(!p.state()["saved"].get<bool>());
        for (int i = 0; i < 60 && !p.state()["saved"].get<bool>(); ++i) p.key("ctrl+shift+z");
        CHECK(p.wait([](const json& s) { return s["nodes"] == 8 && s["saved"].get<bool>(); }));
        // One edit more, which is not saved, and the end of the program without warning.
        p.key("b");
        REQUIRE(p.wait([](const json& s) { return s["nodes"] == 9 && !s["saved"].get<bool>(); }));
        const double edited = now();
        const auto copies = folder / "home" / "state" / "tessera" / "recovery";
        const auto copied = [&] {
            std::error_code none;
            for (const auto& entry : std::filesystem::recursive_directory_iterator(copies, none))
                if (entry.is_regular_file()) {
                    std::ifstream file(entry.path());
                    const std::string text((std::istreambuf_iterator<char>(file)), {});
                    if (text.find("Blur1") != std::string::npos) return true;
                }
            return false;
        };
        CHECK(p.wait([&](const json&) { return copied(); }, 10));
        CHECK(now() - edited < 5);
        p.kill_hard();
    }
    {
        Program p({.arguments = {}, .home = folder / "home"});
        // It asks what to do with the copy; Enter takes its answer.
        REQUIRE(p.wait([](const json& s) { return s["popup"].get<bool>(); }));
        p.key("Return");
        CHECK(p.wait([](const json& s) { return s["nodes"] == 9; }));
        CHECK(!p.state()["saved"].get<bool>());
        p.key("ctrl+s");
        CHECK(p.wait([](const json& s) { return s["saved"].get<bool>(); }));
        p.key("ctrl+q");
        CHECK(p.ended() == 0);
    }
    json saved = project_of(shot);
    CHECK(nodes_of(saved).size() == 9);
    const Ran pixel = run_program({TESSERA_BINARY "/tessera", "pixel", shot, "Merge1", "1", "10", "10"});
    CHECK_MESSAGE(pixel.status == 0, pixel.output);
    {
        // Where the writer writes is set in the file; the picture is then rendered from the queue.
        for (json& n : saved["graphs"][0]["nodes"])
            if (n["name"] == "Write1") n["params"]["file"] = "out/shot.####.exr", n["params"]["create_directories"] = true;
        std::ofstream(shot) << saved.dump(1);
        Program p({.arguments = {shot}, .home = folder / "home"});
        REQUIRE(p.wait([](const json& s) { return s["nodes"] == 9; }));
        p.key("F5");
        REQUIRE(p.wait([](const json& s) { return s["popup"].get<bool>(); }));
        p.key("Return");
        const auto written = [&] {
            return std::filesystem::exists(folder / "out" / "shot.0001.exr") && std::filesystem::exists(folder / "out" / "shot.0003.exr");
        };
        CHECK(p.wait([&](const json&) { return written(); }, 60));
        MESSAGE("worst frame while rendering " << p.worst_frame() << " ms, memory " << p.memory() / 1000000 << " MB");
        // The last frame is there a moment before its job has ended; leaving in that moment is asked about.
        p.key("ctrl+q");
        if (p.ended(3) != 0) {
            CHECK(p.state()["popup"].get<bool>());
            p.kill_hard();
        }
    }
}

TEST_CASE("the sample on the screen")
{
    Folder folder;
    Program p({.arguments = {TESSERA_SOURCE "/samples/greenscreen/greenscreen.tess"}, .home = folder / "home"});
    REQUIRE(p.wait([](const json& state) { return state["nodes"].get<size_t>() > 5; }));
    command(p, "workspace colour", "workspace.Colour");
    CHECK(p.wait([](const json& state) { return state["workspace"] == "Colour"; }));
    command(p, "workspace compositing", "workspace.Compositing");
    // The picture is in the viewer once its middle has many colours; the scene is an autumn forest.
    Screenshot s;
    CHECK(p.wait([&](const json&) {
        s = p.screenshot();
        return s.width > 0 && s.colours(500, 150, 900, 450) > 2000;
    }, 60));
    const auto mean = s.mean(400, 150, 1000, 500);
    CHECK(mean[0] - mean[2] > 5);
    p.key("ctrl+q");
    CHECK(p.ended() == 0);
}

} // namespace tessera::tests
