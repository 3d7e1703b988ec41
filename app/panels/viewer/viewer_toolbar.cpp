// The row of controls above the picture. What does not fit is found in the menu at its end.
#include "app/panels/viewer/tool_button.h"
#include "app/panels/viewer/viewer_edits.h"
#include "app/panels/viewer/viewer_panel.h"
#include "app/shell/icons.h"
#include "app/widgets/number_field.h"

namespace tessera {

namespace {

constexpr float bar = 28, input_width = 124, mode_width = 108, layer_width = 84, display_width = 150, proxy_width = 52,
                exposure_width = 76, gamma_width = 64, square = 24, letter = 22, gap = 4, between = 12,
                label_width = 14;

/// A letter before a field, as wide as `label_width`.
void field_label(const Ui& ui, const char* text)
{
    const ImVec2 low = ImGui::GetCursorScreenPos();
    const ImVec2 size = ImGui::CalcTextSize(text);
    ImGui::GetWindowDrawList()->AddText({low.x + std::round((ui.px(label_width) - size.x) / 2),
                                         low.y + std::round((ImGui::GetFrameHeight() - size.y) / 2)},
                                        ui.theme.secondary, text);
    ImGui::Dummy({ui.px(label_width), ImGui::GetFrameHeight()});
    ImGui::SameLine(0, 0);
}

} // namespace

std::string ViewerPanel::input_name(int input) const
{
    const Project& project = *editor_.session().project();
    const NodeId node = viewer_ ? viewed_node(project, graph_, viewer_, input) : 0;
    const NodePlace place = find_node(project, graph_, node);
    return std::to_string((input + 1) % 10) + (place ? "  " + place.node->name : "  \xe2\x80\x93");
}

void ViewerPanel::draw_toolbar(const Ui& ui, ImVec2 low, float width)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, {low.x + width, low.y + ui.px(bar)}, ui.theme.panel);
    list.AddRectFilled({low.x, low.y + ui.px(bar) - 1}, {low.x + width, low.y + ui.px(bar)}, ui.theme.line);
    struct Item {
        float width;
        int rank; ///< the highest goes first where there is no room
        float before;
        std::function<void()> draw;
        bool shown = true;
    };
    const bool warned =
        state_.look.clipping || state_.look.gamut || state_.look.false_colour || !state_.look.not_finite;
    const auto switched = [&](const char* command, const char* icon, bool on) {
        return [this, &ui, command, icon, on] {
            const Command* c = editor_.commands().find(command);
            if (icon_button(ui, command, icon, nullptr, on) && c) editor_.commands().run(command);
            if (c) tooltip(ui, c->name, editor_.key_of(command), c->help);
        };
    };
    std::vector<Item> items;
    items.push_back({input_width, 0, 0, [&] { input_menu(ui, false); }});
    items.push_back({mode_width, 2, gap, [&] { compare_menu(ui); }});
    if (compares()) items.push_back({input_width, 1, gap, [&] { input_menu(ui, true); }});
    items.push_back({layer_width, 4, between, [&] { layer_menu(ui); }});
    items.push_back({letter * 6, 3, gap, [&] { draw_channels(ui); }});
    items.push_back({display_width, 5, between, [&] { display_menu(ui); }});
    items.push_back({exposure_width, 6, gap, [&] { draw_exposure(ui); }});
    items.push_back({gamma_width, 7, gap, [&] { draw_gamma(ui); }});
    items.push_back({square, 9, gap, [&] {
                         if (icon_menu(ui, "warnings", icon::warning, warned, "Warnings",
                                       "Clipping, gamut, false colour and NaN.")) {
                             warnings_menu(ui);
                             ImGui::EndPopup();
                         }
                     }});
    items.push_back({proxy_width, 8, between, [&] { proxy_menu(ui); }});
    items.push_back({square, 10, gap, [&] { region_menu(ui); }});
    items.push_back({square, 11, 0, switched("viewer.pause", icon::pause, state_.paused)});
    items.push_back({square, 12, 0, switched("viewer.refresh", icon::refresh, false)});
    items.push_back({square, 13, 0, [&] {
                         if (icon_menu(ui, "guides", icon::grid, state_.overlays, "Overlays and guides",
                                       "What is drawn over the picture.")) {
                             guides_menu(ui);
                             ImGui::EndPopup();
                         }
                     }});
    const auto total = [&] {
        float sum = ui.px(16);
        bool hidden = false;
        for (const Item& i : items) sum += i.shown ? ui.px(i.width) + ui.px(i.before) : 0, hidden |= !i.shown;
        return sum + (hidden ? ui.px(square) : 0);
    };
    while (total() > width) {
        Item* worst = nullptr;
        for (Item& i : items)
            if (i.shown && (!worst || i.rank > worst->rank)) worst = &i;
        if (!worst) break;
        worst->shown = false;
    }
    float x = low.x + ui.px(8);
    const float y = low.y + ui.px(2);
    bool hidden = false;
    // What works on the picture stands at the right end where there is room to spare.
    const float spare = std::max(0.0f, width - total());
    for (size_t i = 0; i < items.size(); ++i) {
        hidden |= !items[i].shown;
        if (!items[i].shown) continue;
        x += ui.px(items[i].before);
        if (items[i].rank == 8) x += spare;
        ImGui::SetCursorScreenPos({x, y});
        items[i].draw();
        x += ui.px(items[i].width);
    }
    if (!hidden || width < ui.px(square + 8)) return;
    ImGui::SetCursorScreenPos({low.x + width - ui.px(square + 4), y});
    if (!icon_menu(ui, "more", icon::more, false, "More", "What has no room in the toolbar.")) return;
    for (Item& i : items)
        if (!i.shown) {
            ImGui::Dummy({ui.px(160), 0});
            i.draw();
        }
    ImGui::EndPopup();
}

void ViewerPanel::draw_channels(const Ui& ui)
{
    struct Channel {
        const char *letter, *command;
        ShownChannels shown;
        ImU32 colour;
    };
    const ShownChannels shown = state_.look.channels;
    for (const Channel& c : {Channel{"R", "viewer.red", ShownChannels::Red, ui.theme.red},
                             {"G", "viewer.green", ShownChannels::Green, ui.theme.green},
                             {"B", "viewer.blue", ShownChannels::Blue, ui.theme.blue},
                             {"A", "viewer.alpha", ShownChannels::Alpha, ui.theme.alpha},
                             {"Y", "viewer.luma", ShownChannels::Luminance, ui.theme.secondary}}) {
        const Command* command = editor_.commands().find(c.command);
        // With all colours on, R, G and B are lit together.
        const bool colours =
            shown == ShownChannels::Colour &&
            (c.shown == ShownChannels::Red || c.shown == ShownChannels::Green || c.shown == ShownChannels::Blue);
        if (letter_button(ui, c.letter, c.letter, colours || shown == c.shown, c.colour, command ? command->name : "",
                          editor_.key_of(c.command), command ? command->help : ""))
            toggle_channels(c.shown, false);
        ImGui::SameLine(0, 0);
    }
    if (letter_button(ui, "M", "M", state_.look.matte, ui.theme.red, "Matte overlay", editor_.key_of("viewer.matte"),
                      "Lays alpha over the colours as a red veil."))
        state_.look.matte = !state_.look.matte;
}

void ViewerPanel::draw_exposure(const Ui& ui)
{
    NumberStyle style;
    style.min = -6, style.max = 6, style.fallback = 0;
    const bool marked = state_.look.exposure != 0;
    if (marked) style.mark = ui.theme.accent, style.tint = ui.theme.accent, style.tint_share = 0.22f;
    field_label(ui, "f");
    if (const auto edit =
            number_field(ui, "exposure", state_.look.exposure, ui.px(exposure_width - label_width), style))
        state_.look.exposure = edit->value;
    char gain[128];
    std::snprintf(gain, sizeof gain, "Gain in stops; %s stops is a factor of %.3g. Ctrl+click goes back.",
                  stops_text(state_.look.exposure).c_str(), std::exp2(state_.look.exposure));
    tooltip(ui, "Exposure", {}, gain);
}

void ViewerPanel::draw_gamma(const Ui& ui)
{
    NumberStyle style;
    style.min = 0.1, style.max = 4, style.fallback = 1;
    const bool marked = state_.look.gamma != 1;
    if (marked) style.mark = ui.theme.accent, style.tint = ui.theme.accent, style.tint_share = 0.22f;
    field_label(ui, "\xce\xb3");
    if (const auto edit = number_field(ui, "gamma", state_.look.gamma, ui.px(gamma_width - label_width), style))
        state_.look.gamma = std::clamp(edit->value, 0.01, 100.0);
    tooltip(ui, "Gamma", {}, "After the display transform. Ctrl+click goes back.");
}

} // namespace tessera
