#include "core/base/curve.h"
#include "tests/nodes/wild.h"
#include <OpenColorIO/OpenColorIO.h>

using namespace tessera;
namespace ocio = OCIO_NAMESPACE;

namespace {

struct Range {
    double saturation = 1, contrast = 1, gamma = 1, gain = 1, offset = 0;
};

double luma(const Pixel& p)
{
    return .2126 * p[0] + .7152 * p[1] + .0722 * p[2];
}

Pixel corrected(const Pixel& p, const Range& r)
{
    Pixel out = p;
    const double y = luma(p);
    for (size_t c = 0; c < 3; ++c) {
        double v = (1 - r.saturation) * y + r.saturation * p[c];
        if (v > 0) v = std::pow(v / 0.18, r.contrast) * 0.18;
        if (v > 0) v = std::pow(v, 1 / r.gamma);
        out[c] = v * r.gain + r.offset;
    }
    return out;
}

std::map<std::string, Value> settings(const std::string& prefix, const Range& r)
{
    return {{prefix + "saturation", Color(r.saturation)}, {prefix + "contrast", Color(r.contrast)},
            {prefix + "gamma", Color(r.gamma)}, {prefix + "gain", Color(r.gain)}, {prefix + "offset", Color(r.offset)}};
}

} // namespace

TEST_CASE("color correct: the master follows its formula")
{
    Harness h;
    const HostImage in = noise_image({0, 0, 32, 32}, 3, -0.2f, 2);
    const NodeId a = h.image(in);
    const Range r{1.3, 1.2, 0.8, 1.1, -0.05};
    check_pixels(
        h.render(h.node("color_correct", settings("", r), {a})),
        [&](int x, int y) { return corrected(pixel(in, x, y), r); }, transcendental, "master");
    CHECK(*h.key(h.node("color_correct", {}, {a})) == *h.key(a));
}

TEST_CASE("color correct: ranges are blended by luminance and make a whole")
{
    Harness h;
    const HostImage in = noise_image({0, 0, 32, 32}, 4, 0, 1.5f);
    const NodeId a = h.image(in);
    const Range low{1, 1, 1, 1.5, 0.02}, middle{0.5, 1, 1, 1, 0}, high{1, 1, 1.2, 0.7, 0}, master{1, 1, 1, 0.9, 0};
    std::map<std::string, Value> all = settings("shadows_", low);
    all.merge(settings("midtones_", middle));
    all.merge(settings("highlights_", high));
    all.merge(settings("", master));
    // Straight ramps, which the tables hold exactly but for rounding.
    const auto curve = [](double t0, double v0, double t1, double v1) {
        return std::make_shared<const Curve>(
            *Curve::make({{t0, v0, Interpolation::Linear}, {t1, v1, Interpolation::Linear}}));
    };
    all["shadow_range"] = CurvePtr(curve(0, 1, 1, 0));
    all["highlight_range"] = CurvePtr(curve(0, 0, 1, 0.5));
    check_pixels(
        h.render(h.node("color_correct", all, {a})),
        [&](int x, int y) {
            const Pixel p = pixel(in, x, y);
            const double t = std::clamp(luma(p), 0.0, 1.0), s = 1 - t, hi = 0.5 * t, m = 1 - s - hi;
            const Pixel l = corrected(p, low), mid = corrected(p, middle), top = corrected(p, high);
            Pixel sum = p;
            for (size_t c = 0; c < 3; ++c) sum[c] = s * l[c] + m * mid[c] + hi * top[c];
            return corrected(sum, master);
        },
        transcendental, "ranges");
}

TEST_CASE("color correct: mix luminance keeps the input's")
{
    Harness h;
    const HostImage in = noise_image({0, 0, 16, 16}, 5, 0.1f, 1);
    const NodeId a = h.image(in);
    check_pixels(
        h.render(h.node("color_correct", {{"gain", Color(2, 1, 0.5, 1)}, {"mix_luminance", 1.0}}, {a})),
        [&](int x, int y) {
            Pixel p = pixel(in, x, y);
            const double before = luma(p);
            p = {p[0] * 2, p[1], p[2] * 0.5, p[3]};
            const double now = luma(p);
            for (size_t c = 0; c < 3; ++c) p[c] *= before / now;
            return p;
        },
        transcendental, "mix luminance");
}

TEST_CASE("cdl agrees with OpenColorIO on the CPU, both ways, clamped and not")
{
    Harness h;
    const HostImage in = noise_image({0, 0, 32, 32}, 6, -0.3f, 1.6f);
    const NodeId a = h.image(in);
    for (const bool clamp : {true, false})
        for (const bool reverse : {false, true}) {
            const double slope[3] = {1.2, 0.9, 1.05}, offset[3] = {-0.03, 0.02, 0.1}, power[3] = {1.1, 0.8, 1.3};
            const auto transform = ocio::CDLTransform::Create();
            transform->setSlope(slope);
            transform->setOffset(offset);
            transform->setPower(power);
            transform->setSat(1.25);
            transform->setStyle(clamp ? ocio::CDL_ASC : ocio::CDL_NO_CLAMP);
            transform->setDirection(reverse ? ocio::TRANSFORM_DIR_INVERSE : ocio::TRANSFORM_DIR_FORWARD);
            const auto cpu = ocio::Config::CreateRaw()->getProcessor(transform)->getOptimizedCPUProcessor(
                ocio::OPTIMIZATION_NONE);
            const NodeId n = h.node("cdl",
                                    {{"slope", Color(1.2, 0.9, 1.05, 1)},
                                     {"offset", Color(-0.03, 0.02, 0.1, 0)},
                                     {"power", Color(1.1, 0.8, 1.3, 1)},
                                     {"saturation", 1.25},
                                     {"clamp", clamp},
                                     {"reverse", reverse}},
                                    {a});
            check_pixels(
                h.render(n),
                [&](int x, int y) {
                    const Pixel p = pixel(in, x, y);
                    float c[3] = {float(p[0]), float(p[1]), float(p[2])};
                    cpu->applyRGB(c);
                    return Pixel{c[0], c[1], c[2], p[3]};
                },
                transcendental, clamp ? "clamped" : "not clamped");
        }
    CHECK(*h.key(h.node("cdl", {{"clamp", false}}, {a})) == *h.key(a));
}
