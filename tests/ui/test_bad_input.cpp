// What must not harm: no display, files that are no projects, plates that are gone, folders that cannot be written, a
// clipboard of rubbish, a million characters.
#include "app/editor/project_files.h"
#include "tests/ui/driver.h"
#include "tests/ui/program.h"
#include <doctest/doctest.h>
#include <fstream>
#include <unistd.h>

namespace tessera::tests {

namespace {

void write(const std::filesystem::path& path, const std::string& text)
{
    std::ofstream(path, std::ios::binary) << text;
}

bool told(Driver& d, const std::string& part)
{
    for (const Notice& n : d->notices().all())
        if (n.text.find(part) != std::string::npos) return true;
    return false;
}

} // namespace

TEST_CASE("without a display it says so and ends")
{
    const Ran ran = run_program({TESSERA_BINARY "/tessera-editor"}, {"DISPLAY=", "WAYLAND_DISPLAY="});
    CHECK(ran.status == 1);
    CHECK_MESSAGE(ran.output.find("there is no display") != std::string::npos, ran.output);
    CHECK(ran.output.find("tessera render") != std::string::npos);
}

TEST_CASE("a file that is no project is told, and the application goes on")
{
    Folder folder;
    write(folder / "rubbish.tess", std::string("\0\1\2 not a project \xff\xfe", 20));
    write(folder / "cut.tess", "{\"graphs\": [{\"id\": 1, \"nodes\": [");
    for (const char* name : {"rubbish.tess", "cut.tess", "missing.tess"}) {
        INFO(name);
        Driver d({.project = (folder / name).string()});
        CHECK(d.wait([&] { return told(d, name); }, 10));
        CHECK(!d->quitting());
        CHECK(d.graph().nodes.empty());
    }
}

TEST_CASE("a missing plate and a node nobody knows leave the rest working")
{
    Folder folder;
    write(folder / "p.tess", R"({"schema": 2, "root": 1, "next_graph": 2, "next_node": 4, "graphs": [{"id": 1, "nodes": [
        {"id": 1, "name": "Plate", "op": "read", "params": {"file": "gone.exr"}, "version": 1},
        {"id": 2, "inputs": {"in": 1}, "name": "Odd", "op": "from_a_plugin", "params": {"x": 3}, "version": 1},
        {"id": 3, "inputs": {"in": 2}, "name": "Grade1", "op": "grade", "version": 1}]}]})");
    Driver d({.project = (folder / "p.tess").string()});
    REQUIRE_MESSAGE(d.wait([&] { return d.graph().nodes.size() == 3; }),
                    (d->notices().all().empty() ? "" : d->notices().all().back().text));
    for (int i = 0; i < 3; ++i) d.press("Escape");
    d.focus("graph#1");
    d.press("Ctrl+A");
    d.press("1");
    d.step(20);
    d.press("Escape");
    d.press("Ctrl+S");
    CHECK(d.wait([&] { return d->session().saved(); }));
    std::ifstream file(folder / "p.tess");
    const std::string text((std::istreambuf_iterator<char>(file)), {});
    CHECK(text.find("from_a_plugin") != std::string::npos);
    CHECK(text.find("gone.exr") != std::string::npos);
}

TEST_CASE("a clipboard of rubbish pastes nothing and breaks nothing")
{
    Driver d;
    for (const std::string& text : {std::string("\x01\x02\xff\xfe rubbish"), std::string("{\"nodes\": [1, 2, {\"id\": -1}]}"),
                                    std::string(), std::string("[[[[[[["), std::string(1'000'000, 'x'),
                                    std::string(1'000'000, '[')}) {
        ImGui::SetClipboardText(text.c_str());
        d.focus("graph#1");
        d.press("Ctrl+V");
        d.press("Escape");
        CHECK(d.graph().nodes.empty());
    }
}

TEST_CASE("a million characters go into a text field")
{
    Driver d;
    d.press("Ctrl+Shift+P");
    ImGui::SetClipboardText(std::string(1'000'000, 'w').c_str());
    d.press("Ctrl+V");
    d.press("Escape");
    d.focus("graph#1");
    d.press("B");
    CHECK(d.graph().nodes.size() == 1);
    d.press("N");
    d.press("Ctrl+A");
    d.press("Ctrl+V");
    d.press("Enter");
    CHECK(d.graph().nodes.size() == 1);
    d.press("Ctrl+Z");
    CHECK(d.take_worst_frame() < 2000);
}

TEST_CASE("a project in a folder that cannot be written stays unsaved, and says so")
{
    Folder folder;
    std::filesystem::create_directory(folder / "locked");
    std::filesystem::copy_file(TESSERA_SOURCE "/samples/bench/start.tess", folder / "locked" / "p.tess");
    namespace fs = std::filesystem;
    Driver d({.project = (folder / "locked" / "p.tess").string()});
    REQUIRE(d.wait([&] { return !d->session().path().empty(); }));
    // Root may write anywhere: then the folder goes instead, which fails the same way.
    if (geteuid() == 0) fs::remove_all(folder / "locked"), write(folder / "locked", "a file");
    else fs::permissions(folder / "locked", fs::perms::owner_read | fs::perms::owner_exec);
    d.focus("graph#1");
    d.press("B");
    d.press("Ctrl+S");
    CHECK(d.wait([&] { return told(d, "p.tess"); }, 10));
    CHECK(!d->session().saved());
    if (geteuid() != 0) fs::permissions(folder / "locked", fs::perms::owner_all);
}

} // namespace tessera::tests
