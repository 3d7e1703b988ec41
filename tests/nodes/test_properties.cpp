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

/// What a parameter needs beside it before it does anything to the picture.
const std::map<std::string, Settings>& companions()
{
    static const std::map<std::string, Settings> table = {
        {"blur.quality", {{"size", Vec2{60, 60}}}},
    };
    return table;
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

struct Scene {
    explicit Scene(Harness::Options options = {}) : h(options) { h.format({picture.x1, picture.y1, 1}); }
    std::vector<NodeId> inputs(const OpDesc& op, bool mask, const HostImage* first = nullptr)
    {
        std::vector<NodeId> ids;
        for (size_t i = 0; i < op.inputs.size(); ++i) {
            const bool is_mask = op.inputs[i].kind == PortDesc::Kind::Mask;
            if (is_mask && !mask) ids.push_back(0);
            else if (i == 0 && first) ids.push_back(h.image(*first));
            else ids.push_back(h.image(natural_image(picture, uint32_t(i) * 3 + 1)));
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

TEST_CASE("every number, switch and choice changes the key")
{
    for (const OpDesc* op : operators())
        for (const ParamDesc& p : op->params) {
            if (p.type == ParamType::String || p.type == ParamType::File || p.type >= ParamType::Curve) continue;
            CAPTURE(op->id);
            CAPTURE(p.name);
            Scene s;
            const Settings settings = settings_of(*op);
            const NodeId n = s.add(*op, settings, true);
            const auto set_it = settings.find(p.name);
            const Value now = set_it == settings.end() ? p.fallback : set_it->second;
            auto before = s.h.key(n);
            REQUIRE_MESSAGE(before.ok(), (before.ok() ? "" : before.error().text()));
            const Key first = *before;
            bool changed = false;
            if (p.type == ParamType::Enum) {
                for (const std::string& choice : p.choices) {
                    if (Value(choice) == now) continue;
                    s.h.set(n, p.name, choice);
                    if (auto k = s.h.key(n); k.ok() && *k != first) changed = true;
                }
            } else {
                for (const double share : {0.21, -0.17}) {
                    s.h.set(n, p.name, p.type == ParamType::Bool ? Value(!std::get<bool>(now)) : moved(p, now, share));
                    if (auto k = s.h.key(n); k.ok() && *k != first) changed = true;
                }
            }
            CHECK(changed);
        }
}

TEST_CASE("every number, switch and choice changes some pixel")
{
    for (const OpDesc* op : operators())
        for (const ParamDesc& p : op->params) {
            if (p.type == ParamType::String || p.type == ParamType::File || p.type >= ParamType::Curve) continue;
            if (p.standard) continue; // mix, masks and channels are the engine's, and tested there
            CAPTURE(op->id);
            CAPTURE(p.name);
            Scene s;
            Settings settings = settings_of(*op);
            if (const auto c = companions().find(op->id + "." + p.name); c != companions().end())
                for (const auto& [name, value] : c->second) settings[name] = value;
            const NodeId n = s.add(*op, settings, false);
            const auto set_it = settings.find(p.name);
            const Value now = set_it == settings.end() ? p.fallback : set_it->second;
            const HostImage before = s.render(n, picture);
            std::vector<Value> others;
            if (p.type == ParamType::Enum)
                for (const std::string& choice : p.choices) others.push_back(choice);
            else if (p.type == ParamType::Bool) others.push_back(!std::get<bool>(now));
            else others = {moved(p, now, 0.21), moved(p, now, -0.17), moved(p, now, 0.03)};
            bool changed = false;
            for (const Value& other : others) {
                if (changed || same(other, now)) continue;
                s.h.set(n, p.name, other);
                auto what = s.h.info(n);
                auto after = s.h.render(n, picture);
                changed = what.ok() && after.ok() && !identical(*after, before);
            }
            CHECK(changed);
        }
}

TEST_CASE("level 1 is close to level 0 reduced")
{
    for (const OpDesc* op : operators()) {
        if (!op->uses_level || op->uses_frame) continue; // grain is new at every level
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
