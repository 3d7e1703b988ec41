#include "nodes/filter/lens.h"
#include <algorithm>
#include <cmath>
#include <numbers>

namespace tessera {

namespace {

constexpr int most_parts = 16, least_parts = 4; ///< a pixel on the rim is looked at in this many places along each axis
constexpr double parts_radius = 64;             ///< that many places at a radius of one pixel, fewer the longer the rim
constexpr double straight = 1e-3;               ///< curvature below which a blade is a straight line
constexpr double rim = 0.75;                    ///< pixels farther than this from the rim are all in or all out

/// One blade in the unit circle: the inside of a circle through two corners, or of a line.
struct Blade {
    double nx = 1, ny = 0; ///< outwards
    double shift = 0;      ///< of the circle's centre, against the normal
    double radius = 1;
    bool line = false;
    double apothem = 0; ///< of a line
};

std::vector<Blade> blades_of(const Lens& lens)
{
    if (!lens.bladed) return {Blade{}};
    const int count = std::clamp(lens.blades, 3, 16);
    const double half = std::numbers::pi / count, curvature = std::clamp(lens.roundness, 0.0, 1.0);
    std::vector<Blade> blades;
    for (int i = 0; i < count; ++i) {
        const double angle = lens.rotation * std::numbers::pi / 180 + (2 * i + 1) * half;
        Blade b{std::cos(angle), std::sin(angle)};
        b.line = curvature < straight;
        b.apothem = std::cos(half);
        b.radius = b.line ? 1 : 1 / curvature;
        b.shift = b.line ? 0 : std::sqrt(b.radius * b.radius - std::sin(half) * std::sin(half)) - std::cos(half);
        blades.push_back(b);
    }
    return blades;
}

/// Signed distance to the rim in pixels, to first order; negative inside.
double distance(const std::vector<Blade>& blades, const Lens& lens, double px, double py)
{
    const double x = px / lens.radius_x, y = py / lens.radius_y;
    double farthest = -1e300;
    for (const Blade& b : blades) {
        double value = x * b.nx + y * b.ny - b.apothem, gx = b.nx, gy = b.ny;
        if (!b.line) {
            const double cx = x + b.shift * b.nx, cy = y + b.shift * b.ny, length = std::hypot(cx, cy);
            value = length - b.radius;
            gx = length > 0 ? cx / length : 1, gy = length > 0 ? cy / length : 0;
        }
        farthest = std::max(farthest, value / std::hypot(gx / lens.radius_x, gy / lens.radius_y));
    }
    return farthest;
}

} // namespace

std::vector<float> lens_weights(const Lens& lens, int reach_x, int reach_y)
{
    const std::vector<Blade> blades = blades_of(lens);
    const int parts =
        std::clamp(int(parts_radius / std::max({1.0, lens.radius_x, lens.radius_y})), least_parts, most_parts);
    std::vector<float> weights;
    weights.reserve(size_t(2 * reach_x + 1) * size_t(2 * reach_y + 1));
    for (int y = -reach_y; y <= reach_y; ++y)
        for (int x = -reach_x; x <= reach_x; ++x) {
            const double d = distance(blades, lens, x, y);
            if (std::abs(d) > rim) {
                weights.push_back(d < 0 ? 1.0f : 0.0f);
                continue;
            }
            double sum = 0;
            for (int j = 0; j < parts; ++j)
                for (int i = 0; i < parts; ++i) {
                    const double part =
                        distance(blades, lens, x + (i + 0.5) / parts - 0.5, y + (j + 0.5) / parts - 0.5);
                    sum += std::clamp(0.5 - part * parts, 0.0, 1.0);
                }
            weights.push_back(float(sum / (parts * parts)));
        }
    return weights;
}

} // namespace tessera
