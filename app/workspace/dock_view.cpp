#include "app/workspace/dock_view.h"
#include "app/shell/icons.h"
#include <algorithm>

namespace tessera {

namespace {

constexpr float header = 28, splitter = 4, drag_threshold = 6, least_panel = 48;

bool inside(ImVec2 p, ImVec2 low, ImVec2 high)
{
    return p.x >= low.x && p.x < high.x && p.y >= low.y && p.y < high.y;
}

} // namespace

void DockView::draw(const Ui& ui, Layout& layout, ImVec2 low, ImVec2 high, const DockCalls& calls)
{
    areas_.clear();
    to_close_.clear();
    if (!maximized_.empty()) {
        if (LayoutNode* holder = leaf_of(layout, maximized_)) draw_leaf(ui, *holder, low, high, calls);
        else maximized_.clear();
    } else {
        draw_node(ui, layout, low, high, calls, 0);
    }
    if (dragging_) draw_drop(ui, layout);
    if (!to_close_.empty()) {
        remove_panel(layout, to_close_);
        if (focused_ == to_close_) focused_.clear();
        ++changes_;
    }
    if (!leaf_of(layout, focused_)) {
        const auto all = panels_of(layout);
        focused_ = all.empty() ? "" : all.front().id();
    }
}

void DockView::draw_node(const Ui& ui, LayoutNode& node, ImVec2 low, ImVec2 high, const DockCalls& calls, int depth)
{
    if (node.leaf()) return draw_leaf(ui, node, low, high, calls);
    const bool across = node.axis == SplitAxis::Horizontal;
    const float gap = ui.px(splitter), least = ui.px(least_panel);
    const float length = (across ? high.x - low.x : high.y - low.y) - gap;
    float first = std::round(length * node.ratio);
    if (length > 2 * least) first = std::clamp(first, least, length - least);
    ImVec2 first_high = high, second_low = low;
    (across ? first_high.x : first_high.y) = (across ? low.x : low.y) + first;
    (across ? second_low.x : second_low.y) = (across ? low.x : low.y) + first + gap;
    // The splitter is a window of its own: it takes the pointer before the panels do.
    const ImVec2 bar_low = across ? ImVec2{first_high.x, low.y} : ImVec2{low.x, first_high.y};
    const ImVec2 bar_size = across ? ImVec2{gap, high.y - low.y} : ImVec2{high.x - low.x, gap};
    ImGui::SetCursorScreenPos(bar_low);
    ImGui::PushID(&node);
    if (bar_size.x > 0 && bar_size.y > 0) ImGui::InvisibleButton("splitter", bar_size);
    const bool active = ImGui::IsItemActive(), hovered = ImGui::IsItemHovered();
    if (active || hovered) ImGui::SetMouseCursor(across ? ImGuiMouseCursor_ResizeEW : ImGuiMouseCursor_ResizeNS);
    ImGui::GetWindowDrawList()->AddRectFilled(bar_low, {bar_low.x + bar_size.x, bar_low.y + bar_size.y},
                                              active    ? ui.theme.accent
                                              : hovered ? ui.theme.hover
                                                        : ui.theme.line);
    if (active && length > 0) {
        const ImVec2 mouse = ImGui::GetIO().MousePos;
        const float at = (across ? mouse.x - low.x : mouse.y - low.y) - gap / 2;
        const float ratio = std::clamp(at / length, 0.05f, 0.95f);
        if (ratio != node.ratio) ++changes_;
        node.ratio = ratio;
    }
    if (hovered && ImGui::IsMouseDoubleClicked(0)) node.ratio = 0.5f;
    ImGui::PopID();
    draw_node(ui, *node.first, low, first_high, calls, depth + 1);
    draw_node(ui, *node.second, second_low, high, calls, depth + 1);
}

void DockView::draw_leaf(const Ui& ui, LayoutNode& leaf, ImVec2 low, ImVec2 high, const DockCalls& calls)
{
    if (leaf.tabs.empty()) return;
    leaf.active = std::clamp(leaf.active, 0, int(leaf.tabs.size()) - 1);
    draw_tabs(ui, leaf, low, high, calls);
    const float top = low.y + ui.px(header);
    if (high.y - top < 1 || high.x - low.x < 1) return;
    const PanelSlot slot = leaf.tabs[size_t(leaf.active)];
    ImGui::SetCursorScreenPos({low.x, top});
    ImGui::PushID(slot.id().c_str());
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {0, 0});
    const bool shown = ImGui::BeginChild("panel", {high.x - low.x, high.y - top}, false,
                                         ImGuiWindowFlags_NoScrollbar | ImGuiWindowFlags_NoScrollWithMouse);
    ImGui::PopStyleVar();
    if (shown) calls.draw(slot);
    ImGui::EndChild();
    ImGui::PopID();
    const ImGuiIO& io = ImGui::GetIO();
    if (!dragging_ && inside(io.MousePos, low, high) && !ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId) &&
        !ImGui::IsAnyMouseDown())
        focused_ = slot.id();
}

void DockView::draw_tabs(const Ui& ui, LayoutNode& leaf, ImVec2 low, ImVec2 high, const DockCalls& calls)
{
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float height = ui.px(header), bottom = low.y + height, pad = ui.px(10), cross = ui.px(14);
    list.AddRectFilled(low, {high.x, bottom}, ui.theme.window);
    ImGui::PushClipRect(low, {high.x, bottom}, true);
    LeafArea area{leaf.tabs[size_t(leaf.active)].id(), low, high, bottom, {}};
    float x = low.x;
    const float room = high.x - low.x - ui.px(28);
    const float most = room / float(leaf.tabs.size());
    int chosen = leaf.active;
    for (int i = 0; i < int(leaf.tabs.size()); ++i) {
        const PanelSlot& slot = leaf.tabs[size_t(i)];
        const bool front = i == leaf.active;

        const std::string full = calls.title(slot);
        const float wanted = ImGui::CalcTextSize(full.c_str()).x + 2 * pad + cross;
        const float width = std::max(ui.px(28), std::min(wanted, most));
        const std::string title = shortened(full, width - 2 * pad - cross);
        ImGui::SetCursorScreenPos({x, low.y});
        ImGui::PushID(slot.id().c_str());
        ImGui::SetItemAllowOverlap();
        ImGui::InvisibleButton("tab", {width, height}, ImGuiButtonFlags_MouseButtonLeft | ImGuiButtonFlags_MouseButtonMiddle);
        const bool hovered = ImGui::IsItemHovered();
        ImGui::SetItemAllowOverlap();
        if (ImGui::IsItemActivated()) {
            if (ImGui::IsMouseDown(ImGuiMouseButton_Middle)) to_close_ = slot.id();
            else {
                chosen = i, focused_ = slot.id();
                drag_start_ = ImGui::GetIO().MousePos;
            }
        }
        if (ImGui::IsItemActive() && !dragging_ && ImGui::IsMouseDown(ImGuiMouseButton_Left)) {
            const ImVec2 m = ImGui::GetIO().MousePos;
            const float moved = std::hypot(m.x - drag_start_.x, m.y - drag_start_.y);
            if (moved > ui.px(drag_threshold)) dragging_ = true, dragged_ = slot.id();
        }
        if (front) {
            list.AddRectFilled({x, low.y}, {x + width, bottom}, ui.theme.panel, ui.px(3), ImDrawFlags_RoundCornersTop);
            if (focused_ == slot.id())
                list.AddRectFilled({x, low.y}, {x + width, low.y + ui.px(2)}, ui.theme.accent);
        } else if (hovered) {
            list.AddRectFilled({x, low.y}, {x + width, bottom}, ui.theme.hover, ui.px(3), ImDrawFlags_RoundCornersTop);
        }
        const float line = (height - ImGui::GetFontSize()) / 2;
        list.AddText({x + pad, low.y + std::round(line)}, front || hovered ? ui.theme.text : ui.theme.secondary,
                     title.c_str());
        if (hovered || front) {
            const ImVec2 at{x + width - cross - ui.px(4), low.y + (height - cross) / 2};
            ImGui::SetCursorScreenPos(at);
            if (ImGui::InvisibleButton("close", {cross, cross})) to_close_ = slot.id();
            const bool over = ImGui::IsItemHovered();
            const float r = ui.px(3.5f), thick = std::max(1.0f, ui.scale * 1.25f);
            const ImVec2 c{at.x + cross / 2, at.y + cross / 2};
            const ImU32 colour = over ? ui.theme.text : hovered ? ui.theme.secondary : ui.theme.disabled;
            list.AddLine({c.x - r, c.y - r}, {c.x + r, c.y + r}, colour, thick);
            list.AddLine({c.x + r, c.y - r}, {c.x - r, c.y + r}, colour, thick);
            tooltip(ui, "Close", {}, "The Panels menu opens it again.");
        }
        ImGui::PopID();
        area.tab_middles.push_back(x + width / 2);
        x += width;
    }
    leaf.active = chosen;
    ImGui::SetCursorScreenPos({std::min(x + ui.px(2), high.x - ui.px(26)), low.y + ui.px(2)});
    ImGui::PushID(area.anchor.c_str());
    if (icon_button(ui, "add", icon::add, "Add a panel here")) ImGui::OpenPopup("add panel");
    if (ImGui::BeginPopup("add panel")) {
        calls.add_menu(area.anchor);
        ImGui::EndPopup();
    }
    ImGui::PopID();
    ImGui::PopClipRect();
    areas_.push_back(std::move(area));
}

void DockView::draw_drop(const Ui& ui, Layout& layout)
{
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    ImDrawList& list = *ImGui::GetForegroundDrawList();
    const bool let_go = !ImGui::IsMouseDown(ImGuiMouseButton_Left);
    for (const LeafArea& area : areas_) {
        if (!inside(mouse, area.low, area.high)) continue;
        DropSide side = DropSide::Centre;
        int index = -1;
        ImVec2 low = area.low, high = area.high;
        if (mouse.y < area.tabs_bottom) {
            index = int(std::count_if(area.tab_middles.begin(), area.tab_middles.end(),
                                      [&](float m) { return m < mouse.x; }));
            high.y = area.tabs_bottom;
        } else {
            const float fx = (mouse.x - area.low.x) / (area.high.x - area.low.x),
                        fy = (mouse.y - area.low.y) / (area.high.y - area.low.y);
            const float edge = std::min({fx, 1 - fx, fy, 1 - fy});
            constexpr float border = 0.28f;
            if (edge < border)
                side = edge == fx ? DropSide::Left : edge == 1 - fx ? DropSide::Right : edge == fy ? DropSide::Top : DropSide::Bottom;
            const ImVec2 middle{(low.x + high.x) / 2, (low.y + high.y) / 2};
            if (side == DropSide::Left) high.x = middle.x;
            if (side == DropSide::Right) low.x = middle.x;
            if (side == DropSide::Top) high.y = middle.y;
            if (side == DropSide::Bottom) low.y = middle.y;
        }
        list.AddRectFilled(low, high, faded(ui.theme.accent, 0.22f), ui.px(3));
        list.AddRect(low, high, ui.theme.accent, ui.px(3), 0, ui.px(2));
        if (let_go) {
            move_panel(layout, dragged_, area.anchor, side, index);
            focused_ = dragged_;
            ++changes_;
        }
        break;
    }
    if (let_go || ImGui::IsKeyPressed(ImGui::GetKeyIndex(ImGuiKey_Escape))) dragging_ = false, dragged_.clear();
}

} // namespace tessera
