#pragma once
// The parameters that the curve editor and the dope sheet list: node, parameter, component, as rows of a tree. Made
// anew when the project or the selection changes, never for a frame.
#include "core/doc/curve_edits.h"
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

enum class ChannelFilter {
    Selected, ///< what is animated in the selected nodes
    Animated, ///< what is animated in the whole project
    All,      ///< every number of the selected nodes, animated or not
};

struct ListedChannel {
    ChannelRef ref;
    Channel channel;
    std::string path; ///< "Transform1.translate.x"
    /// Place of its colour: 0 to 3 for x, y, z, w and r, g, b, a; from 4 on for what stands alone.
    int hue = 0;
};

struct ChannelRow {
    enum class Kind { Node, Param, Component } kind = Kind::Node;
    ChannelRef ref; ///< Node: without param; Param: with component -1 where several are below it
    std::string label;
    size_t first = 0, count = 0; ///< the channels below it, a run of the list's
    bool has_children = false;
    int depth() const { return int(kind); }
};

struct ChannelList {
    std::vector<ListedChannel> channels;
    std::vector<ChannelRow> rows;
    const ListedChannel* find(const ChannelRef& ref) const;
};

/// The channels of the project under a filter, nodes by their paths. `search` keeps those whose path has all of its
/// words, in any case.
ChannelList list_channels(const Project& project, GraphId graph, const std::set<NodeId>& selected, ChannelFilter filter,
                          std::string_view search);
/// Rows that can be seen when the rows named are folded.
std::vector<size_t> unfolded_rows(const ChannelList& list, const std::set<ChannelRef>& folded);

} // namespace tessera
