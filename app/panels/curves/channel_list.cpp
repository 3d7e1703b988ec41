#include "app/panels/curves/channel_list.h"
#include "core/doc/references.h"
#include <algorithm>
#include <cctype>

namespace tessera {

namespace {

std::string lower(std::string_view text)
{
    std::string result(text);
    for (char& c : result) c = char(std::tolower(static_cast<unsigned char>(c)));
    return result;
}

bool has_words(const std::string& path, std::string_view search)
{
    const std::string in = lower(path), words = lower(search);
    for (size_t at = words.find_first_not_of(' '); at != std::string::npos;) {
        const size_t end = std::min(words.find(' ', at), words.size());
        if (in.find(words.substr(at, end - at)) == std::string::npos) return false;
        at = words.find_first_not_of(' ', end);
    }
    return true;
}

bool is_animated(const Channel& channel)
{
    return channel.kind == ChannelKind::Lookup ? channel.has_keys() : channel.kind != ChannelKind::Constant;
}

/// The parameters of a node in the order of their declaration; what the operator does not declare comes after.
std::vector<std::pair<std::string, ParamInfo>> params_of(const Node& node, bool all)
{
    std::vector<std::pair<std::string, ParamInfo>> found;
    const OpDesc* op = Registry::instance().find(node.op);
    const auto add = [&](const std::string& name) {
        const auto info = param_info(node, name);
        if (info && channel_count(info->type) > 0) found.emplace_back(name, *info);
    };
    if (op)
        for (const ParamDesc& p : op->params)
            if (all || node.params.contains(p.name)) add(p.name);
    for (const auto& [name, param] : node.params)
        if (!op || !op->param(name)) add(name);
    return found;
}

class Lister {
public:
    Lister(const Project& project, ChannelFilter filter, std::string_view search)
        : project_(project), filter_(filter), search_(search)
    {
    }

    void add_node(const Graph& graph, const Node& node)
    {
        const bool all = filter_ == ChannelFilter::All;
        if (!all && node.params.empty()) return;
        const size_t node_row = list.rows.size(), first = list.channels.size();
        std::string path;
        for (const auto& [name, info] : params_of(node, all)) {
            if (!all && !may_be_animated(node, name, info.type)) continue;
            if (path.empty()) {
                path = path_of(project_, graph.id, node.id);
                list.rows.push_back({ChannelRow::Kind::Node, {graph.id, node.id, "", -1}, path, first, 0, true});
            }
            add_param({graph.id, node.id, name, -1}, info, path);
        }
        if (path.empty()) return;
        if (list.channels.size() == first)
            list.rows.resize(node_row);
        else
            list.rows[node_row].count = list.channels.size() - first;
    }

    ChannelList list;

private:
    static bool may_be_animated(const Node& node, const std::string& name, ParamType type)
    {
        const auto it = node.params.find(name);
        return it != node.params.end() && (!it->second.sources.empty() || type == ParamType::Curve);
    }

    void add_param(const ChannelRef& param, const ParamInfo& info, const std::string& node_path)
    {
        const int count = channel_count(info.type);
        const size_t first = list.channels.size();
        const std::string label = info.desc && !info.desc->label.empty() ? info.desc->label : param.param;
        std::vector<ChannelRow> components;
        for (int i = 0; i < count; ++i) {
            ChannelRef ref = param;
            ref.component = i;
            const std::string part = component_name(info.type, i);
            std::string path = node_path + '.' + param.param + (part.empty() ? "" : '.' + part);
            if (!has_words(path + ' ' + label, search_)) continue;
            auto channel = find_channel(project_, ref);
            if (!channel || (filter_ != ChannelFilter::All && !is_animated(*channel))) continue;
            components.push_back({ChannelRow::Kind::Component, ref, part, list.channels.size(), 1, false});
            const int hue = count > 1 && count <= 4 ? i : 4 + alone_++;
            list.channels.push_back({ref, std::move(*channel), std::move(path), hue});
        }
        if (components.empty()) return;
        if (count == 1) {
            list.rows.push_back({ChannelRow::Kind::Param, components[0].ref, label, first, 1, false});
            return;
        }
        list.rows.push_back({ChannelRow::Kind::Param, param, label, first, components.size(), true});
        list.rows.insert(list.rows.end(), components.begin(), components.end());
    }

    const Project& project_;
    ChannelFilter filter_;
    std::string_view search_;
    int alone_ = 0;
};

} // namespace

const ListedChannel* ChannelList::find(const ChannelRef& ref) const
{
    const auto it =
        std::find_if(channels.begin(), channels.end(), [&](const ListedChannel& c) { return c.ref == ref; });
    return it == channels.end() ? nullptr : &*it;
}

ChannelList list_channels(const Project& project, GraphId graph, const std::set<NodeId>& selected, ChannelFilter filter,
                          std::string_view search)
{
    Lister lister(project, filter, search);
    if (filter != ChannelFilter::Animated) {
        const Graph* g = find_graph(project, graph);
        for (NodeId id : selected)
            if (const NodePtr* node = g ? g->nodes.find(id) : nullptr) lister.add_node(*g, **node);
        return std::move(lister.list);
    }
    std::vector<std::pair<const Graph*, const Node*>> nodes;
    project.graphs.each([&](GraphId, const GraphPtr& g) {
        g->nodes.each([&](NodeId, const NodePtr& node) {
            if (!node->params.empty()) nodes.emplace_back(g.get(), node.get());
        });
    });
    std::sort(nodes.begin(), nodes.end(), [](const auto& a, const auto& b) {
        return std::pair(a.first->id, a.second->id) < std::pair(b.first->id, b.second->id);
    });
    for (const auto& [g, node] : nodes) lister.add_node(*g, *node);
    return std::move(lister.list);
}

std::vector<size_t> unfolded_rows(const ChannelList& list, const std::set<ChannelRef>& folded)
{
    std::vector<size_t> shown;
    int hidden_below = 3; // deeper rows than this are inside a folded one
    for (size_t i = 0; i < list.rows.size(); ++i) {
        const ChannelRow& row = list.rows[i];
        if (row.depth() > hidden_below) continue;
        hidden_below = row.has_children && folded.contains(row.ref) ? row.depth() : 3;
        shown.push_back(i);
    }
    return shown;
}

} // namespace tessera
