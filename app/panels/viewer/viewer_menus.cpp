// The menus of the viewer's toolbar.
#include "app/panels/viewer/display_names.h"
#include "app/panels/viewer/tool_button.h"
#include "app/panels/viewer/viewer_panel.h"
#include "app/shell/icons.h"
#include <filesystem>

namespace tessera {

namespace {

/// A menu entry that runs a command and shows its key, whether it is on, and what it does.
void command_item(Editor& editor, const char* id)
{
    const Command* c = editor.commands().find(id);
    if (!c) return;
    if (ImGui::MenuItem(c->name.c_str(), editor.key_of(id).c_str(), c->checked && c->checked(), c->usable()))
        editor.commands().run(id);
    if (!c->help.empty()) tooltip(editor.ui(), c->name, editor.key_of(id), c->help);
}

void heading(const Ui& ui, const char* text)
{
    const WithFont small(ui.fonts.small);
    ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(ui.theme.secondary), "%s", text);
}

} // namespace

void ViewerPanel::input_menu(const Ui& ui, bool b)
{
    std::string text = (b ? "B " : "A ") + input_name(b ? state_.b : state_.a);
    if (b && state_.b_source == BufferSource::Snapshot) text = "B  " + compare_.snapshot.name;
    if (b && state_.b_source == BufferSource::Version)
        text = "B  " + (compare_.reading ? std::string("Reading\xe2\x80\xa6")
                                         : std::filesystem::path(compare_.version_path).stem().string());
    if (!menu_button(ui, b ? "input b" : "input a", text, ui.px(124), false, b ? "Second buffer" : "Input",
                     b ? "What A is compared with: an input, a snapshot, or a former version of the project."
                       : "Which input of the Viewer is shown. The keys 1 to 0 connect the selected node."))
        return;
    for (int i = 0; i < 10; ++i) {
        const bool on = b ? state_.b == i && state_.b_source == BufferSource::Input : state_.a == i;
        const std::string key = editor_.key_of((b ? "viewer.b_input" : "viewer.input") + std::to_string(i + 1));
        if (ImGui::MenuItem(input_name(i).c_str(), key.substr(0, key.find(',')).c_str(), on)) {
            if (b)
                state_.b = i, state_.b_source = BufferSource::Input;
            else
                state_.a = i;
        }
    }
    if (b) {
        ImGui::Separator();
        const bool kept = has_snapshot();
        if (ImGui::MenuItem(kept ? ("Snapshot: " + compare_.snapshot.name).c_str() : "Snapshot: none taken yet",
                            nullptr, state_.b_source == BufferSource::Snapshot, kept))
            state_.b_source = BufferSource::Snapshot;
        if (ImGui::BeginMenu("Version of the project")) {
            if (ImGui::IsWindowAppearing()) compare_.list(editor_.workers(), editor_.session().path());
            if (compare_.versions.empty())
                ImGui::TextDisabled("%s", compare_.listing ? "Looking\xe2\x80\xa6"
                                                           : "No other version lies beside this project.");
            for (const std::string& path : compare_.versions) {
                const bool on = state_.b_source == BufferSource::Version && compare_.version_path == path;
                if (ImGui::MenuItem(std::filesystem::path(path).filename().string().c_str(), nullptr, on)) {
                    compare_.read(editor_.workers(), path);
                    state_.b_source = BufferSource::Version;
                }
            }
            ImGui::EndMenu();
        }
    }
    ImGui::EndPopup();
}

void ViewerPanel::compare_menu(const Ui& ui)
{
    const bool on = compares();
    const std::string text = state_.wiped && operation_of(state_.compare) != Compare::None
                                 ? std::string(name_of(state_.compare)) + " |"
                                 : name_of(state_.compare);
    if (!menu_button(ui, "compare", text, ui.px(108), on, "Compare", "How A and B are shown together.")) return;
    for (int i = 0; i < compare_modes; ++i) command_item(editor_, ("viewer.compare" + std::to_string(i)).c_str());
    ImGui::Separator();
    for (const char* id : {"viewer.wipe", "viewer.centre_wipe", "viewer.swap_ab", "viewer.snapshot"})
        command_item(editor_, id);
    ImGui::EndPopup();
}

void ViewerPanel::layer_menu(const Ui& ui)
{
    const bool marked = state_.layer != main_layer;
    if (!menu_button(ui, "layer", state_.layer, ui.px(84), marked, "Layer",
                     "Which layer of the picture is shown. " + editor_.key_of("viewer.next_layer") + " and " +
                         editor_.key_of("viewer.previous_layer") + " go through them."))
        return;
    if (!info_ || info_->layers.empty())
        ImGui::TextDisabled("No layers are known yet.");
    else
        for (const Layer& layer : info_->layers) {
            std::string channels;
            for (const std::string& c : layer.channels) channels += (channels.empty() ? "" : " ") + c;
            if (ImGui::MenuItem(layer.name.c_str(), channels.c_str(), state_.layer == layer.name))
                state_.layer = layer.name;
        }
    const std::vector<std::string>& views = editor_.session().project()->settings.views;
    if (views.size() > 1) {
        ImGui::Separator();
        for (const std::string& view : views)
            if (ImGui::MenuItem(view.c_str(), "view", state_.view == view)) state_.view = view;
    }
    const Layer* layer = info_ ? info_->layer(state_.layer) : nullptr;
    if (layer && layer->data) {
        ImGui::Separator();
        heading(ui, "Shown as black to white");
        float range[2] = {float(state_.look.data_low), float(state_.look.data_high)};
        ImGui::SetNextItemWidth(ui.px(160));
        if (ImGui::DragFloat2("##range", range, 0.01f))
            state_.look.data_low = double(range[0]), state_.look.data_high = double(range[1]);
    }
    ImGui::EndPopup();
}

void ViewerPanel::display_menu(const Ui& ui)
{
    const DisplayNames& names = display_names(editor_);
    std::string text = state_.look.raw ? "Raw" : state_.look.view;
    if (text.empty())
        text = names.displays.empty() || names.displays.front().views.empty() ? "Display"
                                                                              : names.displays.front().views.front();
    const bool marked = state_.look.raw || !state_.look.view.empty() || !state_.look.looks.empty();
    if (!menu_button(ui, "display", text, ui.px(150), marked, "Display and view",
                     "How scene values are shown on this screen. Renders are not changed by it."))
        return;
    if (!names.problem.empty())
        ImGui::TextColored(ImGui::ColorConvertU32ToFloat4(ui.theme.error), "%s", names.problem.c_str());
    if (names.displays.empty() && names.problem.empty())
        ImGui::TextDisabled("The colour configuration is being read\xe2\x80\xa6");
    for (const ColorDisplay& display : names.displays) {
        heading(ui, display.name.c_str());
        ImGui::PushID(display.name.c_str());
        for (const std::string& view : display.views) {
            const bool is_default = &display == &names.displays.front() && &view == &display.views.front();
            const bool on = !state_.look.raw && (state_.look.view.empty()
                                                     ? is_default
                                                     : state_.look.display == display.name && state_.look.view == view);
            if (ImGui::MenuItem(view.c_str(), is_default ? "default" : nullptr, on)) {
                state_.look.raw = false;
                state_.look.display = is_default ? "" : display.name, state_.look.view = is_default ? "" : view;
            }
        }
        ImGui::PopID();
    }
    ImGui::Separator();
    if (ImGui::MenuItem("Raw: no transform", nullptr, state_.look.raw)) state_.look.raw = !state_.look.raw;
    if (!names.looks.empty() && ImGui::BeginMenu("Input process (look)")) {
        if (ImGui::MenuItem("The view's own", nullptr, state_.look.looks.empty())) state_.look.looks.clear();
        for (const std::string& look : names.looks)
            if (ImGui::MenuItem(look.c_str(), nullptr, state_.look.looks == look)) state_.look.looks = look;
        ImGui::EndMenu();
    }
    command_item(editor_, "viewer.reset_look");
    ImGui::EndPopup();
}

void ViewerPanel::warnings_menu(const Ui&)
{
    for (const char* id : {"viewer.clipping", "viewer.gamut", "viewer.false_colour", "viewer.not_finite"})
        command_item(editor_, id);
}

void ViewerPanel::guides_menu(const Ui& ui)
{
    command_item(editor_, "viewer.overlays");
    ImGui::Separator();
    for (const char* id : {"viewer.guide_format", "viewer.guide_data", "viewer.guide_action", "viewer.guide_title",
                           "viewer.guide_centre", "viewer.guide_thirds"})
        command_item(editor_, id);
    ImGui::Separator();
    heading(ui, "Mask");
    if (ImGui::MenuItem("None", nullptr, state_.guides.mask == 0)) state_.guides.mask = 0;
    for (const AspectMask& mask : aspect_masks())
        if (ImGui::MenuItem(mask.name, nullptr, state_.guides.mask == mask.ratio))
            state_.guides.mask = mask.ratio, state_.overlays = true;
    ImGui::Separator();
    for (const char* id :
         {"viewer.pixel_aspect", "viewer.clip_to_format", "viewer.info", "viewer.full_screen", "panel.new_viewer"})
        command_item(editor_, id);
}

void ViewerPanel::proxy_menu(const Ui& ui)
{
    const int level = state_.proxy_on ? state_.proxy : 0;
    if (!menu_button(ui, "proxy", proxy_name(level), ui.px(52), level > 0, "Proxy",
                     "The finest resolution that is computed. " + editor_.key_of("viewer.proxy") + " switches it."))
        return;
    for (int i = 0; i <= 4; ++i) command_item(editor_, ("viewer.level" + std::to_string(1 << i)).c_str());
    ImGui::EndPopup();
}

void ViewerPanel::region_menu(const Ui& ui)
{
    const bool pressed = icon_button(ui, "region", icon::crop, nullptr, state_.region_on || region_wanted_);
    if (pressed) editor_.commands().run("viewer.region");
    tooltip(ui, "Region of interest", editor_.key_of("viewer.region"),
            "Computes nothing outside a rectangle. " + editor_.key_of("viewer.new_region") + " draws a new one.");
}

} // namespace tessera
