#include "tests/ui/driver.h"
#include "app/editor/project_files.h"
#include "app/panels/all_panels.h"
#include "app/panels/viewer/viewer_panel.h"
#include <cstdlib>
#include <doctest/doctest.h>
#include <imgui_internal.h>
#include <iostream>

namespace tessera::tests {

namespace {

uint64_t& action_count()
{
    // Told once, at the end of the program, beside doctest's own figures.
    struct Count {
        uint64_t count = 0;
        ~Count() { std::cout << "ui actions inside the program: " << count << std::endl; }
    };
    static Count c;
    return c.count;
}

} // namespace

Folder::Folder()
{
    std::string name = (std::filesystem::temp_directory_path() / "tessera_ui_XXXXXX").string();
    path_ = mkdtemp(name.data());
}

Folder::~Folder()
{
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
}

uint64_t Driver::actions()
{
    return action_count();
}

Driver::Driver(const DriverOptions& options)
{
    shared_display();
    const std::filesystem::path folder = options.folder.empty() ? own_.path() : options.folder;
    setenv("XDG_CACHE_HOME", (folder / "cache").c_str(), 1);
    EditorOptions e;
    e.project = options.project;
    e.config = folder / "config", e.state = folder / "state";
    e.validation = options.validation;
    e.scale = options.scale;
    e.width = options.width, e.height = options.height;
    e.panels = all_panels();
    auto opened = Editor::open(e);
    if (!opened) FAIL(opened.error().text());
    editor_ = std::move(*opened);
    if (!options.start_page) editor_->show_start_page(false);
    hands() = {};
    step(3);
}

Driver::~Driver()
{
    editor_.reset();
}

void Driver::step(int frames)
{
    for (int i = 0; i < frames; ++i) {
        const Status drawn = editor_->frame(0);
        if (!drawn) FAIL(drawn.error().text());
        worst_ms_ = std::max(worst_ms_, editor_->window().frame_milliseconds());
    }
    const std::string message = editor_->window().graphics().take_validation_message();
    if (!message.empty()) FAIL(message);
}

bool Driver::wait(const std::function<bool()>& condition, double seconds)
{
    for (const double end = now() + seconds; now() < end;) {
        if (condition()) return true;
        step();
    }
    return condition();
}

void Driver::press(const std::string& chord)
{
    const auto parsed = parse_chord(chord);
    REQUIRE_MESSAGE(parsed, chord);
    ++action_count();
    Hands& h = hands();
    h.ctrl = parsed->ctrl, h.shift = parsed->shift, h.alt = parsed->alt, h.super = parsed->super;
    h.keys.insert(parsed->key);
    step();
    h.keys.clear();
    step();
    h.ctrl = h.shift = h.alt = h.super = false;
    step();
}

void Driver::type(const std::string& text)
{
    ++action_count();
    hands().text += text;
    step(2);
}

void Driver::move(ImVec2 to)
{
    hands().pointer = to;
    step(2);
}

void Driver::click(ImVec2 at, int button)
{
    ++action_count();
    move(at);
    hands().buttons[button] = true;
    step();
    hands().buttons[button] = false;
    step(2);
}

void Driver::double_click(ImVec2 at)
{
    click(at);
    hands().buttons[0] = true;
    step();
    hands().buttons[0] = false;
    step(2);
}

void Driver::drag(ImVec2 from, ImVec2 to, int steps, int button)
{
    ++action_count();
    move(from);
    hands().buttons[button] = true;
    step();
    for (int i = 1; i <= steps; ++i) {
        const float t = float(i) / float(steps);
        hands().pointer = {from.x + (to.x - from.x) * t, from.y + (to.y - from.y) * t};
        step();
    }
    hands().buttons[button] = false;
    step(2);
}

void Driver::wheel(ImVec2 at, float turns)
{
    ++action_count();
    move(at);
    hands().wheel = turns;
    step(2);
}

void Driver::run(const std::string& command)
{
    ++action_count();
    const bool ran = editor_->commands().run(command);
    CHECK_MESSAGE(ran, command);
    step(2);
}

void Driver::focus(const std::string& panel)
{
    if (area(panel)) move(middle_of(panel));
    editor_->dock().focus(panel);
}

std::optional<std::pair<ImVec2, ImVec2>> Driver::area(const std::string& panel)
{
    const ImGuiContext& context = *ImGui::GetCurrentContext();
    // The dock draws a panel into a child called "panel" under the panel's id.
    ImGuiWindow* root = ImGui::FindWindowByName("root");
    if (!root) return std::nullopt;
    const ImGuiID below = ImHashStr(panel.c_str(), 0, root->ID), id = ImHashStr("panel", 0, below);
    for (const ImGuiWindow* w : context.Windows)
        if (w->ParentWindow == root && w->ChildId == id && w->WasActive)
            return std::pair{w->Pos, ImVec2{w->Pos.x + w->Size.x, w->Pos.y + w->Size.y}};
    return std::nullopt;
}

ImVec2 Driver::middle_of(const std::string& panel)
{
    const auto found = area(panel);
    REQUIRE_MESSAGE(found.has_value(), panel);
    return {(found->first.x + found->second.x) / 2, (found->first.y + found->second.y) / 2};
}

void Driver::resize(int width, int height)
{
    ++action_count();
    editor_->window().resize(width, height);
    CHECK(wait([&] {
        const ImVec2 size = ImGui::GetIO().DisplaySize;
        return int(size.x) == width && int(size.y) == height;
    }, 5));
    step(2);
}

void Driver::select(const std::vector<std::string>& names)
{
    ++action_count();
    Selection& s = editor_->selection();
    s.nodes.clear(), s.last = 0;
    for (const std::string& name : names) s.nodes.insert(s.last = node(name));
    step(2);
}

bool Driver::wait_for_picture(double seconds)
{
    return wait([&] {
        ViewerPanel* viewer = ViewerPanel::active(*editor_);
        return viewer && viewer->viewed().node && viewer->feed().state().complete && !viewer->feed().state().busy_since;
    }, seconds);
}

Screenshot Driver::screenshot()
{
    step(2);
    return shared_display().screenshot();
}

const Graph& Driver::graph()
{
    const Graph* g = find_graph(project(), editor_->selection().graph());
    REQUIRE(g);
    return *g;
}

NodeId Driver::node(const std::string& name)
{
    NodeId found = 0;
    graph().nodes.each([&](NodeId id, const NodePtr& n) {
        if (n->name == name) found = id;
    });
    CHECK_MESSAGE(found != 0, name);
    return found;
}

} // namespace tessera::tests
