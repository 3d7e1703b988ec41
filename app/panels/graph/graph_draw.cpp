// How nodes look.
#include "app/panels/graph/graph_background.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// Below the first, nodes are plain rectangles; below the second, there are no texts; below the third, names alone, in
/// a size that can be read.
constexpr double plain_zoom = 0.16, name_zoom = 0.3, text_zoom = 0.5;
constexpr float least_type = 9.5f;

ImU32 rgb(int hex)
{
    return IM_COL32((hex >> 16) & 255, (hex >> 8) & 255, hex & 255, 255);
}

/// White or black, whichever is read better upon a colour.
ImU32 ink_on(ImU32 colour)
{
    const ImVec4 c = ImGui::ColorConvertU32ToFloat4(colour);
    const float light = 0.299f * c.x + 0.587f * c.y + 0.114f * c.z;
    return light > 0.55f ? IM_COL32(20, 20, 20, 240) : IM_COL32(255, 255, 255, 235);
}

struct Type {
    ImFont* font = nullptr;
    float size = 0;
};
/// A face for text that is `small` or not at 100 %.
Type type_at(const Ui& ui, bool small, double zoom)
{
    ImFont* usual = small ? ui.fonts.small : ui.fonts.text;
    return {small && zoom > 1.15 ? ui.fonts.text : usual, usual->FontSize * float(zoom)};
}

} // namespace

void GraphPanel::draw_grid()
{
    const Ui& ui = editor_.ui();
    const double step = NodeMetrics::grid * (camera_.zoom < 0.12 ? 128 : camera_.zoom < 0.4 ? 32 : 8);
    const Vec2 a = to_graph(low_), b = to_graph(high_);
    if ((b.x - a.x) / step > 200) return;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImU32 colour = faded(ui.theme.text, 0.04f);
    for (double x = std::floor(a.x / step) * step; x < b.x; x += step) {
        const float sx = std::round(to_screen({x, 0}).x);
        list.AddRectFilled({sx, low_.y}, {sx + 1, high_.y}, colour);
    }
    for (double y = std::floor(a.y / step) * step; y < b.y; y += step) {
        const float sy = std::round(to_screen({0, y}).y);
        list.AddRectFilled({low_.x, sy}, {high_.x, sy + 1}, colour);
    }
}

void GraphPanel::draw_plain_nodes()
{
    if (camera_.zoom >= plain_zoom) {
        for (const SceneNode& n : scene_.nodes) {
            const Vec2 shift = shift_of(n.id), margin{60, 40};
            if (visible(n.low() + shift - margin, n.high() + shift + margin)) draw_node(n);
        }
        return;
    }
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto& chosen = editor_.selection().nodes;
    for (const SceneNode& n : scene_.nodes) {
        const Vec2 shift = shift_of(n.id);
        const ImVec2 a = to_screen(n.low() + shift), b = to_screen(n.high() + shift);
        if (b.x < low_.x || a.x > high_.x || b.y < low_.y || a.y > high_.y) continue;
        const NodeStatus* status = background_->find(n.id);
        ImU32 colour = n.look.colour >= 0 ? rgb(n.look.colour)
                       : n.op             ? ui.theme.category(n.op->menu)
                                          : ui.theme.disabled;
        if (status && status->error) colour = ui.theme.error;
        if (chosen.contains(n.id))
            colour = ui.theme.accent;
        else if (n.node->disabled)
            colour = mixed(colour, ui.theme.panel, 0.6f);
        list.AddRectFilled(a, {std::max(b.x, a.x + 1), std::max(b.y, a.y + 1)}, colour);
    }
}

void GraphPanel::draw_dot(const SceneNode& n)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const ImVec2 c = to_screen(n.centre + shift_of(n.id));
    const float r = NodeMetrics::dot / 2 * unit();
    const bool selected = editor_.selection().nodes.contains(n.id);
    const ImU32 colour = n.look.colour >= 0 ? rgb(n.look.colour) : mixed(ui.theme.panel, ui.theme.text, 0.65f);
    list.AddCircleFilled(c, r, n.node->disabled ? mixed(colour, ui.theme.panel, 0.6f) : colour);
    if (selected)
        list.AddCircle(c, r + ui.px(2), ui.theme.accent, 0, ui.px(2));
    else if (hovered_ == n.id)
        list.AddCircle(c, r + 1, ui.theme.text, 0, 1);
    if (camera_.zoom < text_zoom || n.lines.empty()) return;
    const Type type = type_at(ui, true, camera_.zoom);
    float y = c.y - type.size * float(n.lines.size()) / 2;
    for (const std::string& line : n.lines) {
        list.AddText(type.font, type.size, {std::round(c.x + r + ui.px(6)), std::round(y)}, ui.theme.secondary,
                     line.c_str());
        y += type.size;
    }
}

void GraphPanel::draw_node(const SceneNode& n)
{
    if (n.dot) return draw_dot(n);
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = unit(), round = 3 * z;
    const Vec2 shift = shift_of(n.id);
    ImVec2 low = to_screen(n.low() + shift), high = to_screen(n.high() + shift);
    low = {std::round(low.x), std::round(low.y)}, high = {std::round(high.x), std::round(high.y)};
    const ImU32 header = n.look.colour >= 0 ? rgb(n.look.colour)
                         : n.op             ? ui.theme.category(n.op->menu)
                                            : ui.theme.disabled;
    const bool selected = editor_.selection().nodes.contains(n.id);
    if (camera_.zoom >= text_zoom)
        list.AddRectFilled({low.x + z, low.y + 2 * z}, {high.x + z, high.y + 2 * z}, IM_COL32(0, 0, 0, 70), round);
    list.AddRectFilled(low, high, ui.theme.raised, round);
    // Far away a node is its header alone: a name stands better on one colour.
    const bool far = camera_.zoom < text_zoom && !n.look.thumbnail;
    const float header_bottom = far ? high.y : std::min(high.y, low.y + NodeMetrics::header * z);
    list.AddRectFilled(low, {high.x, header_bottom}, n.node->disabled ? mixed(header, ui.theme.panel, 0.6f) : header,
                       round, header_bottom < high.y ? ImDrawFlags_RoundCornersTop : ImDrawFlags_RoundCornersAll);
    if (!n.op && !n.node->graph) { // an operator that is not here: hatched
        list.PushClipRect(low, high, true);
        for (float x = low.x - (high.y - low.y); x < high.x; x += std::max(6 * z, 3.0f))
            list.AddLine({x, high.y}, {x + high.y - low.y, low.y}, faded(ui.theme.error, 0.55f), z);
        list.PopClipRect();
    }
    if (n.look.thumbnail) draw_thumbnail(n, {low.x, high.y - (high.x - low.x) * 9 / 16}, high);
    if (show_costs_) draw_costs(n, low, high);
    if (camera_.zoom >= text_zoom) draw_texts(n, low, high);
    if (n.node->disabled) {
        const ImU32 colour = faded(ui.theme.text, 0.6f);
        list.AddLine(low, high, colour, std::max(1.0f, 1.5f * z));
        list.AddLine({low.x, high.y}, {high.x, low.y}, colour, std::max(1.0f, 1.5f * z));
    }
    if (camera_.zoom >= name_zoom && camera_.zoom < text_zoom) draw_small_name(n, low, {high.x, header_bottom});
    const NodeStatus* status = background_->find(n.id);
    if (status && status->error) list.AddRect(low, high, ui.theme.error, round, 0, ui.px(2));
    if (selected)
        list.AddRect({low.x - 1, low.y - 1}, {high.x + 1, high.y + 1}, ui.theme.accent, round, 0, ui.px(2));
    else if (hovered_ == n.id)
        list.AddRect(low, high, faded(ui.theme.text, 0.5f), round);
    draw_ports(n);
    if (camera_.zoom >= text_zoom) draw_marks(n, low, high);
}

void GraphPanel::draw_small_name(const SceneNode& n, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    const float size = std::max(least_type * ui.scale, ui.fonts.text->FontSize * float(camera_.zoom));
    const float width = n.title_width * ui.scale * size / ui.fonts.text->FontSize, middle = (low.x + high.x) / 2;
    // It may stand out at the sides, as far as a column goes.
    const float half = float(NodeMetrics::column) / 2 * unit() - ui.px(1);
    const ImVec4 clip{middle - half, low.y - size, middle + half, high.y + size};
    const float x = std::max(middle - width / 2, middle - half);
    const ImU32 header = n.look.colour >= 0 ? rgb(n.look.colour)
                         : n.op             ? ui.theme.category(n.op->menu)
                                            : ui.theme.disabled;
    const ImU32 ink = width <= high.x - low.x ? ink_on(n.node->disabled ? ui.theme.panel : header) : ui.theme.text;
    ImGui::GetWindowDrawList()->AddText(ui.fonts.small, size, {std::round(x), std::round((low.y + high.y - size) / 2)},
                                        ink, n.title.c_str(), nullptr, 0, &clip);
}

void GraphPanel::draw_texts(const SceneNode& n, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = unit();
    const ImU32 header = n.look.colour >= 0 ? rgb(n.look.colour)
                         : n.op             ? ui.theme.category(n.op->menu)
                                            : ui.theme.disabled;
    const ImU32 ink = faded(ink_on(header), n.node->disabled ? 0.55f : 1);
    const ImVec4 clip{low.x + 4 * z, low.y, high.x - 4 * z, high.y};
    const Type name = type_at(ui, false, camera_.zoom);
    const float width = n.title_width * z;
    list.AddText(
        name.font, name.size,
        {std::round((low.x + high.x - width) / 2), std::round(low.y + (NodeMetrics::header * z - name.size) / 2)}, ink,
        n.title.c_str(), nullptr, 0, &clip);
    const Type small = type_at(ui, true, camera_.zoom);
    float y = low.y + (NodeMetrics::header + 3) * z;
    for (size_t i = 0; i < n.lines.size(); ++i) {
        const float x = (low.x + high.x - n.line_widths[i] * z) / 2;
        const ImU32 colour = i == 0 && n.first_line_is_class ? ui.theme.secondary : faded(ui.theme.text, 0.85f);
        list.AddText(small.font, small.size, {std::round(x), std::round(y)}, colour, n.lines[i].c_str(), nullptr, 0,
                     &clip);
        y += NodeMetrics::line * z;
    }
}

void GraphPanel::draw_marks(const SceneNode& n, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = unit();
    if (show_channels_) draw_ticks(n, low, high);
    draw_tags(n, low, high);
    // Little squares in the header's corner: what drives parameters.
    float x = high.x - 6 * z;
    const float y = low.y + 6 * z, r = 2.5f * z;
    const auto square = [&](ImU32 colour) {
        list.AddRectFilled({x - r, y - r}, {x + r, y + r}, colour);
        list.AddRect({x - r, y - r}, {x + r, y + r}, ui.theme.window);
        x -= 7 * z;
    };
    if (n.linked) square(ui.theme.expression);
    if (n.animated) square(ui.theme.animation);
    if (n.node->graph) { // a group: a second card behind it
        list.AddLine({low.x + 4 * z, high.y + 2 * z}, {high.x - 4 * z, high.y + 2 * z}, ui.theme.secondary, z);
        list.AddLine({low.x + 8 * z, high.y + 4 * z}, {high.x - 8 * z, high.y + 4 * z}, ui.theme.disabled, z);
    }
}

void GraphPanel::draw_tags(const SceneNode& n, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = unit();
    const Type type = type_at(ui, true, camera_.zoom);
    const auto tag = [&](ImVec2 at, const char* begin, const char* end, ImU32 colour) {
        const ImVec2 extent = type.font->CalcTextSizeA(type.size, FLT_MAX, 0, begin, end);
        list.AddRectFilled(at, {at.x + extent.x + 8 * z, at.y + extent.y + 2 * z}, colour, 3 * z);
        list.AddText(type.font, type.size, {std::round(at.x + 4 * z), std::round(at.y + z)}, ink_on(colour), begin,
                     end);
        return extent.x + 12 * z;
    };
    float left = low.x;
    const float above = low.y - type.size - 4 * z;
    if (n.look.bookmark) {
        const char digit[2] = {char('0' + n.look.bookmark), 0};
        left += tag({left, above}, digit, digit + 1, ui.theme.animation);
    }
    if (n.clone) {
        constexpr const char* letter = "C";
        tag({left, above}, letter, letter + 1, ui.theme.expression);
    }
    const NodeStatus* status = background_->find(n.id);
    std::string_view word;
    if (!n.op && !n.node->graph)
        word = "not here";
    else if (status && status->error)
        word = error_word(*status->error);
    if (!word.empty()) tag({high.x + 4 * z, low.y + 3 * z}, word.data(), word.data() + word.size(), ui.theme.error);
}

void GraphPanel::draw_ticks(const SceneNode& n, ImVec2 low, ImVec2 high)
{
    const NodeStatus* status = background_->find(n.id);
    if (!status || status->layers.empty()) return;
    const Theme& theme = editor_.ui().theme;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = unit();
    float x = low.x + 4 * z;
    const float y = high.y - 3 * z;
    const auto tick = [&](ImU32 colour, float wide) {
        if (x + wide * z > high.x - 3 * z) return;
        list.AddRectFilled({x, y}, {x + wide * z, y + 2 * z}, colour);
        x += (wide + 2) * z;
    };
    for (const std::string& layer : status->layers) {
        if (layer == main_layer) {
            tick(theme.red, 4), tick(theme.green, 4), tick(theme.blue, 4);
            if (status->alpha) tick(theme.alpha, 4);
            x += 2 * z;
            continue;
        }
        const bool known = layer == "depth" || layer == "motion" || layer == "forward" || layer == "normal";
        tick(known ? theme.animation : theme.category("Keyer"), 8);
    }
}

void GraphPanel::draw_ports(const SceneNode& n)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float z = unit(), r = 4 * z;
    const bool pulling = drag_ == Drag::NewPipe || drag_ == Drag::MovePipe;
    const bool close = hovered_ == n.id || pulling;
    const Vec2 shift = shift_of(n.id);
    for (size_t i = 0; i < n.inputs.size(); ++i) {
        const SceneInput& input = n.inputs[i];
        const bool connected = input.source >= 0;
        if (!input.shown && !pulling) continue;
        if (input.mask && !connected && !close && !editor_.selection().nodes.contains(n.id)) continue;
        const ImVec2 p = to_screen(n.input_at(i) + shift);
        const bool target = pulling && hovered_pipe_.end == PipeEnd{n.id, input.name};
        const ImU32 colour = target           ? ui.theme.accent
                             : connected      ? mixed(ui.theme.panel, ui.theme.text, 0.75f)
                             : input.required ? ui.theme.warning
                                              : ui.theme.secondary;
        if (target)
            list.AddCircle({p.x + (input.mask ? 7 * z : 0), p.y - (input.mask ? 0 : 7 * z)}, ui.px(9), colour, 0,
                           ui.px(2));
        const ImVec2 a = input.mask ? ImVec2{p.x + 2 * r, p.y - r} : ImVec2{p.x - r, p.y - 2 * r};
        const ImVec2 b = input.mask ? ImVec2{p.x + 2 * r, p.y + r} : ImVec2{p.x + r, p.y - 2 * r};
        if (connected || !input.required)
            list.AddTriangleFilled(a, b, p, colour);
        else
            list.AddTriangle(a, b, p, colour, std::max(1.0f, 1.2f * z)); // hollow: something is missing
        if (camera_.zoom < text_zoom || (n.inputs.size() < 2 && !target)) continue;
        const bool always = !input.mask && n.inputs.size() > 1 && connected && camera_.zoom >= 0.8 && !n.viewer &&
                            n.op && n.op->inputs.size() > 1 && input.name.size() == 1;
        if (!close && !always) continue;
        const Type type = type_at(ui, true, camera_.zoom);
        const ImVec2 extent = type.font->CalcTextSizeA(type.size, FLT_MAX, 0, input.name.c_str());
        const ImVec2 at = input.mask ? ImVec2{p.x + 3 * r, p.y - extent.y / 2}
                                     : ImVec2{p.x + (n.inputs[i].at.x < 0 ? -extent.x - 1.5f * r : 1.5f * r),
                                              p.y - 2 * r - extent.y / 2};
        list.AddText(type.font, type.size, {std::round(at.x), std::round(at.y)},
                     target ? ui.theme.accent : ui.theme.secondary, input.name.c_str());
    }
    // Where a pipe is pulled from.
    if (n.output && close && camera_.zoom >= text_zoom) {
        const ImVec2 p = to_screen(n.output_at() + shift);
        list.AddCircleFilled({p.x, p.y + 3 * z}, 3 * z, mixed(ui.theme.panel, ui.theme.text, 0.75f));
    }
}

} // namespace tessera
