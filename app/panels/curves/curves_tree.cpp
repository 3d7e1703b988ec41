// The tree of parameters at the left of the curve editor.
#include "app/panels/curves/curves_panel.h"
#include "app/panels/curves/time_ruler.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr float row_height = 22, indent = 14;

const char* filter_name(ChannelFilter filter)
{
    switch (filter) {
    case ChannelFilter::Selected: return "Selected nodes";
    case ChannelFilter::Animated: return "All animated";
    case ChannelFilter::All: return "All parameters";
    }
    return "";
}

const char* filter_help(ChannelFilter filter)
{
    switch (filter) {
    case ChannelFilter::Selected: return "What is animated in the selected nodes.";
    case ChannelFilter::Animated: return "What is animated in the whole project.";
    case ChannelFilter::All: return "Every number of the selected nodes, animated or not.";
    }
    return "";
}

const char* empty_text(ChannelFilter filter, bool any_selected, bool searched)
{
    if (searched) return "Nothing here has these words in its name";
    if (filter == ChannelFilter::Animated)
        return "Nothing is animated yet: right-click a parameter in the properties and choose Set key";
    if (!any_selected) return "Select a node to see its curves, or choose All animated above";
    return filter == ChannelFilter::All
               ? "The selected nodes have no numbers to animate"
               : "No animated parameters: right-click one in the properties and choose Set key";
}

} // namespace

void CurvesPanel::draw_tree(ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    const float width = high.x - low.x;
    ImGui::SetCursorScreenPos({low.x + ui.px(8), low.y + ui.px(4)});
    const float combo = std::round(std::min(ui.px(136), (width - ui.px(20)) * 0.6f));
    ImGui::SetNextItemWidth(combo);
    if (ImGui::BeginCombo("##filter", filter_name(filter_))) {
        for (const auto f : {ChannelFilter::Selected, ChannelFilter::Animated, ChannelFilter::All}) {
            if (ImGui::Selectable(filter_name(f), f == filter_)) filter_ = f;
            tooltip(ui, filter_name(f), {}, filter_help(f));
        }
        ImGui::EndCombo();
    }
    tooltip(ui, filter_name(filter_), {}, filter_help(filter_));
    ImGui::SameLine(0, ui.px(4));
    ImGui::SetNextItemWidth(std::max(ui.px(20), width - combo - ui.px(20)));
    ImGui::InputTextWithHint("##search", "Search", &search_);
    const float top = low.y + ui.px(32);
    ImGui::GetWindowDrawList()->AddLine({low.x, top}, {high.x, top}, ui.theme.line);
    ImGui::SetCursorScreenPos({low.x, top + 1});
    ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, 0});
    if (ImGui::BeginChild("tree", {width - 1, high.y - top - 1})) {
        if (list_.rows.empty()) {
            empty_state(ui, icon::keyframe, empty_text(filter_, !editor_.selection().nodes.empty(), !search_.empty()));
        } else {
            const std::vector<size_t> rows = unfolded_rows(list_, folded_);
            ImGuiListClipper clipper;
            clipper.Begin(int(rows.size()), ui.px(row_height));
            const float row_width = ImGui::GetContentRegionAvail().x;
            while (clipper.Step())
                for (int i = clipper.DisplayStart; i < clipper.DisplayEnd; ++i) {
                    ImGui::PushID(i);
                    draw_row(list_.rows[rows[size_t(i)]], ImGui::GetCursorScreenPos(), row_width, ui.px(row_height));
                    ImGui::PopID();
                }
        }
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

void CurvesPanel::click_row(const ChannelRow& row)
{
    const ImGuiIO& io = ImGui::GetIO();
    std::vector<ChannelRef> refs;
    for (size_t i = row.first; i < row.first + row.count; ++i) refs.push_back(list_.channels[i].ref);
    const bool all_on =
        std::all_of(refs.begin(), refs.end(), [&](const ChannelRef& r) { return focused_.contains(r); });
    if (io.KeyShift && !focused_.empty()) {
        // From the row clicked last to this one.
        const auto place = [&](const ChannelRef& ref) {
            for (size_t i = 0; i < list_.channels.size(); ++i)
                if (list_.channels[i].ref == ref) return i;
            return row.first;
        };
        const size_t a = std::min(place(last_clicked_), row.first),
                     b = std::max(place(last_clicked_) + 1, row.first + row.count);
        for (size_t i = a; i < b; ++i) focused_.insert(list_.channels[i].ref);
        return;
    }
    if (!io.KeyCtrl) {
        const bool only = all_on && focused_.size() == refs.size();
        focused_.clear();
        if (only) return; // a second click on what alone is selected takes the selection away
    }
    for (const ChannelRef& ref : refs) {
        if (io.KeyCtrl && all_on)
            focused_.erase(ref);
        else
            focused_.insert(ref);
    }
    last_clicked_ = refs.front();
    expression_revision_ = 0;
}

void CurvesPanel::draw_row(const ChannelRow& row, ImVec2 low, float width, float height)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float eye = ui.px(24), fold = row.has_children ? ui.px(20) : 0,
                left = low.x + ui.px(4) + ui.px(indent) * float(row.depth());
    const auto begin = list_.channels.begin() + long(row.first), end = begin + long(row.count);
    const bool focused = std::all_of(begin, end, [&](const ListedChannel& c) { return focused_.contains(c.ref); });
    const bool hidden = std::all_of(begin, end, [&](const ListedChannel& c) { return hidden_.contains(c.ref); });
    const bool some_hidden = std::any_of(begin, end, [&](const ListedChannel& c) { return hidden_.contains(c.ref); });
    ImGui::SetCursorScreenPos({left + fold, low.y});
    if (ImGui::InvisibleButton("row", {std::max(1.0f, low.x + width - eye - left - fold), height})) click_row(row);
    const bool hovered = ImGui::IsItemHovered();
    if (hovered && ImGui::IsMouseDoubleClicked(ImGuiMouseButton_Left)) {
        std::vector<ChannelRef> refs;
        for (auto c = begin; c != end; ++c) refs.push_back(c->ref);
        *keys = all_keys(*editor_.session().project(), refs);
    }
    if (focused)
        list.AddRectFilled(low, {low.x + width, low.y + height}, mixed(ui.theme.panel, ui.theme.accent, 0.22f));
    else if (hovered)
        list.AddRectFilled(low, {low.x + width, low.y + height}, ui.theme.raised);
    const float text_y = low.y + std::round((height - ImGui::GetFontSize()) / 2);
    if (row.has_children) {
        ImGui::SetCursorScreenPos({left, low.y});
        const bool folded = folded_.contains(row.ref);
        if (ImGui::InvisibleButton("fold", {fold, height})) {
            if (folded)
                folded_.erase(row.ref);
            else
                folded_.insert(row.ref);
        }
        list.AddText({left + ui.px(5), text_y}, ui.theme.secondary, folded ? icon::caret_right : icon::caret_down);
    }
    float x = left + fold;
    const ListedChannel* one = row.count == 1 && !row.has_children ? &*begin : nullptr;
    if (one) {
        const ImU32 colour = colour_of(*one);
        list.AddRectFilled({x + ui.px(4), low.y + ui.px(5)}, {x + ui.px(7), low.y + height - ui.px(5)},
                           hidden ? ui.theme.disabled : colour, ui.px(1));
        x += ui.px(12);
    }
    const float right = low.x + width - eye;
    float tag = 0;
    if (one && (one->channel.kind == ChannelKind::Expression || one->channel.kind == ChannelKind::Link)) {
        const char* sign = one->channel.kind == ChannelKind::Link ? icon::link : "=";
        tag = ImGui::CalcTextSize(sign).x + ui.px(8);
        list.AddText({right - tag, text_y}, ui.theme.expression, sign);
    }
    const bool strong = row.kind == ChannelRow::Kind::Node;
    const WithFont font(strong ? ui.fonts.strong : ui.fonts.text);
    const bool plain = one && one->channel.kind == ChannelKind::Constant;
    list.AddText({x, text_y},
                 hidden  ? ui.theme.disabled
                 : plain ? ui.theme.secondary
                         : ui.theme.text,
                 shortened(row.label, std::max(0.0f, right - tag - x - ui.px(4))).c_str());
    ImGui::SetCursorScreenPos({right, low.y});
    if (ImGui::InvisibleButton("eye", {eye, height}))
        for (auto c = begin; c != end; ++c) {
            if (hidden)
                hidden_.erase(c->ref);
            else
                hidden_.insert(c->ref);
        }
    const bool over_eye = ImGui::IsItemHovered();
    tooltip(ui, hidden ? "Show" : "Hide", {}, "Whether the graph shows it.");
    const ImVec2 size = ImGui::CalcTextSize(icon::eye);
    const ImU32 colour = over_eye                           ? ui.theme.text
                         : hidden || some_hidden || hovered ? ui.theme.secondary
                                                            : ui.theme.disabled;
    list.AddText({right + std::round((eye - size.x) / 2), text_y}, colour, icon::eye);
    if (hidden)
        list.AddLine({right + ui.px(6), low.y + height - ui.px(6)}, {right + eye - ui.px(6), low.y + ui.px(6)},
                     ui.theme.secondary, ui.px(1));
    ImGui::SetCursorScreenPos({low.x, low.y + height});
}

} // namespace tessera
