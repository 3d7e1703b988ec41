#pragma once
// The document is a value: a Project is immutable once shared, an edit makes a new one that shares all it did not
// change, and a snapshot is a pointer.
#include "core/base/image.h"
#include "core/base/value.h"
#include "core/doc/shared_map.h"
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tessera {

using NodeId = uint32_t;  ///< unique in the project, never used again; 0 is none
using GraphId = uint32_t; ///< unique in the project; 0 is none

/// An expression in the project's own small language (core/doc/expression.h).
struct ExpressionSource {
    std::string text;
    CurvePtr curve; ///< the component's own curve, which the expression reads as curve(t); usually none
    bool operator==(const ExpressionSource& other) const;
};
/// The value of another parameter, by path: "Blur1.size", "Blur1.size.x", "Group1.Blur1.size". The first name is looked
/// for in the graph of the node that has the link, then in the graphs around it; "this" is that node itself, and a path
/// that starts with "root." is looked up from the root graph alone.
struct LinkSource {
    std::string path;
    bool operator==(const LinkSource&) const = default;
};
/// Where one component's value comes from; monostate: from the constant.
using ParamSource = std::variant<std::monostate, CurvePtr, ExpressionSource, LinkSource>;

/// A parameter that has been set. `sources` is empty for a constant, else one entry a component (one for what has no
/// components: text, curves, data). Numbers of a curve or an expression on an Enum are the index of the choice.
struct Param {
    Value value;
    std::vector<ParamSource> sources;
    bool constant() const;
};
bool same(const Param& a, const Param& b);

/// An input's connection: the node whose output it takes.
struct Connection {
    NodeId node = 0;
    bool operator==(const Connection&) const = default;
};

struct Node {
    NodeId id = 0;
    std::string op;     ///< operator id; an unknown one is kept
    int op_version = 1; ///< as written
    std::string name;   ///< unique in its graph; letters, digits, underscore, not starting with a digit
    bool disabled = false;
    std::string label;                                     ///< shown under the name
    std::map<std::string, Param, std::less<>> params;      ///< those that have been set
    std::map<std::string, Connection, std::less<>> inputs; ///< by port name; only connected ones
    GraphId graph = 0;                                     ///< of a group: the graph inside
    /// Nodes of one graph with the same number here are clones: edits keep their parameters, label and being disabled
    /// the same. 0: none; the number comes from Project::next_node and is never used again.
    NodeId clones = 0;
    std::string extra; ///< JSON object with fields this version does not know, kept verbatim; "" when there are none
};
using NodePtr = std::shared_ptr<const Node>;

/// How a node is drawn in the node graph view; nothing that is evaluated.
struct NodeLook {
    static constexpr int own_colour = -1; ///< that of the operator's category
    int colour = own_colour;              ///< 0xRRGGBB
    int bookmark = 0;                     ///< 1 to 9, one node of a graph each; 0: none
    bool hide_inputs = false;             ///< pipes to its inputs are not drawn
    bool thumbnail = false;               ///< shows its picture
    int z = 0;                            ///< higher ones are drawn over lower ones
    std::string extra;
    bool operator==(const NodeLook&) const = default;
};

using NoteId = NodeId; ///< counted by Project::next_node too

/// What stands in the node graph view beside nodes: a backdrop that gathers them, or a sticky note.
struct Note {
    enum class Kind { Backdrop, Sticky };
    NoteId id = 0;
    Kind kind = Kind::Backdrop;
    Vec2 position; ///< the corner at the top left
    Vec2 size{320, 200};
    std::string title, text;
    int colour = NodeLook::own_colour; ///< 0xRRGGBB; own_colour: the view's choice
    double font_size = 20;             ///< of a backdrop's title, of a note's text; pixels at 100 %
    int z = 0;
    std::string extra;
    bool operator==(const Note&) const = default;
};
using NotePtr = std::shared_ptr<const Note>;

struct Graph {
    GraphId id = 0;
    SharedMap<NodeId, NodePtr> nodes;
    /// Centres of nodes in the node graph view, y downwards; nothing that is evaluated.
    SharedMap<NodeId, Vec2> positions;
    SharedMap<NodeId, NodeLook> looks;    ///< of the nodes that have one
    SharedMap<NoteId, NotePtr> notes;
    SharedMap<std::string, NodeId> names; ///< an index that edits keep; find_node works (slower) without it
    std::string extra;
};
using GraphPtr = std::shared_ptr<const Graph>;

struct ProjectSettings {
    std::string name;
    Format format;
    double frames_per_second = 24;
    int first_frame = 1, last_frame = 100;
    std::string color_config; ///< path of an OCIO configuration; empty: $OCIO, else the built-in one
    std::string working_space = "ACEScg";
    std::vector<std::string> views{"main"};
    std::map<std::string, std::string> variables; ///< ${NAME} in file parameters
    bool operator==(const ProjectSettings&) const = default;
};

/// A shot: a range of the project with a graph of its own. Kept and written back; edited by the timeline later.
struct Shot {
    std::string name;
    GraphId graph = 0;
    int first_frame = 1, last_frame = 100;
    std::string extra;
    bool operator==(const Shot&) const = default;
};

struct Project {
    ProjectSettings settings;
    GraphId root = 1;
    SharedMap<GraphId, GraphPtr> graphs;
    std::vector<Shot> shots;
    std::string timeline; ///< JSON of the timeline, kept verbatim; "" when there is none
    std::string extra;    ///< JSON object with unknown fields of the project
    NodeId next_node = 1;
    GraphId next_graph = 2;
    /// Graph to the node that shows it: an index that edits keep; shown_by works (slower) without it.
    SharedMap<GraphId, std::pair<GraphId, NodeId>> owners;
    std::string folder; ///< where the file lies: relative paths start here; empty when never saved. Not in the file.
};
/// A snapshot.
using ProjectPtr = std::shared_ptr<const Project>;

/// A project with one empty root graph.
ProjectPtr make_project(ProjectSettings settings = {});

/// Where a node is: its graph and itself.
struct NodePlace {
    const Graph* graph = nullptr;
    const Node* node = nullptr;
    explicit operator bool() const { return node; }
};
/// The node at a path from the root graph: "Blur1", "Group1.Blur1".
NodePlace find_node(const Project& project, std::string_view path);
NodePlace find_node(const Project& project, GraphId graph, NodeId node);
const Graph* find_graph(const Project& project, GraphId graph);
/// The node of this name in a graph; null when there is none.
const Node* find_named(const Graph& graph, std::string_view name);
/// The node that shows `graph` (a group); empty for the root graph and for one that no node shows.
NodePlace shown_by(const Project& project, GraphId graph);
/// "Group1.Blur1": the path of a node from the root graph (the first place where a group shows its graph).
std::string path_of(const Project& project, GraphId graph, NodeId node);

/// The input ports of a group node: the names of the Input nodes inside (their parameter "name"; the node's own name
/// where it is not set or empty), in the order of their ids. Empty for any other node.
std::vector<std::string> group_ports(const Project& project, const Node& group);
/// The port that an Input node inside a group stands for.
std::string port_of_input(const Node& input);

/// True when the parameter's value may differ from frame to frame (a curve, an expression or a link to such).
bool animated(const Project& project, const Graph& graph, const Node& node, std::string_view param);

/// The value of a parameter at a frame: its constant with every component's curve, expression or link evaluated.
/// `type` and `fallback` come from the operator's declaration; a parameter that is not set gives `fallback`.
/// Errors name the node, the parameter and the cause (a cycle of links, a bad expression, a value that is not finite).
Result<Value> value_at(const Project& project, const Graph& graph, const Node& node, std::string_view param,
                       ParamType type, const Value& fallback, double frame);

/// Replaces ${PROJECT} (the project's folder), ${NAME} of the project's variables, then of the environment; makes a
/// relative path absolute from the project's folder. Frame patterns stay. Unknown variables are an error.
Result<std::string> resolved_path(const Project& project, std::string_view path);

} // namespace tessera
