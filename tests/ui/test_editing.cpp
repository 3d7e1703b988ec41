// What hands do in the node graph, the palette and the workspace, inside the program.
#include "tests/ui/driver.h"
#include <doctest/doctest.h>

namespace tessera::tests {

namespace {

/// The operators of the graph shown, sorted, each with a space after it.
std::string operators(Driver& d)
{
    std::multiset<std::string> all;
    d.graph().nodes.each([&](NodeId, const NodePtr& n) { all.insert(n->op); });
    std::string text;
    for (const std::string& op : all) text += op + " ";
    return text;
}

} // namespace

TEST_CASE("nodes by keys, undone to the start and done again")
{
    Driver d;
    d.focus("graph#1");
    d.press("Tab");
    d.type("Checkerboard");
    d.press("Enter");
    CHECK(operators(d) == "checkerboard ");
    d.press("G");
    d.press("B");
    d.press("T");
    CHECK(operators(d) == "blur checkerboard grade transform ");
    const std::string whole = operators(d);
    const ProjectPtr made = d->session().project();
    while (d->session().history().can_undo()) d.press("Ctrl+Z");
    CHECK(operators(d).empty());
    while (d->session().history().can_redo()) d.press("Ctrl+Shift+Z");
    CHECK(operators(d) == whole);
    CHECK(d->session().project() == made);
}

TEST_CASE("each new node takes its picture from the one before it")
{
    Driver d;
    d.focus("graph#1");
    for (const char* name : {"Constant", "Grade", "Blur"}) {
        d.press("Tab");
        d.type(name);
        d.press("Enter");
    }
    const auto source = [&](const std::string& name) {
        NodeId from = 0;
        d.graph().nodes.each([&](NodeId id, const NodePtr& n) {
            if (id == d.node(name))
                for (const auto& [port, node] : n->inputs) from = node.node;
        });
        return from;
    };
    CHECK(source("Grade1") == d.node("Constant1"));
    CHECK(source("Blur1") == d.node("Grade1"));
}

TEST_CASE("the palette finds and runs a command")
{
    Driver d;
    d.press("Ctrl+Shift+P");
    REQUIRE(ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel));
    d.type("light");
    d.press("Enter");
    CHECK(d->preferences().theme == ThemeKind::Light);
    d.press("Ctrl+Shift+P");
    d.press("Escape");
    CHECK(!ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel));
}

TEST_CASE("every workspace draws, in both themes, at every size")
{
    Driver d({.project = TESSERA_SOURCE "/samples/greenscreen/greenscreen.tess"});
    REQUIRE(d.wait([&] { return d.graph().nodes.size() > 5; }));
    for (const char* theme : {"theme.light", "theme.dark"}) {
        d.run(theme);
        for (const auto& w : built_in_layouts()) {
            d.run("workspace." + w.name);
            for (const auto& [width, height] : {std::pair{320, 200}, {640, 480}, {1280, 720}, {2560, 1440}}) {
                d.resize(width, height);
                const Screenshot s = d.screenshot();
                CHECK_MESSAGE(s.colours(0, 0, width, height) > 8, w.name << " at " << width << "x" << height);
            }
        }
    }
}

TEST_CASE("a maximised panel fills the window and goes back")
{
    Driver d;
    d.focus("graph#1");
    const auto before = d.area("graph#1");
    REQUIRE(before);
    d.press("Space");
    const auto all = d.area("graph#1");
    REQUIRE(all);
    CHECK(all->second.x - all->first.x > 1200);
    d.press("Space");
    const auto after = d.area("graph#1");
    REQUIRE(after);
    CHECK(after->first.x == before->first.x);
    CHECK(after->second.y == before->second.y);
}

TEST_CASE("every command can be run on an empty project")
{
    // Those that leave the program or cover the screen, which takes a software device long to draw.
    const std::set<std::string> not_here{"file.quit", "window.full_screen", "viewer.full_screen"};
    Driver d;
    std::vector<std::string> ids;
    for (const auto& [id, command] : d->commands().all()) ids.push_back(id);
    CHECK(ids.size() > 70);
    for (const std::string& id : ids) {
        if (not_here.contains(id)) continue;
        const Command* c = d->commands().find(id);
        if (!c || !c->usable()) continue;
        INFO(id);
        d.run(id);
        d.press("Escape");
        d.press("Escape");
    }
    CHECK(!d->quitting());
}

} // namespace tessera::tests
