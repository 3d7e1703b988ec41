#include "app/panels/history/history_panel.h"
#include "app/shell/icons.h"

namespace tessera {

void HistoryPanel::draw(Editor&)
{
    const Ui& ui = editor_.ui();
    Session& session = editor_.session();
    const History& history = session.history();
    const size_t count = history.entries().size();
    ImGui::SetCursorPos({ui.px(8), ui.px(4)});
    if (icon_button(ui, "undo", icon::undo, nullptr, false, history.can_undo())) editor_.commands().run("edit.undo");
    tooltip(ui, "Undo", editor_.key_of("edit.undo"), history.undo_label());
    ImGui::SameLine(0, ui.px(4));
    if (icon_button(ui, "redo", icon::redo, nullptr, false, history.can_redo())) editor_.commands().run("edit.redo");
    tooltip(ui, "Redo", editor_.key_of("edit.redo"), history.redo_label());
    const std::string where = count == 1 ? "No edits" : "Edit " + std::to_string(history.position()) + " of " + std::to_string(count - 1);
    ImGui::SameLine(ImGui::GetWindowWidth() - ImGui::CalcTextSize(where.c_str()).x - ui.px(12));
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("%s", where.c_str());
    size_t wanted = SIZE_MAX;
    if (ImGui::BeginChild("entries")) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
        const float height = ui.px(24);
        if (revision_ != session.revision()) {
            // The current one stays in sight.
            const float top = float(history.position()) * height, scroll = ImGui::GetScrollY(), room = ImGui::GetWindowHeight();
            if (top < scroll || top + height > scroll + room) ImGui::SetScrollY(std::max(0.0f, top - room / 2));
            revision_ = session.revision();
        }
        ImGuiListClipper clipper;
        clipper.Begin(int(count), height);
        while (clipper.Step())
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i)
                if (draw_row(size_t(i))) wanted = size_t(i);
        clipper.End();
        ImGui::PopStyleVar();
    }
    ImGui::EndChild();
    if (wanted != SIZE_MAX && wanted != history.position()) session.go_to(wanted);
}

bool HistoryPanel::draw_row(size_t index)
{
    const Ui& ui = editor_.ui();
    const Session& session = editor_.session();
    const History& history = session.history();
    const History::Entry& entry = history.entries()[index];
    const bool current = index == history.position(), undone = index > history.position();
    const float width = ImGui::GetContentRegionAvail().x, height = ui.px(24);
    const ImVec2 at = ImGui::GetCursorScreenPos(), high{at.x + width, at.y + height};
    ImGui::PushID(int(index));
    const bool pressed = ImGui::InvisibleButton("entry", {width, height});
    ImGui::PopID();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (current) {
        list.AddRectFilled(at, high, ui.theme.raised);
        list.AddRectFilled(at, {at.x + ui.px(2), high.y}, ui.theme.accent);
    } else if (ImGui::IsItemHovered()) {
        list.AddRectFilled(at, high, mixed(ui.theme.panel, ui.theme.raised, 0.6f));
    }
    const float y = at.y + std::round((height - ImGui::GetFontSize()) / 2);
    const std::string number = std::to_string(index);
    list.AddText({at.x + ui.px(36) - ImGui::CalcTextSize(number.c_str()).x, y}, undone ? ui.theme.disabled : ui.theme.secondary, number.c_str());
    float right = high.x - ui.px(12);
    if (history.is_saved(entry)) {
        const std::string saved = std::string(icon::disk) + "  saved";
        right -= ImGui::CalcTextSize(saved.c_str()).x;
        list.AddText({right, y}, ui.theme.secondary, saved.c_str());
        right -= ui.px(8);
    }
    const std::string label = !entry.label.empty() ? entry.label : session.path().empty() ? "New project" : "Opened " + session.name();
    const std::string text = shortened(label, std::max(0.0f, right - at.x - ui.px(48)));
    list.AddText({at.x + ui.px(48), y}, undone ? ui.theme.disabled : ui.theme.text, text.c_str());
    tooltip(ui, label, "", current ? "The project as it is." : undone ? "Was undone: a click does it again, and all before it."
                                                                 : "A click goes back to here; what comes after can be done again.");
    return pressed;
}

} // namespace tessera
