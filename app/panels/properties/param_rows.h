#pragma once
// What the rows of one node's parameters show, computed once for each state of the project and frame.
#include "app/panels/properties/param_links.h"
#include "app/panels/properties/param_edits.h"

namespace tessera {

struct ParamRow {
    const ParamDesc* param = nullptr;
    const Param* set = nullptr;  ///< null when it has its default
    Value value;                 ///< at the frame; the default where it has none
    std::optional<Error> error;  ///< why it has no value
    uint32_t mixed = 0;          ///< components (bit 0: the whole, of what has none) in which the targets differ
    ParamState state;
    DriverText driver;
    std::vector<DrivenBy> by;    ///< a component
};

struct NodeRows {
    ProjectPtr project; ///< keeps what is pointed at
    NodePlace place;
    NodeRef ref{0, 0};
    const OpDesc* op = nullptr; ///< null: not installed
    EditTargets targets;
    double frame = 0;
    std::vector<ParamRow> rows; ///< in the order of the declaration
};
/// `selected`: the nodes selected in the graph of `ref`.
NodeRows rows_of(const ProjectPtr& project, NodeRef ref, std::span<const NodeId> selected, double frame);

/// What a list of rows is narrowed to.
struct RowFilter {
    std::string text; ///< part of the label or name
    bool modified_only = false;
};
/// True when the row is shown.
bool shows(const RowFilter& filter, const ParamRow& row);

/// Rows under one heading, in order of first appearance: those without a group first, the standard ones (mix, mask,
/// channels) last.
struct RowGroup {
    std::string heading; ///< "" for the first
    std::vector<size_t> rows;
};
std::vector<RowGroup> grouped(const NodeRows& node, const RowFilter& filter);

/// True when the components of a parameter are shown as one number while they are equal: a gain of (1, 1, 1, 1), a size of
/// (10, 10), but not a position.
bool combines(const ParamDesc& param);

/// "0.18", "(1, 1, 1, 1)", "over": a value in a tooltip; "1 to 4".
std::string default_text(const ParamDesc& param);
std::string range_text(const ParamDesc& param);

} // namespace tessera
