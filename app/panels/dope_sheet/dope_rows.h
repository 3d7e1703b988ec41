#pragma once
// The rows of the dope sheet: everything in one summary, then nodes, their parameters and components. A row shows the
// times at which anything below it has a key. A kind for what has keys without being a number (the shapes of a roto
// node) goes between Param and Component, with times of its own.
#include "app/panels/curves/channel_list.h"
#include "app/panels/curves/key_selection.h"
#include "app/panels/dope_sheet/dope_clips.h"

namespace tessera {

struct DopeRow {
    enum class Kind { Summary, Node, Param, Component } kind = Kind::Node;
    ChannelRef ref; ///< as ChannelRow; of the summary all 0
    std::string label;
    size_t first = 0, count = 0; ///< channels below it, a run of the list's
    bool has_children = false;
    std::vector<double> times; ///< sorted, each once
    std::optional<Clip> clip;  ///< of a Node
    int depth() const { return kind == Kind::Summary ? 0 : int(kind) - 1; }
};

struct DopeList {
    std::vector<ListedChannel> channels;
    std::vector<DopeRow> rows;
};

/// What is animated and the clips, of the selected nodes or of the whole project.
DopeList list_dope(const Project& project, GraphId graph, const std::set<NodeId>& selected, ChannelFilter filter,
                   std::string_view search);
/// Rows that can be seen. Parameters are folded until they are among `turned`, everything else the other way round.
std::vector<size_t> visible_rows(const DopeList& list, const std::set<ChannelRef>& turned);
bool unfolded(const DopeRow& row, const std::set<ChannelRef>& turned);

/// The keys of a row at a time, or all of them.
KeySelection keys_of_row(const DopeList& list, const DopeRow& row, std::optional<double> time = {});
/// Whether any key of the row at this time is selected.
bool selected_at(const DopeList& list, const DopeRow& row, double time, const KeySelection& selection);
/// The time of the sorted ones nearest to `time`, if within `reach`.
std::optional<double> nearest_time(const std::vector<double>& times, double time, double reach);
/// Keys of channels between two times.
void add_between(const DopeList& list, const DopeRow& row, double first, double last, KeySelection& selection);
/// First and last time of the selected keys; nothing when there are none.
std::optional<std::pair<double, double>> time_extent(const KeySelection& selection);

} // namespace tessera
