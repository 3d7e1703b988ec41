#include "tests/doc/helpers.h"
#include <nlohmann/json.hpp>

using namespace tessera;
using namespace tessera::test;
using Json = nlohmann::json;

namespace {

ProjectPtr comp()
{
    ProjectPtr p = added(make_project(), "test_read", "Read");
    for (const char* name : {"A", "B", "C"}) p = added(p, "test_blur", name);
    return connected(connected(p, "A", "in", "Read"), "B", "in", "A");
}

const Graph& root(const ProjectPtr& p)
{
    return *find_graph(*p, p->root);
}

std::string text_of(const ProjectPtr& p)
{
    return must(to_json_text(*p));
}

ProjectPtr cloned(const ProjectPtr& p, const char* name)
{
    const NodeId chosen[] = {id(p, name)};
    return must(clone_nodes(p, 1, chosen, {100, 0}));
}

ProjectPtr decorated()
{
    ProjectPtr p = comp();
    p = must(set_look(p, at(p, "A"), {.colour = 0x102aff, .bookmark = 3, .hide_inputs = true, .z = -2}));
    p = must(set_look(p, at(p, "B"), {.bookmark = 9, .thumbnail = true}));
    p = must(add_note(p, 1, {.position = {-10, 20.5}, .title = "Key", .text = "a\nb", .colour = 0x00ff00, .z = 4}));
    p = must(add_note(p, 1, {.kind = Note::Kind::Sticky, .size = {50, 60}, .text = "?", .font_size = 11}));
    return cloned(p, "C");
}

} // namespace

TEST_CASE("looks and notes are read back as they were")
{
    const ProjectPtr p = decorated();
    const LoadedProject back = must(from_json_text(text_of(p), "shot.tess"));
    CHECK(back.warnings.empty());
    CHECK(text_of(back.project) == text_of(p));
    CHECK(look_of(root(back.project), id(p, "A")) == look_of(root(p), id(p, "A")));
    CHECK(look_of(root(back.project), id(p, "B")).thumbnail);
    REQUIRE(root(back.project).notes.size() == 2);
    root(p).notes.each([&](NoteId note, const NotePtr& n) { CHECK(**root(back.project).notes.find(note) == *n); });
    CHECK(at(back.project, "C").node->clones == at(p, "C").node->clones);
    CHECK(clones_of(root(back.project), id(p, "C")).size() == 1);
}

TEST_CASE("unknown fields of looks and notes, and kinds to come, are kept")
{
    Json j = Json::parse(text_of(decorated()));
    Json& layout = j["layout"]["1"];
    layout["looks"].begin().value()["shape"] = "round";
    layout["looks"]["777"] = {{"colour", "#000000"}};
    layout["notes"].begin().value()["pinned"] = true;
    layout["notes"]["778"] = {{"kind", "arrow"}, {"to", 4}};
    const ProjectPtr p = must(from_json_text(j.dump(), "shot.tess")).project;
    CHECK(Json::parse(text_of(p)) == j);
    // An edit of the rest leaves them alone.
    const ProjectPtr q = must(set_look(p, at(p, "C"), {.bookmark = 1}));
    Json changed = Json::parse(text_of(q));
    CHECK(changed["layout"]["1"]["notes"] == j["layout"]["1"]["notes"]);
}

TEST_CASE("disturbed layouts are refused with their place, or mended with a warning")
{
    const auto changed = [](const std::function<void(Json&)>& change) {
        Json j = Json::parse(text_of(decorated()));
        change(j["layout"]["1"]);
        return from_json_text(j.dump(), "shot.tess");
    };
    const auto first = [](Json& j) -> Json& { return j.begin().value(); };
    CHECK(contains(error_of(changed([&](Json& l) { l["looks"] = 4; })), "/layout/1/looks: is not an object"));
    CHECK(contains(error_of(changed([&](Json& l) { first(l["looks"]) = 4; })), "is not an object"));
    CHECK(contains(error_of(changed([&](Json& l) { first(l["looks"])["colour"] = "red"; })), "is not a colour"));
    CHECK(contains(error_of(changed([&](Json& l) { first(l["looks"])["z"] = 1.5; })), "/z: is not a whole number"));
    CHECK(contains(error_of(changed([&](Json& l) { first(l["notes"])["size"] = {1}; })), "/size: is not an array"));
    CHECK(contains(error_of(changed([&](Json& l) { first(l["notes"])["text"] = 1; })), "/text: is not a text"));
    const auto mended = [&](const std::function<void(Json&)>& change, const char* warning) {
        const LoadedProject loaded = must(changed(change));
        REQUIRE(loaded.warnings.size() == 1);
        CHECK(contains(loaded.warnings[0], warning));
        CHECK(must(from_json_text(text_of(loaded.project))).warnings.empty());
    };
    mended([&](Json& l) { first(l["looks"])["bookmark"] = 12; }, "is not 1 to 9");
    mended([&](Json& l) { first(l["looks"])["bookmark"] = 9; }, "is another node's");
    mended([&](Json& l) { first(l["notes"])["size"] = {0, -4}; }, "the size of the note");
    mended([&](Json& l) { first(l["notes"])["font_size"] = 0; }, "the note's type");
}

TEST_CASE("clones in a file that differ become nodes of their own")
{
    Json j = Json::parse(text_of(decorated()));
    for (Json& node : j["graphs"][0]["nodes"])
        if (node["name"] == "C") node["label"] = "mine alone";
    const LoadedProject loaded = must(from_json_text(j.dump(), "shot.tess"));
    REQUIRE(loaded.warnings.size() == 1);
    CHECK(contains(loaded.warnings[0], "differs from what it is a clone of"));
    CHECK(clones_of(root(loaded.project), id(loaded.project, "C")).empty());
}

TEST_CASE("one bookmark belongs to one node of a graph")
{
    ProjectPtr p = decorated();
    p = must(set_look(p, at(p, "C"), {.bookmark = 3}));
    CHECK(look_of(root(p), id(p, "A")).bookmark == 0);
    CHECK(look_of(root(p), id(p, "A")).colour == 0x102aff);
    CHECK(look_of(root(p), id(p, "C")).bookmark == 3);
    CHECK_FALSE(set_look(p, at(p, "C"), {.bookmark = 10}));
    CHECK(set_look(p, at(p, "C"), look_of(root(p), id(p, "C"))).value() == p);
    const NodeId gone[] = {id(p, "A")};
    CHECK(root(must(remove_nodes(p, 1, gone))).looks.size() == root(p).looks.size() - 1);
}

TEST_CASE("notes are added, changed and removed")
{
    ProjectPtr p = must(add_note(make_project(), 1, {.title = "One"}));
    const NoteId note = p->next_node - 1;
    Note changed = **root(p).notes.find(note);
    CHECK(must(set_note(p, 1, changed)) == p);
    changed.title = "Two";
    const ProjectPtr q = must(set_note(p, 1, changed));
    CHECK((*root(q).notes.find(note))->title == "Two");
    CHECK((*root(p).notes.find(note))->title == "One");
    changed.size = {0, 1};
    CHECK_FALSE(set_note(p, 1, changed));
    changed.id = 99;
    CHECK_FALSE(set_note(p, 1, changed));
    CHECK_FALSE(add_note(p, 5, {}));
    const NoteId gone[] = {note};
    CHECK(root(must(remove_notes(p, 1, gone))).notes.empty());
    CHECK(must(remove_notes(make_project(), 1, gone))->graphs.size() == 1);
    // A node made later does not get the note's number.
    CHECK(id(added(p, "test_blur", "A"), "A") == note + 1);
}

TEST_CASE("an edit of one clone is an edit of all")
{
    const ProjectPtr p = cloned(comp(), "A");
    REQUIRE(clones_of(root(p), id(p, "A")).size() == 1);
    const std::string other = find_node(*p, 1, clones_of(root(p), id(p, "A"))[0]).node->name;
    CHECK(at(p, other).node->inputs == at(p, "A").node->inputs);
    ProjectPtr q = must(set_param(p, at(p, "A"), "size", 12.0));
    CHECK(number(q, other, "size") == 12);
    q = driven(q, other, "size", "frame * 2");
    CHECK(number(q, "A", "size", 5) == 10);
    q = must(set_label(must(set_disabled(q, at(q, "A"), true)), at(q, "A"), "twin"));
    CHECK(at(q, other).node->disabled);
    CHECK(at(q, other).node->label == "twin");
    q = must(reset_param(q, at(q, other), "size"));
    CHECK_FALSE(at(q, "A").node->params.contains("size"));
    // Connections and names are each one's own.
    q = must(disconnect(q, at(q, other), "in"));
    CHECK(at(q, "A").node->inputs.contains("in"));
    q = must(rename(q, at(q, other), "Twin"));
    CHECK(at(q, "A"));
    // What would make one depend on the other is refused.
    CHECK_FALSE(set_source(q, at(q, "A"), "size", LinkSource{"Twin.size"}));
}

TEST_CASE("declone, copies of clones, and groups")
{
    ProjectPtr p = cloned(cloned(comp(), "A"), "A");
    REQUIRE(clones_of(root(p), id(p, "A")).size() == 2);
    const std::vector<NodeId> others = clones_of(root(p), id(p, "A"));
    const NodeId alone[] = {id(p, "A")};
    ProjectPtr q = must(declone_nodes(p, 1, alone));
    CHECK(clones_of(root(q), id(q, "A")).empty());
    CHECK(clones_of(root(q), others[0]).size() == 1);
    q = must(declone_nodes(q, 1, std::span(others).first(1)));
    CHECK(find_node(*q, 1, others[1]).node->clones == 0);

    // One copied clone is a node of its own, several are clones of one another.
    q = must(duplicate_nodes(p, 1, alone, {}));
    CHECK(find_node(*q, 1, p->next_node).node->clones == 0);
    q = must(paste_nodes(p, 1, must(copy_nodes(p, 1, others))));
    CHECK(clones_of(root(q), p->next_node) == std::vector<NodeId>{p->next_node + 1});
    CHECK(clones_of(root(q), id(q, "A")).size() == 2);

    // Parted by a group, clones go ways of their own, also once they come back.
    const NodeId inside[] = {others[0]};
    q = must(group(p, 1, inside, "G"));
    CHECK(clones_of(root(q), id(q, "A")).size() == 1);
    q = must(set_param(q, at(q, "A"), "size", 3.0));
    q = must(ungroup(q, at(q, "G")));
    CHECK(clones_of(root(q), others[0]).empty());
    CHECK(clones_of(root(q), id(q, "A")).size() == 1);
    CHECK(must(from_json_text(text_of(q))).warnings.empty());
    const NodeId group_node[] = {id(must(group(p, 1, inside, "G")), "G")};
    CHECK_FALSE(clone_nodes(must(group(p, 1, inside, "G")), 1, group_node, {}));
}

TEST_CASE("clones keep the originals' links")
{
    ProjectPtr p = comp();
    p = must(set_source(p, at(p, "B"), "size", LinkSource{"A.size"}));
    p = must(set_param(p, at(p, "A"), "size", 4.0));
    const NodeId both[] = {id(p, "A"), id(p, "B")};
    const ProjectPtr q = must(clone_nodes(p, 1, both, {}));
    const Node& twin = *find_node(*q, 1, clones_of(root(q), id(q, "B"))[0]).node;
    CHECK(std::get<LinkSource>(twin.params.find("size")->second.sources[0]).path == "A.size");
    CHECK(must(from_json_text(text_of(q))).warnings.empty());
}

TEST_CASE("the clipboard carries looks and notes")
{
    const ProjectPtr p = decorated();
    std::vector<NoteId> notes;
    root(p).notes.each([&](NoteId note, const NotePtr&) { notes.push_back(note); });
    const NodeId chosen[] = {id(p, "A")};
    const ProjectPtr q = must(paste_nodes(make_project(), 1, must(copy_nodes(p, 1, chosen, notes)), {5, 6}));
    const NodeLook look = look_of(root(q), id(q, "A"));
    CHECK(look.colour == 0x102aff);
    CHECK(look.hide_inputs);
    CHECK(look.bookmark == 0); // stays with the original
    REQUIRE(root(q).notes.size() == 2);
    bool found = false;
    root(q).notes.each([&](NoteId, const NotePtr& n) {
        found = found || (n->position == Vec2{-5, 26.5} && n->title == "Key");
    });
    CHECK(found);
    CHECK(must(from_json_text(text_of(q))).warnings.empty());
    // Notes alone, and twice into the same graph.
    const ProjectPtr r = must(paste_nodes(p, 1, must(copy_nodes(p, 1, {}, notes)), {}));
    CHECK(root(r).notes.size() == 4);
    CHECK(root(r).nodes.size() == root(p).nodes.size());
}
