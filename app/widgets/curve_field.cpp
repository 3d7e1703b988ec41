#include "app/widgets/curve_field.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

constexpr double least_gap = 1e-4; ///< between the times of two keys
constexpr float key_reach = 8;

std::vector<CurveKey> keys_of(const Curve& curve)
{
    return {curve.keys().begin(), curve.keys().end()};
}

/// `keys` are valid by what made them; the curve as it was where they are not after all (a number that is not finite).
Curve made(std::vector<CurveKey> keys, const Curve& before)
{
    auto curve = Curve::make(std::move(keys), before.before(), before.after());
    return curve ? std::move(*curve) : before;
}

struct Map {
    CurveRange range;
    ImVec2 low, high;
    ImVec2 to_screen(double x, double y) const
    {
        return {low.x + float((x - range.x0) / (range.x1 - range.x0)) * (high.x - low.x), high.y - float((y - range.y0) / (range.y1 - range.y0)) * (high.y - low.y)};
    }
    double x_of(float x) const { return range.x0 + double((x - low.x) / (high.x - low.x)) * (range.x1 - range.x0); }
    double y_of(float y) const { return range.y0 + double((high.y - y) / (high.y - low.y)) * (range.y1 - range.y0); }
};

void draw_curve(const Ui& ui, ImDrawList& list, const Map& map, const Curve& curve, int hovered, bool edits)
{
    const ImU32 grid = faded(ui.theme.text, 0.08f);
    for (int i = 0; i <= 4; ++i) {
        const double x = i / 4.0;
        list.AddLine(map.to_screen(x, map.range.y0), map.to_screen(x, map.range.y1), grid);
        list.AddLine(map.to_screen(map.range.x0, x), map.to_screen(map.range.x1, x), grid);
    }
    list.AddLine(map.to_screen(0, 0), map.to_screen(1, 1), faded(ui.theme.text, 0.15f));
    std::vector<ImVec2> points;
    for (float x = map.low.x; x <= map.high.x; x += 2) {
        const double t = map.x_of(x);
        points.push_back(map.to_screen(t, curve.at(t)));
    }
    list.AddPolyline(points.data(), int(points.size()), ui.theme.text, 0, std::max(1.0f, 1.5f * ui.scale));
    for (size_t i = 0; i < curve.keys().size(); ++i) {
        const ImVec2 at = map.to_screen(curve.keys()[i].time, curve.keys()[i].value);
        list.AddCircleFilled(at, edits ? ui.px(4) : ui.px(2), int(i) == hovered ? ui.theme.accent : ui.theme.text, 16);
    }
}

} // namespace

CurveRange range_of(const Curve& curve)
{
    CurveRange r;
    for (const CurveKey& k : curve.keys()) {
        r.x0 = std::min(r.x0, k.time), r.x1 = std::max(r.x1, k.time);
        r.y0 = std::min(r.y0, k.value), r.y1 = std::max(r.y1, k.value);
    }
    return r;
}

Curve straight_curve()
{
    CurveKey start, end;
    start.interpolation = end.interpolation = Interpolation::Smooth;
    end.time = end.value = 1;
    return made({start, end}, {});
}

Curve with_key_moved(const Curve& curve, size_t i, double time, double value)
{
    auto keys = keys_of(curve);
    if (i >= keys.size()) return curve;
    const double low = i ? keys[i - 1].time + least_gap : -HUGE_VAL, high = i + 1 < keys.size() ? keys[i + 1].time - least_gap : HUGE_VAL;
    if (low <= high) keys[i].time = std::clamp(time, low, high);
    keys[i].value = value;
    return made(std::move(keys), curve);
}

Curve with_key_added(const Curve& curve, double time, double value)
{
    auto keys = keys_of(curve);
    const auto at = std::lower_bound(keys.begin(), keys.end(), time, [](const CurveKey& k, double t) { return k.time < t; });
    if (at != keys.end() && at->time - time < least_gap) return with_key_moved(curve, size_t(at - keys.begin()), at->time, value);
    CurveKey key;
    if (at != keys.begin()) key.interpolation = std::prev(at)->interpolation;
    key.time = time, key.value = value;
    keys.insert(at, key);
    return made(std::move(keys), curve);
}

Curve with_key_removed(const Curve& curve, size_t i)
{
    auto keys = keys_of(curve);
    if (i >= keys.size()) return curve;
    keys.erase(keys.begin() + long(i));
    return made(std::move(keys), curve);
}

std::optional<CurveFieldEdit> curve_field(const Ui& ui, const char* id, const Curve& curve, ImVec2 size, bool edits)
{
    ImGui::PushID(id);
    const ImVec2 low = ImGui::GetCursorScreenPos(), high{low.x + size.x, low.y + size.y};
    const float pad = ui.px(edits ? 8 : 3);
    const Map map{range_of(curve), {low.x + pad, low.y + pad}, {high.x - pad, high.y - pad}};
    ImGui::InvisibleButton("curve", size);
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, high, ui.theme.window, ui.px(3));
    std::optional<CurveFieldEdit> edit;
    static int held = -1; // of the one field that is being dragged
    const ImVec2 mouse = ImGui::GetIO().MousePos;
    int hovered = -1;
    if (edits && (ImGui::IsItemHovered() || ImGui::IsItemActive()))
        for (size_t i = 0; i < curve.keys().size(); ++i) {
            const ImVec2 at = map.to_screen(curve.keys()[i].time, curve.keys()[i].value);
            if (std::hypot(at.x - mouse.x, at.y - mouse.y) <= ui.px(key_reach)) hovered = int(i);
        }
    if (edits) {
        if (ImGui::IsItemActivated()) held = hovered;
        if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0) && hovered < 0)
            edit = CurveFieldEdit{with_key_added(curve, map.x_of(mouse.x), map.y_of(mouse.y)), true};
        const ImGuiIO& io = ImGui::GetIO();
        if (ImGui::IsItemActive() && held >= 0 && size_t(held) < curve.keys().size() && (io.MouseDelta.x != 0 || io.MouseDelta.y != 0)) {
            const CurveKey& key = curve.keys()[size_t(held)];
            const double share = io.KeyShift ? 0.1 : 1;
            edit = CurveFieldEdit{with_key_moved(curve, size_t(held), key.time + (map.x_of(io.MouseDelta.x) - map.x_of(0)) * share,
                                                 key.value + (map.y_of(io.MouseDelta.y) - map.y_of(0)) * share),
                                  false};
        }
        if (ImGui::IsItemDeactivated() && held >= 0) edit = CurveFieldEdit{curve, true}, held = -1;
        static int menu = -1;
        if (hovered >= 0 && ImGui::IsMouseClicked(1)) menu = hovered, ImGui::OpenPopup("key");
        if (ImGui::BeginPopup("key")) {
            if (menu >= 0 && size_t(menu) < curve.keys().size()) {
                auto keys = keys_of(curve);
                for (const Interpolation way : {Interpolation::Constant, Interpolation::Linear, Interpolation::Smooth, Interpolation::CatmullRom, Interpolation::Cubic})
                    if (ImGui::MenuItem(std::string(name_of(way)).c_str(), nullptr, keys[size_t(menu)].interpolation == way)) {
                        keys[size_t(menu)].interpolation = way;
                        edit = CurveFieldEdit{made(keys, curve), true};
                    }
                ImGui::Separator();
                if (ImGui::MenuItem("Remove")) edit = CurveFieldEdit{with_key_removed(curve, size_t(menu)), true};
            }
            ImGui::EndPopup();
        }
    }
    list.PushClipRect(low, high, true);
    draw_curve(ui, list, map, curve, held >= 0 ? held : hovered, edits);
    list.PopClipRect();
    if (!edits && ImGui::IsItemHovered()) list.AddRect(low, high, ui.theme.hover, ui.px(3));
    ImGui::PopID();
    return edit;
}

} // namespace tessera
