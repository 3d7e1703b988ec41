#pragma once
// Draws a layout: tab bars, splitters, panels, and where a dragged tab would land.
#include "app/shell/ui.h"
#include "app/workspace/layout.h"
#include <functional>

namespace tessera {

/// What the dock asks of whoever owns the panels.
struct DockCalls {
    /// The tab's title, with an icon before it.
    std::function<std::string(const PanelSlot&)> title;
    /// Draws the panel into the current ImGui child window.
    std::function<void(const PanelSlot&)> draw;
    /// Fills the menu for adding a panel to the leaf that holds `panel`.
    std::function<void(const std::string& panel)> add_menu;
};

class DockView {
public:
    /// Draws the layout into `low`..`high` of the window and changes it as the user drags.
    void draw(const Ui& ui, Layout& layout, ImVec2 low, ImVec2 high, const DockCalls& calls);

    /// The panel under the pointer, else the one clicked last: keys go to it. "" when the layout is empty.
    const std::string& focused() const { return focused_; }
    void focus(const std::string& id) { focused_ = id; }
    /// Shows one panel over the whole area, or everything again.
    void toggle_maximized(const std::string& id) { maximized_ = maximized_ == id ? "" : id; }
    const std::string& maximized() const { return maximized_; }
    /// Counts up when the user changed the layout.
    uint64_t changes() const { return changes_; }

private:
    void draw_node(const Ui& ui, LayoutNode& node, ImVec2 low, ImVec2 high, const DockCalls& calls, int depth);
    void draw_leaf(const Ui& ui, LayoutNode& leaf, ImVec2 low, ImVec2 high, const DockCalls& calls);
    void draw_tabs(const Ui& ui, LayoutNode& leaf, ImVec2 low, ImVec2 high, const DockCalls& calls);
    void draw_drop(const Ui& ui, Layout& layout);

    struct LeafArea {
        std::string anchor; ///< id of a panel in it
        ImVec2 low, high;
        float tabs_bottom = 0;
        std::vector<float> tab_middles;
    };
    std::vector<LeafArea> areas_;
    std::string focused_, maximized_, dragged_, to_close_;
    ImVec2 drag_start_{};
    bool dragging_ = false;
    uint64_t changes_ = 0;
};

} // namespace tessera
