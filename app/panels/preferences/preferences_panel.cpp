#include "app/panels/preferences/preferences_panel.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr float label_column = 180, field_width = 220;
constexpr const char* pages[] = {"Look", "Memory", "Files", "Keys"};

} // namespace

/// A label right-aligned in its column; the control follows.
bool PreferencesPanel::begin_row(const char* label, const char* help)
{
    const Ui& ui = editor_.ui();
    const float column = std::min(ui.px(label_column), ImGui::GetWindowWidth() * 0.4f);
    const std::string text = shortened(label, column - ui.px(8));
    ImGui::SetCursorPosX(column - ImGui::CalcTextSize(text.c_str()).x);
    ImGui::AlignTextToFramePadding();
    ImGui::TextUnformatted(text.c_str());
    if (help) tooltip(ui, label, "", help);
    ImGui::SameLine(column + ui.px(12));
    ImGui::SetNextItemWidth(std::min(ui.px(field_width), ImGui::GetContentRegionAvail().x - ui.px(12)));
    return true;
}

void PreferencesPanel::draw(Editor&)
{
    const Ui& ui = editor_.ui();
    changed_ = false;
    ImGui::SetCursorPos({ui.px(8), ui.px(8)});
    for (int i = 0; i < 4; ++i) {
        if (i) ImGui::SameLine(0, ui.px(4));
        if (i == page_) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.accent);
        const bool pressed = ImGui::Button(pages[i], {ui.px(76), 0});
        if (i == page_) ImGui::PopStyleColor();
        if (pressed) page_ = i;
    }
    ImGui::Dummy({0, ui.px(4)});
    if (ImGui::BeginChild("page")) {
        if (page_ == 0) draw_look();
        else if (page_ == 1) draw_memory();
        else if (page_ == 2) draw_files();
        else draw_keys();
    }
    ImGui::EndChild();
    if (changed_) editor_.save_preferences_now();
}

void PreferencesPanel::draw_look()
{
    Preferences& p = editor_.preferences();
    begin_row("Theme", "Dark for grading in a dim room; light for a bright office.");
    int theme = p.theme == ThemeKind::Light;
    if (ImGui::Combo("##theme", &theme, "Dark\0Light\0")) {
        p.theme = theme ? ThemeKind::Light : ThemeKind::Dark;
        editor_.apply_look();
        changed_ = true;
    }
    begin_row("Interface size", "On top of the display's own scale.");
    constexpr double sizes[] = {0.75, 1, 1.25, 1.5, 1.75, 2};
    const std::string now = std::to_string(int(p.interface_scale * 100 + 0.5)) + " %";
    if (ImGui::BeginCombo("##size", now.c_str())) {
        for (const double size : sizes)
            if (ImGui::Selectable((std::to_string(int(size * 100)) + " %").c_str(), size == p.interface_scale)) {
                p.interface_scale = size;
                editor_.apply_look();
                changed_ = true;
            }
        ImGui::EndCombo();
    }
    begin_row("Around the picture", "What surrounds the picture in a viewer.");
    int surround = p.surround == "black" ? 0 : p.surround == "grey" ? 2 : 1;
    if (ImGui::Combo("##surround", &surround, "Black\0Dark grey\0" "18 % grey\0")) {
        p.surround = surround == 0 ? "black" : surround == 2 ? "grey" : "theme";
        changed_ = true;
    }
}

void PreferencesPanel::draw_memory()
{
    const Ui& ui = editor_.ui();
    Preferences& p = editor_.preferences();
    const auto budget = [&](const char* label, double& gib, double most, const char* zero, const char* help) {
        begin_row(label, help);
        float value = float(gib);
        ImGui::PushID(label);
        if (ImGui::SliderFloat("##gib", &value, 0, float(most), gib > 0 ? "%.2f GiB" : zero, ImGuiSliderFlags_AlwaysClamp))
            gib = double(value);
        changed_ |= ImGui::IsItemDeactivatedAfterEdit();
        ImGui::PopID();
    };
    budget("Device memory", p.vram_gib, 64, "60 % of the device", "For images and cached tiles on the device; never exceeded.");
    budget("Cache in memory", p.ram_gib, 64, "1 GiB", "For cached tiles in the computer's memory.");
    budget("Preview", p.preview_gib, 64, "none", "For finished frames, so that playing needs no work.");
    budget("Cache on disk", p.disk_gib, 500, "none", "For cached tiles that outlive the application.");
    begin_row("Device", "What to compute on: discrete, integrated, cpu, or part of its name. Empty: the fastest kind there is.");
    ImGui::InputTextWithHint("##device", "the fastest", &p.device);
    changed_ |= ImGui::IsItemDeactivatedAfterEdit();
    ImGui::Dummy({0, ui.px(4)});
    ImGui::SetCursorPosX(std::min(ui.px(label_column), ImGui::GetWindowWidth() * 0.4f) + ui.px(12));
    ImGui::TextDisabled("Device and budgets take effect at the next start.");
}

void PreferencesPanel::draw_files()
{
    Preferences& p = editor_.preferences();
    begin_row("Backups", "How many earlier states of a project file are kept in the folder .backups beside it.");
    ImGui::SliderInt("##backups", &p.backups, 0, 100, p.backups ? "%d" : "none", ImGuiSliderFlags_AlwaysClamp);
    changed_ |= ImGui::IsItemDeactivatedAfterEdit();
    begin_row("Recent projects", nullptr);
    ImGui::BeginDisabled(p.recent_projects.empty());
    if (ImGui::Button("Forget them")) p.recent_projects.clear(), changed_ = true;
    ImGui::EndDisabled();
}

// ---- keys ---------------------------------------------------------------------------------------------------------------

void PreferencesPanel::draw_keys()
{
    const Ui& ui = editor_.ui();
    Preferences& p = editor_.preferences();
    begin_row("Preset", "Keys as another application has them; changes of your own are lost.");
    if (ImGui::BeginCombo("##preset", p.key_preset.c_str())) {
        for (const std::string& preset : key_map_presets())
            if (ImGui::Selectable(preset.c_str(), preset == p.key_preset)) {
                p.key_preset = preset;
                p.keys = make_key_map(preset);
                changed_ = true;
            }
        ImGui::EndCombo();
    }
    if (!(p.keys == make_key_map(p.key_preset))) {
        ImGui::SameLine();
        if (ImGui::Button("Reset")) p.keys = make_key_map(p.key_preset), changed_ = true;
    }
    begin_row("Find", "By name, menu or key.");
    ImGui::InputTextWithHint("##filter", "a command or a key", &filter_);
    ImGui::Dummy({0, ui.px(4)});
    if (ImGui::BeginChild("commands")) {
        std::vector<const Command*> shown;
        for (const auto& [id, command] : editor_.commands().all()) {
            const std::string text = command.name + " " + command.menu + " " + p.keys.text_of(id);
            if (filter_.empty() || fuzzy_score(filter_, text) > 0) shown.push_back(&command);
        }
        ImGuiListClipper clipper;
        clipper.Begin(int(shown.size()), ui.px(24));
        while (clipper.Step())
            for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) draw_command(*shown[size_t(i)]);
        clipper.End();
        if (shown.empty()) ImGui::TextDisabled("  No command is called that.");
    }
    ImGui::EndChild();
}

void PreferencesPanel::draw_command(const Command& command)
{
    const Ui& ui = editor_.ui();
    Preferences& p = editor_.preferences();
    ImGui::PushID(command.id.c_str());
    const float width = ImGui::GetContentRegionAvail().x, key_width = ui.px(150);
    const ImVec2 at = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool recording = recording_ == command.id;
    const bool pressed = ImGui::InvisibleButton("row", {width, ui.px(24)});
    if (ImGui::IsItemHovered() || recording)
        list.AddRectFilled(at, {at.x + width, at.y + ui.px(24)}, ui.theme.raised, ui.px(3));
    tooltip(ui, command.name, p.keys.text_of(command.id), command.help);
    const float y = at.y + ui.px(5);
    const std::string name = shortened(command.name, width - key_width - ui.px(120));
    list.AddText({at.x + ui.px(12), y}, ui.theme.text, name.c_str());
    const std::string where = command.menu.empty() ? command.context : command.menu;
    list.AddText({at.x + ui.px(24) + ImGui::CalcTextSize(name.c_str()).x, y}, ui.theme.disabled, where.c_str());
    const std::string key = recording ? "press a key" : p.keys.text_of(command.id);
    list.AddText({at.x + width - key_width, y}, recording ? ui.theme.accent : ui.theme.secondary,
                 shortened(key, key_width - ui.px(8)).c_str());
    if (pressed) recording_ = recording ? "" : command.id;
    if (ImGui::BeginPopupContextItem("keys")) {
        if (ImGui::MenuItem("Set a key")) recording_ = command.id;
        for (const auto& [context, chord] : p.keys.chords_of(command.id))
            if (ImGui::MenuItem(("Remove " + chord_text(chord)).c_str())) {
                p.keys.unbind(context, chord);
                changed_ = true;
                break;
            }
        ImGui::EndPopup();
    }
    if (recording) record(command);
    ImGui::PopID();
}

void PreferencesPanel::record(const Command& command)
{
    Preferences& p = editor_.preferences();
    editor_.hold_keys();
    for (const KeyPress& press : editor_.held_keys()) {
        recording_.clear();
        if (press.key == "Escape" && !press.ctrl && !press.shift && !press.alt) return;
        const Chord chord{press.key, press.ctrl, press.shift, press.alt, press.super};
        const std::string before = p.keys.command_of(command.context, chord);
        p.keys.bind(command.context, chord, command.id);
        changed_ = true;
        const Command* other = editor_.commands().find(before);
        if (other && other->id != command.id)
            editor_.notices().add(NoticeLevel::Info, chord_text(chord) + " was the key of " + other->name + "; it is now that of " + command.name + ".");
    }
}

} // namespace tessera
