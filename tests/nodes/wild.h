#pragma once
// Awkward pixels, and comparison with a double-precision formula.
#include "tests/nodes/harness.h"
#include <array>
#include <cmath>
#include <doctest/doctest.h>
#include <functional>
#include <limits>
#include <string>

namespace tessera {

using Pixel = std::array<double, 4>;

inline const std::vector<float> finite_values{-2.5f, -1.0f, -0.25f, 0.0f, 1e-5f, 0.05f, 0.18f, 0.25f,
                                              0.5f,  0.75f, 0.999f, 1.0f, 1.25f, 2.0f,  16.0f, 1024.0f};

/// Every pixel a different mixture of the values; alpha takes 0 and 1 often. `seed` makes images that differ.
inline HostImage wild_image(const Rect& region, uint32_t seed, const std::vector<float>& values = finite_values)
{
    HostImage image(region);
    uint32_t state = seed * 2654435761u + 1;
    const auto next = [&] { return state = state * 1664525u + 1013904223u, state >> 8; };
    for (size_t i = 0; i < image.pixels.size(); i += 4) {
        for (size_t c = 0; c < 3; ++c) image.pixels[i + c] = values[next() % values.size()];
        const uint32_t kind = next() % 4;
        image.pixels[i + 3] = kind == 0 ? 0.0f : kind == 1 ? 1.0f : values[next() % values.size()];
    }
    return image;
}

inline Pixel pixel(const HostImage& image, int x, int y)
{
    const float* p = image.at(x, y);
    return {p[0], p[1], p[2], p[3]};
}

/// The result agrees with `expected(x, y)` within `limit` times the larger of 1 and its own size; NaN and infinities
/// must be the same.
inline void check_pixels(const Result<HostImage>& out, const std::function<Pixel(int, int)>& expected, double limit,
                         const std::string& what)
{
    REQUIRE_MESSAGE(out.ok(), what << ": " << out.error().text());
    int wrong = 0;
    std::string first;
    const Rect r = out->region;
    for (int y = r.y0; y < r.y1; ++y)
        for (int x = r.x0; x < r.x1; ++x) {
            const Pixel want = expected(x, y);
            for (size_t c = 0; c < 4; ++c) {
                const double got = out->at(x, y)[c], w = want[c];
                const bool same = std::isnan(w)   ? std::isnan(got)
                                  : std::isinf(w) ? got == w
                                                  : std::abs(got - w) <= limit * std::max(1.0, std::abs(w));
                if (!same && wrong++ == 0)
                    first = "(" + std::to_string(x) + ", " + std::to_string(y) + ") channel " + std::to_string(c) +
                            ": " + std::to_string(got) + " instead of " + std::to_string(w);
            }
        }
    CHECK_MESSAGE(wrong == 0, what << ": " << wrong << " values differ, the first at " << first);
}

inline constexpr double arithmetic = 1e-6, transcendental = 2e-4;

} // namespace tessera
