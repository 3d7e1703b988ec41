// Pipes, and the lines of expressions and clones.
#include "app/panels/graph/graph_panel.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// Below it pipes are straight lines: their curves are no longer seen.
constexpr double curve_zoom = 0.16;

} // namespace

void GraphPanel::draw_pipe(const PipeCurve& curve, ImU32 colour, float thickness, bool dashed)
{
    if (!visible(curve.low(), curve.high())) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (dashed) {
        constexpr double dash = 7; // graph units, and as long a gap
        const Vec2 way = curve.d - curve.a;
        const int pieces = std::clamp(int(std::hypot(way.x, way.y) / dash), 4, 160) | 1;
        for (int i = 0; i < pieces; i += 2)
            list.AddLine(to_screen(curve.at(double(i) / pieces)), to_screen(curve.at(double(i + 1) / pieces)), colour,
                         thickness);
        return;
    }
    if (camera_.zoom < curve_zoom || (curve.a.x == curve.d.x && curve.c.x == curve.d.x && curve.d.y > curve.a.y)) {
        list.AddLine(to_screen(curve.a), to_screen(curve.d), colour, thickness);
        return;
    }
    list.AddBezierCubic(to_screen(curve.a), to_screen(curve.b), to_screen(curve.c), to_screen(curve.d), colour,
                        thickness, camera_.zoom < 0.5 ? 10 : 0);
}

void GraphPanel::draw_pipes()
{
    const Ui& ui = editor_.ui();
    const float thick = std::max(1.0f, 1.6f * ui.scale * float(std::min(1.25, camera_.zoom + 0.25)));
    const auto& chosen = editor_.selection().nodes;
    const ImU32 plain = mixed(ui.theme.panel, ui.theme.text, 0.45f),
                lively = mixed(ui.theme.panel, ui.theme.text, 0.8f);
    const bool moving_pipe = (drag_ == Drag::MovePipe || drag_ == Drag::MoveSource) && moved_;
    for (const SceneNode& n : scene_.nodes) {
        const Vec2 shift = shift_of(n.id);
        for (size_t i = 0; i < n.inputs.size(); ++i) {
            const SceneInput& input = n.inputs[i];
            if (input.source < 0) continue;
            const SceneNode& source = scene_.nodes[size_t(input.source)];
            const PipeEnd end{n.id, {}};
            const bool this_pipe = hovered_pipe_.end.node == n.id && hovered_pipe_.end.port == input.name;
            if (moving_pipe && pipe_end_.node == n.id && pipe_end_.port == input.name) continue;
            const bool touched = hovered_ == n.id || hovered_ == source.id || this_pipe;
            const bool near = chosen.contains(n.id) || chosen.contains(source.id);
            if (n.look.hide_inputs && !chosen.contains(n.id) && hovered_ != n.id) continue;
            const PipeCurve curve =
                pipe_curve(source.output_at() + shift_of(source.id), n.input_at(i) + shift, input.mask);
            const ImU32 colour = touched ? ui.theme.accent : near ? lively : n.viewer ? faded(plain, 0.7f) : plain;
            draw_pipe(curve, colour, this_pipe ? thick * 1.6f : thick, n.viewer || n.look.hide_inputs);
            if (n.viewer && camera_.zoom >= 0.6) { // which of its inputs
                const ImVec2 at = to_screen(curve.at(0.82));
                if (at.x < low_.x || at.x > high_.x || at.y < low_.y || at.y > high_.y) continue;
                ImDrawList& list = *ImGui::GetWindowDrawList();
                const float size = ui.fonts.small->FontSize * float(std::min(1.0, camera_.zoom));
                const char* digit = input.name.c_str() + (input.name.starts_with("in") ? 2 : 0);
                char number[16]; // inputs count from 0, keys from 1
                std::snprintf(number, sizeof number, "%d", std::atoi(digit) + 1);
                list.AddCircleFilled(at, size * 0.62f, ui.theme.panel);
                list.AddText(ui.fonts.small, size, {at.x - size * 0.28f, at.y - size * 0.5f}, colour, number);
            }
        }
    }
}

void GraphPanel::draw_dragged_pipe()
{
    if (!moved_ || (drag_ != Drag::NewPipe && drag_ != Drag::MovePipe && drag_ != Drag::MoveSource)) return;
    const Ui& ui = editor_.ui();
    const float thick = std::max(1.0f, 2 * ui.scale * float(std::min(1.0, camera_.zoom + 0.3)));
    const Vec2 pointer = to_graph(last_at_);
    if (drag_ != Drag::MoveSource && pipe_source_) {
        const SceneNode* source = scene_.find(pipe_source_);
        if (!source) return;
        Vec2 to = pointer;
        bool side = false;
        if (const SceneNode* n = scene_.find(hovered_pipe_.end.node))
            for (size_t i = 0; i < n->inputs.size(); ++i)
                if (n->inputs[i].name == hovered_pipe_.end.port) to = n->input_at(i), side = n->inputs[i].mask;
        draw_pipe(pipe_curve(source->output_at(), to, side), ui.theme.accent, thick, false);
        return;
    }
    const SceneNode* n = scene_.find(pipe_end_.node);
    if (!n) return;
    for (size_t i = 0; i < n->inputs.size(); ++i) {
        if (n->inputs[i].name != pipe_end_.port) continue;
        const SceneNode* over = hovered_ != n->id ? scene_.find(hovered_) : nullptr;
        const Vec2 from = over && over->output ? over->output_at() : pointer;
        draw_pipe(pipe_curve(from, n->input_at(i), n->inputs[i].mask), ui.theme.accent, thick, false);
    }
}

void GraphPanel::draw_diamonds()
{
    const ImGuiIO& io = ImGui::GetIO();
    if (!io.KeyCtrl || io.KeyShift || io.KeyAlt || !pointer_over_ || drag_ != Drag::None || camera_.zoom < 0.3) return;
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float r = 5 * unit();
    for (const SceneNode& n : scene_.nodes) {
        if (n.viewer || n.look.hide_inputs) continue;
        for (size_t i = 0; i < n.inputs.size(); ++i) {
            if (n.inputs[i].source < 0) continue;
            const SceneNode& source = scene_.nodes[size_t(n.inputs[i].source)];
            const PipeCurve curve = pipe_curve(source.output_at(), n.input_at(i), n.inputs[i].mask);
            if (!visible(curve.low(), curve.high())) continue;
            const ImVec2 c = to_screen(curve.at(0.5));
            const bool here = hovered_pipe_.end == PipeEnd{n.id, n.inputs[i].name};
            const float s = here ? r * 1.4f : r;
            list.AddQuadFilled({c.x, c.y - s}, {c.x + s, c.y}, {c.x, c.y + s}, {c.x - s, c.y}, ui.theme.accent);
            if (here) list.AddQuad({c.x, c.y - s}, {c.x + s, c.y}, {c.x, c.y + s}, {c.x - s, c.y}, ui.theme.text, 1);
        }
    }
}

void GraphPanel::draw_links()
{
    if (camera_.zoom < 0.12) return;
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto side_of = [&](const SceneNode& n, const SceneNode& other) {
        const Vec2 c = n.centre + shift_of(n.id);
        return Vec2{other.centre.x + shift_of(other.id).x > c.x ? c.x + n.size.x / 2 : c.x - n.size.x / 2, c.y};
    };
    const auto line = [&](const SceneLink& link, ImU32 colour, bool arrow) {
        const SceneNode &from = scene_.nodes[size_t(link.from)], &to = scene_.nodes[size_t(link.to)];
        const Vec2 a = side_of(from, to), d = side_of(to, from);
        if (!visible({std::min(a.x, d.x), std::min(a.y, d.y)}, {std::max(a.x, d.x) + 1, std::max(a.y, d.y) + 1}))
            return;
        const bool bright = hovered_ == from.id || hovered_ == to.id;
        const ImU32 c = bright ? colour : faded(colour, 0.55f);
        const double bend = std::max(24.0, std::abs(d.x - a.x) * 0.35);
        const double out = a.x > from.centre.x + shift_of(from.id).x ? bend : -bend;
        const double in = d.x > to.centre.x + shift_of(to.id).x ? bend : -bend;
        const PipeCurve curve{a, {a.x + out, a.y}, {d.x + in, d.y}, d};
        list.AddBezierCubic(to_screen(curve.a), to_screen(curve.b), to_screen(curve.c), to_screen(curve.d), c,
                            std::max(1.0f, ui.scale * (bright ? 1.6f : 1.0f)), camera_.zoom < 0.5 ? 12 : 0);
        if (!arrow || camera_.zoom < 0.3) return;
        const ImVec2 tip = to_screen(curve.d), back = to_screen(curve.at(0.94));
        const float length = std::hypot(tip.x - back.x, tip.y - back.y), s = 6 * unit();
        if (length < 1) return;
        const ImVec2 u{(tip.x - back.x) / length * s, (tip.y - back.y) / length * s};
        list.AddTriangleFilled(tip, {tip.x - u.x - u.y * 0.5f, tip.y - u.y + u.x * 0.5f},
                               {tip.x - u.x + u.y * 0.5f, tip.y - u.y - u.x * 0.5f}, c);
    };
    for (const SceneLink& link : scene_.links) line(link, ui.theme.expression, true);
    for (const SceneLink& link : scene_.clones) line(link, ui.theme.accent, false);
}

} // namespace tessera
