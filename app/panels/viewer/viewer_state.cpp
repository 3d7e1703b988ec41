#include "app/panels/viewer/viewer_state.h"
#include <algorithm>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

using Json = nlohmann::json;

/// Calls f with the name and the place of every member that is kept.
template <class S, class F> void each(S& s, F&& f)
{
    f("a", s.a), f("b", s.b), f("compare", s.compare), f("b_source", s.b_source), f("wiped", s.wiped);
    f("wipe_x", s.wipe.centre.x), f("wipe_y", s.wipe.centre.y), f("wipe_angle", s.wipe.angle),
        f("wipe_opacity", s.wipe.opacity);
    f("layer", s.layer), f("b_channels", s.b_channels);
    f("exposure", s.look.exposure), f("gamma", s.look.gamma), f("channels", s.look.channels), f("matte", s.look.matte);
    f("clipping", s.look.clipping), f("false_colour", s.look.false_colour), f("gamut", s.look.gamut);
    f("not_finite", s.look.not_finite), f("raw", s.look.raw), f("display", s.look.display),
        f("display_view", s.look.view);
    f("looks", s.look.looks), f("data_low", s.look.data_low), f("data_high", s.look.data_high);
    f("proxy", s.proxy), f("proxy_on", s.proxy_on), f("region_on", s.region_on), f("clip_to_format", s.clip_to_format);
    f("pixel_aspect", s.pixel_aspect), f("overlays", s.overlays), f("info", s.info);
    f("guide_format", s.guides.format), f("guide_data_window", s.guides.data_window),
        f("guide_action", s.guides.action_safe);
    f("guide_title", s.guides.title_safe), f("guide_centre", s.guides.centre), f("guide_thirds", s.guides.thirds);
    f("mask", s.guides.mask), f("bits", s.bits), f("look_ahead", s.look_ahead);
    f("centre_x", s.camera.centre.x), f("centre_y", s.camera.centre.y), f("zoom", s.camera.zoom), f("fit", s.fit);
    f("view", s.view);
}

template <class T> void read(const Json& j, T& value)
{
    if constexpr (std::is_same_v<T, bool>) {
        if (j.is_boolean()) value = j.get<bool>();
    } else if constexpr (std::is_same_v<T, std::string>) {
        if (j.is_string()) value = j.get<std::string>();
    } else if (j.is_number()) {
        const double number = j.get<double>();
        if constexpr (std::is_same_v<T, double>)
            value = number;
        else if (std::abs(number) < 1e6)
            value = T(int(number));
    }
}

} // namespace

const char* name_of(CompareMode mode)
{
    constexpr const char* names[compare_modes] = {"A only", "Wipe",  "Over",       "Under",
                                                  "Plus",   "Minus", "Difference", "Side by side"};
    return names[size_t(mode)];
}

Compare operation_of(CompareMode mode)
{
    switch (mode) {
    case CompareMode::Over: return Compare::Over;
    case CompareMode::Under: return Compare::Under;
    case CompareMode::Plus: return Compare::Plus;
    case CompareMode::Minus: return Compare::Minus;
    case CompareMode::Difference: return Compare::Difference;
    default: return Compare::None;
    }
}

std::string viewer_state_json(const ViewerState& state)
{
    Json j = Json::object();
    each(state, [&](const char* name, const auto& value) {
        if constexpr (std::is_enum_v<std::decay_t<decltype(value)>>)
            j[name] = int(value);
        else
            j[name] = value;
    });
    if (state.region) j["region"] = {state.region->x0, state.region->y0, state.region->x1, state.region->y1};
    return j.dump();
}

ViewerState viewer_state_from(const std::string& text)
{
    ViewerState s;
    const Json j = Json::parse(text, nullptr, false);
    if (!j.is_object()) return s;
    each(s, [&](const char* name, auto& value) {
        if (const auto it = j.find(name); it != j.end()) read(*it, value);
    });
    if (const auto it = j.find("region"); it != j.end() && it->is_array() && it->size() == 4) {
        int sides[4] = {};
        for (size_t i = 0; i < 4; ++i) read((*it)[i], sides[i]);
        const Rect region{sides[0], sides[1], sides[2], sides[3]};
        if (!region.empty()) s.region = region;
    }
    // A file that was edited by hand may hold anything.
    const auto inside = [](auto& value, int count) {
        if (int(value) < 0 || int(value) >= count) value = {};
    };
    inside(s.a, 10), inside(s.b, 10), inside(s.compare, compare_modes), inside(s.b_source, 3);
    inside(s.look.channels, 6), inside(s.b_channels, 6);
    s.proxy = std::clamp(s.proxy, 1, 4);
    s.bits = s.bits == 10 ? 10 : 8;
    if (!(s.look.gamma > 0)) s.look.gamma = 1;
    s.camera.zoom = std::clamp(s.camera.zoom, least_zoom, most_zoom);
    s.region_on = s.region_on && s.region;
    s.b_source = BufferSource::Input; // snapshots and former versions are not kept
    return s;
}

std::string proxy_name(int level)
{
    return "1:" + std::to_string(1 << level);
}

std::string stops_text(double stops)
{
    char text[32];
    std::snprintf(text, sizeof text, "%+.2f", stops);
    std::string t = text;
    t.erase(t.find_last_not_of('0') + 1);
    if (t.back() == '.') t.pop_back();
    return t == "+0" || t == "-0" || t == "+" || t == "-" ? "0" : t;
}

ShownChannels toggled(ShownChannels shown, ShownChannels pressed)
{
    return shown == pressed ? ShownChannels::Colour : pressed;
}

std::string neighbour_layer(const std::vector<Layer>& layers, const std::string& layer, int step)
{
    if (layers.empty()) return layer;
    const auto it = std::find_if(layers.begin(), layers.end(), [&](const Layer& l) { return l.name == layer; });
    const int at = it == layers.end() ? (step > 0 ? -1 : 0) : int(it - layers.begin());
    const int count = int(layers.size());
    return layers[size_t(((at + step) % count + count) % count)].name;
}

} // namespace tessera
