// Controls of what is not a number: choices, text, channels, files.
#include "app/panels/properties/channel_choice.h"
#include "app/panels/properties/param_controls.h"
#include "app/session/import.h"
#include "app/shell/icons.h"
#include "core/color/config.h"
#include <algorithm>
#include <imgui_internal.h>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr size_t long_list = 12;
constexpr int several_lines = 4;
constexpr const char* dash = "\xe2\x80\x94";

/// Choices as people read them: "hd_1080" is "hd 1080".
std::string readable(std::string name)
{
    std::replace(name.begin(), name.end(), '_', ' ');
    return name;
}

bool key_pressed(ImGuiKey key)
{
    return ImGui::IsKeyPressed(ImGui::GetKeyIndex(key), false);
}

bool mentions(const std::string& text, const char* word)
{
    return text.find(word) != std::string::npos;
}

/// A list of names in a popup, with a search field when it is long. The one chosen.
std::optional<std::string> name_list(const Ui& ui, const std::vector<std::string>& names, const std::string& current, std::string& filter, bool readable_names)
{
    std::optional<std::string> chosen;
    const bool search = names.size() > long_list;
    if (search) {
        if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere(), filter.clear();
        ImGui::SetNextItemWidth(std::max(ui.px(160), ImGui::GetContentRegionAvail().x));
        ImGui::InputTextWithHint("##search", "Search", &filter);
    }
    std::vector<const std::string*> fitting;
    for (const std::string& name : names)
        if (!search || filter.empty() || fuzzy_score(filter, name) > 0 || fuzzy_score(filter, readable(name)) > 0) fitting.push_back(&name);
    if (search && !filter.empty())
        std::stable_sort(fitting.begin(), fitting.end(), [&](const auto* a, const auto* b) { return fuzzy_score(filter, *a) > fuzzy_score(filter, *b); });
    ImGui::BeginChild("names", {std::max(ui.px(160), ImGui::GetContentRegionAvail().x), std::min(ui.px(24 * 14), ui.px(24) * float(std::max<size_t>(1, fitting.size())))});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {ImGui::GetStyle().ItemSpacing.x, 0});
    ImGuiListClipper clipper;
    clipper.Begin(int(fitting.size()), ui.px(24));
    while (clipper.Step())
        for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
            const std::string& name = *fitting[size_t(i)];
            ImGui::PushStyleVar(ImGuiStyleVar_SelectableTextAlign, {0, 0.5f});
            if (ImGui::Selectable((readable_names ? readable(name) : name).c_str(), name == current, 0, {0, ui.px(24)})) chosen = name;
            ImGui::PopStyleVar();
        }
    ImGui::PopStyleVar();
    if (fitting.empty()) ImGui::TextDisabled("Nothing fits");
    if (search && !fitting.empty() && (key_pressed(ImGuiKey_Enter) || key_pressed(ImGuiKey_KeyPadEnter))) chosen = *fitting.front();
    ImGui::EndChild();
    if (chosen) ImGui::CloseCurrentPopup();
    return chosen;
}

} // namespace

void ParamControls::draw_enum(const NodeRows& node, const ParamRow& row, float width)
{
    const Ui& ui = editor_.ui();
    const auto* present = std::get_if<std::string>(&row.value);
    const std::string name = present ? *present : "";
    const NumberStyle style = style_of(row, 0);
    ImGui::BeginDisabled(!style.enabled);
    ImGui::SetNextItemWidth(width);
    const ImU32 back = style.tint ? mixed(ui.theme.raised, style.tint, style.tint_share) : ui.theme.raised;
    ImGui::PushStyleColor(ImGuiCol_FrameBg, back);
    ImGui::PushStyleColor(ImGuiCol_Button, IM_COL32(0, 0, 0, 0));
    const ImVec2 low = ImGui::GetCursorScreenPos();
    fields_.push_back({low, {low.x + width, low.y + ImGui::GetFrameHeight()}});
    const std::string shown = row.mixed & 1 ? dash : shortened(readable(name), width - ui.px(40));
    ImGui::SetNextWindowSizeConstraints({width, 0}, {std::max(width, ui.px(360)), ui.px(420)});
    if (ImGui::BeginCombo("##choice", shown.c_str(), ImGuiComboFlags_HeightLargest)) {
        close_on_escape();
        if (const auto chosen = name_list(ui, row.param->choices, name, choice_filter_, true)) {
            if (row.state.animated) {
                const auto index = std::find(row.param->choices.begin(), row.param->choices.end(), *chosen) - row.param->choices.begin();
                apply(node, row, edit_number(editor_.session().project(), node.targets, *row.param, 0, double(index), node.frame), "0", true, false);
            } else {
                set_value(node, row, Value(*chosen));
            }
        }
        ImGui::EndCombo();
    }
    ImGui::PopStyleColor(2);
    ImGui::EndDisabled();
}

void ParamControls::draw_text(const NodeRows& node, const ParamRow& row, float width)
{
    const Ui& ui = editor_.ui();
    const auto* present = std::get_if<std::string>(&row.value);
    const std::string value = present ? *present : "";
    const std::string owner = std::to_string(node.ref.node) + "." + row.param->name;
    std::vector<std::string> names;
    const bool offers = suggestions(node, row, names);
    const float button = ui.px(24), field = offers ? width - button - ui.px(2) : width;
    std::string text = typed_owner_ == owner ? typed_ : row.mixed & 1 ? "" : value;
    const bool lines = mentions(row.param->help, "several lines") || mentions(row.param->help, "Several lines") || row.param->name == "message";
    const std::string hint = row.mixed & 1 ? dash : default_text(*row.param) == "empty" ? "" : default_text(*row.param);
    bool entered = false;
    if (lines) {
        ImGui::InputTextMultiline("##text", &text, {field, ImGui::GetTextLineHeight() * several_lines + ui.px(8)});
    } else {
        ImGui::SetNextItemWidth(field);
        entered = ImGui::InputTextWithHint("##text", hint.c_str(), &text, ImGuiInputTextFlags_EnterReturnsTrue);
    }
    const bool left = ImGui::IsItemDeactivated();
    if (ImGui::IsItemActive()) typed_owner_ = owner, typed_ = text;
    if (left || entered) {
        const bool escaped = key_pressed(ImGuiKey_Escape);
        const bool same_as_before = text == (row.mixed & 1 ? std::string() : value);
        typed_owner_.clear(), typed_.clear();
        if (!escaped && !same_as_before) set_value(node, row, Value(text));
    }
    if (!ImGui::IsItemActive() && ImGui::CalcTextSize(value.c_str()).x > field - ui.px(16)) tooltip(ui, value);
    if (!offers) return;
    ImGui::SameLine(0, ui.px(2));
    if (icon_button(ui, "names", icon::caret_down, "Choose from what there is")) ImGui::OpenPopup("names");
    ImGui::SetNextWindowSizeConstraints({ui.px(200), 0}, {ui.px(420), ui.px(420)});
    if (ImGui::BeginPopup("names")) {
        close_on_escape();
        if (names.empty()) ImGui::TextDisabled("Being read\xe2\x80\xa6");
        else if (const auto chosen = name_list(ui, names, value, choice_filter_, false)) set_value(node, row, Value(*chosen));
        ImGui::EndPopup();
    }
}

// ---- names of colour spaces and layers ------------------------------------------------------------------------------

struct ParamControls::Names {
    ColourNames names;
    bool ready = false;
};

const ColourNames* ParamControls::colour_names()
{
    const std::string& config = editor_.session().project()->settings.color_config;
    if (!names_ || names_for_ != config) {
        names_ = std::make_shared<Names>();
        names_for_ = config;
        auto resolved = config.empty() || config == "builtin" || config == "$OCIO" ? Result<std::string>(config) : resolved_path(*editor_.session().project(), config);
        const std::string setting = resolved ? *resolved : config;
        editor_.workers().run(
            [setting] {
                ColourNames names;
                const auto loaded = ColorConfig::load(setting);
                if (!loaded) return names; // evaluation says what is wrong with the configuration
                for (const ColorSpaceInfo& space : loaded->spaces()) names.spaces.push_back(space.name);
                for (const ColorDisplay& display : loaded->displays()) {
                    names.displays.push_back(display.name);
                    for (const std::string& view : display.views)
                        if (std::find(names.views.begin(), names.views.end(), view) == names.views.end()) names.views.push_back(view);
                }
                names.looks = loaded->looks();
                return names;
            },
            [state = names_](ColourNames names) { state->names = std::move(names), state->ready = true; });
    }
    return names_->ready ? &names_->names : nullptr;
}

bool ParamControls::suggestions(const NodeRows& node, const ParamRow& row, std::vector<std::string>& list)
{
    const std::string &name = row.param->name, &help = row.param->help;
    if (row.param->type != ParamType::String) return false;
    const bool space = name == "colorspace" || mentions(help, "olour space of") || mentions(help, "olour space to");
    const bool colour = node.op->menu.starts_with("Color") || node.op->id == "write" || node.op->id == "read";
    const bool display = colour && name == "display", view = colour && name == "view" && node.op->id != "read", looks = colour && name == "looks";
    if (name == "view" && node.op->id == "read") {
        list = editor_.session().project()->settings.views;
        return true;
    }
    if (!space && !display && !view && !looks) return false;
    if (const ColourNames* names = colour_names()) list = space ? names->spaces : display ? names->displays : view ? names->views : names->looks;
    if (space && default_text(*row.param) == "default") list.insert(list.begin(), "default");
    return true;
}

struct ParamControls::LayerNames {
    NodeId node = 0;
    uint64_t revision = 0;
    std::vector<std::string> layers;
    bool ready = false;
};

const std::vector<std::string>* ParamControls::layers_of(const NodeRows& node)
{
    const uint64_t revision = editor_.session().revision();
    if (!layers_ || layers_->node != node.ref.node || layers_->revision != revision) {
        layers_ = std::make_shared<LayerNames>();
        layers_->node = node.ref.node, layers_->revision = revision;
        Engine* engine = editor_.engine();
        Request request;
        request.project = node.project, request.graph = node.ref.graph, request.node = node.ref.node, request.frame = node.frame;
        if (engine)
            editor_.workers().run(
                [engine, request] {
                    std::vector<std::string> names;
                    if (const auto info = engine->info(request)) // without an input there are no layers to offer
                        for (const Layer& layer : info->layers)
                            if (layer.name != main_layer) names.push_back(layer.name);
                    return names;
                },
                [state = layers_](std::vector<std::string> names) { state->layers = std::move(names), state->ready = true; });
    }
    return layers_->ready ? &layers_->layers : nullptr;
}

void ParamControls::draw_channels(const NodeRows& node, const ParamRow& row, float width)
{
    const Ui& ui = editor_.ui();
    const auto* present = std::get_if<std::string>(&row.value);
    const std::string value = present ? *present : "";
    ChannelChoice choice = channel_choice(value);
    const ImU32 colours[4] = {ui.theme.red, ui.theme.green, ui.theme.blue, ui.theme.alpha};
    static constexpr const char* letters[4] = {"R", "G", "B", "A"};
    const ImVec2 start = ImGui::GetCursorScreenPos();
    const float side = ui.px(24), gap = ui.px(2);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (int i = 0; i < 4; ++i) {
        const ImVec2 low{start.x + float(i) * (side + gap), start.y}, high{low.x + side, low.y + ImGui::GetFrameHeight()};
        ImGui::SetCursorScreenPos(low);
        ImGui::PushID(i);
        const bool pressed = ImGui::InvisibleButton("channel", {side, high.y - low.y});
        const bool on = choice.on[size_t(i)], hovered = ImGui::IsItemHovered();
        list.AddRectFilled(low, high, on ? mixed(ui.theme.raised, colours[i], 0.28f) : hovered ? ui.theme.hover : ui.theme.window, ui.px(3));
        if (on) list.AddRectFilled({low.x + ui.px(4), high.y - ui.px(2)}, {high.x - ui.px(4), high.y}, colours[i]);
        const ImVec2 size = ImGui::CalcTextSize(letters[i]);
        list.AddText({std::round(low.x + (side - size.x) / 2), std::round(low.y + (high.y - low.y - size.y) / 2)}, on ? ui.theme.text : ui.theme.disabled, letters[i]);
        tooltip(ui, on ? "Leave this channel out" : "Process this channel");
        ImGui::PopID();
        if (!pressed) continue;
        choice.on[size_t(i)] = !on;
        set_value(node, row, Value(channel_text(choice)));
    }
    const float left = 4 * (side + gap) + ui.px(2), rest = width - left;
    ImGui::SetCursorScreenPos({start.x + left, start.y});
    if (rest < ui.px(28)) return;
    ImGui::SetNextItemWidth(rest);
    const std::string shown = row.mixed & 1 ? dash : value;
    ImGui::PushStyleColor(ImGuiCol_Button, IM_COL32(0, 0, 0, 0));
    ImGui::SetNextWindowSizeConstraints({ui.px(220), 0}, {ui.px(420), ui.px(420)});
    if (ImGui::BeginCombo("##layers", shortened(shown, std::max(1.0f, rest - ui.px(40))).c_str(), ImGuiComboFlags_HeightLargest)) {
        static std::string typed; // of the one popup there is
        if (ImGui::IsWindowAppearing()) typed = value;
        ImGui::SetNextItemWidth(-1);
        if (ImGui::InputTextWithHint("##typed", "rgb depth.Z", &typed, ImGuiInputTextFlags_EnterReturnsTrue)) {
            set_value(node, row, Value(typed));
            ImGui::CloseCurrentPopup();
        }
        for (const char* name : {"all", "rgba", "rgb", "alpha", "none"})
            if (ImGui::Selectable(name, value == name)) set_value(node, row, Value(std::string(name)));
        const auto* layers = layers_of(node);
        if (layers && !layers->empty()) ImGui::Separator();
        if (!layers && editor_.engine()) ImGui::TextDisabled("Layers are being read\xe2\x80\xa6");
        if (layers)
            for (const std::string& layer : *layers)
                if (ImGui::Selectable(layer.c_str(), value == layer)) set_value(node, row, Value(layer));
        ImGui::EndCombo();
    }
    ImGui::PopStyleColor();
    tooltip(ui, value, {}, "Channels by name: all, rgb, a layer, or layer.channel.");
}

// ---- files ----------------------------------------------------------------------------------------------------------

void ParamControls::draw_file(const NodeRows& node, const ParamRow& row, float width)
{
    const Ui& ui = editor_.ui();
    const float button = ui.px(24), gap = ui.px(2);
    const ImVec2 low = ImGui::GetCursorScreenPos();
    draw_text(node, row, width - button - gap);
    ImGui::SameLine(0, gap);
    if (icon_button(ui, "browse", icon::folder, "Choose a file")) open_file(node, row);
    const ImVec2 high{low.x + width, low.y + ImGui::GetFrameHeight()};
    zones_.push_back({low, high, node.ref, row.param->name});
    fields_.push_back({low, high});
}

void ParamControls::open_file(const NodeRows& node, const ParamRow& row)
{
    const auto* present = std::get_if<std::string>(&row.value);
    const std::string value = present ? *present : "";
    const Project& project = *node.project;
    const bool writes = node.op->kind == OpKind::Output;
    FileRequest request;
    request.mode = writes ? FileMode::Save : FileMode::Media;
    request.title = writes ? "Where to write" : "Choose an image, a movie or a sequence";
    request.filters = {image_files(), any_files()};
    if (writes) request.filters = {any_files()};
    if (mentions(row.param->name, "lut") || mentions(row.param->help, "LUT")) request.filters = {any_files()}, request.mode = FileMode::Open, request.title = "Choose a file";
    request.sequences = true;
    request.project_folder = project.folder;
    // A path with a variable that is not known cannot say where to begin; the browser then starts where it was last.
    if (!value.empty())
        if (const auto path = resolved_path(project, value)) request.folder = folder_of(*path), request.name = name_of_path(*path);
    browser_.open(request, [this, ref = node.ref, param = row.param->name, label = row.param->label](const std::vector<std::string>& paths) {
        set_file(ref, param, label, paths.front());
    });
}

bool ParamControls::choose_file(const NodeRows& node)
{
    for (const ParamRow& row : node.rows)
        if (row.param->type == ParamType::File) return open_file(node, row), true;
    return false;
}

void ParamControls::set_file(NodeRef ref, const std::string& param, const std::string& label, const std::string& path)
{
    const ProjectPtr& project = editor_.session().project();
    editor_.session().apply(set_param(project, ref, param, Value(project_relative(*project, path))), "Set " + label);
}

bool ParamControls::take_drop(ImVec2 at, const std::vector<std::filesystem::path>& files)
{
    if (files.size() != 1) return false;
    for (const FileZone& zone : zones_) {
        if (at.x < zone.low.x || at.x >= zone.high.x || at.y < zone.low.y || at.y >= zone.high.y) continue;
        // One frame of a sequence stands for all of it; the folder is looked at on a worker.
        editor_.workers().run([files] { return sort_dropped(files); },
                              [this, alive = std::weak_ptr(alive_), ref = zone.ref, param = zone.param, path = files.front().string()](const Dropped& dropped) {
                                  if (!alive.expired()) set_file(ref, param, param, dropped.media.size() == 1 ? dropped.media.front() : path);
                              });
        return true;
    }
    return false;
}

} // namespace tessera
