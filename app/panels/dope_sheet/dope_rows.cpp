#include "app/panels/dope_sheet/dope_rows.h"
#include <algorithm>
#include <cctype>
#include <cmath>

namespace tessera {

namespace {

void fill_times(const DopeList& list, DopeRow& row)
{
    for (size_t i = row.first; i < row.first + row.count; ++i)
        if (const Channel& c = list.channels[i].channel; c.has_keys())
            for (const CurveKey& k : c.curve->keys()) row.times.push_back(k.time);
    std::sort(row.times.begin(), row.times.end());
    row.times.erase(std::unique(row.times.begin(), row.times.end()), row.times.end());
}

/// Clips of the graph's selected nodes, or of the whole project, by graph and id.
std::vector<NodeRef> clips_in(const Project& project, GraphId graph, const std::set<NodeId>& selected,
                              ChannelFilter filter)
{
    std::vector<NodeRef> found;
    const auto add = [&](GraphId g, const Node& node) {
        if (node.op == "read" || node.op == "time_offset" || node.op == "frame_hold") found.emplace_back(g, node.id);
    };
    if (filter == ChannelFilter::Selected) {
        const Graph* g = find_graph(project, graph);
        for (NodeId id : selected)
            if (const NodePtr* node = g ? g->nodes.find(id) : nullptr) add(graph, **node);
        return found;
    }
    project.graphs.each(
        [&](GraphId id, const GraphPtr& g) { g->nodes.each([&](NodeId, const NodePtr& node) { add(id, *node); }); });
    return found;
}

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char& c : result) c = char(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

} // namespace

DopeList list_dope(const Project& project, GraphId graph, const std::set<NodeId>& selected, ChannelFilter filter,
                   std::string_view search)
{
    ChannelList channels = list_channels(project, graph, selected, filter, search);
    // Lookup curves have positions, not frames; links and expressions without keys have nothing to show here.
    const auto has_frames = [](const ListedChannel& c) {
        return c.channel.has_keys() && c.channel.kind != ChannelKind::Lookup;
    };
    DopeList list;
    std::vector<size_t> kept(channels.channels.size() + 1, 0); // how many channels before each are kept
    for (size_t i = 0; i < channels.channels.size(); ++i) {
        kept[i + 1] = kept[i] + has_frames(channels.channels[i]);
        if (has_frames(channels.channels[i])) list.channels.push_back(channels.channels[i]);
    }
    std::vector<DopeRow> rows;
    for (const ChannelRow& row : channels.rows) {
        const size_t first = kept[row.first], count = kept[row.first + row.count] - first;
        if (count == 0) continue;
        const auto kind = row.kind == ChannelRow::Kind::Node    ? DopeRow::Kind::Node
                          : row.kind == ChannelRow::Kind::Param ? DopeRow::Kind::Param
                                                                : DopeRow::Kind::Component;
        rows.push_back({kind, row.ref, row.label, first, count, row.has_children, {}, {}});
    }
    for (const NodeRef& clip : clips_in(project, graph, selected, filter)) {
        const auto same = [&](const DopeRow& r) {
            return r.kind == DopeRow::Kind::Node && r.ref.graph == clip.graph && r.ref.node == clip.node;
        };
        auto at = std::find_if(rows.begin(), rows.end(), same);
        if (at == rows.end()) {
            const std::string path = path_of(project, clip.graph, clip.node);
            if (lower(path).find(lower(search)) == std::string::npos) continue;
            const auto after = [&](const DopeRow& r) {
                return r.kind == DopeRow::Kind::Node &&
                       std::pair(r.ref.graph, r.ref.node) > std::pair(clip.graph, clip.node);
            };
            at = std::find_if(rows.begin(), rows.end(), after);
            const size_t first = at == rows.end() ? list.channels.size() : at->first;
            at = rows.insert(at, {DopeRow::Kind::Node, {clip.graph, clip.node, "", -1}, path, first, 0, false, {}, {}});
        }
        at->clip = clip_of(project, clip);
    }
    if (rows.empty()) return list;
    list.rows.push_back({DopeRow::Kind::Summary, {}, "All keys", 0, list.channels.size(), false, {}, {}});
    list.rows.insert(list.rows.end(), std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
    for (DopeRow& row : list.rows) fill_times(list, row);
    return list;
}

bool unfolded(const DopeRow& row, const std::set<ChannelRef>& turned)
{
    return (row.kind == DopeRow::Kind::Node) != turned.contains(row.ref);
}

std::vector<size_t> visible_rows(const DopeList& list, const std::set<ChannelRef>& turned)
{
    std::vector<size_t> shown;
    DopeRow::Kind hidden_below = DopeRow::Kind::Component;
    for (size_t i = 0; i < list.rows.size(); ++i) {
        const DopeRow& row = list.rows[i];
        if (row.kind > hidden_below) continue;
        hidden_below = row.has_children && !unfolded(row, turned) ? row.kind : DopeRow::Kind::Component;
        shown.push_back(i);
    }
    return shown;
}

KeySelection keys_of_row(const DopeList& list, const DopeRow& row, std::optional<double> time)
{
    KeySelection found;
    for (size_t i = row.first; i < row.first + row.count; ++i)
        for (const CurveKey& k : list.channels[i].channel.curve->keys())
            if (!time || k.time == *time) found.add(list.channels[i].ref, k.time);
    return found;
}

bool selected_at(const DopeList& list, const DopeRow& row, double time, const KeySelection& selection)
{
    if (selection.empty()) return false;
    for (size_t i = row.first; i < row.first + row.count; ++i)
        if (selection.contains(list.channels[i].ref, time)) return true;
    return false;
}

std::optional<double> nearest_time(const std::vector<double>& times, double time, double reach)
{
    const auto above = std::lower_bound(times.begin(), times.end(), time);
    std::optional<double> best;
    if (above != times.end() && *above - time <= reach) best = *above;
    if (above != times.begin()) {
        const double below = *std::prev(above);
        if (time - below <= reach && (!best || time - below < *best - time)) best = below;
    }
    return best;
}

void add_between(const DopeList& list, const DopeRow& row, double first, double last, KeySelection& selection)
{
    for (size_t i = row.first; i < row.first + row.count; ++i)
        for (const CurveKey& k : list.channels[i].channel.curve->keys())
            if (k.time >= first && k.time <= last) selection.add(list.channels[i].ref, k.time);
}

std::optional<std::pair<double, double>> time_extent(const KeySelection& selection)
{
    std::optional<std::pair<double, double>> extent;
    for (const auto& [ref, times] : selection.keys) {
        if (times.empty()) continue;
        if (!extent) extent = {*times.begin(), *times.rbegin()};
        extent->first = std::min(extent->first, *times.begin());
        extent->second = std::max(extent->second, *times.rbegin());
    }
    return extent;
}

} // namespace tessera
