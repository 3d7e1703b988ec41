#include "app/panels/properties/project_panel.h"
#include "app/session/import.h"
#include "app/shell/icons.h"
#include "app/widgets/number_field.h"
#include "core/color/config.h"
#include <algorithm>
#include <imgui_stdlib.h>
#include <span>

namespace tessera {

namespace {

constexpr NamedFormat formats[] = {
    {"HD 720", {1280, 720, 1}},          {"HD 1080", {1920, 1080, 1}},       {"UHD 4K", {3840, 2160, 1}},
    {"UHD 8K", {7680, 4320, 1}},         {"DCI 2K", {2048, 1080, 1}},        {"DCI 2K Flat", {1998, 1080, 1}},
    {"DCI 2K Scope", {2048, 858, 1}},    {"DCI 4K", {4096, 2160, 1}},        {"DCI 4K Flat", {3996, 2160, 1}},
    {"DCI 4K Scope", {4096, 1716, 1}},   {"Full aperture 2K", {2048, 1556, 1}}, {"Full aperture 4K", {4096, 3112, 1}},
    {"Cinemascope 2K", {1828, 1556, 2}}, {"Square 1K", {1024, 1024, 1}},     {"Square 2K", {2048, 2048, 1}},
    {"Vertical HD", {1080, 1920, 1}},    {"PAL", {720, 576, 1.0940}},        {"NTSC", {720, 486, 0.9091}},
};

struct Rate {
    const char* name;
    double value;
};
constexpr Rate rates[] = {{"23.976", 24000.0 / 1001}, {"24", 24},   {"25", 25},       {"29.97", 30000.0 / 1001}, {"30", 30},
                          {"47.952", 48000.0 / 1001}, {"48", 48},   {"50", 50},       {"59.94", 60000.0 / 1001}, {"60", 60},
                          {"100", 100},               {"120", 120}};

constexpr double least_rate = 0.01, most_rate = 1000;
constexpr int widest = 1 << 16, utmost_frame = 10'000'000;

} // namespace

std::span<const NamedFormat> named_formats()
{
    return formats;
}

std::string name_of_format(const Format& format)
{
    for (const NamedFormat& f : formats)
        if (f.format == format) return f.name;
    return {};
}

ProjectPanel::ProjectPanel(Editor& editor) : editor_(editor), browser_(editor.config_folder() / "places.json") {}

void ProjectPanel::apply(const ProjectSettings& before, ProjectSettings after)
{
    if (after == before) {
        if (std::exchange(finished_, true)) editor_.session().seal();
        return;
    }
    editor_.session().apply(set_settings(editor_.session().project(), std::move(after)), "Project settings", finished_ ? "" : "project settings");
    if (finished_) editor_.session().seal();
}

void ProjectPanel::draw(Editor& editor)
{
    const Ui& ui = editor.ui();
    const ProjectPtr project = editor.session().project();
    ProjectSettings s = project->settings;
    if (chosen_) s = *std::exchange(chosen_, std::nullopt);
    finished_ = true;
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(12), ui.px(8)});
    if (ImGui::BeginChild("project", {0, 0}, false, ImGuiWindowFlags_AlwaysUseWindowPadding)) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ui.px(4), ui.px(2)});
        const float width = std::min(ImGui::GetContentRegionAvail().x, ui.px(560));
        label_ = std::clamp(std::round(width * 0.32f), ui.px(84), ui.px(150));
        control_ = width - label_ - ui.px(8);
        row("Name", "Of the project, for reports and burn-ins.");
        const bool typing = typed_for_ == "name";
        std::string& text = typing ? typed_ : project_name_;
        if (!typing) project_name_ = s.name;
        ImGui::SetNextItemWidth(control_);
        ImGui::InputTextWithHint("##name", editor.session().name().c_str(), &text);
        if (ImGui::IsItemActivated()) typed_for_ = "name", typed_ = project_name_;
        if (ImGui::IsItemDeactivated() && typing) s.name = typed_, typed_for_.clear();
        draw_format(s);
        draw_time(s);
        draw_colour(s);
        draw_views(s);
        draw_variables(s);
        ImGui::PopStyleVar();
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
    apply(project->settings, std::move(s));
    browser_.draw(ui);
}

void ProjectPanel::heading(const char* text)
{
    const Ui& ui = editor_.ui();
    ImGui::Dummy({0, ui.px(8)});
    const WithFont strong(ui.fonts.strong);
    ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.secondary);
    ImGui::TextUnformatted(text);
    ImGui::PopStyleColor();
    ImGui::Dummy({0, ui.px(2)});
}

void ProjectPanel::row(const char* label, const char* help)
{
    const Ui& ui = editor_.ui();
    const ImVec2 low = ImGui::GetCursorScreenPos();
    ImGui::PushID(label);
    ImGui::InvisibleButton("label", {label_, ImGui::GetFrameHeight()});
    tooltip(ui, label, {}, help);
    ImGui::PopID();
    const std::string text = shortened(label, label_);
    ImGui::GetWindowDrawList()->AddText({std::round(low.x + label_ - ImGui::CalcTextSize(text.c_str()).x), std::round(low.y + (ImGui::GetFrameHeight() - ImGui::GetFontSize()) / 2)},
                                        ui.theme.secondary, text.c_str());
    ImGui::SameLine(0, ui.px(8));
}

bool ProjectPanel::number(const char* id, double& value, double low, double high, bool whole, double fallback, float width)
{
    NumberStyle style;
    style.min = low, style.max = high, style.hard = true, style.whole = whole, style.fallback = fallback;
    const auto edit = number_field(editor_.ui(), id, value, width, style);
    if (!edit) return false;
    if (edit->cancelled) editor_.session().undo();
    else value = edit->value;
    finished_ = edit->finished;
    return !edit->cancelled;
}

void ProjectPanel::draw_format(ProjectSettings& s)
{
    const Ui& ui = editor_.ui();
    heading("Format");
    row("Format", "The size that sources without one of their own have, and that the viewer shows.");
    const std::string name = name_of_format(s.format);
    ImGui::SetNextItemWidth(control_);
    ImGui::PushStyleColor(ImGuiCol_Button, IM_COL32(0, 0, 0, 0));
    if (ImGui::BeginCombo("##format", name.empty() ? "Custom" : name.c_str(), ImGuiComboFlags_HeightLargest)) {
        for (const NamedFormat& f : formats) {
            const std::string text = std::string(f.name) + "   " + std::to_string(f.format.width) + " \xc3\x97 " + std::to_string(f.format.height);
            if (ImGui::Selectable(text.c_str(), f.format == s.format)) s.format = f.format;
        }
        ImGui::EndCombo();
    }
    ImGui::PopStyleColor();
    const float each = std::floor((control_ - ui.px(8)) / 3);
    row("Size, aspect", "Width and height in pixels, and the width of a pixel by its height.");
    double width = s.format.width, height = s.format.height;
    if (number("width", width, 1, widest, true, 1920, each)) s.format.width = int(width);
    ImGui::SameLine(0, ui.px(4));
    if (number("height", height, 1, widest, true, 1080, each)) s.format.height = int(height);
    ImGui::SameLine(0, ui.px(4));
    (void)number("aspect", s.format.pixel_aspect, 0.1, 10, false, 1, each);
}

void ProjectPanel::draw_time(ProjectSettings& s)
{
    const Ui& ui = editor_.ui();
    heading("Time");
    row("Frame rate", "Frames per second.");
    const float each = std::floor((control_ - ui.px(4)) / 2);
    (void)number("rate", s.frames_per_second, least_rate, most_rate, false, 24, each);
    ImGui::SameLine(0, ui.px(4));
    ImGui::SetNextItemWidth(each);
    ImGui::PushStyleColor(ImGuiCol_Button, IM_COL32(0, 0, 0, 0));
    const auto known = std::find_if(std::begin(rates), std::end(rates), [&](const Rate& r) { return std::abs(r.value - s.frames_per_second) < 1e-6; });
    if (ImGui::BeginCombo("##rates", known == std::end(rates) ? "Usual rates" : known->name, ImGuiComboFlags_HeightLargest)) {
        for (const Rate& r : rates)
            if (ImGui::Selectable(r.name, &r == known)) s.frames_per_second = r.value;
        ImGui::EndCombo();
    }
    ImGui::PopStyleColor();
    row("First, last", "The frames of the project: what playback and renders span.");
    double first = s.first_frame, last = s.last_frame;
    if (number("first", first, -utmost_frame, utmost_frame, true, 1, each)) s.first_frame = int(first), s.last_frame = std::max(s.last_frame, s.first_frame);
    ImGui::SameLine(0, ui.px(4));
    if (number("last", last, -utmost_frame, utmost_frame, true, 100, each)) s.last_frame = int(last), s.first_frame = std::min(s.first_frame, s.last_frame);
}

void ProjectPanel::read_names(const ProjectSettings& s)
{
    if (names_ && names_for_ == s.color_config) return;
    names_for_ = s.color_config;
    names_ = std::make_shared<Names>();
    const bool file = !s.color_config.empty() && s.color_config != "builtin" && s.color_config != "$OCIO";
    const auto resolved = file ? resolved_path(*editor_.session().project(), s.color_config) : Result<std::string>(s.color_config);
    if (!resolved) {
        names_->error = resolved.error(), names_->ready = true;
        return;
    }
    editor_.workers().run([setting = *resolved] { return ColorConfig::load(setting); },
                          [state = names_](Result<ColorConfig> loaded) {
                              state->ready = true;
                              if (!loaded) state->error = loaded.error();
                              else
                                  for (const ColorSpaceInfo& space : loaded->spaces()) state->spaces.push_back(space.name);
                          });
}

void ProjectPanel::draw_colour(ProjectSettings& s)
{
    const Ui& ui = editor_.ui();
    heading("Colour");
    read_names(s);
    row("Configuration", "OpenColorIO configuration: the built-in one (ACES), the one $OCIO names, or a file.");
    const float side = ImGui::GetFrameHeight();
    ImGui::SetNextItemWidth(control_ - side - ui.px(2));
    ImGui::PushStyleColor(ImGuiCol_Button, IM_COL32(0, 0, 0, 0));
    const std::string shown = s.color_config.empty() ? "$OCIO, else built-in" : s.color_config == "builtin" ? "Built-in (ACES 1.3)" : s.color_config;
    if (ImGui::BeginCombo("##config", shortened(shown, control_ - side - ui.px(40)).c_str())) {
        if (ImGui::Selectable("$OCIO, else built-in", s.color_config.empty())) s.color_config.clear();
        if (ImGui::Selectable("Built-in (ACES 1.3)", s.color_config == "builtin")) s.color_config = "builtin";
        ImGui::EndCombo();
    }
    ImGui::PopStyleColor();
    ImGui::SameLine(0, ui.px(2));
    if (icon_button(ui, "browse", icon::folder, "Choose a configuration file")) {
        FileRequest request;
        request.title = "Choose a colour configuration";
        request.filters = {{"OpenColorIO (.ocio, .ocioz)", {".ocio", ".ocioz"}}, any_files()};
        request.project_folder = editor_.session().project()->folder;
        browser_.open(request, [this](const std::vector<std::string>& paths) {
            ProjectSettings next = editor_.session().project()->settings;
            next.color_config = project_relative(*editor_.session().project(), paths.front());
            chosen_ = std::move(next);
        });
    }
    row("Working space", "The scene-linear space in which pictures are worked on.");
    ImGui::SetNextItemWidth(control_);
    ImGui::PushStyleColor(ImGuiCol_Button, IM_COL32(0, 0, 0, 0));
    if (ImGui::BeginCombo("##working", s.working_space.c_str(), ImGuiComboFlags_HeightLarge)) {
        if (!names_->ready) ImGui::TextDisabled("Being read\xe2\x80\xa6");
        for (const std::string& space : names_->spaces)
            if (ImGui::Selectable(space.c_str(), space == s.working_space)) s.working_space = space;
        ImGui::EndCombo();
    }
    ImGui::PopStyleColor();
    const bool unknown = names_->ready && !names_->error && std::find(names_->spaces.begin(), names_->spaces.end(), s.working_space) == names_->spaces.end();
    if (names_->error || unknown) {
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + label_ + ui.px(8));
        ImGui::PushStyleColor(ImGuiCol_Text, names_->error ? ui.theme.error : ui.theme.warning);
        ImGui::PushTextWrapPos(ImGui::GetCursorPosX() + control_);
        ImGui::TextUnformatted(names_->error ? names_->error->text().c_str() : "The configuration has no space of this name: choose another.");
        ImGui::PopTextWrapPos();
        ImGui::PopStyleColor();
    }
}

void ProjectPanel::draw_views(ProjectSettings& s)
{
    const Ui& ui = editor_.ui();
    heading("Views");
    const float side = ImGui::GetFrameHeight();
    std::optional<size_t> removed;
    for (size_t i = 0; i < s.views.size(); ++i) {
        ImGui::PushID(int(i));
        row(i ? "" : "Views", "Stereo and other views of a shot, the first being the one shown by default.");
        ImGui::AlignTextToFramePadding();
        ImGui::TextUnformatted(shortened(s.views[i], control_ - 2 * side).c_str());
        ImGui::SameLine(label_ + ui.px(8) + control_ - 2 * side);
        if (icon_button(ui, "up", icon::up, "Before the one above", false, i > 0)) std::swap(s.views[i], s.views[i - 1]);
        ImGui::SameLine(0, 0);
        if (icon_button(ui, "remove", icon::trash, "Remove the view", false, s.views.size() > 1)) removed = i;
        ImGui::PopID();
    }
    if (removed) s.views.erase(s.views.begin() + long(*removed));
    row(" ", "");
    ImGui::SetNextItemWidth(control_ - side - ui.px(2));
    const bool entered = ImGui::InputTextWithHint("##view", "New view", &new_view_, ImGuiInputTextFlags_EnterReturnsTrue);
    ImGui::SameLine(0, ui.px(2));
    const bool fits = !new_view_.empty() && std::find(s.views.begin(), s.views.end(), new_view_) == s.views.end();
    if ((icon_button(ui, "add view", icon::add, "Add the view", false, fits) || entered) && fits) s.views.push_back(std::exchange(new_view_, {}));
}

void ProjectPanel::draw_variables(ProjectSettings& s)
{
    const Ui& ui = editor_.ui();
    heading("Variables");
    const float side = ImGui::GetFrameHeight(), name_width = std::floor(control_ * 0.35f);
    const auto variables = s.variables;
    for (const auto& [name, value] : variables) {
        ImGui::PushID(name.c_str());
        row(("${" + name + "}").c_str(), "Stands for its value in the paths of files.");
        const bool typing = typed_for_ == "variable " + name;
        std::string text = typing ? typed_ : value;
        ImGui::SetNextItemWidth(control_ - side - ui.px(2));
        ImGui::InputText("##value", &text);
        if (ImGui::IsItemActive()) typed_for_ = "variable " + name, typed_ = text;
        if (ImGui::IsItemDeactivated() && typing) s.variables[name] = text, typed_for_.clear();
        ImGui::SameLine(0, ui.px(2));
        if (icon_button(ui, "remove", icon::trash, "Remove the variable")) s.variables.erase(name);
        ImGui::PopID();
    }
    row(s.variables.empty() ? "Variables" : "  ", "Names that stand for text in the paths of files, as ${SHOT}.");
    ImGui::SetNextItemWidth(name_width);
    ImGui::InputTextWithHint("##new name", "SHOT", &new_name_);
    ImGui::SameLine(0, ui.px(4));
    ImGui::SetNextItemWidth(control_ - name_width - side - ui.px(6));
    const bool entered = ImGui::InputTextWithHint("##new value", "sc010", &new_value_, ImGuiInputTextFlags_EnterReturnsTrue);
    ImGui::SameLine(0, ui.px(2));
    const bool fits = !new_name_.empty() && !s.variables.contains(new_name_);
    if ((icon_button(ui, "add variable", icon::add, "Add the variable", false, fits) || entered) && fits)
        s.variables[std::exchange(new_name_, {})] = std::exchange(new_value_, {});
}

} // namespace tessera
