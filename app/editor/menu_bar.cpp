// The line at the top: menus made of the commands, and the workspaces.
#include "app/editor/editor.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

namespace {
constexpr const char* menus[] = {"File", "Edit", "View", "Node", "Viewer", "Curves", "Render", "Window", "Help"};
}

void Editor::draw_top_bar(float height)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = ImGui::GetIO().DisplaySize.x;
    list.AddRectFilled({0, 0}, {width, height}, ui_->theme.window);
    ImGui::SetCursorPos({ui_->px(8), ui_->px(4)});
    for (const char* menu : menus) {
        const bool used = std::any_of(commands_.all().begin(), commands_.all().end(),
                                      [&](const auto& c) { return c.second.menu.starts_with(menu); });
        if (!used) continue;
        ImGui::PushStyleColor(ImGuiCol_Button, IM_COL32(0, 0, 0, 0));
        const std::string popup = std::string("menu ") + menu;
        const ImVec2 at = ImGui::GetCursorScreenPos();
        const bool pressed = ImGui::Button(menu);
        // With one menu open, pointing at another one opens that.
        const bool other_open = ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId) && !ImGui::IsPopupOpen(popup.c_str());
        const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
        if (pressed || (other_open && menu_open_ && ImGui::IsMouseHoveringRect(low, high, false))) ImGui::OpenPopup(popup.c_str());
        ImGui::PopStyleColor();
        ImGui::SetNextWindowPos({at.x, height - ui_->px(2)});
        if (ImGui::BeginPopup(popup.c_str())) {
            menu_seen_ = true;
            draw_menu(menu);
            ImGui::EndPopup();
        }
        ImGui::SameLine(0, 0);
    }
    menu_open_ = menu_seen_;
    menu_seen_ = false;
    menus_end_ = ImGui::GetCursorScreenPos().x;
    draw_workspaces(height);
}

void Editor::draw_workspaces(float height)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = ImGui::GetIO().DisplaySize.x;
    const float pad = ui_->px(12), more = ui_->px(24);
    float total = more;
    for (const NamedLayout& w : preferences_.workspaces) total += ImGui::CalcTextSize(w.name.c_str()).x + 2 * pad;
    float x = width - total - ui_->px(8);
    // On a narrow window the menus have precedence: only the current workspace is named then.
    const bool narrow = x < menus_end_;
    if (narrow) x = width - ImGui::CalcTextSize(preferences_.workspace.c_str()).x - 2 * pad - more - ui_->px(8);
    std::string chosen;
    for (const NamedLayout& w : preferences_.workspaces) {
        const bool on = w.name == preferences_.workspace && !start_shown_;
        if (narrow && w.name != preferences_.workspace) continue;
        const ImVec2 size{ImGui::CalcTextSize(w.name.c_str()).x + 2 * pad, height};
        ImGui::SetCursorPos({x, 0});
        if (ImGui::InvisibleButton(("workspace " + w.name).c_str(), size)) chosen = w.name;
        const bool hovered = ImGui::IsItemHovered();
        tooltip(*ui_, w.name + " workspace", key_of("workspace." + w.name));
        list.AddText({x + pad, std::round((height - ImGui::GetFontSize()) / 2)},
                     on || hovered ? ui_->theme.text : ui_->theme.secondary, w.name.c_str());
        if (on) list.AddRectFilled({x + pad, height - ui_->px(2)}, {x + size.x - pad, height}, ui_->theme.accent);
        x += size.x;
    }
    ImGui::SetCursorPos({x, ui_->px(4)});
    if (icon_button(*ui_, "workspaces", "\xef\x83\x97", "Workspaces: save, reset, remove")) ImGui::OpenPopup("workspace menu");
    if (ImGui::BeginPopup("workspace menu")) {
        draw_menu("Window/Workspace");
        ImGui::EndPopup();
    }
    if (!chosen.empty()) commands_.run("workspace." + chosen);
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
        const std::string label = c->name + "##" + c->id;
        if (ImGui::MenuItem(label.c_str(), key.c_str(), c->checked && c->checked(), c->usable())) run = c->id;
        if (!c->help.empty()) tooltip(*ui_, c->name, key, c->help);
    }
    if (path == "File" && !preferences_.recent_projects.empty() && ImGui::BeginMenu("Open recent")) {
        for (const std::string& project : preferences_.recent_projects)
            if (ImGui::MenuItem(project.c_str())) run = "recent:" + project;
        ImGui::EndMenu();
    }
    if (!here.empty() && !below.empty()) ImGui::Separator();
    for (const std::string& child : below)
        if (ImGui::BeginMenu(child.substr(path.size() + 1).c_str())) {
            draw_menu(child);
            ImGui::EndMenu();
        }
    if (run.starts_with("recent:")) open_recent(run.substr(7));
    else if (!run.empty()) commands_.run(run);
}

} // namespace tessera
