// Every merge operation against the formulas of the operator reference, written here a second time in double precision.
#include "tests/nodes/wild.h"

using namespace tessera;

namespace {

double multiply(double A, double B)
{
    return A < 0 && B < 0 ? A : A * B;
}
double screen(double A, double B)
{
    return A <= 1 || B <= 1 ? A + B - A * B : std::max(A, B);
}
double hard_light(double A, double B)
{
    return 2 * A < 1 ? multiply(2 * A, B) : screen(2 * A - 1, B);
}

using Separable = std::function<double(double A, double B, double a, double b)>;

double soft_light(double A, double B)
{
    if (2 * A <= 1) return B - (1 - 2 * A) * B * (1 - B);
    if (4 * B <= 1) return B + (2 * A - 1) * (((16 * B - 12) * B + 4) * B - B);
    return B + (2 * A - 1) * (std::sqrt(B) - B);
}

const std::map<std::string, Separable>& separable()
{
    static const std::map<std::string, Separable> all{
        {"atop", [](double A, double B, double a, double b) { return A * b + B * (1 - a); }},
        {"average", [](double A, double B, double, double) { return (A + B) / 2; }},
        {"color-burn", [](double A, double B, double, double) { return A <= 0 ? A : 1 - std::min(1.0, (1 - B) / A); }},
        {"color-dodge", [](double A, double B, double, double) { return A >= 1 ? A : std::min(1.0, B / (1 - A)); }},
        {"conjoint-over",
         [](double A, double B, double a, double b) { return a > b    ? A
                                                             : b <= 0 ? A + B
                                                                      : A + B * (1 - a / b); }},
        {"copy", [](double A, double, double, double) { return A; }},
        {"difference", [](double A, double B, double, double) { return std::abs(A - B); }},
        {"disjoint-over",
         [](double A, double B, double a, double b) {
             if (a >= 1) return A;
             if (a + b < 1) return A + B;
             return b <= 0 ? A + B * (1 - a) : A + B * (1 - a) / b;
         }},
        {"divide", [](double A, double B, double, double) { return B <= 0 ? 0 : A / B; }},
        {"exclusion", [](double A, double B, double, double) { return A + B - 2 * A * B; }},
        {"freeze", [](double A, double B, double,
                      double) { return B <= 0 ? 0 : std::max(0.0, 1 - std::sqrt(std::max(0.0, 1 - A)) / B); }},
        {"from", [](double A, double B, double, double) { return B - A; }},
        {"geometric", [](double A, double B, double, double) { return A + B == 0 ? 0 : 2 * A * B / (A + B); }},
        {"grain-extract", [](double A, double B, double, double) { return B - A + 0.5; }},
        {"grain-merge", [](double A, double B, double, double) { return B + A - 0.5; }},
        {"hard-light", [](double A, double B, double, double) { return hard_light(A, B); }},
        {"hypot", [](double A, double B, double, double) { return std::sqrt(A * A + B * B); }},
        {"in", [](double A, double, double, double b) { return A * b; }},
        {"out", [](double A, double, double, double b) { return A * (1 - b); }},
        {"mask", [](double, double B, double a, double) { return B * a; }},
        {"stencil", [](double, double B, double a, double) { return B * (1 - a); }},
        {"matte", [](double A, double B, double a, double) { return A * a + B * (1 - a); }},
        {"max", [](double A, double B, double, double) { return std::max(A, B); }},
        {"min", [](double A, double B, double, double) { return std::min(A, B); }},
        {"minus", [](double A, double B, double, double) { return A - B; }},
        {"plus", [](double A, double B, double, double) { return A + B; }},
        {"multiply", [](double A, double B, double, double) { return multiply(A, B); }},
        {"over", [](double A, double B, double a, double) { return A + B * (1 - a); }},
        {"under", [](double A, double B, double, double b) { return A * (1 - b) + B; }},
        {"overlay", [](double A, double B, double, double) { return hard_light(B, A); }},
        {"pinlight",
         [](double A, double B, double, double) { return A >= 0.5 ? std::max(B, 2 * A - 1) : std::min(B, 2 * A); }},
        {"reflect", [](double A, double B, double, double) { return B >= 1 ? 1 : std::min(1.0, A * A / (1 - B)); }},
        {"screen", [](double A, double B, double, double) { return screen(A, B); }},
        {"soft-light", [](double A, double B, double, double) { return soft_light(A, B); }},
        {"soft-light-nuke",
         [](double A, double B, double, double) { return A * B < 1 ? B * (2 * A + (B * (1 - A * B))) : 2 * A * B; }},
        {"xor", [](double A, double B, double a, double b) { return A * (1 - b) + B * (1 - a); }}};
    return all;
}

// Non-separable modes: PDF 1.7, 11.3.5.3.
struct Rgb {
    double r, g, b;
};
double lum(Rgb c)
{
    return 0.3 * c.r + 0.59 * c.g + 0.11 * c.b;
}
double sat(Rgb c)
{
    return std::max({c.r, c.g, c.b}) - std::min({c.r, c.g, c.b});
}
Rgb each(Rgb c, const std::function<double(double)>& f)
{
    return {f(c.r), f(c.g), f(c.b)};
}
Rgb set_lum(Rgb c, double l)
{
    const double d = l - lum(c);
    c = each(c, [&](double v) { return v + d; });
    const double L = lum(c), n = std::min({c.r, c.g, c.b}), x = std::max({c.r, c.g, c.b});
    if (n < 0) c = each(c, [&](double v) { return L == n ? 0 : L + (v - L) * L / (L - n); });
    if (x > 1) c = each(c, [&](double v) { return L == x ? 1 : L + (v - L) * (1 - L) / (x - L); });
    return c;
}
Rgb set_sat(Rgb c, double s)
{
    const double low = std::min({c.r, c.g, c.b}), range = sat(c);
    return each(c, [&](double v) { return range > 0 ? (v - low) * s / range : 0; });
}

Pixel non_separable(const std::string& op, const Pixel& A, const Pixel& B)
{
    const Rgb a{A[0], A[1], A[2]}, b{B[0], B[1], B[2]};
    Rgb r{};
    if (op == "hue") r = set_lum(set_sat(a, sat(b)), lum(b));
    if (op == "saturation") r = set_lum(set_sat(b, sat(a)), lum(b));
    if (op == "color") r = set_lum(a, lum(b));
    if (op == "luminosity") r = set_lum(b, lum(a));
    return {r.r, r.g, r.b, A[3] + B[3] - A[3] * B[3]};
}

Pixel merged(const Separable& f, const Pixel& A, const Pixel& B)
{
    Pixel out;
    for (size_t c = 0; c < 4; ++c) out[c] = f(A[c], B[c], A[3], B[3]);
    return out;
}

/// Values of one size, so that the bound on rounding holds, but below 0, above 1 and at the edges of the guards.
const std::vector<float> near_one{-1.5f, -0.5f,  -0.25f, 0.0f,  0.125f, 0.25f, 0.5f,
                                  0.75f, 0.875f, 1.0f,   1.25f, 2.0f,   3.0f};

} // namespace

TEST_CASE("every separable merge operation follows its formula and its guards")
{
    Harness h;
    const HostImage A = wild_image({0, 0, 32, 24}, 11, near_one), B = wild_image({0, 0, 32, 24}, 12, near_one);
    const NodeId a = h.image(A), b = h.image(B);
    const OpDesc* merge = Registry::instance().find("merge");
    REQUIRE(merge);
    size_t tested = 0;
    for (const std::string& op : merge->param("operation")->choices) {
        const auto f = separable().find(op);
        if (f == separable().end()) continue;
        ++tested;
        check_pixels(
            h.render(h.node("merge", {{"operation", op}}, {b, a})),
            [&](int x, int y) { return merged(f->second, pixel(A, x, y), pixel(B, x, y)); }, 4e-6, op);
    }
    CHECK(tested == separable().size());
    CHECK(tested + 4 == merge->param("operation")->choices.size());
}

TEST_CASE("large values: the operations without division are exact to 1e-6 of their terms")
{
    Harness h;
    const HostImage A = wild_image({0, 0, 24, 24}, 1), B = wild_image({0, 0, 24, 24}, 2);
    const NodeId a = h.image(A), b = h.image(B);
    for (const char* op :
         {"copy", "in", "mask", "max", "min", "average", "plus", "minus", "from", "difference", "multiply", "hypot"})
        check_pixels(
            h.render(h.node("merge", {{"operation", std::string(op)}}, {b, a})),
            [&](int x, int y) { return merged(separable().at(op), pixel(A, x, y), pixel(B, x, y)); }, arithmetic, op);
}

TEST_CASE("the non-separable operations follow the PDF specification")
{
    Harness h;
    const HostImage A = noise_image({0, 0, 32, 24}, 21), B = noise_image({0, 0, 32, 24}, 22);
    const HostImage wildA = wild_image({0, 0, 16, 16}, 23, {0.0f, 0.25f, 0.5f, 1.0f}),
                    wildB = wild_image({0, 0, 16, 16}, 24, {0.0f, 0.5f, 0.75f, 1.0f});
    const NodeId a = h.image(A), b = h.image(B), wa = h.image(wildA), wb = h.image(wildB);
    for (const std::string op : {"hue", "saturation", "color", "luminosity"}) {
        check_pixels(
            h.render(h.node("merge", {{"operation", op}}, {b, a})),
            [&](int x, int y) { return non_separable(op, pixel(A, x, y), pixel(B, x, y)); }, 1e-5, op);
        check_pixels(
            h.render(h.node("merge", {{"operation", op}}, {wb, wa})),
            [&](int x, int y) { return non_separable(op, pixel(wildA, x, y), pixel(wildB, x, y)); }, 1e-5,
            op + " at edges");
    }
}

TEST_CASE("alpha masking leaves each input where the other has no alpha, but not for the Porter-Duff operations")
{
    Harness h;
    const HostImage A = wild_image({0, 0, 24, 24}, 31, near_one), B = wild_image({0, 0, 24, 24}, 32, near_one);
    const NodeId a = h.image(A), b = h.image(B);
    const auto node = [&](const char* op) {
        return h.node("merge", {{"operation", std::string(op)}, {"alpha_masking", true}}, {b, a});
    };
    for (const char* op : {"multiply", "plus", "divide", "screen", "average"})
        check_pixels(
            h.render(node(op)),
            [&](int x, int y) {
                const Pixel p = pixel(A, x, y), q = pixel(B, x, y);
                Pixel out = merged(separable().at(op), p, q);
                out[3] = p[3] + q[3] - p[3] * q[3];
                for (size_t c = 0; c < 3; ++c) {
                    if (q[3] == 0) out[c] = p[c];
                    if (p[3] == 0) out[c] = q[c];
                }
                return out;
            },
            4e-6, op);
    for (const char* op : {"over", "xor", "stencil", "copy"})
        check_pixels(
            h.render(node(op)),
            [&](int x, int y) { return merged(separable().at(op), pixel(A, x, y), pixel(B, x, y)); }, 4e-6, op);
}

TEST_CASE("video colorspace merges sRGB-encoded values")
{
    Harness h;
    const HostImage A = noise_image({0, 0, 24, 24}, 41, -0.25f, 1.5f),
                    B = noise_image({0, 0, 24, 24}, 42, -0.25f, 1.5f);
    const auto encode = [](double v) {
        const double m = std::abs(v), e = m <= 0.0031308 ? 12.92 * m : 1.055 * std::pow(m, 1 / 2.4) - 0.055;
        return std::copysign(e, v);
    };
    const auto decode = [](double v) {
        const double m = std::abs(v), e = m <= 0.04045 ? m / 12.92 : std::pow((m + 0.055) / 1.055, 2.4);
        return std::copysign(e, v);
    };
    const NodeId n =
        h.node("merge", {{"operation", std::string("screen")}, {"video_colorspace", true}}, {h.image(B), h.image(A)});
    check_pixels(
        h.render(n),
        [&](int x, int y) {
            const Pixel p = pixel(A, x, y), q = pixel(B, x, y);
            Pixel out;
            for (size_t c = 0; c < 3; ++c) out[c] = decode(screen(encode(p[c]), encode(q[c])));
            out[3] = screen(p[3], q[3]);
            return out;
        },
        transcendental, "screen");
}

TEST_CASE("NaN and infinities reach only what depends on them")
{
    const float inf = std::numeric_limits<float>::infinity(), nan = std::numeric_limits<float>::quiet_NaN();
    Harness h;
    HostImage A({0, 0, 3, 1}), B({0, 0, 3, 1});
    A.pixels = {nan, 0.5f, inf, 0.5f, 0.25f, -inf, 0.5f, 1, 0, 0, 0, 0};
    B.pixels = {0.5f, 0.5f, 0.5f, 1, 0.5f, 0.5f, nan, 0.5f, inf, nan, 2, 1};
    const NodeId a = h.image(A), b = h.image(B);
    for (const char* op : {"over", "plus", "atop", "minus", "xor"})
        check_pixels(
            h.render(h.node("merge", {{"operation", std::string(op)}}, {b, a})),
            [&](int x, int y) { return merged(separable().at(op), pixel(A, x, y), pixel(B, x, y)); }, 1e-6, op);
}
