// The operators behind a viewer's node, against the same in double precision; the display against OpenColorIO itself.
#include "app/viewer/derived.h"
#include "core/color/config.h"
#include "tests/viewer/scene.h"
#include <cmath>
#include <limits>

using namespace tessera;

namespace {

constexpr int width = 64, height = 48;

struct Looking {
    Looking() : p(width, height), node(add_picture(p)), engine(shared_device(), {}) {}
    HostImage render(const ViewerLook& look, const std::string& layer = std::string(main_layer))
    {
        PictureSpec spec;
        spec.project = p.project, spec.node = node, spec.look = look, spec.layer = layer;
        auto request = deriver.request(spec);
        REQUIRE(request.ok());
        request->channel = 7;
        auto r = engine.render(*request);
        REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.error().text()));
        compiles += r->stats.compiles;
        passes = r->stats.passes, loaded = r->stats.sources_loaded;
        return std::move(r->pixels);
    }
    TestProject p;
    NodeId node;
    Engine engine;
    Deriver deriver;
    int compiles = 0, passes = 0, loaded = 0; ///< of all, of the last
};

/// Largest difference to what `expected(colour)` says, over the picture.
double off(const HostImage& image, const std::function<std::array<double, 3>(std::array<double, 4>)>& expected)
{
    double most = 0;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const auto v = test_pixel(x, y, 0);
            const auto e = expected({v[0], v[1], v[2], v[3]});
            for (size_t c = 0; c < 3; ++c) most = std::max(most, std::abs(double(image.at(x, y)[c]) - e[c]));
        }
    return most;
}

ViewerLook raw()
{
    ViewerLook look;
    look.raw = true;
    return look;
}

using Vec = std::array<double, 4>;
using Out = std::array<double, 3>;

} // namespace

TEST_CASE("exposure, gamma and channels")
{
    Looking l;
    CHECK(off(l.render(raw()), [](Vec v) { return Out{v[0], v[1], v[2]}; }) == 0);
    ViewerLook look = raw();
    look.exposure = 1.5;
    const double gain = std::exp2(1.5);
    CHECK(off(l.render(look), [&](Vec v) { return Out{v[0] * gain, v[1] * gain, v[2] * gain}; }) < 1e-6);
    look.gamma = 2.2;
    const auto powered = [&](double v) { return v * gain > 0 ? std::pow(v * gain, 1 / 2.2) : v * gain; };
    CHECK(off(l.render(look), [&](Vec v) { return Out{powered(v[0]), powered(v[1]), powered(v[2])}; }) < 1e-5);
    look = raw();
    for (const auto& [channels, slot] : {std::pair(ShownChannels::Red, 0), std::pair(ShownChannels::Green, 1),
                                         std::pair(ShownChannels::Blue, 2), std::pair(ShownChannels::Alpha, 3)}) {
        look.channels = channels;
        CHECK(off(l.render(look), [&, s = size_t(slot)](Vec v) { return Out{v[s], v[s], v[s]}; }) == 0);
    }
    look.channels = ShownChannels::Luminance; // of ACEScg
    CHECK(off(l.render(look), [](Vec v) {
              const double y = 0.2722287168 * v[0] + 0.6740817658 * v[1] + 0.0536895174 * v[2];
              return Out{y, y, y};
          }) < 1e-6);
}

TEST_CASE("marks: matte, clipping, gamut, false colour, NaN")
{
    Looking l;
    ViewerLook look = raw();
    look.matte = true;
    CHECK(off(l.render(look), [](Vec v) {
              const double k = 0.5 * v[3];
              return Out{v[0] + (1 - v[0]) * k, v[1] * (1 - k), v[2] * (1 - k)};
          }) < 1e-6);
    look = raw();
    look.clipping = true;
    CHECK(off(l.render(look), [](Vec v) {
              if (v[0] > 1 || v[1] > 1 || v[2] > 1) return Out{1, 0.1, 0};
              if (v[0] < 0 || v[1] < 0 || v[2] < 0) return Out{0, 0.25, 1};
              return Out{v[0], v[1], v[2]};
          }) < 1e-6);
    look = raw();
    look.gamut = true;
    look.exposure = -1; // what is displayed counts, not the scene
    CHECK(off(l.render(look), [](Vec v) {
              for (size_t c = 0; c < 3; ++c)
                  if (v[c] / 2 > 1.0001 || v[c] / 2 < -1e-4) return Out{1, 0, 1};
              return Out{v[0] / 2, v[1] / 2, v[2] / 2};
          }) < 1e-6);
    look = raw();
    look.false_colour = true;
    const HostImage bands = l.render(look);
    int greys = 0, blacks = 0;
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const auto v = test_pixel(x, y, 0);
            const double lum = 0.2722287168 * v[0] + 0.6740817658 * v[1] + 0.0536895174 * v[2];
            const float* b = bands.at(x, y);
            if (lum < 0) blacks += b[0] == 0 && b[1] == 0 && b[2] == 0;
            const double stop = std::log2(lum / 0.18);
            if (lum > 0 && std::abs(stop) < 0.49) greys += b[0] == 0.5f && b[1] == 0.5f && b[2] == 0.5f;
            if (lum < 0) CHECK(b[1] == 0);
        }
    CHECK(greys > 0);
    CHECK(blacks > 0);
}

TEST_CASE("NaN and infinity are marked whatever they meet")
{
    TestProject p(8, 4);
    // 0 * infinity and infinity, made by a grade of a constant.
    const NodeId big = p.add("constant", {{"color", Color(1, 1, 1, 1)}});
    const NodeId inf = p.add("grade", {{"gamma", Color(0, 0, 0, 1)}, {"multiply", Color(3, 3, 3, 1)}}, {{"in", big}});
    const NodeId nan = p.add("merge", {{"operation", std::string("minus")}}, {{"A", inf}, {"B", inf}});
    Engine engine(shared_device(), {});
    Deriver deriver;
    const auto first = [&](NodeId node, bool marked) {
        PictureSpec spec;
        spec.project = p.project, spec.node = node;
        spec.look.raw = true, spec.look.not_finite = marked;
        auto r = engine.render(*deriver.request(spec));
        REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.error().text()));
        const float* v = r->pixels.at(3, 2);
        return std::array<float, 3>{v[0], v[1], v[2]};
    };
    CHECK(std::isinf(first(inf, false)[0]));
    CHECK(first(inf, true) == std::array<float, 3>{1, 1, 0});
    CHECK(std::isnan(first(nan, false)[0]));
    CHECK(first(nan, true) == std::array<float, 3>{0, 1, 0});
}

TEST_CASE("layers of data are shown with a range, past the display")
{
    Looking l;
    ViewerLook look;
    look.data_low = -50, look.data_high = 150;
    CHECK(off(l.render(look, "depth"), [](Vec v) {
              const double d = (v[0] * 100 + 50) / 200;
              return Out{d, d, d};
          }) < 1e-5);
}

TEST_CASE("the display is OpenColorIO's")
{
    Looking l;
    ViewerLook look;
    look.not_finite = false;
    look.exposure = 0.5;
    auto config = ColorConfig::builtin();
    REQUIRE(config.ok());
    for (const ColorDisplay& display : config->displays()) {
        look.display = display.name;
        look.view = display.views.back();
        CAPTURE(display.name);
        CAPTURE(look.view);
        const HostImage image = l.render(look);
        auto processor =
            config->display(l.p.project->settings.working_space, look.display, look.view, ColorDirection::Forward);
        REQUIRE(processor.ok());
        double most = 0;
        HostImage cpu(Rect{0, 0, width, height});
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x) {
                const auto v = test_pixel(x, y, 0);
                for (size_t c = 0; c < 3; ++c) cpu.at(x, y)[c] = v[c] * std::exp2(0.5f);
            }
        processor->apply(cpu);
        for (int y = 0; y < height; ++y)
            for (int x = 0; x < width; ++x)
                for (int c = 0; c < 3; ++c) {
                    const double e = double(cpu.at(x, y)[c]);
                    most = std::max(most, std::abs(e - double(image.at(x, y)[c])) / (1 + std::abs(e)));
                }
        CHECK(most < 3e-4);
    }
}

TEST_CASE("moving a number or a switch compiles nothing and costs one pass")
{
    Looking l;
    l.node = l.p.add("blur", {{"size", Vec2{5, 5}}}, {{"in", l.node}});
    ViewerLook look;
    (void)l.render(look);
    CHECK(l.passes > 1);
    look.exposure = 0.05; // finds out what recurs, and keeps it
    (void)l.render(look);
    look.exposure = 0.06; // a kernel that reads what is kept
    (void)l.render(look);
    const int compiles = l.compiles;
    for (int i = 1; i < 6; ++i) {
        look.exposure = i * 0.1, look.gamma = 1 + i * 0.1;
        look.channels = ShownChannels(i), look.matte = i & 1, look.clipping = i & 2, look.false_colour = i == 3;
        look.gamut = i == 4, look.not_finite = i != 5, look.data_high = i;
        (void)l.render(look);
        CHECK(l.passes == 1);
        CHECK(l.loaded == 0);
    }
    CHECK(l.compiles == compiles);
}

TEST_CASE("the document never sees the viewer's nodes, and unchanged ones are shared")
{
    Looking l;
    Deriver d;
    PictureSpec spec;
    spec.project = l.p.project, spec.node = l.node;
    const auto a = d.request(spec);
    REQUIRE(a.ok());
    CHECK(find_graph(*l.p.project, l.p.project->root)->nodes.size() == 1);
    spec.look.exposure = 1;
    const auto b = d.request(spec);
    REQUIRE(b.ok());
    CHECK(a->node == b->node);
    int changed = 0;
    SharedMap<NodeId, NodePtr>::differences(find_graph(*a->project, a->graph)->nodes,
                                            find_graph(*b->project, b->graph)->nodes, [&](NodeId) { ++changed; });
    CHECK(changed == 2); // the two that take exposure
    CHECK(viewers_own("Group1.~look"));
    CHECK_FALSE(viewers_own("Group1.look"));
    spec.node = 77;
    CHECK(d.request(spec).error().kind == ErrorKind::NotFound);
    spec.project = nullptr;
    CHECK_FALSE(d.request(spec).ok());
}

TEST_CASE("deriving costs little beside a large graph")
{
    TestProject p(64, 64);
    NodeId last = add_picture(p);
    for (int i = 0; i < 2000; ++i) last = p.add("grade", {}, {{"in", last}});
    Deriver d;
    PictureSpec spec;
    spec.project = p.project, spec.node = last;
    (void)d.request(spec);
    const auto start = std::chrono::steady_clock::now();
    constexpr int times = 200;
    for (int i = 0; i < times; ++i) {
        spec.look.exposure = i * 0.01;
        CHECK(d.request(spec).ok());
    }
    const double ms =
        std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count() / times;
    MESSAGE("deriving a project of 2000 nodes: " << ms << " ms");
    CHECK(ms < 1);
}
