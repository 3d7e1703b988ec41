#include "core/doc/draft.h"
#include "tests/doc/helpers.h"
#include <csignal>
#include <fstream>
#include <nlohmann/json.hpp>
#include <random>
#include <sys/resource.h>
#include <unistd.h>

using namespace tessera;
using namespace tessera::test;
namespace fs = std::filesystem;
using Json = nlohmann::json;

namespace {

CurvePtr some_curve()
{
    std::vector<CurveKey> keys(6);
    for (size_t i = 0; i < keys.size(); ++i) {
        keys[i].time = double(i) * 3 + 0.1, keys[i].value = 1.0 / (double(i) + 3);
        keys[i].interpolation = Interpolation(i);
    }
    keys[5].broken = true, keys[5].in_slope = -2, keys[5].out_slope = 0.7, keys[5].in_length = 0.9,
    keys[5].out_length = 0.1;
    return std::make_shared<const Curve>(*Curve::make(keys, Extrapolation::Bounce, Extrapolation::LoopOffset));
}

/// A project with every type of parameter and every kind of source, groups, a shot and a timeline.
ProjectPtr rich()
{
    ProjectSettings s{.name = "Shot \"10\" \xC3\xBC", .format = {2048, 1152, 1.5}, .frames_per_second = 24000.0 / 1001};
    s.views = {"left", "right"}, s.variables = {{"SHOW", "demo"}}, s.first_frame = 1001, s.last_frame = 1048;
    ProjectPtr p = make_project(s);
    p = added(added(p, "test_read", "Read"), "test_blur", "A");
    p = connected(added(p, "test_blur", "B"), "B", "in", "A");
    p = connected(p, "A", "in", "Read");
    const auto set = [&](const char* param, const Value& v) { p = must(set_param(p, at(p, "A"), param, v)); };
    set("size", 0.1), set("count", -7), set("on", false), set("centre", Vec2{1.0 / 3, 1e300}),
        set("three", Vec3{1, 2, 3});
    set("four", Vec4{-0.0, 1e-300, 5, 6}), set("tint", Color(0.18, 0.5, 1, 0.25)), set("mode", std::string("screen"));
    set("text", std::string("line\n\"two\"\t\xE2\x82\xAC")), set("file", std::string("${PROJECT}/plate.####.exr"));
    set("matrix", Mat4{{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}}), set("lookup", some_curve());
    set("shapes", OpaqueData{R"({"points":[[0.5,1],[2,3]],"closed":true})"});
    p = must(set_source(p, at(p, "B"), "size", some_curve()));
    p = driven(p, "B", "centre", "vec(A.size, frame)", 1);
    p = must(set_source(p, at(p, "B"), "tint", LinkSource{"A.tint"}, 2));
    p = must(set_source(p, at(p, "B"), "text", LinkSource{"A.text"}));
    p = must(set_source(p, at(p, "B"), "mode", LinkSource{"A.mode"}));
    p = must(set_key(p, at(p, "B"), "hard", 0, {.time = 1, .value = 2}));
    p = driven(p, "B", "hard", "curve(frame) + 1");
    p = must(set_label(p, at(p, "B"), "soft"));
    p = must(set_disabled(p, at(p, "B"), true));
    p = must(set_position(p, at(p, "B"), {12.5, -40}));
    const NodeId chosen[] = {id(p, "A")};
    p = must(group(p, 1, chosen, "G"));
    auto q = std::make_shared<Project>(*p);
    q->shots = {{"sh010", 1, 1001, 1048, R"({"note":"first"})"}};
    q->timeline = R"({"tracks":[1,2]})";
    return q;
}

std::string text_of(const ProjectPtr& p)
{
    return must(to_json_text(*p));
}
LoadedProject loaded(std::string_view text)
{
    return must(from_json_text(text, "shot.tess"));
}

/// The error for a project whose JSON has been changed.
std::string refused(const std::function<void(Json&)>& change)
{
    Json j = Json::parse(text_of(rich()));
    change(j);
    const std::string text = error_of(from_json_text(j.dump(), "shot.tess"));
    CHECK(contains(text, "shot.tess"));
    return text;
}
Json& node(Json& j, const char* name)
{
    for (Json& graph : j["graphs"])
        for (Json& n : graph["nodes"])
            if (n["name"] == name) return n;
    FAIL("no such node");
    return j;
}

std::string bytes_of(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}
void write(const std::string& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary) << bytes;
}

} // namespace

TEST_CASE("a project reads back as it was, and is written the same again")
{
    const ProjectPtr p = rich();
    const std::string text = text_of(p);
    const LoadedProject back = loaded(text);
    CHECK(back.warnings.empty());
    CHECK(text_of(back.project) == text);
    CHECK(back.project->settings == p->settings);
    CHECK(back.project->shots == p->shots);
    CHECK(back.project->next_node == p->next_node);
    CHECK(back.project->next_graph == p->next_graph);
    for (const char* path : {"G.A", "B", "Read"}) {
        const Node &a = *at(p, path).node, &b = *at(back.project, path).node;
        CHECK(a.id == b.id);
        CHECK(a.inputs == b.inputs);
        CHECK(a.label == b.label);
        CHECK(a.disabled == b.disabled);
        CHECK(a.params.size() == b.params.size());
        for (const auto& [name, param] : a.params)
            CHECK_MESSAGE(same(param, b.params.find(name)->second), path << '.' << name);
    }
    CHECK(*at(back.project, "B").graph->positions.find(id(p, "B")) == Vec2{12.5, -40});
}

TEST_CASE("the text: sorted keys, a block for a node, shortest numbers, layout apart")
{
    const std::string text = text_of(rich());
    CHECK(contains(text, "\"size\": 0.1,\n"));
    CHECK(contains(text, "\"tint\": [0.18, 0.5, 1.0, 0.25]"));
    CHECK(contains(text, "\"frames_per_second\": 23.976023976023978,"));
    CHECK(contains(text, "\"layout\": {"));
    CHECK(text.find("position") == std::string::npos);
    CHECK(text.back() == '\n');
    const Json j = Json::parse(text);
    CHECK(j["schema"] == 2);
    CHECK(node(const_cast<Json&>(j), "B")["params"]["centre"] ==
          Json::parse(R"json([100.0, {"expression": "vec(G.A.size, frame)"}])json"));
    // An edit of one parameter changes one line.
    const ProjectPtr p = rich();
    const std::string other = text_of(must(set_param(p, at(p, "G.A"), "size", 0.2)));
    size_t different = 0;
    std::istringstream a(text), b(other);
    for (std::string x, y; std::getline(a, x) && std::getline(b, y);) different += x != y;
    CHECK(different == 1);
    // Moving a node touches the layout alone.
    const Json moved = Json::parse(text_of(must(set_position(p, at(p, "B"), {1, 2}))));
    CHECK(moved["graphs"] == j["graphs"]);
}

TEST_CASE("unknown operators, parameters and fields at every level are kept and written back")
{
    Json j = Json::parse(text_of(rich()));
    j["future"] = {{"a", Json::array({1, 2.5, nullptr})}};
    j["settings"]["future"] = "x";
    j["settings"]["format"]["future"] = 7;
    j["layout"]["future"] = true;
    j["layout"]["1"]["note"] = "n";
    j["graphs"][0]["future"] = false;
    j["shots"][0]["future"] = 1;
    node(j, "A")["future"] = {{"deep", {{"er", 1}}}};
    node(j, "A")["params"]["future"] = {{"x", 1}};
    node(j, "A")["params"]["lookup"]["keys"][1]["future"] = "k";
    node(j, "B")["params"]["size"]["curve"]["future"] = "c";
    node(j, "B")["params"]["centre"][1]["future"] = "s";
    Json strange = {{"id", 50}, {"name", "Strange"}, {"op", "from_the_future"}, {"version", 9}};
    strange["params"] =
        Json::parse(R"({"a": 1, "b": 1.5, "c": [1, 2], "d": [1.0, 2.0], "e": {"curve": {"keys": []}}, "f": "t",
                                         "g": true, "h": null, "i": 12345678901234})");
    strange["inputs"] = {{"anything", node(j, "Read")["id"]}};
    j["graphs"][0]["nodes"].push_back(strange);
    j["next_node"] = 51;
    const LoadedProject back = loaded(j.dump());
    CHECK(Json::parse(text_of(back.project)).dump() == j.dump());
    CHECK(text_of(loaded(text_of(back.project)).project) == text_of(back.project));
    REQUIRE(back.warnings.size() == 2);
    CHECK(contains(back.warnings[0] + back.warnings[1], "the operator 'from_the_future' is not known"));
    CHECK(contains(back.warnings[0] + back.warnings[1], "has no parameter 'future'"));

    // Edits keep them too, and an unknown operator can be edited as far as it is understood.
    ProjectPtr p = must(set_param(back.project, at(back.project, "G.A"), "size", 3.0));
    p = must(set_param(p, at(p, "Strange"), "b", 2.5));
    const Json edited = Json::parse(text_of(p));
    CHECK(node(const_cast<Json&>(edited), "A")["future"]["deep"]["er"] == 1);
    CHECK(node(const_cast<Json&>(edited), "A")["params"]["lookup"]["keys"][1]["future"] == "k");
    CHECK(node(const_cast<Json&>(edited), "Strange")["params"]["b"] == 2.5);
    CHECK(node(const_cast<Json&>(edited), "Strange")["params"]["c"].dump() == "[1,2]");
}

TEST_CASE("the example in the documentation is a project, written as this version writes it")
{
    const std::string page = bytes_of(TESSERA_SOURCE "/docs/project-format.md"), fence = "```json\n";
    const size_t start = page.find(fence);
    REQUIRE(start != std::string::npos);
    const std::string text =
        page.substr(start + fence.size(), page.find("```", start + fence.size()) - start - fence.size());
    CHECK(text_of(loaded(text).project) == text);
}

TEST_CASE("schema 1 is brought up to date")
{
    const LoadedProject p = loaded(R"({"schema": 1, "settings": {"fps": 30, "note": 1}, "graphs": [{"id": 1, "nodes": [
        {"id": 3, "op": "test_blur", "name": "A", "values": {"size": 4}, "position": [5, 6]}]}]})");
    CHECK(p.project->settings.frames_per_second == 30);
    CHECK(number(p.project, "A", "size") == 4);
    CHECK(*find_graph(*p.project, 1)->positions.find(3) == Vec2{5, 6});
    CHECK(p.project->next_node == 4);
    REQUIRE(p.warnings.size() == 1);
    CHECK(contains(p.warnings[0], "schema 1"));
    const Json j = Json::parse(text_of(p.project));
    CHECK(j["schema"] == 2);
    CHECK(j["settings"]["note"] == 1);
    CHECK_FALSE(node(const_cast<Json&>(j), "A").contains("position"));
    for (const char* odd :
         {R"({"schema": 1, "graphs": 4})", R"({"schema": 1, "graphs": [{"id": "x", "nodes": [{"position": 1}]}]})",
          R"({"schema": 1, "layout": 5, "graphs": [{"id": 1, "nodes": [{"id": 1, "position": 1}]}]})",
          R"({"schema": 1, "settings": 5, "graphs": []})"})
        CHECK_FALSE(from_json_text(odd, "old.tess"));
}

TEST_CASE("a newer schema, and what is no project at all")
{
    CHECK(contains(error_of(from_json_text(R"({"schema": 3})", "shot.tess")),
                   "schema 3, but this version reads schemas up to 2. Open it with the newer version"));
    CHECK(from_json_text(R"({"schema": 3})", "s").error().kind == ErrorKind::Unsupported);
    CHECK(contains(error_of(from_json_text("{}", "shot.tess")), "shot.tess, /: this is not a Tessera project"));
    for (const char* bad : {"[]", "3", "\"x\"", "null", R"({"schema": "2"})", R"({"schema": 0})",
                            R"({"schema": -1e300})", R"({"schema": 2})", R"({"schema": 2.0, "graphs": []})",
                            R"({"schema": 99999999999999999999})", "", "PK\x03\x04"})
        CHECK_FALSE(from_json_text(bad, "shot.tess"));
}

TEST_CASE("damage is told with its place in the file")
{
    CHECK(contains(error_of(from_json_text("{\n  \"schema\": 2,\n  \"graphs\": [,]\n}", "shot.tess")),
                   "shot.tess, line 3, column 14:"));
    CHECK(contains(error_of(from_json_text("{\"schema\": 2", "shot.tess")), "cut off"));
    CHECK(contains(error_of(from_json_text("{\"schema\": NaN}", "shot.tess")), "line 1, column"));
    CHECK(contains(error_of(from_json_text("{\"schema\": 2,\n \"x\": 1e999}", "shot.tess")), "line 2, column 7"));
    CHECK(contains(error_of(from_json_text("{\"a\": \"\xFF\"}", "shot.tess")), "UTF-8"));
    const std::string deep = "{\"schema\": 2, \"x\": " + std::string(200000, '[') + std::string(200000, ']') + "}";
    CHECK(contains(error_of(from_json_text(deep, "shot.tess")), "nested more than 100 levels deep"));
    CHECK_FALSE(from_json_text(std::string(200000, '['), "shot.tess"));
}

TEST_CASE("wrong types and values are told with their JSON path")
{
    CHECK(contains(refused([](Json& j) { j["graphs"] = 1; }), "/graphs: is not an array"));
    CHECK(contains(refused([](Json& j) { j["settings"] = Json::array(); }), "/settings: is not an object"));
    CHECK(contains(refused([](Json& j) { j["settings"]["format"]["width"] = "wide"; }),
                   "/settings/format/width: is not a whole number"));
    CHECK(contains(refused([](Json& j) { j["settings"]["format"]["width"] = -5; }), "the format is -5"));
    CHECK(contains(refused([](Json& j) { j["settings"]["frames_per_second"] = 0; }), "frame rate"));
    CHECK(contains(refused([](Json& j) { j["settings"]["views"] = {1}; }), "/settings/views"));
    CHECK(contains(refused([](Json& j) { j["root"] = 9; }), "/root: graph 9 is not there"));
    CHECK(contains(refused([](Json& j) { j["next_node"] = 1e20; }), "/next_node"));
    CHECK(contains(refused([](Json& j) { j["layout"]["1"] = 3; }), "/layout/1"));
    CHECK(contains(refused([](Json& j) { j["layout"]["1"][node(j, "B")["id"].dump()] = "left"; }), "two numbers"));
    CHECK(contains(refused([](Json& j) { j["graphs"][0]["nodes"][0]["id"] = -1; }), "/graphs/0/nodes/0/id"));
    CHECK(
        contains(refused([](Json& j) { j["graphs"][0]["nodes"][0].erase("op"); }), "/graphs/0/nodes/0/op: is missing"));
    CHECK(contains(refused([](Json& j) { node(j, "B")["name"] = "a b"; }), "'a b' cannot be the name"));
    CHECK(
        contains(refused([](Json& j) { node(j, "B")["name"] = "Read"; }), "two nodes of the graph are called 'Read'"));
    CHECK(contains(refused([](Json& j) { node(j, "B")["id"] = node(j, "Read")["id"]; }), "is there twice"));
    CHECK(contains(refused([](Json& j) { node(j, "A")["id"] = node(j, "Read")["id"]; }), "is in two graphs"));
    CHECK(contains(refused([](Json& j) { j["graphs"][1]["id"] = 1; }), "graph 1 is there twice"));
    const auto value = [](const char* name, Json v) {
        return refused([&](Json& j) { node(j, "A")["params"][name] = v; });
    };
    CHECK(contains(value("size", "big"), "/params/size: is not a number"));
    CHECK(contains(value("size", nullptr), "/params/size: is not a number"));
    CHECK(contains(value("count", 1.5), "whole number"));
    CHECK(contains(value("count", 1e12), "whole number"));
    CHECK(contains(value("on", 1), "true or false"));
    CHECK(contains(value("tint", {1, 2, 3}), "array of 4 numbers"));
    CHECK(contains(value("matrix", {1, 2, 3}), "array of 16 numbers"));
    CHECK(contains(value("mode", "ovr"), "'ovr' is not one of its choices. Use over"));
    CHECK(contains(value("hard", 11), "11 is outside 0 to 10"));
    CHECK(contains(value("shapes", 1), "field data"));
    CHECK(contains(value("lookup", 1), "is not an object"));
    CHECK(contains(value("size", {{"expression", "1 +"}}), "line 1, column 4"));
    CHECK(contains(value("size", {{"expression", 4}}), "is not a text"));
    CHECK(contains(value("size", {{"curve", {{"keys", Json::array()}}}}), "the curve has no keys"));
    CHECK(contains(value("size", {{"curve", {{"keys", {{{"time", 1}}}}}}}), "needs a time and a value"));
    CHECK(contains(value("size", {{"curve", {{"keys", {{{"time", 1}, {"value", 1}, {"interpolation", "wavy"}}}}}}}),
                   "'wavy'"));
    CHECK(
        contains(value("lookup", {{"keys", {{{"time", 1}, {"value", 1}}, {{"time", 1}, {"value", 2}}}}}), "same time"));
    CHECK(contains(value("text", {{"expression", "1"}}), "cannot be driven"));
    CHECK(contains(value("text", {{"link", 1}}), "is not a text"));
}

TEST_CASE("graphs and links that make no sense")
{
    CHECK(contains(refused([](Json& j) { node(j, "Read")["inputs"] = {{"in", 1}}; }), "has no input 'in'"));
    CHECK(contains(refused([](Json& j) { node(j, "B")["inputs"]["in"] = 77; }),
                   "connected to node 77, which is not there"));
    CHECK(contains(refused([](Json& j) { node(j, "B")["inputs"]["mask"] = node(j, "B")["id"]; }),
                   "the connections form a cycle: B -> B"));
    CHECK(contains(refused([](Json& j) { node(j, "B")["inputs"]["in"] = "A"; }), "/inputs/in"));
    CHECK(contains(refused([](Json& j) { node(j, "G")["graph"] = 9; }), "shows graph 9, which is not there"));
    CHECK(contains(refused([](Json& j) { node(j, "G")["graph"] = 1; }), "inside itself"));
    CHECK(contains(refused([](Json& j) {
                       Json twin = node(j, "G");
                       twin["id"] = 60, twin["name"] = "Twin";
                       j["graphs"][0]["nodes"].push_back(twin);
                   }),
                   "shown by two groups"));
    CHECK(contains(refused([](Json& j) {
                       node(j, "A")["params"]["size"] = {{"link", "B.size"}};
                       node(j, "B")["params"]["size"] = {{"expression", "G.A.size"}};
                   }),
                   "would depend on itself: G.A.size -> B.size -> G.A.size"));
    Json j = Json::parse(text_of(rich()));
    node(j, "A")["params"]["size"] = {{"link", "Gone.size"}};
    const LoadedProject dangling = loaded(j.dump());
    REQUIRE(dangling.warnings.size() == 1);
    CHECK(contains(dangling.warnings[0], "'Gone.size' names no node"));
}

TEST_CASE("a file cut off anywhere is an error, never a crash")
{
    const std::string text = text_of(rich());
    for (size_t n = 0; n + 1 < text.size(); ++n) {
        const auto result = from_json_text(std::string_view(text).substr(0, n), "cut.tess");
        REQUIRE_FALSE(result);
        CHECK(result.error().message.starts_with("cut.tess, line "));
    }
    CHECK(from_json_text(std::string_view(text).substr(0, text.size() - 1)));
}

TEST_CASE("changed bytes give a project that keeps the rules or an error, never a crash")
{
    const std::string text = text_of(rich());
    std::mt19937 random(20240);
    size_t good = 0, bad = 0;
    for (int round = 0; round < 4000; ++round) {
        std::string changed = text;
        for (size_t i = 0, n = 1 + random() % 3; i < n; ++i) {
            const size_t place = random() % changed.size();
            switch (random() % 4) {
            case 0: changed[place] = char(random()); break;
            case 1: changed[place] = "0123456789-{}[]\",:.eE"[random() % 21]; break;
            case 2: changed.erase(place, 1 + random() % 20); break;
            default: changed.insert(place, changed.substr(random() % changed.size(), random() % 30)); break;
            }
        }
        const auto result = from_json_text(changed, "fuzz.tess");
        ++(result ? good : bad);
        if (result)
            CHECK(from_json_text(text_of(result->project)));
        else
            CHECK(result.error().message.find("fuzz.tess") != std::string::npos);
    }
    MESSAGE(good << " still read, " << bad << " refused");
    CHECK(good > 0);
    CHECK(bad > 0);
}

TEST_CASE("saving and loading: folder, relative paths, links to plates")
{
    const Folder folder;
    fs::create_directories(folder.path / "one" / "plates");
    fs::create_directories(folder.path / "two");
    ProjectPtr p = added(make_project(), "test_blur", "A");
    for (const char* name : {"B", "C", "D"}) p = added(p, "test_blur", name);
    const auto file = [&](const ProjectPtr& q, const char* name) { return to_text(must(evaluated(q, name, "file"))); };
    p = must(set_param(p, at(p, "A"), "file", folder / "one/plates/a.####.exr"));
    p = must(set_param(p, at(p, "B"), "file", std::string("/elsewhere/b.exr")));
    p = must(set_param(p, at(p, "C"), "file", std::string("${PROJECT}/c.exr")));
    p = must(set_param(p, at(p, "D"), "file", folder / "one/../two/d.exr"));
    const ProjectPtr saved = must(save_project(p, folder / "one/shot.tess"));
    CHECK(saved->folder == folder / "one");
    CHECK(file(saved, "A") == "plates/a.####.exr");
    CHECK(file(saved, "B") == "/elsewhere/b.exr");
    CHECK(file(saved, "C") == "${PROJECT}/c.exr");
    CHECK(file(saved, "D") == folder / "two/d.exr");
    const LoadedProject back = must(load_project(folder / "one/shot.tess"));
    CHECK(back.project->folder == folder / "one");
    CHECK(file(back.project, "A") == "plates/a.####.exr");
    CHECK(must(resolved_path(*back.project, file(back.project, "A"))) == folder / "one/plates/a.####.exr");

    // Saved elsewhere, the paths still lead to the same files.
    const ProjectPtr moved = must(save_project(back.project, folder / "two/shot.tess"));
    CHECK(file(moved, "A") == folder / "one/plates/a.####.exr");
    CHECK(file(moved, "D") == "d.exr");
    // The whole folder moved: relative paths move with it.
    fs::rename(folder.path / "one", folder.path / "three");
    const LoadedProject third = must(load_project(folder / "three/shot.tess"));
    CHECK(must(resolved_path(*third.project, file(third.project, "A"))) == folder / "three/plates/a.####.exr");
}

TEST_CASE("files that cannot be read or written")
{
    const Folder folder;
    const ProjectPtr p = rich();
    const std::string path = folder / "shot.tess";
    const auto missing = load_project(path);
    CHECK(contains(error_of(missing), "cannot open " + path + ": No such file"));
    CHECK(missing.error().kind == ErrorKind::NotFound);
    CHECK_FALSE(load_project(folder.path.string()));
    write(path, "");
    CHECK(contains(error_of(load_project(path)), path + ", line 1, column 1"));
    const auto nowhere = save_project(p, folder / "no/such/shot.tess");
    CHECK(nowhere.error().kind == ErrorKind::NotFound);
    // The superuser may write anywhere, so it becomes somebody else for this.
    fs::create_directory(folder.path / "locked");
    fs::permissions(folder.path, fs::perms::owner_all | fs::perms::others_exec | fs::perms::group_exec);
    fs::permissions(folder.path / "locked", fs::perms(0555));
    const bool superuser = ::geteuid() == 0;
    constexpr uid_t nobody = 65534;
    if (superuser) REQUIRE(::seteuid(nobody) == 0);
    const auto locked = save_project(p, folder / "locked/shot.tess");
    if (superuser) REQUIRE(::seteuid(0) == 0);
    fs::permissions(folder.path / "locked", fs::perms::owner_all);
    CHECK(contains(error_of(locked), "cannot write " + (folder / "locked/shot.tess") + ": Permission denied"));
    CHECK(locked.error().kind == ErrorKind::Permission);
}

TEST_CASE("a disk that fills up while saving leaves the old project whole")
{
    const Folder folder;
    const ProjectPtr p = rich();
    const std::string path = folder / "shot.tess";
    must(save_project(p, path));
    const std::string before = bytes_of(path);
    rlimit old_limit{}, small{};
    REQUIRE(::getrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    small = old_limit, small.rlim_cur = 500;
    const auto old_handler = std::signal(SIGXFSZ, SIG_IGN);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &small) == 0);
    const auto result = save_project(must(set_param(p, at(p, "G.A"), "size", 77.0)), path);
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &old_limit) == 0);
    std::signal(SIGXFSZ, old_handler);
    CHECK(contains(error_of(result), path));
    CHECK(result.error().kind == ErrorKind::DiskFull);
    CHECK(bytes_of(path) == before);
    CHECK(std::distance(fs::directory_iterator(folder.path), fs::directory_iterator()) == 1);
}
