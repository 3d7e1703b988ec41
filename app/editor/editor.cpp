#include "app/editor/editor.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_internal.h>

namespace tessera {

namespace {

constexpr float top_height = 32, status_height = 22;
/// How often an idle window looks round (autosave problems, toasts that end).
constexpr double idle_wait = 0.25;
constexpr double toast_seconds = 6;

} // namespace

Result<std::unique_ptr<Editor>> Editor::open(const EditorOptions& options)
{
    std::unique_ptr<Editor> e(new Editor);
    e->config_ = options.config.empty() ? config_folder() : options.config;
    e->state_ = options.state.empty() ? state_folder() : options.state;
    if (auto read = load_preferences(e->config_ / "preferences.json")) e->preferences_ = std::move(*read);
    else e->notices_.add(NoticeLevel::Warning, read.error().text());
    WindowOptions window;
    window.width = options.width ? options.width : e->preferences_.window_width;
    window.height = options.height ? options.height : e->preferences_.window_height;
    window.maximized = !options.width && e->preferences_.maximized;
    window.validation = options.validation;
    TESSERA_TRY(opened, Window::open(window));
    e->window_ = std::move(opened);
    e->ui_.reset(new Ui{*e->window_, make_theme(e->preferences_.theme), {}, 1});
    e->remake_fonts();
    e->session_ = std::make_unique<Session>(SessionOptions{e->state_ / "recovery", e->preferences_.backups}, e->notices_);
    if (!options.project.empty())
        if (auto status = e->session_->open(options.project); !status) e->notices_.add(status.error());
    e->selection_.check(*e->session_->project());
    e->kinds_ = options.panels;
    EvaluationOptions evaluation;
    evaluation.vram_budget = uint64_t(e->preferences_.vram_gib * double(1ull << 30));
    if (e->preferences_.ram_gib > 0) evaluation.ram_cache = uint64_t(e->preferences_.ram_gib * double(1ull << 30));
    evaluation.opened = [] { Window::wake(); };
    e->evaluation_ = std::make_unique<Evaluation>(std::move(evaluation));
    e->add_commands();
    return e;
}

Editor::~Editor() = default;

void Editor::remake_fonts()
{
    const float scale = window_->display_scale() * float(preferences_.interface_scale);
    ui_->theme = make_theme(preferences_.theme);
    ui_->scale = scale;
    apply_theme(ui_->theme, scale);
    if (scale == made_scale_) return;
    auto missing = load_fonts(ui_->fonts, scale);
    if (!missing) notices_.add(missing.error());
    else if (!missing->empty()) notices_.add(NoticeLevel::Info, "For the intended look install " + *missing + ".");
    made_scale_ = scale;
    window_->fonts_changed();
}

Status Editor::run()
{
    window_->on_refresh = [this] { (void)frame(0).ok(); };
    while (!quitting_) TESSERA_CHECK(frame(idle_wait));
    preferences_.window_width = int(ImGui::GetIO().DisplaySize.x);
    preferences_.window_height = int(ImGui::GetIO().DisplaySize.y);
    return save_preferences(preferences_, config_ / "preferences.json");
}

Status Editor::frame(double wait)
{
    TESSERA_TRY(drawing, window_->begin(wait));
    if (window_->wants_to_close()) {
        window_->stay_open();
        commands_.run("file.quit");
    }
    if (!drawing) return {};
    session_->watch_recovery();
    const ProjectSettings& settings = session_->project()->settings;
    playback_.set_range(settings.first_frame, settings.last_frame);
    playback_.rate = settings.frames_per_second;
    handle_keys();
    const ImGuiIO& io = ImGui::GetIO();
    ImGui::SetNextWindowPos({0, 0});
    ImGui::SetNextWindowSize(io.DisplaySize);
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    ImGui::PushStyleVar(ImGuiStyleVar_WindowMinSize, {1, 1});
    ImGui::PushStyleColor(ImGuiCol_WindowBg, ui_->theme.line);
    ImGui::Begin("root", nullptr,
                 ImGuiWindowFlags_NoDecoration | ImGuiWindowFlags_NoMove | ImGuiWindowFlags_NoSavedSettings |
                     ImGuiWindowFlags_NoBringToFrontOnFocus | ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleColor();
    ImGui::PopStyleVar(2);
    draw_top_bar(ui_->px(top_height));
    DockCalls calls;
    calls.title = [this](const PanelSlot& slot) {
        Panel* panel = panel_of(slot);
        const auto kind = std::find_if(kinds_.begin(), kinds_.end(), [&](const PanelKind& k) { return k.kind == slot.kind; });
        std::string own = panel ? panel->title() : "";
        if (!own.empty()) return own;
        own = kind == kinds_.end() ? slot.kind : kind->title;
        if (slot.number > 1) own += " " + std::to_string(slot.number);
        return own;
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
    const float gap = ui_->px(4);
    dock_.draw(*ui_, layout(), {gap, ui_->px(top_height)},
               {io.DisplaySize.x - gap, io.DisplaySize.y - ui_->px(status_height) - gap / 2}, calls);
    draw_status_bar();
    palette_.draw(*ui_, commands_, preferences_.keys);
    draw_toasts();
    ImGui::End();
    return window_->end();
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
    const std::string id = PanelSlot{kind, 1, {}}.id();
    if (!activate(layout(), id)) insert_panel(layout(), {kind, 1, {}}, dock_.focused(), DropSide::Centre);
    dock_.focus(id);
}

void Editor::handle_keys()
{
    const ImGuiIO& io = ImGui::GetIO();
    for (const KeyPress& press : window_->take_keys()) {
        const bool plain = !press.ctrl && !press.alt && !press.super;
        if (io.WantTextInput && plain) continue;
        if (ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)) continue;
        const std::string focused = dock_.focused();
        const std::string context = focused.substr(0, focused.find('#'));
        const std::string command =
            preferences_.keys.command_of(context, {press.key, press.ctrl, press.shift, press.alt, press.super});
        if (!command.empty()) commands_.run(command);
    }
}

// ---- menus ----------------------------------------------------------------------------------------------------------

void Editor::draw_top_bar(float height)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = ImGui::GetIO().DisplaySize.x;
    list.AddRectFilled({0, 0}, {width, height}, ui_->theme.window);
    ImGui::SetCursorPos({ui_->px(8), ui_->px(4)});
    for (const char* menu : {"File", "Edit", "View", "Node", "Viewer", "Render", "Window", "Help"}) {
        ImGui::PushStyleColor(ImGuiCol_Button, IM_COL32(0, 0, 0, 0));
        const std::string popup = std::string("menu ") + menu;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        if (ImGui::Button(menu)) ImGui::OpenPopup(popup.c_str());
        ImGui::PopStyleColor();
        ImGui::SetNextWindowPos({at.x, height - ui_->px(2)});
        if (ImGui::BeginPopup(popup.c_str())) {
            draw_menu(menu);
            ImGui::EndPopup();
        }
        ImGui::SameLine(0, 0);
    }
    // Workspaces at the right end of the line.
    float x = width - ui_->px(12);
    for (auto it = preferences_.workspaces.rbegin(); it != preferences_.workspaces.rend(); ++it)
        x -= ImGui::CalcTextSize(it->name.c_str()).x + ui_->px(24);
    for (const NamedLayout& w : preferences_.workspaces) {
        const bool on = w.name == preferences_.workspace;
        const ImVec2 size{ImGui::CalcTextSize(w.name.c_str()).x + ui_->px(24), height};
        ImGui::SetCursorPos({x, 0});
        if (ImGui::InvisibleButton(("workspace " + w.name).c_str(), size)) preferences_.workspace = w.name;
        const bool hovered = ImGui::IsItemHovered();
        list.AddText({x + ui_->px(12), std::round((height - ImGui::GetFontSize()) / 2)},
                     on || hovered ? ui_->theme.text : ui_->theme.secondary, w.name.c_str());
        if (on) list.AddRectFilled({x + ui_->px(12), height - ui_->px(2)}, {x + size.x - ui_->px(12), height}, ui_->theme.accent);
        x += size.x;
    }
}

void Editor::draw_menu(const std::string& path)
{
    std::vector<const Command*> here;
    std::vector<std::string> below;
    for (const auto& [id, c] : commands_.all()) {
        if (c.menu == path) here.push_back(&c);
        else if (c.menu.starts_with(path + "/")) {
            const std::string child = c.menu.substr(0, c.menu.find('/', path.size() + 1));
            if (std::find(below.begin(), below.end(), child) == below.end()) below.push_back(child);
        }
    }
    std::stable_sort(here.begin(), here.end(), [](const Command* a, const Command* b) { return a->order < b->order; });
    int section = here.empty() ? 0 : here.front()->order / 100;
    std::string run;
    for (const Command* c : here) {
        if (c->order / 100 != section) ImGui::Separator(), section = c->order / 100;
        const std::string key = key_of(c->id);
        if (ImGui::MenuItem(c->name.c_str(), key.c_str(), c->checked && c->checked(), c->usable())) run = c->id;
        if (!c->help.empty()) tooltip(*ui_, c->name, key, c->help);
    }
    for (const std::string& child : below)
        if (ImGui::BeginMenu(child.substr(path.size() + 1).c_str())) {
            draw_menu(child);
            ImGui::EndMenu();
        }
    if (!run.empty()) commands_.run(run);
}

void Editor::add_commands()
{
    const auto add = [this](std::string id, std::string name, std::string menu, int order, std::string help,
                            std::function<void()> run, std::function<bool()> enabled = {}) {
        Command c;
        c.id = std::move(id), c.name = std::move(name), c.menu = std::move(menu), c.order = order;
        c.help = std::move(help), c.run = std::move(run), c.enabled = std::move(enabled);
        commands_.add(std::move(c));
    };
    add("edit.undo", "Undo", "Edit", 10, "Take back the last edit.", [this] { session_->undo(); },
        [this] { return session_->history().can_undo(); });
    add("edit.redo", "Redo", "Edit", 20, "Do again what was taken back.", [this] { session_->redo(); },
        [this] { return session_->history().can_redo(); });
    add("palette.open", "Find a command", "Help", 10, "Every command, by a few letters of its name.",
        [this] { palette_.open(); });
    add("file.quit", "Quit", "File", 900, "Leave the application.", [this] { quitting_ = true; });
    add("window.full_screen", "Full screen", "Window", 10, "The window over the whole screen, or back.",
        [this] { window_->toggle_full_screen(); });
    add("panel.maximize", "Maximise the panel", "Window", 20, "The panel under the pointer over the whole window.",
        [this] { dock_.toggle_maximized(dock_.focused()); });
    for (const double scale : {0.75, 1.0, 1.25, 1.5, 2.0})
        add("interface.scale" + std::to_string(int(scale * 100)), std::to_string(int(scale * 100)) + " %",
            "View/Interface size", int(scale * 100), "", [this, scale] {
                preferences_.interface_scale = scale;
                remake_fonts();
            });
    add("theme.dark", "Dark", "View/Theme", 1, "", [this] {
        preferences_.theme = ThemeKind::Dark;
        remake_fonts();
    });
    add("theme.light", "Light", "View/Theme", 2, "", [this] {
        preferences_.theme = ThemeKind::Light;
        remake_fonts();
    });
}

void Editor::draw_status_bar()
{
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    const float height = ui_->px(status_height), top = size.y - height;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled({0, top}, size, ui_->theme.window);
    const WithFont font(ui_->fonts.small);
    const float y = top + std::round((height - ImGui::GetFontSize()) / 2);
    const std::string left = session_->name() + (session_->saved() ? "" : " (edited)");
    list.AddText({ui_->px(12), y}, ui_->theme.secondary, left.c_str());
    const std::string right = window_->graphics().name();
    list.AddText({size.x - ui_->px(12) - ImGui::CalcTextSize(right.c_str()).x, y}, ui_->theme.secondary, right.c_str());
}

void Editor::draw_toasts()
{
    const auto now = std::chrono::system_clock::now();
    const ImVec2 size = ImGui::GetIO().DisplaySize;
    float bottom = size.y - ui_->px(status_height + 12);
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const float width = std::min(ui_->px(360), size.x - ui_->px(32)), pad = ui_->px(12);
    const auto& all = notices_.all();
    int shown = 0;
    for (auto it = all.rbegin(); it != all.rend() && shown < 4; ++it, ++shown) {
        if (std::chrono::duration<double>(now - it->time).count() > toast_seconds) break;
        const ImU32 colour = it->level == NoticeLevel::Error     ? ui_->theme.error
                             : it->level == NoticeLevel::Warning ? ui_->theme.warning
                                                                 : ui_->theme.secondary;
        const ImVec2 text = ImGui::CalcTextSize(it->text.c_str(), nullptr, false, width - 2 * pad);
        const ImVec2 low{size.x - width - ui_->px(12), bottom - text.y - 2 * pad}, high{size.x - ui_->px(12), bottom};
        list.AddRectFilled(low, high, ui_->theme.raised, ui_->px(3));
        list.AddRect(low, high, ui_->theme.line, ui_->px(3));
        list.AddRectFilled(low, {low.x + ui_->px(3), high.y}, colour, ui_->px(3), ImDrawFlags_RoundCornersLeft);
        list.AddText(ImGui::GetFont(), ImGui::GetFontSize(), {low.x + pad, low.y + pad}, ui_->theme.text,
                     it->text.c_str(), nullptr, width - 2 * pad);
        bottom = low.y - ui_->px(8);
    }
}

} // namespace tessera
