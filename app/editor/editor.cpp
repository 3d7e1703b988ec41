#include "app/editor/editor.h"
#include "app/editor/project_files.h"
#include "app/editor/start_page.h"
#include "app/shell/icons.h"
#include "core/media/program_files.h"
#include <algorithm>
#include <imgui_internal.h>

namespace tessera {

namespace {

constexpr float top_height = 32, status_height = 22;
/// How often an idle window looks round (autosave problems, notes that end).
constexpr double idle_wait = 0.25;
/// A frame that is due but not there yet is asked for this often; its arrival wakes the window anyway.
constexpr double late_wait = 0.05;

double steady_seconds()
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

Result<std::unique_ptr<Editor>> Editor::open(const EditorOptions& options)
{
    std::unique_ptr<Editor> e(new Editor);
    e->config_ = options.config.empty() ? tessera::config_folder() : options.config;
    e->state_ = options.state.empty() ? tessera::state_folder() : options.state;
    if (auto read = load_preferences(e->config_ / "preferences.json")) e->preferences_ = std::move(*read);
    else e->notices_.add(NoticeLevel::Warning, read.error().text());
    Preferences& preferences = e->preferences_;
    WindowOptions window;
    window.width = options.width ? options.width : preferences.window_width;
    window.height = options.height ? options.height : preferences.window_height;
    window.maximized = !options.width && preferences.maximized;
    window.validation = options.validation;
    TESSERA_TRY(opened, Window::open(window));
    e->window_ = std::move(opened);
    e->ui_.reset(new Ui{*e->window_, make_theme(preferences.theme), {}, 1});
    e->forced_scale_ = options.scale;
    e->apply_look();
    e->session_ = std::make_unique<Session>(SessionOptions{e->state_ / "recovery", preferences.backups}, e->notices_);
    e->selection_.check(*e->session_->project());
    e->kinds_ = options.panels;
    EvaluationOptions evaluation;
    constexpr double gib = double(1ull << 30);
    evaluation.vram_budget = uint64_t(preferences.vram_gib * gib);
    if (preferences.ram_gib > 0) evaluation.ram_cache = uint64_t(preferences.ram_gib * gib);
    evaluation.disk_cache = uint64_t(preferences.disk_gib * gib);
    evaluation.cache_folder = cache_folder() + "/tiles";
    evaluation.device = preferences.device;
    evaluation.opened = [] { Window::wake(); };
    e->evaluation_ = std::make_unique<Evaluation>(std::move(evaluation));
    e->pictures_ = std::make_unique<Pictures>(
        PicturesOptions{uint64_t(preferences.preview_gib * gib), [] { Window::wake(); }});
    e->log_ = std::make_unique<LogBook>(e->state_);
    e->queue_ = std::make_unique<RenderQueue>(QueueOptions{e->state_ / "queue", {}, [] { Window::wake(); }});
    e->files_ = std::make_unique<ProjectFiles>(*e);
    e->start_ = std::make_unique<StartPage>(*e);
    e->add_commands();
    e->files_->look_for_copies(e->state_ / "recovery");
    if (options.project.empty()) e->start_shown_ = true;
    else e->files_->load(options.project);
    return e;
}

Editor::~Editor() = default;

void Editor::apply_look()
{
    const double wanted = forced_scale_ > 0 ? forced_scale_ : preferences_.interface_scale;
    const float scale = window_->display_scale() * float(wanted);
    ui_->theme = make_theme(preferences_.theme);
    ui_->scale = scale;
    apply_theme(ui_->theme, scale);
    window_->set_background(ui_->theme.panel);
    if (scale == made_scale_) return;
    made_scale_ = scale;
    fonts_wanted_ = true; // made between frames: the present one still draws with the old ones
}

void Editor::make_fonts()
{
    fonts_wanted_ = false;
    auto missing = load_fonts(ui_->fonts, ui_->scale);
    if (!missing) notices_.add(missing.error());
    else if (!missing->empty()) notices_.add(NoticeLevel::Info, "For the intended look install " + *missing + ".");
    window_->fonts_changed();
}

Status Editor::run()
{
    window_->on_refresh = [this] { (void)frame(0).ok(); };
    while (!quitting_) TESSERA_CHECK(frame(idle_wait));
    keep_panel_states();
    preferences_.window_width = int(ImGui::GetIO().DisplaySize.x);
    preferences_.window_height = int(ImGui::GetIO().DisplaySize.y);
    session_->close();
    return save_preferences(preferences_, config_ / "preferences.json");
}

void Editor::save_preferences_now()
{
    keep_panel_states();
    if (auto status = save_preferences(preferences_, config_ / "preferences.json"); !status) notices_.add(status.error());
}

void Editor::keep_panel_states()
{
    const std::function<void(LayoutNode&)> keep = [&](LayoutNode& node) {
        if (node.first) keep(*node.first);
        if (node.second) keep(*node.second);
        for (PanelSlot& slot : node.tabs)
            if (const auto it = panels_.find(slot.id()); it != panels_.end()) slot.state = it->second->state();
    };
    keep(layout());
}

void Editor::update()
{
    workers_.deliver();
    follow_queue();
    pictures_->use(evaluation_->engine(), evaluation_->error());
    const auto preview = uint64_t(preferences_.preview_gib * double(1ull << 30));
    if (preview != pictures_->cache_budget()) pictures_->set_cache_budget(preview);
    session_->watch_recovery();
    const ProjectSettings& settings = session_->project()->settings;
    playback_.set_range(settings.first_frame, settings.last_frame);
    playback_.rate = settings.frames_per_second;
    selection_.check(*session_->project());
    if (auto dropped = window_->take_dropped(); !dropped.empty()) {
        const ImVec2 at = ImGui::GetIO().MousePos;
        if (!take_drop || !take_drop(at, dropped)) files_->drop(dropped, drop_place ? drop_place(at) : Vec2{});
    }
    const std::string title = session_->name() + (session_->saved() ? "" : " \xe2\x80\xa2") + " \xe2\x80\x94 Tessera";
    if (title != window_title_) window_->set_title(window_title_ = title);
    if (dock_.changes() != saved_changes_ && !ImGui::IsMouseDown(0)) {
        saved_changes_ = dock_.changes();
        save_preferences_now();
    }
}

void Editor::play()
{
    if (playback_.playing()) playback_.advance(steady_seconds(), !shows_frame || shows_frame(playback_.frame()));
}

Status Editor::frame(double wait)
{
    if (playback_.playing()) {
        const double left = playback_.due() - steady_seconds();
        wait = std::min(wait, left > 0 ? left : late_wait);
    }
    if (fonts_wanted_) make_fonts();
    TESSERA_TRY(drawing, window_->begin(wait));
    if (window_->wants_to_close()) {
        window_->stay_open();
        commands_.run("file.quit");
    }
    if (!drawing) return {};
    update();
    handle_keys();
    play();
    draw_root();
    TESSERA_CHECK(window_->end());
    if (on_frame) on_frame();
    return {};
}

void Editor::draw_root()
{
    const ImGuiIO& io = ImGui::GetIO();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(io.DisplaySize);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1, 1});
    ImGui::Begin("root", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoBackground | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar(2);
    draw_top_bar(ui_->px(top_height));
    draw_dock();
    draw_status_bar();
    palette_.draw(*ui_, commands_, preferences_.keys);
    files_->draw(*ui_);
    dialogs_.draw(*ui_);
    draw_toasts();
    ImGui::End();
}

void Editor::draw_dock()
{
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const float gap = ui_->px(4);
    const ImVec2 low{gap, ui_->px(top_height)}, high{size.x - gap, size.y - ui_->px(status_height) - gap / 2};
    if (start_shown_) return start_->draw(low, high);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({0, low.y}, {low.x, size.y}, ui_->theme.line);
    list.AddRectFilled({high.x, low.y}, {size.x, size.y}, ui_->theme.line);
    list.AddRectFilled({0, high.y}, size, ui_->theme.line);
    DockCalls calls;
    calls.title = [this](const PanelSlot& slot) {
        Panel* panel = panel_of(slot);
        const auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const PanelKind& k) { return k.kind == slot.kind; });
        std::string own = panel ? panel->title() : "";
        if (!own.empty()) return own;
        own = kind == kinds_.end() ? slot.kind : kind->title;
        return slot.number > 1 ? own + " " + std::to_string(slot.number) : own;
    };
    calls.draw = [this](const PanelSlot& slot) {
        if (Panel* panel = panel_of(slot)) panel->draw(*this);
        else empty_state(*ui_, icon::info, "This panel belongs to a version or plug-in that is not here.");
    };
    calls.add_menu = [this](const std::string& beside) {
        for (const PanelKind& k : kinds_)
            if (ImGui::MenuItem(k.title.c_str())) {
                const PanelSlot slot{k.kind, k.several ? free_number(layout(), k.kind) : 1, {}};
                if (leaf_of(layout(), slot.id())) move_panel(layout(), slot.id(), beside, DropSide::Centre);
                else insert_panel(layout(), slot, beside, DropSide::Centre);
            }
    };
    dock_.draw(*ui_, layout(), low, high, calls);
}

Layout& Editor::layout()
{
    for (NamedLayout& w : preferences_.workspaces)
        if (w.name == preferences_.workspace) return w.layout;
    preferences_.workspace = preferences_.workspaces.front().name;
    return preferences_.workspaces.front().layout;
}

Panel* Editor::find_panel(const std::string& kind, int number)
{
    const auto it = panels_.find(PanelSlot{kind, number, {}}.id());
    return it == panels_.end() ? nullptr : it->second.get();
}

Panel* Editor::panel_of(const PanelSlot& slot)
{
    const auto it = panels_.find(slot.id());
    if (it != panels_.end()) return it->second.get();
    const auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const PanelKind& k) { return k.kind == slot.kind; });
    if (kind == kinds_.end()) return nullptr;
    auto panel = kind->make(*this);
    panel->slot_number = slot.number;
    if (!slot.state.empty()) panel->restore(slot.state);
    return panels_.emplace(slot.id(), std::move(panel)).first->second.get();
}

void Editor::show_panel(const std::string& kind)
{
    start_shown_ = false;
    const std::string id = PanelSlot{kind, 1, {}}.id();
    if (!activate(layout(), id)) insert_panel(layout(), {kind, 1, {}}, dock_.focused(), DropSide::Centre);
    dock_.focus(id);
}

bool Editor::takes_key(const KeyPress& press) const
{
    if (ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)) return false;
    if (!ImGui::GetIO().WantTextInput) return true;
    // A text being written keeps what it edits with; everything else with a modifier is the application's.
    static const std::set<std::string> editing{"A",    "C",   "V",    "X",      "Z",         "Y",     "Left",  "Right", "Up",
                                               "Down", "Home", "End", "Delete", "Backspace", "Enter", "Insert"};
    const bool modified = press.ctrl || press.alt || press.super;
    const bool function = press.key.size() > 1 && press.key[0] == 'F';
    return (modified && !editing.contains(press.key)) || function;
}

void Editor::handle_keys()
{
    held_keys_.clear();
    if (std::exchange(hold_keys_, false)) {
        held_keys_ = window_->take_keys();
        return;
    }
    for (const KeyPress& press : window_->take_keys()) {
        if (!takes_key(press)) continue;
        const std::string focused = start_shown_ ? "" : dock_.focused();
        const std::string context = focused.substr(0, focused.find('#'));
        const std::string command =
            preferences_.keys.command_of(context, {press.key, press.ctrl, press.shift, press.alt, press.super});
        if (!command.empty()) commands_.run(command);
    }
}

void Editor::open_recent(const std::string& path)
{
    files_->open(path);
}

} // namespace tessera
