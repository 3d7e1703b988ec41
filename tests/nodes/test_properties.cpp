// Properties that every operator of the registry has to have. An operator added to nodes/ is covered without a line here;
// what an operator needs in order to do anything visible is in the two tables below.
#include "core/doc/project_file.h"
#include "tests/nodes/harness.h"
#include <cmath>
#include <doctest/doctest.h>
#include <limits>
#include <set>

using namespace tessera;

namespace {

using Settings = std::map<std::string, Value>;

/// Settings with which an operator does something to the test picture (48x36), over the generic ones of `busy`.
const std::map<std::string, Settings>& visible_settings()
{
    static const std::map<std::string, Settings> table = {
        {"add", {{"value", Color(0.3, -0.2, 0.1, 0.05)}}},
        {"multiply", {{"value", Color(1.5, 0.7, 0.9, 0.8)}}},
        {"gamma", {{"value", Color(0.6, 1.8, 1.2, 0.9)}}},
        {"posterize", {{"colors", 6.0}}},
        {"cdl", {{"slope", Color(1.2, 0.8, 1.1, 1)}, {"power", Color(1.2, 0.9, 1.1, 1)}, {"saturation", 1.2}}},
        {"color_correct", {{"gain", Color(1.2, 0.8, 1.1, 1)}, {"shadows_gain", Color(0.7)}, {"highlights_gamma", Color(1.3)}}},
        {"blur", {{"size", Vec2{7, 5}}}},
        {"colorspace", {{"to", std::string("ACEScct")}}},
        {"exposure", {{"exposure", 0.5}, {"green", 0.2}}},
        {"saturation", {{"saturation", 0.6}}},
        {"shuffle", {{"out2", std::string("extra")}, {"red1", std::string("in1.green")}}},
        {"crop", {{"box", Vec4{4, 5, 40, 30}}}},
        {"defocus", {{"size", 6.0}}},
        {"dissolve", {{"which", 0.4}}},
        {"keyer", {{"screen_colour", Color(0.1, 0.8, 0.2, 1)}}},
        {"transform", {{"rotate", 17.0}, {"translate", Vec2{3.3, -2.1}}, {"center", Vec2{24, 18}}, {"scale", Vec2{1.1, 0.9}}}},
    };
    return table;
}

/// What a parameter needs beside it before it does anything to the picture; "OP.*" is for all of an operator's.
const std::map<std::string, Settings>& companions()
{
    const auto text = [](const char* t) { return Value(std::string(t)); };
    static const Settings custom = {{"format", text("custom")}, {"width", 40}, {"height", 30}};
    static const Settings boxed = {{"type", text("box")}, {"box_width", 30}, {"box_height", 30}};
    static const Settings bladed = {{"shape", text("bladed")}, {"size", 14.0}};
    static const Settings bloom = {{"bloom", true}, {"bloom_threshold", 0.3}, {"size", 14.0}};
    static const std::map<std::string, Settings> table = {
        {"blur.quality", {{"size", Vec2{60, 60}}}},
        {"tone_map.luminance", {{"luminance_only", true}}},
        {"clamp.minimum_to", {{"use_minimum_to", true}, {"minimum", Color(0.3)}}},
        {"clamp.maximum_to", {{"use_maximum_to", true}, {"maximum", Color(0.6)}}},
        {"clamp.use_minimum_to", {{"minimum", Color(0.3)}}},
        {"clamp.use_maximum_to", {{"maximum", Color(0.6)}, {"maximum_to", Color(0.9)}}},
        {"clamp.clamp_minimum", {{"minimum", Color(0.3)}}},
        {"clamp.clamp_maximum", {{"maximum", Color(0.6)}}},
        {"checkerboard.height", custom},
        {"checkerboard.width", custom},
        {"checkerboard.pixel_aspect", custom},
        {"checkerboard.linecolor", {{"linewidth", 4.0}, {"boxsize", Vec2{9, 9}}}},
        {"constant.height", custom},
        {"constant.width", custom},
        {"constant.pixel_aspect", custom},
        {"defocus.blades", bladed},
        {"defocus.rotation", bladed},
        {"defocus.roundness", bladed},
        {"defocus.bloom_gain", bloom},
        {"defocus.bloom_threshold", bloom},
        {"defocus.bloom", {{"bloom_threshold", 0.3}}},
        {"defocus.use_alpha", {{"shape", text("image")}, {"size", 14.0}}},
        {"crop.intersect", {{"box", Vec4{-9, -7, 40, 30}}}},
        {"erode_blur.crop_to_format", {{"size", -5.0}, {"channels", text("rgba")}}},
        {"despill.spillmap_mix", {{"limit", text("weighted")}}},
        {"dilate.edge", {{"channels", text("rgba")}, {"size", Vec2{-3, -3}}}},
        {"erode_fast.edge", {{"channels", text("rgba")}, {"size", Vec2{3, 3}}}},
        {"erode_filter.edge", {{"channels", text("rgba")}}},
        {"grade.nuke_gamma", {{"gamma", Color(0.5)}}},
        {"grade.reverse", {{"multiply", Color(1.5)}, {"gamma", Color(0.7)}}},
        {"light_wrap.constant", {{"use_constant", true}}},
        {"merge.alpha_masking", {{"operation", text("multiply")}}},
        {"reformat.box_fixed", boxed},
        {"reformat.box_height", boxed},
        {"reformat.box_width", boxed},
        {"reformat.box_pixel_aspect", boxed},
        {"reformat.resize", boxed},
        {"reformat.center", boxed},
        {"reformat.preserve_bbox", boxed},
        {"reformat.black_outside", {{"type", text("box")}, {"box_width", 70}, {"box_height", 70}, {"resize", text("none")}}},
        {"reformat.clamp", {{"type", text("box")}, {"box_width", 30}, {"box_height", 30}, {"filter", text("rifman")}}},
        {"reformat.filter", boxed},
        {"reformat.scale", {{"type", text("scale")}}},
        {"reformat.uniform", {{"type", text("scale")}, {"scale", Vec2{1.5, 0.7}}}},
        {"shuffle.*", {{"in2", text("rgba")}}},
        {"transform.clamp", {{"filter", text("rifman")}}},
        {"transform.skew_order", {{"skew_x", 0.3}, {"skew_y", 0.4}}},
        {"transform.shutter", {{"motion_blur", 4}}},
        {"transform.shutter_offset", {{"motion_blur", 4}}},
        {"transform.shutter_custom", {{"motion_blur", 4}, {"shutter_offset", text("custom")}}},
    };
    return table;
}

/// Parameters whose effect is not in pixels, window or format, and the test that covers each.
const std::set<std::string>& seen_elsewhere()
{
    static const std::set<std::string> list = {
        "merge.metadata_from", // "merge takes format and metadata from the input that is asked for"
    };
    return list;
}

/// Operators whose result is made of files, or that only choose among inputs: they have tests of their own.
bool covered_here(const OpDesc& op)
{
    return !op.internal && (op.kind == OpKind::Pixel || op.kind == OpKind::Area || op.kind == OpKind::Composite) &&
           op.id != "read" && !op.id.starts_with("test_");
}

std::vector<const OpDesc*> operators()
{
    std::vector<const OpDesc*> list;
    for (const auto& [id, op] : Registry::instance().all())
        if (covered_here(op)) list.push_back(&op);
    return list;
}

/// The value of a parameter moved off its default, inside its range where there is one.
Value moved(const ParamDesc& p, const Value& from, double share)
{
    Value v = from;
    const double span = p.max > p.min ? p.max - p.min : 1;
    for (int i = 0; i < component_count(p.type); ++i) {
        const double now = component(v, i);
        double next = now + span * share * (1 + 0.13 * i);
        if (next > p.max && now - span * share >= p.min) next = now - span * share * (1 + 0.13 * i);
        if (p.type == ParamType::Int && std::lround(next) == std::lround(now)) next = now + 1;
        set_component(v, i, next);
    }
    return v;
}

Settings settings_of(const OpDesc& op)
{
    const auto it = visible_settings().find(op.id);
    return it == visible_settings().end() ? Settings{} : it->second;
}

constexpr Rect picture{0, 0, 48, 36};

/// The second input's data window is smaller than the format, so that what is made of windows shows.
constexpr Rect second_window{6, 4, 40, 30};
HostImage second_image() { return natural_image(second_window, 4); }
ImageInfo picture_info(bool second)
{
    ImageInfo info;
    info.data_window = second ? second_window : picture;
    info.format = {picture.x1, picture.y1, 1};
    info.layers = {{std::string(main_layer), {"R", "G", "B", "A"}, false}};
    return info;
}

struct Scene {
    explicit Scene(Harness::Options options = {}) : h(options) { h.format({picture.x1, picture.y1, 1}); }
    std::vector<NodeId> inputs(const OpDesc& op, bool mask, const HostImage* first = nullptr)
    {
        std::vector<NodeId> ids;
        for (size_t i = 0; i < op.inputs.size(); ++i) {
            const bool is_mask = op.inputs[i].kind == PortDesc::Kind::Mask;
            if (is_mask && !mask) ids.push_back(0);
            else if (i == 0 && first) ids.push_back(h.image(*first));
            else ids.push_back(h.image(i == 1 ? second_image() : natural_image(picture, uint32_t(i) * 3 + 1), picture_info(i == 1)));
        }
        return ids;
    }
    NodeId add(const OpDesc& op, const Settings& settings, bool mask = false, const HostImage* first = nullptr)
    {
        return h.node(op.id, settings, inputs(op, mask, first));
    }
    HostImage render(NodeId n, std::optional<Rect> region = {}, int level = 0)
    {
        auto r = h.render(n, region, 1, level);
        REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.error().text()));
        return std::move(*r);
    }
    Harness h;
};

/// All there is to see of a node: every layer's key and pixels, the window and the format.
struct Answer {
    std::vector<Key> keys;
    std::vector<HostImage> pixels;
    Rect window;
    Format format;
};

Answer answer(Scene& s, NodeId n)
{
    Answer a;
    auto info = s.h.info(n);
    REQUIRE_MESSAGE(info.ok(), (info.ok() ? "" : info.error().text()));
    a.window = info->data_window, a.format = info->format;
    for (const Layer& layer : info->layers) {
        auto r = s.h.rendered(n, picture, 1, 0, layer.name);
        REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.error().text()));
        a.keys.push_back(r->key);
        a.pixels.push_back(std::move(r->pixels));
    }
    return a;
}

HostImage cropped(const HostImage& image, const Rect& r)
{
    HostImage out(r);
    for (int y = r.y0; y < r.y1; ++y) std::copy(image.at(r.x0, y), image.at(r.x0, y) + r.width() * 4, out.row(y));
    return out;
}

} // namespace

TEST_CASE("any rectangle and any chunking give the same bits")
{
    for (const OpDesc* op : operators()) {
        CAPTURE(op->id);
        Scene whole, parts({.chunk_limit = 300});
        const NodeId a = whole.add(*op, settings_of(*op), true), b = parts.add(*op, settings_of(*op), true);
        const Rect region = picture.grown(5, 5);
        const HostImage expected = whole.render(a, region);
        CHECK(identical(parts.render(b, region), expected));
        const Rect part{7, 11, 29, 23};
        CHECK(identical(whole.render(a, part), cropped(expected, part)));
    }
}

TEST_CASE("fused and unfused give the same bits")
{
    for (const OpDesc* op : operators()) {
        CAPTURE(op->id);
        HostImage results[2];
        for (const bool fuse : {true, false}) {
            Scene s({.fuse = fuse});
            auto ids = s.inputs(*op, true);
            if (!ids.empty()) ids[0] = s.h.node("exposure", {}, {ids[0]});
            if (!ids.empty()) s.h.set(NodeId(ids[0]), "mix", 0.7);
            const NodeId n = s.h.node(op->id, settings_of(*op), ids);
            const NodeId last = s.h.node("saturation", {{"saturation", 0.6}}, {n});
            results[fuse ? 0 : 1] = s.render(last, picture);
        }
        CHECK(identical(results[0], results[1]));
    }
}

TEST_CASE("mix 0, disabled and an empty mask pass the input's key on")
{
    for (const OpDesc* op : operators()) {
        if (op->inputs.empty()) continue;
        CAPTURE(op->id);
        Scene s;
        const auto ids = s.inputs(*op, false);
        const NodeId n = s.h.node(op->id, settings_of(*op), ids);
        const Key input = *s.h.key(ids[0]);
        auto key = s.h.key(n);
        REQUIRE_MESSAGE(key.ok(), (key.ok() ? "" : key.error().text()));
        if (op->has_mask) {
            s.h.set(n, "mix", 0.0);
            CHECK(*s.h.key(n) == input);
            s.h.set(n, "mix", 1.0);
            s.h.set(n, "channels", std::string("none"));
            CHECK(*s.h.key(n) == input);
        }
        s.h.disable(n);
        CHECK(*s.h.key(n) == input);
    }
}

TEST_CASE("every number, switch and choice changes the key, and the picture or its window")
{
    for (const OpDesc* op : operators())
        for (const ParamDesc& p : op->params) {
            if (p.type == ParamType::String || p.type == ParamType::File || p.type >= ParamType::Curve) continue;
            if (seen_elsewhere().contains(op->id + "." + p.name)) continue;
            CAPTURE(op->id);
            CAPTURE(p.name);
            Scene s;
            Settings settings = settings_of(*op);
            for (const std::string& name : {op->id + ".*", op->id + "." + p.name})
                if (const auto c = companions().find(name); c != companions().end())
                    for (const auto& [key, value] : c->second) settings[key] = value;
            const NodeId n = s.add(*op, settings, p.name == "invert_mask");
            if (op->id == "transform" && (p.name == "motion_blur" || p.name.starts_with("shutter"))) {
                const auto curve = Curve::make({{0, 0, Interpolation::Linear}, {2, 90, Interpolation::Linear}});
                s.h.set(n, "rotate", Param{0.0, {std::make_shared<const Curve>(*curve)}});
            }
            const auto set_it = settings.find(p.name);
            const Value now = set_it == settings.end() ? p.fallback : set_it->second;
            const Answer before = answer(s, n);
            std::vector<Value> others;
            if (p.type == ParamType::Enum)
                for (const std::string& choice : p.choices) others.push_back(choice);
            else if (p.type == ParamType::Bool) others.push_back(!std::get<bool>(now));
            else others = {moved(p, now, 0.21), moved(p, now, -0.17), moved(p, now, 0.03)};
            bool key_changed = false, seen = false;
            for (const Value& other : others) {
                if ((key_changed && seen) || same(other, now)) continue;
                s.h.set(n, p.name, other);
                if (!s.h.info(n).ok()) continue; // a choice that needs more (an image for a shape) is not what is tested
                const Answer after = answer(s, n);
                const bool window = !(after.window == before.window) || !(after.format == before.format);
                bool pixels = after.pixels.size() != before.pixels.size();
                for (size_t i = 0; !pixels && i < after.pixels.size(); ++i) pixels = !identical(after.pixels[i], before.pixels[i]);
                key_changed = key_changed || after.keys != before.keys || window;
                seen = seen || pixels || window;
            }
            CHECK(key_changed);
            CHECK(seen);
        }
}

TEST_CASE("level 1 is close to level 0 reduced")
{
    for (const OpDesc* op : operators()) {
        if (op->uses_frame) continue; // grain is new at every level
        CAPTURE(op->id);
        Scene s;
        const NodeId n = s.add(*op, settings_of(*op));
        auto what = s.h.info(n);
        REQUIRE(what.ok());
        const Rect region{0, 0, picture.x1, picture.y1};
        const HostImage full = s.render(n, region), half = s.render(n, region, 1);
        double sum = 0, size = 0;
        for (int y = 0; y < half.region.y1; ++y)
            for (int x = 0; x < half.region.x1; ++x)
                for (int c = 0; c < 4; ++c) {
                    const double mean = (full.at(2 * x, 2 * y)[c] + full.at(2 * x + 1, 2 * y)[c] + full.at(2 * x, 2 * y + 1)[c] +
                                         full.at(2 * x + 1, 2 * y + 1)[c]) / 4.0;
                    sum += std::abs(mean - half.at(x, y)[c]);
                    size += 1;
                }
        CHECK(sum / size < 0.06);
    }
}

TEST_CASE("a NaN or an infinity stays where the operator reaches, and nothing else changes")
{
    for (const OpDesc* op : operators()) {
        if (op->inputs.empty()) continue;
        CAPTURE(op->id);
        for (const float bad : {std::numeric_limits<float>::quiet_NaN(), std::numeric_limits<float>::infinity()}) {
            HostImage clean = natural_image(picture, 1), dirty = clean;
            dirty.at(0, 0)[1] = bad;
            Scene s;
            const HostImage a = s.render(s.add(*op, settings_of(*op), false, &clean), picture);
            const HostImage b = s.render(s.add(*op, settings_of(*op), false, &dirty), picture);
            if (op->kind == OpKind::Pixel) {
                for (int y = 0; y < 36; ++y)
                    for (int x = 0; x < 48; ++x)
                        if (x || y) REQUIRE(std::memcmp(a.at(x, y), b.at(x, y), 16) == 0);
            } else if (op->id != "defocus" && op->id != "light_wrap" && op->id != "edge_extend") {
                CHECK(std::memcmp(a.at(47, 35), b.at(47, 35), 16) == 0);
            }
        }
    }
}

TEST_CASE("projects with every operator and every parameter set come back the same")
{
    for (const OpDesc* op : operators()) {
        CAPTURE(op->id);
        Scene s;
        Settings settings = settings_of(*op);
        for (const ParamDesc& p : op->params)
            if (!settings.contains(p.name) && p.type != ParamType::File && p.type != ParamType::String &&
                p.type != ParamType::Enum && p.type < ParamType::Curve && p.type != ParamType::Bool && !p.hard)
                settings[p.name] = moved(p, p.fallback, 0.1234567);
        const NodeId n = s.h.node(op->id, settings);
        auto text = to_json_text(s.h.project());
        REQUIRE(text.ok());
        auto loaded = from_json_text(*text, "test");
        REQUIRE_MESSAGE(loaded.ok(), (loaded.ok() ? "" : loaded.error().text()));
        const NodePlace place = find_node(*loaded->project, loaded->project->root, n);
        REQUIRE(place);
        for (const auto& [name, value] : settings) {
            CAPTURE(name);
            const auto it = place.node->params.find(name);
            if (it == place.node->params.end()) CHECK(same(value, op->param(name)->fallback));
            else CHECK(same(it->second.value, value));
        }
    }
}

TEST_CASE("every operator is described: label, menu, help, and a help for every parameter that is not obvious")
{
    for (const auto& [id, op] : Registry::instance().all()) {
        if (op.internal) continue;
        CAPTURE(id);
        CHECK_FALSE(op.label.empty());
        CHECK_FALSE(op.menu.empty());
        CHECK(op.help.size() > 20);
        std::set<std::string> names;
        for (const ParamDesc& p : op.params) {
            CAPTURE(p.name);
            CHECK(names.insert(p.name).second);
            CHECK_FALSE(p.label.empty());
        }
    }
}

TEST_CASE("merge takes format and metadata from the input that is asked for")
{
    Harness h;
    NodeId inputs[2];
    for (int i = 0; i < 2; ++i) {
        ImageInfo info;
        info.data_window = picture;
        info.format = {picture.x1, picture.y1, 1};
        info.layers = {{std::string(main_layer), {"R", "G", "B", "A"}, false}};
        info.metadata = std::make_shared<const Metadata>(Metadata{{"name", "string", std::string(i ? "A" : "B")}});
        inputs[i] = h.image(natural_image(picture, uint32_t(i + 1)), info);
    }
    const NodeId n = h.node("merge", {}, {inputs[0], inputs[1]});
    for (const char* from : {"b", "a"}) {
        h.set(n, "metadata_from", std::string(from));
        auto info = h.info(n);
        REQUIRE(info.ok());
        const Metadatum* found = info->metadata ? find_metadata(*info->metadata, "name") : nullptr;
        REQUIRE(found);
        CHECK(std::get<std::string>(found->value) == (*from == 'a' ? "A" : "B"));
    }
}
