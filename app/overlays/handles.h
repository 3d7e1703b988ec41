#pragma once
// What can be grabbed on the picture for a node: derived from the names and types of its operator's parameters, so that
// an operator gets its handles by being declared. Pure functions: positions out of values, values out of drags.
//
// Recognised are translate/rotate/scale/center (a transform's box), to1 to to4 (a corner pin), a Vec4 "box" or "area"
// (crop, radial, rectangle), and any Vec2 that is a place in the picture (a ramp's ends, a centre, the points of a
// grid). All positions are full-resolution pixels of the node's result.
#include "core/doc/edit.h"
#include "core/op/description.h"

namespace tessera {

/// The node as handles see it: its operator and its values at the frame shown.
struct HandleNode {
    const OpDesc* op = nullptr;
    std::map<std::string, Value, std::less<>> values; ///< of every parameter, set or not
    Rect picture{0, 0, 1920, 1080};                   ///< format of what comes in
    double aspect = 1;                                ///< width of a pixel over its height
    double unit = 1;                                  ///< image pixels a pixel of the window (1 / zoom)
};

enum class HandleKind {
    Point,  ///< a place of its own
    Corner, ///< two sides at once
    Edge,   ///< one side
    Turn,   ///< turns about the centre
    Skew,   ///< slants
    Centre, ///< moves the whole
};

struct Grip {
    std::string name; ///< "rotate", "box.left", "to1": what `dragged` is told
    HandleKind kind = HandleKind::Point;
    Vec2 at;
};
struct HandleLine {
    std::vector<Vec2> points;
    bool closed = false, faint = false;
};
struct HandleSet {
    std::vector<Grip> handles; ///< those in front come last
    std::vector<HandleLine> lines;
    bool empty() const { return handles.empty(); }
};

/// What can be grabbed, and the lines that show what it does.
HandleSet handles_of(const HandleNode& node);
/// The handle within `reach` (window pixels) of a point, the nearest one; null when there is none.
const Grip* handle_at(const HandleSet& set, Vec2 image, double unit, double aspect, double reach);

struct HandleDrag {
    Vec2 from, to;          ///< of the pointer, in image pixels
    bool snap = false;      ///< Shift: one axis, whole steps, lines of the picture
    bool alternate = false; ///< Ctrl: the centre moves alone, opposite sides follow
};
struct ParamChange {
    std::string param;
    Value value;
    bool operator==(const ParamChange& o) const { return param == o.param && same(value, o.value); }
};
/// What dragging a handle makes of the values `node` had when the drag began. Nothing for a name it does not have.
std::vector<ParamChange> dragged(const HandleNode& node, const std::string& handle, const HandleDrag& drag);

/// A point drawn to the picture's edges, middle and thirds where it is within `reach` of them, else to whole pixels.
Vec2 snapped(Vec2 point, const Rect& picture, double reach);

/// The node's values at a frame; those that have none (a broken expression) are left at their default.
HandleNode handle_node(const Project& project, NodeRef node, double frame);
/// The changes as one edit: a component on a curve gets a key at `frame`, a constant is set. Components that an
/// expression or a link drives stay as they are.
Result<ProjectPtr> changed(const ProjectPtr& project, NodeRef node, std::span<const ParamChange> changes, double frame);

} // namespace tessera
