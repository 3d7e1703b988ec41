// Despill and Edge Extend against their formulas in double precision.
#include "tests/nodes/harness.h"
#include <array>
#include <cmath>
#include <doctest/doctest.h>

using namespace tessera;

namespace {

HostImage ok(Result<HostImage> r)
{
    REQUIRE_MESSAGE(r.ok(), r.error().text());
    return std::move(*r);
}

double limit_of(const std::string& name, double first, double second, double mix)
{
    if (name == "red") return first;
    if (name == "blue") return second;
    if (name == "max") return std::max(first, second);
    if (name == "min") return std::min(first, second);
    if (name == "double_average") return (first + 2 * second) / 3;
    if (name == "weighted") return mix * first + (1 - mix) * second;
    return (first + second) / 2;
}

const Rect area{0, 0, 40, 30};

} // namespace

TEST_CASE("despill: every screen and limit follows the formula")
{
    Harness h;
    const HostImage in = noise_image(area, 4, -0.1f, 1.6f);
    const NodeId source = h.image(in);
    const std::array<std::array<int, 3>, 3> channels{{{1, 0, 2}, {2, 0, 1}, {0, 1, 2}}};
    const char* screens[] = {"green", "blue", "red"};
    for (size_t s = 0; s < 3; ++s)
        for (const char* limit : {"red", "blue", "average", "max", "min", "double_average", "weighted"}) {
            const double mix = 0.3, expand = 0.15, brightness = 0.2;
            const double scale[3] = {0.4, -0.1, 0.25};
            const HostImage out = ok(h.render(h.node("despill",
                                                     {{"screen_type", std::string(screens[s])},
                                                      {"limit", std::string(limit)},
                                                      {"spillmap_mix", mix},
                                                      {"expand", expand},
                                                      {"red_scale", scale[0]},
                                                      {"green_scale", scale[1]},
                                                      {"blue_scale", scale[2]},
                                                      {"brightness", brightness},
                                                      {"spillmap_to_alpha", true},
                                                      {"clamp", false}},
                                                     {source})));
            double worst = 0;
            for (int y = 0; y < area.y1; ++y)
                for (int x = 0; x < area.x1; ++x) {
                    const float* p = in.at(x, y);
                    const auto& k = channels[s];
                    const double bound = limit_of(limit, p[k[1]], p[k[2]], mix) * (1 - expand);
                    const double spill = std::max(0.0, p[k[0]] - bound);
                    for (int c = 0; c < 3; ++c) {
                        const double want = p[c] + spill * (scale[c] + brightness - (c == k[0] ? 1 : 0));
                        worst = std::max(worst, std::abs(out.at(x, y)[c] - want));
                    }
                    worst = std::max(worst, std::abs(out.at(x, y)[3] - spill));
                }
            CHECK(worst < 2e-6);
        }
}

TEST_CASE("despill: by default the screen's channel is limited, alpha stays and nothing falls below zero")
{
    Harness h;
    const HostImage in = noise_image(area, 5);
    const NodeId source = h.image(in);
    const HostImage out = ok(h.render(h.node("despill", {}, {source})));
    const HostImage dark = ok(h.render(h.node("despill", {{"brightness", -1.0}}, {source})));
    for (int y = 0; y < area.y1; ++y)
        for (int x = 0; x < area.x1; ++x) {
            const float* p = in.at(x, y);
            const float* q = out.at(x, y);
            REQUIRE(q[0] == p[0]);
            REQUIRE(q[2] == p[2]);
            REQUIRE(q[3] == p[3]);
            REQUIRE(q[1] == doctest::Approx(std::min(double(p[1]), (double(p[0]) + p[2]) / 2)).epsilon(1e-6));
            for (int c = 0; c < 3; ++c) REQUIRE(dark.at(x, y)[c] >= 0.0f);
        }
}

TEST_CASE("edge extend: the colour of the core replaces that of the edge, which keeps its matte")
{
    Harness h;
    const Rect region{0, 0, 80, 60};
    HostImage in(region);
    // A red disc whose soft edge is green.
    for (int y = 0; y < 60; ++y)
        for (int x = 0; x < 80; ++x) {
            const double r = std::hypot(x + 0.5 - 40, y + 0.5 - 30);
            const float a = float(std::clamp((24 - r) / 6, 0.0, 1.0));
            const float green = a < 1 ? 1.0f : 0.0f;
            float* p = in.at(x, y);
            p[0] = a * 0.8f * (1 - green), p[1] = a * green, p[2] = a * 0.1f, p[3] = a;
        }
    const NodeId source = h.image(in);
    const HostImage out = ok(h.render(h.node("edge_extend", {{"erode", 9.0}}, {source})));
    const HostImage straight =
        ok(h.render(h.node("edge_extend", {{"erode", 9.0}, {"output_premultiplied", false}}, {source})));
    for (int y = 0; y < 60; ++y)
        for (int x = 0; x < 80; ++x) {
            const float a = in.at(x, y)[3];
            REQUIRE(out.at(x, y)[3] == a);
            if (a == 0) continue;
            REQUIRE(out.at(x, y)[0] == doctest::Approx(0.8 * a).epsilon(1e-3));
            REQUIRE(std::abs(out.at(x, y)[1]) < 1e-5f);
            REQUIRE(straight.at(x, y)[0] == doctest::Approx(0.8).epsilon(1e-3));
        }
    // Where the matte is solid and was not shrunk away, nothing changes.
    CHECK(largest_error(
              ok(h.render(h.node("edge_extend", {{"erode", 0.0}}, {h.image(flat_image(region, 0.2f, 0.3f, 0.4f, 1))}))),
              flat_image(region, 0.2f, 0.3f, 0.4f, 1)) < 1e-6);
}
