// Layouts as values, commands, and key maps.
#include "app/workspace/commands.h"
#include "app/workspace/layout.h"
#include <doctest/doctest.h>

namespace tessera::tests {

namespace {

Layout two()
{
    return split(SplitAxis::Horizontal, 0.7f, leaf({{"viewer", 1, {}}, {"graph", 1, {}}}), leaf({{"properties", 1, {}}}));
}

} // namespace

TEST_CASE("a panel taken out of a leaf, and the last one of it, which gives its place up")
{
    Layout layout = two();
    CHECK(remove_panel(layout, "viewer#1").has_value());
    CHECK(panels_of(layout).size() == 2);
    CHECK(remove_panel(layout, "properties#1").has_value());
    CHECK(layout.leaf());
    CHECK(layout.tabs.size() == 1);
    CHECK_FALSE(remove_panel(layout, "properties#1").has_value());
}

TEST_CASE("a tab dropped at a side splits, in the middle it joins")
{
    Layout layout = two();
    move_panel(layout, "graph#1", "properties#1", DropSide::Bottom);
    REQUIRE_FALSE(layout.second->leaf());
    CHECK(layout.second->axis == SplitAxis::Vertical);
    CHECK(layout.second->second->tabs.front().kind == "graph");
    move_panel(layout, "graph#1", "viewer#1", DropSide::Centre, 0);
    CHECK(layout.first->tabs.front().kind == "graph");
    CHECK(layout.second->leaf());
    move_panel(layout, "properties#1", "properties#1", DropSide::Left); // onto itself: nothing
    CHECK(panels_of(layout).size() == 3);
    CHECK(free_number(layout, "viewer") == 2);
    CHECK(free_number(layout, "queue") == 1);
}

TEST_CASE("layouts survive being written and read; what is none is refused")
{
    for (const NamedLayout& named : built_in_layouts()) {
        CAPTURE(named.name);
        const std::string text = layout_to_json(named.layout);
        const auto again = layout_from_json(text);
        REQUIRE(again.ok());
        CHECK(layout_to_json(*again) == text);
    }
    CHECK_FALSE(layout_from_json("").ok());
    CHECK_FALSE(layout_from_json("[]").ok());
    CHECK_FALSE(layout_from_json(R"({"split":"horizontal","ratio":0.5,"first":{"tabs":[]}})").ok());
    const std::string twice = layout_to_json(leaf({{"a", 1, {}}, {"a", 1, {}}}));
    CHECK_FALSE(layout_from_json(twice).ok());
    std::string deep;
    for (int i = 0; i < 5000; ++i) deep += R"({"split":"horizontal","first":)";
    CHECK_FALSE(layout_from_json(deep).ok());
}

TEST_CASE("chords are read in any order and case, and written in one")
{
    const auto chord = parse_chord("shift+CTRL+p");
    REQUIRE(chord.ok());
    CHECK(chord_text(*chord) == "Ctrl+Shift+P");
    CHECK(parse_chord("F5").ok());
    CHECK(parse_chord("Space").ok());
    CHECK(parse_chord("[").ok());
    CHECK_FALSE(parse_chord("Ctrl+Hyper+X").ok());
    CHECK_FALSE(parse_chord("").ok());
    CHECK_FALSE(parse_chord("Ctrl+").ok());
}

TEST_CASE("a key does what its panel says, else what it does everywhere")
{
    KeyMap map = make_key_map("Nuke");
    const auto command = [&](const char* context, const char* chord) { return map.command_of(context, *parse_chord(chord)); };
    CHECK(command("graph", "M") == "create.merge");
    CHECK(command("viewer", "M") == "viewer.matte");
    CHECK(command("graph", "Ctrl+Z") == "edit.undo");
    CHECK(command("curves", "K") == "curves.constant");
    CHECK(command("graph", "Ctrl+Shift+Alt+F9").empty());
    map.bind("graph", *parse_chord("M"), "create.blur");
    CHECK(command("graph", "M") == "create.blur");
    const auto again = KeyMap::from_json(map.to_json());
    REQUIRE(again.ok());
    CHECK(*again == map);
    CHECK_FALSE(KeyMap::from_json("{\"graph\": {\"Hyper+Q\": \"x\"}}").ok());
    CHECK_FALSE(KeyMap::from_json("nonsense").ok());
    for (const std::string& preset : key_map_presets()) CHECK_FALSE(make_key_map(preset).text_of("edit.undo").empty());
}

TEST_CASE("commands run when they may, and are remembered")
{
    Commands commands;
    int ran = 0;
    bool allowed = false;
    Command c;
    c.id = "a.b", c.name = "Do it", c.run = [&] { ++ran; }, c.enabled = [&] { return allowed; };
    commands.add(c);
    CHECK_FALSE(commands.run("a.b"));
    allowed = true;
    CHECK(commands.run("a.b"));
    CHECK(ran == 1);
    CHECK_FALSE(commands.run("a.c"));
    REQUIRE(commands.recent().size() == 1);
    commands.remove("a.b");
    CHECK_FALSE(commands.run("a.b"));
}

TEST_CASE("fuzzy search prefers starts of words and runs")
{
    CHECK(fuzzy_score("gra", "Grade") > fuzzy_score("gra", "Program"));
    CHECK(fuzzy_score("mg", "Merge") > 0);
    CHECK(fuzzy_score("xyz", "Merge") == 0);
    CHECK(fuzzy_score("cc", "Color Correct") > fuzzy_score("cc", "Occlusion"));
}

} // namespace tessera::tests
