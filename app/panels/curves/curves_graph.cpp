// The graph of the curve editor: axes, curves, keys, tangents and the box around the selection.
#include "app/panels/curves/curves_panel.h"
#include "app/panels/curves/time_ruler.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <chrono>
#include <cmath>

namespace tessera {

namespace {

constexpr float value_gap = 36, key_size = 5, line_step = 2;
/// Tangents are shown for this many selected keys at most.
constexpr size_t most_tangents = 100;
/// Values of expressions: so many over the width, and so many milliseconds of a frame for them.
constexpr int samples_across = 240;
constexpr double sample_budget_ms = 4;
/// Beyond so many keys a pixel of width their signs would be one band: they are drawn as points.
constexpr float keys_a_pixel = 0.33f;

double milliseconds()
{
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

} // namespace

ImU32 CurvesPanel::colour_of(const ListedChannel& channel) const
{
    const Theme& t = editor_.ui().theme;
    switch (channel.hue) {
    case 0: return t.red;
    case 1: return t.green;
    case 2: return t.blue;
    case 3: return t.alpha;
    default: break;
    }
    const ImU32 alone[] = {t.animation,
                           mixed(t.red, t.blue, 0.5f),
                           mixed(t.green, t.blue, 0.5f),
                           mixed(t.red, t.green, 0.5f),
                           mixed(t.animation, t.text, 0.5f),
                           mixed(t.red, t.text, 0.5f)};
    return alone[size_t(channel.hue - 4) % std::size(alone)];
}

void CurvesPanel::lay_out_lines()
{
    const Ui& ui = editor_.ui();
    time_.origin = low_.x, time_.pixels = high_.x - low_.x;
    value_.origin = high_.y, value_.pixels = low_.y - high_.y;
    lines_.clear();
    const bool dragging = drag_.kind == Drag::Keys || drag_.kind == Drag::Box || drag_.kind == Drag::Handle;
    if (!dragging) frozen_views_.clear();
    for (const ListedChannel& c : list_.channels) {
        if (hidden_.contains(c.ref)) continue;
        // Constants are shown where they were chosen in the tree: everything at once would bury the curves.
        const bool focused = focused_.contains(c.ref);
        if (c.channel.kind == ChannelKind::Constant && !focused) continue;
        Line line;
        line.listed = &c, line.colour = colour_of(c), line.focused = focused_.empty() || focused;
        if (normalised_ && c.channel.has_keys()) {
            const auto frozen = frozen_views_.find(c.ref);
            line.view = frozen != frozen_views_.end() ? frozen->second : normalised_view(*c.channel.curve);
            frozen_views_.emplace(c.ref, line.view);
        } else if (normalised_) {
            ValueRange range; // of what an expression or a link gave when it was last sampled
            if (const auto s = samples_.find(c.ref); s != samples_.end())
                for (const auto& [t, v] : s->second.values) range.add(v);
            line.view = range.high - range.low > 1e-12 ? ValueView{range.low, 1 / (range.high - range.low)}
                                                       : ValueView{c.channel.constant - 0.5, 1};
        }
        lines_.push_back(std::move(line));
    }
    if (fit_wanted_ && !lines_.empty()) fit_view(false);
    if (fit_wanted_ && lines_.empty()) {
        fit(time_, editor_.playback().first(), editor_.playback().last(), 0.05, 10);
        fit(value_, 0, 1, 0.2, 1e-6);
    }
    fit_wanted_ = false;
    double budget = sample_budget_ms;
    for (Line& line : lines_) {
        const Channel& c = line.listed->channel;
        if (c.has_keys())
            line.points = curve_line(*c.curve, time_, value_, line.view, ui.px(line_step));
        else if (c.kind == ChannelKind::Constant || c.kind == ChannelKind::Lookup) {
            const float y = value_.to_screen(line.view.to_view(c.constant));
            line.points = {{low_.x, y}, {high_.x, y}};
        }
        if (c.kind == ChannelKind::Expression || c.kind == ChannelKind::Link) sample(line, budget);
    }
}

void CurvesPanel::sample(Line& line, double& budget)
{
    const Session& session = editor_.session();
    Samples& s = samples_[line.listed->ref];
    const bool stale = s.revision != session.revision() || s.low != time_.low || s.high != time_.high;
    if (stale && budget > 0) {
        const double begin = milliseconds();
        s.values.clear(), s.problem.clear();
        // Whole frames where they are far enough apart, since expressions need not be smooth between them.
        const double step = std::max((time_.high - time_.low) / samples_across, 0.25);
        for (double t = std::floor(time_.low); t <= time_.high + step; t += step) {
            auto value = channel_value(*session.project(), line.listed->ref, t);
            if (value)
                s.values.emplace_back(t, *value);
            else if (s.problem.empty())
                s.problem = value.error().text();
            if (milliseconds() - begin > budget) break; // what is missing at the right follows with the next change
        }
        s.revision = session.revision(), s.low = time_.low, s.high = time_.high;
        budget -= milliseconds() - begin;
    } else if (stale) {
        editor_.window().keep_drawing(1);
    }
}

void CurvesPanel::lay_out_spots()
{
    spots_.clear(), handles_.clear();
    const size_t selected = keys->count();
    for (size_t l = 0; l < lines_.size(); ++l) {
        const Line& line = lines_[l];
        if (!line.listed->channel.has_keys()) continue;
        const Curve& curve = *line.listed->channel.curve;
        const auto all = curve.keys();
        const KeyTimes& chosen = keys->of(line.listed->ref);
        const auto before = [](const CurveKey& k, double t) { return k.time < t; };
        const double slack =
            time_.per_pixel() * double(editor_.ui().px(200)); // tangents reach into the view from outside
        const auto begin = std::lower_bound(all.begin(), all.end(), time_.low - slack, before);
        for (auto it = begin; it != all.end() && it->time <= time_.high + slack; ++it) {
            const size_t i = size_t(it - all.begin());
            const ImVec2 at{time_.to_screen(it->time), value_.to_screen(line.view.to_view(it->value))};
            const bool is_chosen = !chosen.empty() && chosen.contains(it->time);
            if (at.x >= low_.x - 8 && at.x <= high_.x + 8) spots_.push_back({l, i, at, is_chosen});
            if (!is_chosen || selected > most_tangents) continue;
            for (const bool in : {true, false}) {
                const auto rule_at = [&](size_t k) { return all[k].interpolation; };
                // A held or straight side has no tangent to pull.
                const size_t segment = in ? i - 1 : i;
                if (in && i == 0) continue;
                if (rule_at(segment) == Interpolation::Constant || rule_at(segment) == Interpolation::Linear) continue;
                const Handle h = handle_of(curve, i, in);
                if (h.exists)
                    handles_.push_back(
                        {l, i, in, {time_.to_screen(h.time), value_.to_screen(line.view.to_view(h.value))}, at});
            }
        }
    }
}

void CurvesPanel::draw_graph()
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    lay_out_lines();
    lay_out_spots();
    const ImVec2 ruler{low_.x, low_.y - ui.px(ruler_height)};
    list.AddRectFilled({ruler.x - ui.px(value_axis_width), ruler.y}, high_, ui.theme.window);
    list.PushClipRect(low_, high_, true);
    draw_time_grid(ui, list, time_, editor_.playback(), low_, high_);
    list.PopClipRect();
    draw_value_axis();
    list.PushClipRect(low_, high_, true);
    draw_lines();
    draw_box();
    draw_keys();
    if (drag_.kind == Drag::Marquee) {
        const ImVec2 a{std::min(drag_.from.x, pointer_.x), std::min(drag_.from.y, pointer_.y)},
            b{std::max(drag_.from.x, pointer_.x), std::max(drag_.from.y, pointer_.y)};
        list.AddRectFilled(a, b, faded(ui.theme.accent, 0.12f));
        list.AddRect(a, b, ui.theme.accent);
    }
    list.PopClipRect();
    draw_ruler(ui, list, time_, editor_.playback(), ruler, {high_.x, low_.y});
    list.AddRectFilled({ruler.x - ui.px(value_axis_width), ruler.y}, {ruler.x, low_.y}, ui.theme.raised);
    list.AddLine({ruler.x - ui.px(value_axis_width), low_.y - 0.5f}, {ruler.x, low_.y - 0.5f}, ui.theme.line);
    draw_play_head(ui, list, time_, editor_.playback(), ruler, high_);
    draw_pointer_hint();
    if (lines_.empty() && !list_.rows.empty()) {
        ImGui::SetCursorScreenPos(low_);
        empty_state(ui, icon::chart,
                    "Choose a parameter at the left, then Ctrl+Alt+click here to insert its first key");
    }
}

void CurvesPanel::draw_value_axis()
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float gap = ui.px(value_gap), left = low_.x - ui.px(value_axis_width);
    const double step = tick_step(value_, gap, false);
    const WithFont small(ui.fonts.small);
    list.AddLine({low_.x - 0.5f, low_.y}, {low_.x - 0.5f, high_.y}, ui.theme.line);
    for (const Tick& t : ticks(value_, gap, false)) {
        const float y = std::round(value_.to_screen(t.value)) + 0.5f;
        if (y < low_.y || y > high_.y) continue;
        const bool zero = std::abs(t.value) < step * 1e-6;
        list.AddLine({low_.x, y}, {high_.x, y}, faded(ui.theme.text, zero ? 0.18f : t.strong ? 0.07f : 0.025f));
        if (!t.strong) continue;
        const std::string text = tick_text(t.value, step);
        const ImVec2 size = ImGui::CalcTextSize(text.c_str());
        const float top = std::round(y - size.y / 2);
        if (top > low_.y && top + size.y < high_.y)
            list.AddText({std::max(left + ui.px(2), low_.x - ui.px(6) - size.x), top}, ui.theme.secondary,
                         text.c_str());
    }
}

void CurvesPanel::draw_lines()
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    std::vector<ImVec2> points;
    const auto polyline = [&](const Line& line, float opacity, float thickness) {
        points.clear();
        for (const ScreenPoint& p : line.points) points.push_back({p.x, p.y});
        list.AddPolyline(points.data(), int(points.size()), faded(line.colour, opacity), 0, thickness);
    };
    for (const bool front : {false, true})
        for (const Line& line : lines_) {
            if (line.focused != front) continue;
            const Channel& c = line.listed->channel;
            const float opacity = front ? 1 : 0.3f;
            const bool driven = c.kind == ChannelKind::Expression || c.kind == ChannelKind::Link;
            // The keys that an expression reads stand behind what it makes of them; constants are only hinted at.
            const bool quiet = driven || c.kind == ChannelKind::Constant;
            polyline(line, quiet ? opacity * 0.45f : opacity,
                     ui.scale * (focused_.contains(line.listed->ref) ? 2.0f : 1.4f));
            const auto s = samples_.find(line.listed->ref);
            if (!driven || s == samples_.end()) continue;
            const auto& values = s->second.values;
            for (size_t i = 0; i + 1 < values.size(); i += 3) { // dashes: what no keys make
                const size_t end = std::min(i + 2, values.size() - 1);
                for (size_t k = i; k < end; ++k)
                    list.AddLine(
                        {time_.to_screen(values[k].first), value_.to_screen(line.view.to_view(values[k].second))},
                        {time_.to_screen(values[k + 1].first),
                         value_.to_screen(line.view.to_view(values[k + 1].second))},
                        faded(ui.theme.expression, opacity), ui.scale * 1.6f);
            }
        }
}

void CurvesPanel::draw_keys()
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    for (const HandleSpot& h : handles_) {
        list.AddLine(h.key_at, h.at, faded(ui.theme.accent, 0.7f));
        list.AddCircleFilled(h.at, ui.px(3.5f), ui.theme.window, 10);
        list.AddCircle(h.at, ui.px(3.5f), ui.theme.accent, 10, ui.scale * 1.2f);
    }
    const bool dense =
        float(spots_.size()) > keys_a_pixel * (high_.x - low_.x) * float(std::max<size_t>(1, lines_.size()));
    const float r = ui.px(key_size);
    for (const bool selected : {false, true})
        for (const Spot& s : spots_) {
            if (s.selected != selected || s.at.y < low_.y - r || s.at.y > high_.y + r) continue;
            const Line& line = lines_[s.line];
            const ImU32 colour = selected ? ui.theme.accent : line.focused ? line.colour : faded(line.colour, 0.4f);
            if (dense) {
                const float p = ui.px(selected ? 2 : 1.5f);
                list.AddRectFilled({s.at.x - p, s.at.y - p}, {s.at.x + p, s.at.y + p}, colour);
                continue;
            }
            const CurveKey& k = line.listed->channel.curve->keys()[s.key];
            draw_key(list, s.at, r, k.interpolation, k.broken, colour, ui.theme.window);
        }
}

std::optional<std::pair<ImVec2, ImVec2>> CurvesPanel::box_on_screen() const
{
    if (!box_ || keys->count() < 2) return std::nullopt;
    ImVec2 a{FLT_MAX, FLT_MAX}, b{-FLT_MAX, -FLT_MAX};
    for (const Line& line : lines_) {
        if (!line.listed->channel.has_keys()) continue;
        const KeyBounds bounds = bounds_of(*line.listed->channel.curve, keys->of(line.listed->ref));
        if (bounds.empty()) continue;
        a.x = std::min(a.x, time_.to_screen(bounds.first)), b.x = std::max(b.x, time_.to_screen(bounds.last));
        a.y = std::min(a.y, value_.to_screen(line.view.to_view(bounds.high))),
        b.y = std::max(b.y, value_.to_screen(line.view.to_view(bounds.low)));
    }
    if (a.x > b.x) return std::nullopt;
    const float pad = editor_.ui().px(12);
    return std::pair{ImVec2{a.x - pad, a.y - pad}, ImVec2{b.x + pad, b.y + pad}};
}

void CurvesPanel::draw_box()
{
    const auto box = box_on_screen();
    if (!box) return;
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const auto [a, b] = *box;
    list.AddRectFilled(a, b, faded(ui.theme.accent, 0.04f));
    list.AddRect(a, b, faded(ui.theme.accent, 0.6f));
    for (const int x : {-1, 0, 1})
        for (const int y : {-1, 0, 1}) {
            if (x == 0 && y == 0) continue;
            const ImVec2 at{x < 0 ? a.x : x > 0 ? b.x : (a.x + b.x) / 2, y < 0 ? a.y : y > 0 ? b.y : (a.y + b.y) / 2};
            const float r = ui.px(3);
            list.AddRectFilled({at.x - r, at.y - r}, {at.x + r, at.y + r}, ui.theme.window);
            list.AddRect({at.x - r, at.y - r}, {at.x + r, at.y + r}, ui.theme.accent);
        }
}

void CurvesPanel::draw_pointer_hint()
{
    if (!hovered_ || !inside_graph(pointer_) ||
        (drag_.kind != Drag::None && drag_.kind != Drag::Keys && drag_.kind != Drag::Handle))
        return;
    const Ui& ui = editor_.ui();
    const Spot* spot = spot_at(pointer_);
    const auto line = spot ? std::optional<size_t>(spot->line) : line_at(pointer_);
    const ImGuiIO& io = ImGui::GetIO();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (io.KeyCtrl && io.KeyAlt && line && !spot) { // where a key would be inserted
        const double t = snap_ ? std::round(time_.from_screen(pointer_.x)) : time_.from_screen(pointer_.x);
        const Line& l = lines_[*line];
        const auto value = channel_value(*editor_.session().project(), l.listed->ref, t);
        if (value)
            draw_diamond(list, {time_.to_screen(t), value_.to_screen(l.view.to_view(*value))}, ui.px(6),
                         faded(ui.theme.accent, 0.6f), ui.theme.accent);
    }
    if (!line) return;
    const ListedChannel& c = *lines_[*line].listed;
    std::string text = c.path;
    if (spot) {
        const CurveKey& k = c.channel.curve->keys()[spot->key];
        text += "   " + tick_text(k.time, std::fmod(k.time, 1) == 0 ? 1 : 0.01) + "   " +
                tick_text(k.value, std::max(1e-9, tick_step(value_, ui.px(value_gap), false) / 100)) + "   " +
                std::string(name_of(k.interpolation));
    }
    const WithFont small(ui.fonts.small);
    const ImVec2 size = ImGui::CalcTextSize(text.c_str());
    const float x = std::min(pointer_.x + ui.px(14), high_.x - size.x - ui.px(12)),
                y = std::max(low_.y + ui.px(4), pointer_.y - ui.px(28));
    list.AddRectFilled({x - ui.px(6), y - ui.px(3)}, {x + size.x + ui.px(6), y + size.y + ui.px(3)},
                       faded(ui.theme.raised, 0.94f), ui.px(3));
    list.AddText({x, y}, ui.theme.text, text.c_str());
}

} // namespace tessera
