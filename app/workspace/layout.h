#pragma once
// How a window's area is shared among panels: a tree of splits whose leaves hold tabs. A value with pure functions, so
// that layouts are saved, compared and tested without a window; dock_view.h draws it.
#include "core/base/result.h"
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

/// One panel in a layout: what kind it is and which one of its kind ("viewer", 1), and the state it keeps (JSON).
struct PanelSlot {
    std::string kind;
    int number = 1;
    std::string state; ///< JSON object of the panel's own; "" when it has none
    std::string id() const { return kind + "#" + std::to_string(number); }
    bool operator==(const PanelSlot&) const = default;
};

enum class SplitAxis { Horizontal, Vertical }; ///< side by side; one above the other
enum class DropSide { Centre, Left, Right, Top, Bottom };

/// A split (both children) or a leaf (no children, at least one tab, except in an empty layout).
struct LayoutNode {
    std::unique_ptr<LayoutNode> first, second; ///< left or upper, right or lower
    SplitAxis axis = SplitAxis::Horizontal;
    float ratio = 0.5f; ///< share of `first`, 0.05 to 0.95
    std::vector<PanelSlot> tabs;
    int active = 0; ///< index into `tabs`

    LayoutNode() = default;
    LayoutNode(const LayoutNode& other);
    LayoutNode& operator=(const LayoutNode& other);
    LayoutNode(LayoutNode&&) = default;
    LayoutNode& operator=(LayoutNode&&) = default;
    bool leaf() const { return !first; }
};
using Layout = LayoutNode;

/// A leaf with these panels.
Layout leaf(std::vector<PanelSlot> tabs);
Layout split(SplitAxis axis, float ratio, Layout first, Layout second);

/// The leaf that holds a panel; null when it is not in the layout.
LayoutNode* leaf_of(Layout& layout, const std::string& id);
/// Every panel, in the order of the tree.
std::vector<PanelSlot> panels_of(const Layout& layout);
/// Brings a panel's tab to the front; false when it is not there.
bool activate(Layout& layout, const std::string& id);
/// Takes a panel out; a leaf left empty gives its place to its sibling. The panel, when it was there.
std::optional<PanelSlot> remove_panel(Layout& layout, const std::string& id);
/// Puts a panel beside the leaf that holds `target`, or among its tabs (Centre; before tab `index`, at the end by
/// default). Without such a leaf it goes to the first leaf.
void insert_panel(Layout& layout, PanelSlot panel, const std::string& target, DropSide side, int index = -1);
/// Moves a panel; nothing happens where it would end up where it is.
void move_panel(Layout& layout, const std::string& id, const std::string& target, DropSide side, int index = -1);
/// The lowest number that no panel of the kind has.
int free_number(const Layout& layout, const std::string& kind);

std::string layout_to_json(const Layout& layout);
/// Refuses what is not a layout (a split with one child, a panel twice, over 100 levels); odd ratios are clamped.
Result<Layout> layout_from_json(const std::string& text);

/// The layouts the application comes with, by name: Compositing, Colour, Timeline, Review.
struct NamedLayout {
    std::string name;
    Layout layout;
};
std::vector<NamedLayout> built_in_layouts();

} // namespace tessera
