// The layout part of a file: where nodes are in the node graph view, how they look, and the notes beside them.
#include "core/doc/project_json.h"
#include "core/doc/validate.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

/// Colours are written as in a style sheet.
std::string colour_text(int colour)
{
    static constexpr char digits[] = "0123456789abcdef";
    std::string text = "#";
    for (int shift = 20; shift >= 0; shift -= 4) text += digits[(colour >> shift) & 15];
    return text;
}

Status read_colour(Fields& f, int& colour)
{
    std::string text;
    TESSERA_CHECK(f.read("colour", text));
    if (text.empty()) return {};
    const bool well_formed =
        text.size() == 7 && text[0] == '#' && text.find_first_not_of("0123456789abcdefABCDEF", 1) == std::string::npos;
    if (!well_formed)
        return f.context().error(f.path("colour"), "is not a colour", "write it as #rrggbb, six hexadecimal digits");
    colour = std::stoi(text.substr(1), nullptr, 16);
    return {};
}

Status read_pair(Fields& f, const std::string& name, Vec2& target)
{
    const Json* j = f.take(name);
    if (!j) return {};
    if (!j->is_array() || j->size() != 2 || !(*j)[0].is_number() || !(*j)[1].is_number())
        return f.context().error(f.path(name), "is not an array of two numbers", "give it as [x, y]");
    target = {(*j)[0].get<double>(), (*j)[1].get<double>()};
    return {};
}

Json look_json(const NodeLook& look)
{
    Json j = Json::object();
    if (look.colour != NodeLook::own_colour) j["colour"] = colour_text(look.colour);
    if (look.bookmark) j["bookmark"] = look.bookmark;
    if (look.hide_inputs) j["hide_inputs"] = true;
    if (look.thumbnail) j["thumbnail"] = true;
    if (look.z) j["z"] = look.z;
    add_extra(j, look.extra);
    return j;
}

Json note_json(const Note& note)
{
    Json j{{"kind", note.kind == Note::Kind::Backdrop ? "backdrop" : "sticky"},
           {"position", {note.position.x, note.position.y}},
           {"size", {note.size.x, note.size.y}},
           {"font_size", note.font_size}};
    if (!note.title.empty()) j["title"] = note.title;
    if (!note.text.empty()) j["text"] = note.text;
    if (note.colour != NodeLook::own_colour) j["colour"] = colour_text(note.colour);
    if (note.z) j["z"] = note.z;
    add_extra(j, note.extra);
    return j;
}

/// The number that a key of the layout stands for; 0 when it is none.
NodeId number_of(const std::string& key)
{
    const bool number = !key.empty() && key.size() < 10 && key.find_first_not_of("0123456789") == std::string::npos;
    return number ? NodeId(std::stoul(key)) : 0;
}

Result<Json> read_looks(const Json& json, const std::string& path, Graph& graph, ReadContext& c)
{
    Json rest = Json::object();
    TESSERA_TRY(all, Fields::of(json, path, c));
    unsigned taken = 0; // bookmarks, a bit each
    for (auto it = json.begin(); it != json.end(); ++it) {
        const NodeId id = number_of(it.key());
        const NodePtr* node = graph.nodes.find(id);
        if (!node) {
            rest[it.key()] = *it;
            continue;
        }
        TESSERA_TRY(f, Fields::of(*it, all.path(it.key()), c));
        NodeLook look;
        TESSERA_CHECK(read_colour(f, look.colour));
        TESSERA_CHECK(f.read("bookmark", look.bookmark));
        TESSERA_CHECK(f.read("hide_inputs", look.hide_inputs));
        TESSERA_CHECK(f.read("thumbnail", look.thumbnail));
        TESSERA_CHECK(f.read("z", look.z));
        const bool valid = look.bookmark >= 0 && look.bookmark <= 9;
        if (!valid || (look.bookmark && (taken >> look.bookmark & 1))) {
            c.warnings.push_back((*node)->name + ": its bookmark " + std::to_string(look.bookmark) +
                                 (valid ? " is another node's; it is left out" : " is not 1 to 9; it is left out"));
            look.bookmark = 0;
        }
        taken |= 1u << look.bookmark;
        look.extra = extra_text(f.rest());
        if (look != NodeLook{}) graph.looks.set(id, std::move(look));
    }
    return rest;
}

Status read_note(const Json& json, const std::string& path, Note& note, ReadContext& c)
{
    TESSERA_TRY(f, Fields::of(json, path, c));
    f.take("kind");
    TESSERA_CHECK(read_pair(f, "position", note.position));
    TESSERA_CHECK(read_pair(f, "size", note.size));
    TESSERA_CHECK(f.read("title", note.title));
    TESSERA_CHECK(f.read("text", note.text));
    TESSERA_CHECK(read_colour(f, note.colour));
    TESSERA_CHECK(f.read("font_size", note.font_size));
    TESSERA_CHECK(f.read("z", note.z));
    for (const std::string* text : {&note.title, &note.text})
        if (auto status = check_text("a text of the note", *text); !status)
            return c.error(path, status.error().message, status.error().remedy);
    const Note usual;
    if (!(note.size.x > 0 && note.size.y > 0)) {
        c.warnings.push_back(path + ": the size of the note is not above 0; it gets the usual one");
        note.size = usual.size;
    }
    if (!(note.font_size > 0)) {
        c.warnings.push_back(path + ": the size of the note's type is not above 0; it gets the usual one");
        note.font_size = usual.font_size;
    }
    note.extra = extra_text(f.rest());
    return {};
}

Result<Json> read_notes(const Json& json, const std::string& path, Graph& graph, ReadContext& c)
{
    Json rest = Json::object();
    TESSERA_TRY(all, Fields::of(json, path, c));
    for (auto it = json.begin(); it != json.end(); ++it) {
        Note note;
        note.id = number_of(it.key());
        const std::string kind = it->is_object() && it->contains("kind") && (*it)["kind"].is_string()
                                     ? (*it)["kind"].get<std::string>()
                                     : "";
        if (!note.id || (kind != "backdrop" && kind != "sticky")) { // of a version to come
            rest[it.key()] = *it;
            continue;
        }
        note.kind = kind == "sticky" ? Note::Kind::Sticky : Note::Kind::Backdrop;
        TESSERA_CHECK(read_note(*it, all.path(it.key()), note, c));
        graph.notes.set(note.id, std::make_shared<const Note>(std::move(note)));
    }
    return rest;
}

} // namespace

Json layout_json(const Graph& graph, const std::set<NodeId>* nodes, const std::set<NoteId>* notes)
{
    Json j = Json::object();
    graph.positions.each([&](NodeId id, const Vec2& p) {
        if (!nodes || nodes->contains(id)) j[std::to_string(id)] = {p.x, p.y};
    });
    graph.looks.each([&](NodeId id, const NodeLook& look) {
        if (!nodes || nodes->contains(id)) j["looks"][std::to_string(id)] = look_json(look);
    });
    graph.notes.each([&](NoteId id, const NotePtr& note) {
        if (!notes || notes->contains(id)) j["notes"][std::to_string(id)] = note_json(*note);
    });
    return j;
}

Result<Json> read_layout(const Json& json, const std::string& path, Graph& graph, ReadContext& c)
{
    Json rest = Json::object();
    TESSERA_TRY(f, Fields::of(json, path, c));
    for (auto it = json.begin(); it != json.end(); ++it) {
        const std::string& key = it.key();
        if (key == "looks" || key == "notes") {
            TESSERA_TRY(unused, key == "looks" ? read_looks(*it, f.path(key), graph, c)
                                               : read_notes(*it, f.path(key), graph, c));
            if (!unused.empty()) rest[key] = std::move(unused);
            continue;
        }
        const NodeId id = number_of(key);
        if (!graph.nodes.contains(id)) {
            rest[key] = *it;
            continue;
        }
        const bool pair = it->is_array() && it->size() == 2 && (*it)[0].is_number() && (*it)[1].is_number();
        if (!pair) return c.error(f.path(key), "is not an array of two numbers", "give the node's position as [x, y]");
        graph.positions.set(id, {(*it)[0].get<double>(), (*it)[1].get<double>()});
    }
    return rest;
}

namespace {

bool shares(const Node& a, const Node& b)
{
    const auto same_param = [](const auto& x, const auto& y) { return x.first == y.first && same(x.second, y.second); };
    return a.op == b.op && a.label == b.label && a.disabled == b.disabled && !a.graph && !b.graph && a.op != "input" &&
           a.op != "output" &&
           std::equal(a.params.begin(), a.params.end(), b.params.begin(), b.params.end(), same_param);
}

} // namespace

void mend_clones(Graph& graph, ReadContext& c)
{
    std::map<NodeId, NodePtr> first;
    std::vector<NodePtr> parted;
    graph.nodes.each([&](NodeId, const NodePtr& node) {
        if (!node->clones) return;
        const auto [it, is_first] = first.emplace(node->clones, node);
        constexpr NodeId none_after = std::numeric_limits<NodeId>::max();
        if (!shares(*it->second, *node) || node->clones == none_after) parted.push_back(node);
    });
    for (const NodePtr& node : parted) {
        c.warnings.push_back(node->name + ": differs from what it is a clone of; it is a node of its own now");
        auto alone = std::make_shared<Node>(*node);
        alone->clones = 0;
        graph.nodes.set(node->id, std::move(alone));
    }
}

} // namespace tessera
