#include "app/panels/properties/channel_choice.h"
#include "app/panels/properties/param_edits.h"
#include "app/panels/properties/param_links.h"
#include "app/panels/properties/presets.h"
#include <doctest/doctest.h>
#include <fstream>
#include <unistd.h>

using namespace tessera;

namespace {

/// Two grades and a blur in an empty project.
struct Comp {
    ProjectPtr project = make_project();
    NodeId grade1 = 0, grade2 = 0, blur = 0;
    Comp()
    {
        grade1 = add("grade"), grade2 = add("grade"), blur = add("blur");
    }
    NodeId add(const char* op)
    {
        const NodeId id = project->next_node;
        auto next = add_node(project, project->root, op, {});
        REQUIRE(next);
        project = *next;
        return id;
    }
    NodeRef ref(NodeId id) const { return {project->root, id}; }
    const ParamDesc& desc(const char* op, const char* param) const { return *Registry::instance().find(op)->param(param); }
    const Param* set(NodeId id, const char* param) const
    {
        const NodePlace place = find_node(*project, project->root, id);
        const auto it = place.node->params.find(param);
        return it == place.node->params.end() ? nullptr : &it->second;
    }
    double value(NodeId id, const ParamDesc& param, int i, double frame = 1) const
    {
        const NodePlace place = find_node(*project, project->root, id);
        const auto v = value_at(*project, *place.graph, *place.node, param.name, param.type, param.fallback, frame);
        REQUIRE(v);
        return component(*v, i);
    }
    void take(Result<ProjectPtr> next)
    {
        REQUIRE_MESSAGE(next, next.error().text());
        project = *next;
    }
};

struct Folder {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("tessera_presets_" + std::to_string(getpid()));
    ~Folder() { std::filesystem::remove_all(path); }
};

} // namespace

TEST_CASE("an edit goes to every selected node of the operator")
{
    Comp c;
    const NodeId selected[] = {c.blur, c.grade2, c.grade1};
    const EditTargets targets = targets_of(*c.project, c.ref(c.grade1), selected);
    REQUIRE(targets.size() == 2);
    CHECK(targets[0].node == c.grade1);
    CHECK(targets[1].node == c.grade2);
    const NodeId other[] = {c.grade2};
    CHECK(targets_of(*c.project, c.ref(c.grade1), other).size() == 1); // the node shown is not among the selected
    const ParamDesc& gain = c.desc("grade", "gain");
    c.take(edit_number(c.project, targets, gain, 0, 2, 1));
    CHECK(c.value(c.grade1, gain, 0) == 2);
    CHECK(c.value(c.grade2, gain, 0) == 2);
    c.take(edit_number(c.project, {c.ref(c.grade2)}, gain, 0, 3, 1));
    c.take(edit_relative(c.project, targets, gain, 0, "*2", 1));
    CHECK(c.value(c.grade1, gain, 0) == 4);
    CHECK(c.value(c.grade2, gain, 0) == 6);
    c.take(edit_number(c.project, targets, gain, -1, 0.5, 1));
    for (int i = 0; i < 4; ++i) CHECK(c.value(c.grade2, gain, i) == 0.5);
    const std::string names[] = {"gain", "gamma"};
    c.take(reset_params(c.project, targets, names));
    CHECK_FALSE(c.set(c.grade1, "gain"));
}

TEST_CASE("keys are set, edited at their frame, and taken away")
{
    Comp c;
    const ParamDesc& gain = c.desc("grade", "gain");
    const EditTargets one{c.ref(c.grade1)};
    c.take(add_keys(c.project, one, gain, 10));
    CHECK(state_of(c.set(c.grade1, "gain"), 10).all_keys_here);
    CHECK(state_of(c.set(c.grade1, "gain"), 11).animated);
    CHECK_FALSE(state_of(c.set(c.grade1, "gain"), 11).key_here);
    c.take(edit_number(c.project, one, gain, 1, 5, 20)); // animated: an edit makes a key
    CHECK(c.value(c.grade1, gain, 1, 20) == 5);
    CHECK(c.value(c.grade1, gain, 1, 10) == 1);
    CHECK(driven_by(c.set(c.grade1, "gain"), 1, 20) == DrivenBy::Key);
    CHECK(driven_by(c.set(c.grade1, "gain"), 0, 20) == DrivenBy::Curve);
    c.take(remove_keys(c.project, one, gain, 10));
    CHECK(driven_by(c.set(c.grade1, "gain"), 0, 10) == DrivenBy::Constant);
    CHECK(driven_by(c.set(c.grade1, "gain"), 1, 10) == DrivenBy::Curve);
    c.take(make_constant(c.project, one, gain, 20));
    CHECK(c.set(c.grade1, "gain")->constant());
    CHECK(c.value(c.grade1, gain, 1, 1) == 5);
}

TEST_CASE("a colour picked into a parameter leaves alone what does not change")
{
    Comp c;
    const ParamDesc& gain = c.desc("grade", "gain");
    c.take(make_link(c.project, {c.project->root, c.grade1, "gain", 3}, {c.project->root, c.grade2, "gain", 3}, false));
    const double numbers[] = {2, 3, 4, 1};
    c.take(edit_numbers(c.project, {c.ref(c.grade1)}, gain, numbers, 1));
    CHECK(c.value(c.grade1, gain, 2) == 4);
    CHECK(driven_by(c.set(c.grade1, "gain"), 3, 1) == DrivenBy::Link);
}

TEST_CASE("links by drag: whole on whole, number on vector, vector on number")
{
    Comp c;
    const GraphId root = c.project->root;
    c.take(make_link(c.project, {root, c.grade1, "gain", -1}, {root, c.grade2, "multiply", -1}, false));
    const NodePlace place = find_node(*c.project, root, c.grade1);
    DriverText driver = driver_of(*c.project, place, c.set(c.grade1, "gain"));
    CHECK(driver.text == "Grade2.multiply");
    CHECK(driver.link);
    CHECK(driver.component == -1);
    REQUIRE(driver.target);
    CHECK(driver.target->node->id == c.grade2);
    c.take(edit_number(c.project, {c.ref(c.grade2)}, c.desc("grade", "multiply"), 2, 7, 1));
    CHECK(c.value(c.grade1, c.desc("grade", "gain"), 2) == 7);

    c.take(make_link(c.project, {root, c.grade2, "mix", -1}, {root, c.grade1, "gain", -1}, true));
    driver = driver_of(*c.project, find_node(*c.project, root, c.grade2), c.set(c.grade2, "mix"));
    CHECK(driver.text == "= Grade1.gain.r");
    CHECK_FALSE(make_link(c.project, {root, c.grade2, "multiply", -1}, {root, c.grade1, "gain", -1}, false)); // a cycle
    CHECK_FALSE(make_link(c.project, {root, c.grade1, "gain", -1}, {root, c.grade1, "gain", -1}, false));
    CHECK_FALSE(make_link(c.project, {root, 999, "gain", -1}, {root, c.grade1, "gain", -1}, false));
    c.take(make_link(c.project, {root, c.grade1, "offset", 1}, {root, c.blur, "mix", -1}, false));
    CHECK(driver_of(*c.project, find_node(*c.project, root, c.grade1), c.set(c.grade1, "offset")).component == 1);
}

TEST_CASE("an expression is tried before it is set")
{
    Comp c;
    const ParamDesc& mix = c.desc("grade", "mix");
    const ParamAddress to{c.project->root, c.grade1, "mix", -1};
    const auto value = tried_expression(c.project, to, mix, "frame / 10", 5);
    REQUIRE(value);
    CHECK(component(*value, 0) == 0.5);
    CHECK_FALSE(tried_expression(c.project, to, mix, "frame /", 5));
    CHECK_FALSE(tried_expression(c.project, to, mix, "Nobody.mix", 5));
    CHECK_FALSE(tried_expression(c.project, to, mix, "this.mix", 5));
}

TEST_CASE("names complete: nodes, parameters, components, functions")
{
    Comp c;
    const NodePlace here = find_node(*c.project, c.project->root, c.grade1);
    const auto words = [&](const std::string& text) { return completions(*c.project, here, text, text.size()).words; };
    CHECK(words("gra") == std::vector<std::string>{"Grade1", "Grade2"});
    CHECK(words("1 + Grade2.gai") == std::vector<std::string>{"gain"});
    CHECK(words("Grade2.gain.") == std::vector<std::string>{"a", "b", "g", "r"});
    CHECK(words("this.mi") == std::vector<std::string>{"mix"});
    CHECK(words("smooth") == std::vector<std::string>{"smoothstep("});
    CHECK(words("Nobody.").empty());
    CHECK(words("12").empty());
    CHECK(words("").empty());
    CHECK(completions(*c.project, here, "1 + gra", 7).start == 4);
}

TEST_CASE("values as text for the clipboard")
{
    Comp c;
    const ParamDesc &gain = c.desc("grade", "gain"), &mix = c.desc("grade", "mix");
    CHECK(clipboard_text(Value(Color(1, 0.5, 0, 1))) == "1 0.5 0 1");
    const auto color = value_of_text(gain, "(1, 0.5, 0)");
    REQUIRE(color);
    CHECK(std::get<Color>(*color) == Color(1, 0.5, 0, 1));
    CHECK(std::get<Color>(*value_of_text(gain, "2")) == Color(2));
    CHECK(std::get<double>(*value_of_text(mix, "1/4")) == 0.25);
    for (const char* bad : {"", "red", "1 2", "*2", "\xff\xfe", "1 2 3 4 5"}) CHECK_FALSE(value_of_text(gain, bad));
    CHECK_FALSE(value_of_text(mix, std::string(1000000, '1')));
}

TEST_CASE("presets keep curves and expressions, and a damaged file is told")
{
    Comp c;
    Folder folder;
    const ParamDesc &gain = c.desc("grade", "gain"), &mix = c.desc("grade", "mix");
    c.take(edit_number(c.project, {c.ref(c.grade1)}, gain, -1, 2, 1));
    c.take(add_keys(c.project, {c.ref(c.grade1)}, gain, 5, 0));
    c.take(drive(c.project, {c.project->root, c.grade1, "mix", -1}, ExpressionSource{"frame / 100", nullptr}));
    c.take(edit_number(c.project, {c.ref(c.grade2)}, c.desc("grade", "gamma"), -1, 3, 1));
    const auto preset = preset_of(c.project, c.ref(c.grade1));
    REQUIRE(preset);
    REQUIRE(save_presets(folder.path, "grade", {{"warm", *preset}}));
    const auto loaded = load_presets(folder.path, "grade");
    REQUIRE(loaded);
    REQUIRE(loaded->contains("warm"));
    const auto applied = apply_preset(c.project, c.ref(c.grade2), loaded->at("warm"));
    REQUIRE_MESSAGE(applied, applied.error().text());
    c.project = applied->project;
    CHECK(applied->left_out == 0);
    CHECK(c.value(c.grade2, gain, 3) == 2);
    CHECK(driven_by(c.set(c.grade2, "gain"), 0, 5) == DrivenBy::Key);
    CHECK(c.value(c.grade2, mix, 0, 50) == 0.5);
    CHECK_FALSE(c.set(c.grade2, "gamma"));
    CHECK_FALSE(apply_preset(c.project, c.ref(c.blur), loaded->at("warm")));
    CHECK_FALSE(apply_preset(c.project, c.ref(c.grade1), "rubbish"));
    CHECK(load_presets(folder.path, "blur")->empty());
    for (const char* bad : {"", "{", "[]", "{\"presets\": {\"a\": 1}}", "\xff"}) {
        std::ofstream(folder.path / "grade.json") << bad;
        const auto result = load_presets(folder.path, "grade");
        REQUIRE_FALSE(result);
        CHECK(result.error().kind == ErrorKind::Damaged);
    }
}

TEST_CASE("channel selections as switches")
{
    const auto round = [](const char* text) { return channel_text(channel_choice(text)); };
    CHECK(round("rgb") == "rgb");
    CHECK(round("red,green blue") == "rgb");
    CHECK(round("rgba") == "rgba");
    CHECK(round("all") == "all");
    CHECK(round("") == "none");
    CHECK(round("rgba.alpha depth") == "alpha depth");
    CHECK(round("red diffuse.*") == "red diffuse.*");
    ChannelChoice choice = channel_choice("all");
    choice.on[3] = false;
    CHECK(channel_text(choice) == "rgb");
}
