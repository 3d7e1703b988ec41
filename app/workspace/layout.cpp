#include "app/workspace/layout.h"
#include <algorithm>
#include <cmath>
#include <functional>
#include <nlohmann/json.hpp>
#include <set>

namespace tessera {

namespace {

constexpr float least_share = 0.05f;
constexpr int most_levels = 100;

float sound_ratio(double ratio)
{
    return std::isfinite(ratio) ? float(std::clamp(ratio, double(least_share), 1.0 - least_share)) : 0.5f;
}

void each_leaf(const LayoutNode& node, const std::function<void(const LayoutNode&)>& f)
{
    if (node.leaf()) return f(node);
    each_leaf(*node.first, f);
    each_leaf(*node.second, f);
}

LayoutNode* first_leaf(LayoutNode& node)
{
    return node.leaf() ? &node : first_leaf(*node.first);
}

int index_in(const LayoutNode& leaf, const std::string& id)
{
    const auto it = std::find_if(leaf.tabs.begin(), leaf.tabs.end(), [&](const PanelSlot& p) { return p.id() == id; });
    return it == leaf.tabs.end() ? -1 : int(it - leaf.tabs.begin());
}

/// Removes leaves without tabs; true when `node` itself is one.
bool prune(LayoutNode& node)
{
    if (node.leaf()) return node.tabs.empty();
    const bool first = prune(*node.first), second = prune(*node.second);
    if (!first && !second) return false;
    LayoutNode rest = first ? std::move(*node.second) : std::move(*node.first);
    node = std::move(rest);
    return first && second;
}

} // namespace

LayoutNode::LayoutNode(const LayoutNode& other)
    : first(other.first ? std::make_unique<LayoutNode>(*other.first) : nullptr),
      second(other.second ? std::make_unique<LayoutNode>(*other.second) : nullptr), axis(other.axis),
      ratio(other.ratio), tabs(other.tabs), active(other.active)
{
}

LayoutNode& LayoutNode::operator=(const LayoutNode& other)
{
    return *this = LayoutNode(other);
}

Layout leaf(std::vector<PanelSlot> tabs)
{
    Layout l;
    l.tabs = std::move(tabs);
    return l;
}

Layout split(SplitAxis axis, float ratio, Layout first, Layout second)
{
    Layout l;
    l.axis = axis;
    l.ratio = sound_ratio(ratio);
    l.first = std::make_unique<LayoutNode>(std::move(first));
    l.second = std::make_unique<LayoutNode>(std::move(second));
    return l;
}

LayoutNode* leaf_of(Layout& layout, const std::string& id)
{
    if (layout.leaf()) return index_in(layout, id) >= 0 ? &layout : nullptr;
    if (LayoutNode* found = leaf_of(*layout.first, id)) return found;
    return leaf_of(*layout.second, id);
}

std::vector<PanelSlot> panels_of(const Layout& layout)
{
    std::vector<PanelSlot> all;
    each_leaf(layout, [&](const LayoutNode& l) { all.insert(all.end(), l.tabs.begin(), l.tabs.end()); });
    return all;
}

bool activate(Layout& layout, const std::string& id)
{
    LayoutNode* found = leaf_of(layout, id);
    if (found) found->active = index_in(*found, id);
    return found;
}

std::optional<PanelSlot> remove_panel(Layout& layout, const std::string& id)
{
    LayoutNode* holder = leaf_of(layout, id);
    if (!holder) return std::nullopt;
    const int at = index_in(*holder, id);
    PanelSlot panel = std::move(holder->tabs[size_t(at)]);
    holder->tabs.erase(holder->tabs.begin() + at);
    if (holder->active > at || holder->active >= int(holder->tabs.size()))
        holder->active = std::max(0, holder->active - 1);
    prune(layout);
    return panel;
}

void insert_panel(Layout& layout, PanelSlot panel, const std::string& target, DropSide side, int index)
{
    LayoutNode* at = leaf_of(layout, target);
    if (!at) at = first_leaf(layout);
    if (at->tabs.empty() || side == DropSide::Centre) {
        const int place = index < 0 ? int(at->tabs.size()) : std::min(index, int(at->tabs.size()));
        at->tabs.insert(at->tabs.begin() + place, std::move(panel));
        at->active = place;
        return;
    }
    const bool before = side == DropSide::Left || side == DropSide::Top;
    Layout old = std::move(*at), added = leaf({std::move(panel)});
    const SplitAxis axis =
        side == DropSide::Left || side == DropSide::Right ? SplitAxis::Horizontal : SplitAxis::Vertical;
    *at = before ? split(axis, 0.5f, std::move(added), std::move(old))
                 : split(axis, 0.5f, std::move(old), std::move(added));
}

void move_panel(Layout& layout, const std::string& id, const std::string& target, DropSide side, int index)
{
    LayoutNode* from = leaf_of(layout, id);
    LayoutNode* to = leaf_of(layout, target);
    if (!from || !to) return;
    if (from == to && side != DropSide::Centre && from->tabs.size() == 1) return; // a leaf beside itself
    const int at = index_in(*from, id);
    if (from == to && side == DropSide::Centre) {
        if (index < 0) index = int(from->tabs.size());
        if (index > at) --index; // its own place closes up
    }
    // The target is named by a panel that stays in it, since taking the panel out may move the leaf.
    std::string anchor = target;
    if (anchor == id && from->tabs.size() > 1) anchor = from->tabs[at == 0 ? 1 : 0].id();
    auto panel = remove_panel(layout, id);
    insert_panel(layout, std::move(*panel), anchor, side, index);
}

int free_number(const Layout& layout, const std::string& kind)
{
    std::set<int> taken;
    for (const PanelSlot& p : panels_of(layout))
        if (p.kind == kind) taken.insert(p.number);
    int n = 1;
    while (taken.contains(n)) ++n;
    return n;
}

// ---- JSON -----------------------------------------------------------------------------------------------------------

namespace {

using nlohmann::json;

json to_json(const LayoutNode& node)
{
    if (!node.leaf())
        return {{"axis", node.axis == SplitAxis::Horizontal ? "horizontal" : "vertical"},
                {"ratio", node.ratio},
                {"first", to_json(*node.first)},
                {"second", to_json(*node.second)}};
    json tabs = json::array();
    for (const PanelSlot& p : node.tabs) {
        json tab{{"kind", p.kind}, {"number", p.number}};
        if (!p.state.empty()) tab["state"] = json::parse(p.state, nullptr, false);
        tabs.push_back(std::move(tab));
    }
    return {{"tabs", std::move(tabs)}, {"active", node.active}};
}

Error not_a_layout(const std::string& why)
{
    return {ErrorKind::Damaged, "the saved workspace is damaged: " + why, "reset the workspace from the Window menu"};
}

Result<Layout> from_json(const json& j, int level, std::set<std::string>& seen)
{
    if (level > most_levels) return not_a_layout("it has too many levels");
    if (!j.is_object()) return not_a_layout("a part of it is not an object");
    if (j.contains("first") || j.contains("second")) {
        if (!j.contains("first") || !j.contains("second")) return not_a_layout("a split has one side only");
        TESSERA_TRY(first, from_json(j["first"], level + 1, seen));
        TESSERA_TRY(second, from_json(j["second"], level + 1, seen));
        const auto ratio = j.find("ratio");
        const auto axis = j.find("axis");
        return split(axis != j.end() && *axis == "vertical" ? SplitAxis::Vertical : SplitAxis::Horizontal,
                     ratio != j.end() && ratio->is_number() ? sound_ratio(ratio->get<double>()) : 0.5f,
                     std::move(first), std::move(second));
    }
    const auto tabs = j.find("tabs");
    if (tabs == j.end() || !tabs->is_array()) return not_a_layout("a leaf has no tabs");
    Layout l;
    for (const json& t : *tabs) {
        if (!t.is_object() || !t.contains("kind") || !t["kind"].is_string())
            return not_a_layout("a tab does not say what it is");
        PanelSlot p;
        p.kind = t["kind"].get<std::string>();
        if (t.contains("number") && t["number"].is_number_integer()) p.number = t["number"].get<int>();
        if (t.contains("state") && t["state"].is_object()) p.state = t["state"].dump();
        if (!seen.insert(p.id()).second) return not_a_layout("it holds " + p.id() + " twice");
        l.tabs.push_back(std::move(p));
    }
    if (j.contains("active") && j["active"].is_number_integer()) l.active = j["active"].get<int>();
    l.active = std::clamp(l.active, 0, std::max(0, int(l.tabs.size()) - 1));
    return l;
}

} // namespace

std::string layout_to_json(const Layout& layout)
{
    return to_json(layout).dump(1);
}

Result<Layout> layout_from_json(const std::string& text)
{
    const json j = json::parse(text, nullptr, false);
    if (j.is_discarded()) return not_a_layout("it is not JSON");
    std::set<std::string> seen;
    TESSERA_TRY(made, from_json(j, 0, seen));
    prune(made);
    return made;
}

std::vector<NamedLayout> built_in_layouts()
{
    const auto h = SplitAxis::Horizontal, v = SplitAxis::Vertical;
    const auto graph_tabs = [] {
        return leaf({{"graph", 1, {}}, {"curves", 1, {}}, {"dopesheet", 1, {}}, {"queue", 1, {}}});
    };
    std::vector<NamedLayout> all;
    all.push_back({"Compositing", split(h, 0.72f, split(v, 0.6f, leaf({{"viewer", 1, {}}}), graph_tabs()),
                                        split(v, 0.68f, leaf({{"properties", 1, {}}}),
                                              leaf({{"scopes", 1, {}}, {"history", 1, {}}, {"log", 1, {}}})))});
    all.push_back({"Colour", split(v, 0.64f,
                                   split(h, 0.7f, leaf({{"viewer", 1, {}}}), leaf({{"scopes", 1, {}}})),
                                   split(h, 0.5f, leaf({{"properties", 1, {}}, {"history", 1, {}}}), graph_tabs()))});
    all.push_back({"Timeline", split(v, 0.55f,
                                     split(h, 0.72f, leaf({{"viewer", 1, {}}}), leaf({{"properties", 1, {}}})),
                                     leaf({{"dopesheet", 1, {}}, {"curves", 1, {}}, {"graph", 1, {}}, {"queue", 1, {}}}))});
    all.push_back({"Review", split(h, 0.8f, leaf({{"viewer", 1, {}}}),
                                   leaf({{"scopes", 1, {}}, {"history", 1, {}}, {"log", 1, {}}}))});
    return all;
}

} // namespace tessera
