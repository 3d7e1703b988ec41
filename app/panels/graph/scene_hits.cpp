// What lies under the pointer, and where dragged things come to rest.
#include "app/panels/graph/graph_scene.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

double distance(Vec2 a, Vec2 b)
{
    return std::hypot(a.x - b.x, a.y - b.y);
}

bool inside(Vec2 p, Vec2 low, Vec2 high)
{
    return p.x >= low.x && p.x < high.x && p.y >= low.y && p.y < high.y;
}

/// How far in front of an input its arrow's middle is.
constexpr double arrow = 7;

} // namespace

Vec2 PipeCurve::at(double t) const
{
    const double u = 1 - t;
    return a * (u * u * u) + b * (3 * u * u * t) + c * (3 * u * t * t) + d * (t * t * t);
}

Vec2 PipeCurve::low() const
{
    return {std::min({a.x, b.x, c.x, d.x}), std::min({a.y, b.y, c.y, d.y})};
}

Vec2 PipeCurve::high() const
{
    return {std::max({a.x, b.x, c.x, d.x}), std::max({a.y, b.y, c.y, d.y})};
}

PipeCurve pipe_curve(Vec2 from, Vec2 to, bool side)
{
    constexpr double least = 12, most = 80;
    const double down = to.y - from.y, across = std::abs(to.x - from.x);
    // Pipes that go upwards swing out further, so that they are seen to.
    const double reach = down > 0 ? std::clamp(down * 0.5, std::min(least, across), most)
                                  : std::clamp(-down * 0.4 + across * 0.2, least, most);
    const Vec2 b{from.x, from.y + reach};
    if (!side) return {from, b, {to.x, to.y - reach}, to};
    return {from, b, {to.x + std::clamp(across * 0.4, 20.0, most), to.y}, to};
}

const SceneNode* node_at(const Scene& scene, Vec2 point, const Reach& reach)
{
    const double grow = reach.node * reach.scale;
    for (auto n = scene.nodes.rbegin(); n != scene.nodes.rend(); ++n) {
        const double more = n->dot ? 2 * grow : grow; // dots are small
        if (inside(point, n->low() - Vec2{more, more}, n->high() + Vec2{more, more})) return &*n;
    }
    return nullptr;
}

PipeEnd input_at(const Scene& scene, Vec2 point, const Reach& reach, NodeId except, bool all)
{
    PipeEnd best;
    double least = reach.port * reach.scale;
    for (const SceneNode& n : scene.nodes) {
        if (n.id == except || n.inputs.empty()) continue;
        const double far = least + arrow;
        if (!inside(point, n.low() - Vec2{far, far}, n.high() + Vec2{far, far})) continue;
        for (size_t i = 0; i < n.inputs.size(); ++i) {
            if (!all && (!n.inputs[i].shown || (n.look.hide_inputs && n.inputs[i].source >= 0))) continue;
            const Vec2 away = n.dot ? Vec2{} : n.inputs[i].mask ? Vec2{arrow, 0} : Vec2{0, -arrow};
            const double d = distance(point, n.input_at(i) + away);
            if (d < least) least = d, best = {n.id, n.inputs[i].name};
        }
    }
    return best;
}

const SceneNode* output_at(const Scene& scene, Vec2 point, const Reach& reach)
{
    const SceneNode* best = nullptr;
    double least = reach.port * reach.scale;
    for (const SceneNode& n : scene.nodes) {
        if (!n.output || n.dot) continue;
        const double d = distance(point, n.output_at() + Vec2{0, 4});
        if (d < least) least = d, best = &n;
    }
    return best;
}

PipeHit pipe_at(const Scene& scene, Vec2 point, const Reach& reach)
{
    PipeHit best;
    double least = reach.pipe * reach.scale;
    constexpr int steps = 32;
    for (const SceneNode& n : scene.nodes) {
        if (n.viewer || n.look.hide_inputs) continue;
        for (size_t i = 0; i < n.inputs.size(); ++i) {
            if (n.inputs[i].source < 0) continue;
            const SceneNode& source = scene.nodes[size_t(n.inputs[i].source)];
            const PipeCurve curve = pipe_curve(source.output_at(), n.input_at(i), n.inputs[i].mask);
            const Vec2 grow{least, least};
            if (!inside(point, curve.low() - grow, curve.high() + grow)) continue;
            Vec2 before = curve.a;
            for (int s = 1; s <= steps; ++s) {
                const Vec2 next = curve.at(double(s) / steps);
                const Vec2 along = next - before, to = point - before;
                const double length2 = along.x * along.x + along.y * along.y;
                const double t = length2 > 0 ? std::clamp((to.x * along.x + to.y * along.y) / length2, 0.0, 1.0) : 0;
                const double d = distance(point, before + along * t);
                if (d < least) least = d, best = {{n.id, n.inputs[i].name}, (s - 1 + t) / steps};
                before = next;
            }
        }
    }
    return best;
}

// ---- notes ----------------------------------------------------------------------------------------------------------

double note_header(const Note& note)
{
    return note.kind == Note::Kind::Sticky ? note.size.y : std::min(note.font_size * 1.3 + 12, note.size.y);
}

NoteHit note_at(const Scene& scene, Vec2 point, const Reach& reach)
{
    const double corner = 14 * reach.scale;
    for (auto it = scene.notes.rbegin(); it != scene.notes.rend(); ++it) {
        const Note& note = **it;
        const Vec2 high = note.position + note.size;
        if (inside(point, high - Vec2{corner, corner}, high + Vec2{4, 4} * reach.scale)) return {*it, NotePart::Corner};
        if (!inside(point, note.position, high)) continue;
        return {*it, point.y < note.position.y + note_header(note) ? NotePart::Header : NotePart::Body};
    }
    return {};
}

std::vector<NodeId> nodes_in(const Scene& scene, const Note& backdrop)
{
    std::vector<NodeId> held;
    if (backdrop.kind != Note::Kind::Backdrop) return held;
    for (const SceneNode& n : scene.nodes)
        if (inside(n.centre, backdrop.position, backdrop.position + backdrop.size)) held.push_back(n.id);
    return held;
}

std::vector<NoteId> notes_in(const Scene& scene, const Note& backdrop)
{
    std::vector<NoteId> held;
    if (backdrop.kind != Note::Kind::Backdrop) return held;
    for (const NotePtr& note : scene.notes) {
        const Vec2 low = note->position, high = note->position + note->size;
        const Vec2 end = backdrop.position + backdrop.size;
        const bool within =
            low.x >= backdrop.position.x && low.y >= backdrop.position.y && high.x <= end.x && high.y <= end.y;
        if (note->id != backdrop.id && within) held.push_back(note->id);
    }
    return held;
}

Note backdrop_around(const Scene& scene, std::span<const NodeId> nodes)
{
    Note note;
    note.title = "Backdrop";
    Vec2 low{1e30, 1e30}, high{-1e30, -1e30};
    for (const NodeId id : nodes)
        if (const SceneNode* n = scene.find(id)) {
            low = {std::min(low.x, n->low().x), std::min(low.y, n->low().y)};
            high = {std::max(high.x, n->high().x), std::max(high.y, n->high().y)};
        }
    if (high.x < low.x) return note;
    constexpr double margin = 40;
    note.position = {low.x - margin, low.y - margin - note_header(note)};
    note.size = {high.x - low.x + 2 * margin, high.y - note.position.y + margin};
    return note;
}

// ---- snapping and walking -------------------------------------------------------------------------------------------

Snap snapped(const Scene& scene, const SceneNode& lead, const std::function<bool(NodeId)>& moved, Vec2 wanted,
             double within)
{
    const auto grid = [](double v) { return std::round(v / NodeMetrics::grid) * NodeMetrics::grid; };
    const Vec2 at = lead.centre + wanted;
    // Neighbours farther away than this are not what one lines up with.
    constexpr double near = 420;
    const SceneNode *column = nullptr, *row = nullptr;
    double column_far = near, row_far = near;
    for (const SceneNode& n : scene.nodes) {
        if (n.id == lead.id || moved(n.id)) continue;
        const double dx = std::abs(n.centre.x - at.x), dy = std::abs(n.centre.y - at.y);
        if (dx < within && dy < column_far) column = &n, column_far = dy;
        if (dy < within && dx < row_far) row = &n, row_far = dx;
    }
    Snap snap;
    const Vec2 rest{column ? column->centre.x : grid(at.x), row ? row->centre.y : grid(at.y)};
    snap.offset = rest - lead.centre;
    if (column) snap.guides.push_back({column->centre, rest});
    if (row) snap.guides.push_back({row->centre, rest});
    return snap;
}

NodeId walked(const Scene& scene, NodeId from, bool up)
{
    const SceneNode* n = scene.find(from);
    if (!n) return 0;
    if (up) {
        const int main = n->op && !n->node->graph ? main_input(*n->op) : 0;
        int source = main >= 0 && size_t(main) < n->inputs.size() ? n->inputs[size_t(main)].source : -1;
        for (const SceneInput& input : n->inputs)
            if (source < 0) source = input.source;
        return source < 0 ? 0 : scene.nodes[size_t(source)].id;
    }
    const SceneNode* best = nullptr;
    for (const SceneNode& other : scene.nodes) {
        const bool takes = std::any_of(other.inputs.begin(), other.inputs.end(), [&](const SceneInput& input) {
            return input.source >= 0 && scene.nodes[size_t(input.source)].id == from;
        });
        const auto far = [&](const SceneNode& o) { return std::abs(o.centre.x - n->centre.x) + (o.viewer ? 1e6 : 0); };
        if (takes && (!best || far(other) < far(*best))) best = &other;
    }
    return best ? best->id : 0;
}

} // namespace tessera
