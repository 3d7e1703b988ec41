#pragma once
// The graph as it is drawn: every node with its rectangle, ports and texts, in graph units (pixels at 100 %, y
// downwards). It is made anew when the project changes and otherwise only looked at, so that a frame costs what is on
// the screen. Hit tests are here too: they need no window.
#include "app/panels/graph/graph_edits.h"
#include <functional>
#include <unordered_map>

namespace tessera {

struct SceneInput {
    std::string name;
    bool mask = false, required = false;
    bool shown = true; ///< inputs beyond the second of a node that takes many appear when they are used
    int source = -1;   ///< index of the node connected; -1: none
    Vec2 at;           ///< where its pipe ends, relative to the node's centre
};

struct SceneNode {
    NodeId id = 0;
    NodePtr node;
    const OpDesc* op = nullptr; ///< null: an operator that is not here
    NodeLook look;
    Vec2 centre, size; ///< of the body; the project's position is the centre of the part without the picture
    bool dot = false, viewer = false, output = true, has_consumers = false;
    bool clone = false;                    ///< shares its parameters with others
    bool animated = false, linked = false; ///< some parameter has a curve; an expression or a link
    std::string title;                     ///< the name, cut to the node's width
    float title_width = 0;
    std::vector<std::string> lines; ///< under the name: the class where the name does not tell it, the label
    std::vector<float> line_widths;
    bool first_line_is_class = false;
    std::vector<SceneInput> inputs;

    Vec2 low() const { return centre - size * 0.5; }
    Vec2 high() const { return centre + size * 0.5; }
    Vec2 input_at(size_t input) const { return centre + inputs[input].at; }
    Vec2 output_at() const { return {centre.x, centre.y + size.y * 0.5}; }
};

/// A line from a node to one whose parameter depends on it, or between clones.
struct SceneLink {
    int from = 0, to = 0;
};

struct Scene {
    GraphId graph = 0;
    std::vector<SceneNode> nodes; ///< from the back to the front
    std::unordered_map<NodeId, int> index;
    std::vector<NotePtr> notes; ///< from the back to the front
    std::vector<SceneLink> links, clones;
    bool live_labels = false; ///< labels that may change with the frame
    Vec2 low, high;           ///< around everything; equal when there is nothing

    const SceneNode* find(NodeId id) const
    {
        const auto it = index.find(id);
        return it == index.end() ? nullptr : &nodes[size_t(it->second)];
    }
};

/// Widths of texts at 100 %, of names and (`small`) of the lines under them.
using TextWidth = std::function<float(std::string_view text, bool small)>;
Scene build_scene(const Project& project, GraphId graph, double frame, const TextWidth& width);

// ---- where things are ---------------------------------------------------------------------------------------------

/// A cubic curve: pipes leave downwards and arrive from above, or from the right at a mask.
struct PipeCurve {
    Vec2 a, b, c, d;
    Vec2 at(double t) const;
    Vec2 low() const;
    Vec2 high() const;
};
PipeCurve pipe_curve(Vec2 from, Vec2 to, bool side);

/// An input of a node; node 0: none.
struct PipeEnd {
    NodeId node = 0;
    std::string port;
    bool operator==(const PipeEnd&) const = default;
    explicit operator bool() const { return node; }
};

/// How far from their points ports answer, in graph units at 100 %; `slack` grows with the distance of the camera.
struct Reach {
    double node = 3, port = 12, pipe = 7;
    double scale = 1; ///< graph units a screen pixel
};

/// The front-most node whose body (a little grown) holds the point.
const SceneNode* node_at(const Scene& scene, Vec2 point, const Reach& reach);
/// The nearest input whose target (the arrow above the body, or beside it for a mask) holds the point. `all`: also
/// those that are not shown, while a pipe is being dragged.
PipeEnd input_at(const Scene& scene, Vec2 point, const Reach& reach, NodeId except = 0, bool all = false);
/// The node whose output's target (below the body) holds the point.
const SceneNode* output_at(const Scene& scene, Vec2 point, const Reach& reach);
struct PipeHit {
    PipeEnd end;
    double along = 0; ///< 0 at the source, 1 at the input
    explicit operator bool() const { return bool(end); }
};
/// The pipe under the point; those into nodes that hide their inputs, and into viewers, do not count.
PipeHit pipe_at(const Scene& scene, Vec2 point, const Reach& reach);

/// The part of a note under the point.
enum class NotePart { None, Header, Body, Corner };
struct NoteHit {
    NotePtr note;
    NotePart part = NotePart::None;
};
double note_header(const Note& note); ///< height of the part that moves it
NoteHit note_at(const Scene& scene, Vec2 point, const Reach& reach);
/// Nodes and notes whose middle lies within a backdrop.
std::vector<NodeId> nodes_in(const Scene& scene, const Note& backdrop);
std::vector<NoteId> notes_in(const Scene& scene, const Note& backdrop);
/// A backdrop that holds the nodes with room for its title.
Note backdrop_around(const Scene& scene, std::span<const NodeId> nodes);

// ---- snapping -----------------------------------------------------------------------------------------------------

struct Guide {
    Vec2 from, to;
};
struct Snap {
    Vec2 offset;
    std::vector<Guide> guides;
};
/// The offset for nodes dragged by `wanted`: `lead` comes to stand in one column or row with a node near it that is not
/// moved (which a guide shows), else on the grid.
Snap snapped(const Scene& scene, const SceneNode& lead, const std::function<bool(NodeId)>& moved, Vec2 wanted,
             double within);

/// The node next to `from` in the direction of the walk: up its main input, down to the consumer nearest in x.
NodeId walked(const Scene& scene, NodeId from, bool up);

} // namespace tessera
