#include "nodes/filter/blur_axis.h"
#include <algorithm>
#include <cmath>
#include <numbers>

namespace tessera {

namespace {

constexpr int widest_step = 8;        ///< of one reduction: enough work in parallel on the first one
constexpr int widest_direct_box = 12; ///< radius up to which taps are cheaper than moving sums (counted in reads)
constexpr int most_halvings = 12;
constexpr double widest_pair = 20;       ///< standard deviation in cells up to which a second blur would cost more
constexpr double widest_direct_pair = 4; ///< the same at full size

/// Weights of the discrete convolution of `a` (half kernel) with itself and so on, `times` in all.
std::vector<double> repeated(const std::vector<double>& a, int times)
{
    std::vector<double> full = a;
    for (int i = 1; i < times; ++i) {
        const int r = int(full.size()) - 1, ra = int(a.size()) - 1;
        std::vector<double> next(size_t(r + ra + 1), 0.0);
        for (int out = 0; out <= r + ra; ++out)
            for (int k = -ra; k <= ra; ++k)
                if (std::abs(out - k) <= r)
                    next[size_t(out)] += full[size_t(std::abs(out - k))] * a[size_t(std::abs(k))];
        full = std::move(next);
    }
    return full;
}

/// Half kernel scaled to sum one.
std::vector<float> normalised(const std::vector<double>& half)
{
    double sum = -half[0];
    for (const double w : half) sum += 2 * w;
    std::vector<float> result;
    for (const double w : half) result.push_back(float(w / sum));
    return result;
}

BlurAxis plan_boxes(int times, double width)
{
    BlurAxis a;
    const double beside = std::max(0.0, (width - 1) / 2);
    a.radius = int(beside);
    a.fraction = beside - a.radius;
    a.boxes = times;
    a.grows = times * int(std::ceil(beside));
    if (a.grows == 0) return {};
    a.kind = BlurAxis::Kind::Boxes;
    if (a.radius >= widest_direct_box) return a;
    std::vector<double> box(size_t(a.radius) + 1, 1.0);
    if (a.fraction > 0) box.push_back(a.fraction);
    a.kind = BlurAxis::Kind::Taps;
    a.taps = normalised(repeated(box, times));
    return a;
}

/// Response of the reduction by `factor` (blur_reduce.glsl) at `frequency` radians a sample.
double step_response(int factor, double frequency)
{
    double sum = 0;
    for (int p = 0; p < factor; ++p) {
        const double x = (p + 0.5) / factor, near = (((-3 * x + 3) * x + 3) * x + 1) / 6, far = x * x * x / 6;
        sum += near * std::cos((factor - p - 0.5) * frequency) + far * std::cos((2 * factor - p - 0.5) * frequency);
    }
    return 2 * sum / factor;
}

/// Response of the cubic B-spline interpolation at `frequency` radians a cell.
double interpolation_response(double frequency)
{
    const double x = frequency / 2, sinc = x == 0 ? 1 : std::sin(x) / x;
    return sinc * sinc * sinc * sinc;
}

/// Half kernel on the reduced grid that makes the whole cascade a Gaussian of `sigma` pixels.
std::vector<float> pyramid_taps(const BlurAxis& a, double sigma)
{
    const double cells = sigma / a.factor;
    const double spent = 2.0 / 3; // variance of both B-splines, in cells squared
    const int radius = int(std::ceil(gaussian_reach * std::sqrt(cells * cells - spent)));
    const int samples = 128 + 4 * radius; // of the spectrum; more than twice the kernel, so that it does not wrap
    std::vector<double> half(size_t(radius) + 1, 0.0);
    for (int i = 0; i <= samples / 2; ++i) {
        const double frequency = 2 * std::numbers::pi * i / samples;
        const double response = reduction_response(a, frequency);
        const double wanted = std::exp(-0.5 * cells * cells * frequency * frequency);
        const double weight = (i == 0 || i == samples / 2 ? 1.0 : 2.0) * wanted / response;
        for (int n = 0; n <= radius; ++n) half[size_t(n)] += weight * std::cos(frequency * n);
    }
    return normalised(half);
}

int halvings_for(double sigma, double quality)
{
    int halvings = 0;
    while (halvings < most_halvings && std::ldexp(sigma, -halvings - 1) >= std::max(quality, least_quality)) ++halvings;
    return halvings;
}

/// Half kernel, cut, of the Gaussian on the grid of `a`.
std::vector<float> gaussian_taps(const BlurAxis& a, double sigma)
{
    if (a.factor > 1) return pyramid_taps(a, sigma);
    std::vector<double> half;
    for (int i = 0; i <= int(std::ceil(gaussian_reach * sigma)); ++i)
        half.push_back(std::exp(-0.5 * i * i / (sigma * sigma)));
    return normalised(half);
}

BlurAxis plan_gaussian(double sigma, double quality)
{
    BlurAxis a = plan_reduction(halvings_for(sigma, quality));
    a.kind = a.factor > 1 ? BlurAxis::Kind::Pyramid : BlurAxis::Kind::Taps;
    a.grows = int(std::ceil(gaussian_reach * sigma));
    a.taps = gaussian_taps(a, sigma);
    return a;
}

} // namespace

BlurAxis plan_pair(double colour_size, double alpha_size)
{
    const double colour = colour_size * blur_sigma_per_size, alpha = alpha_size * blur_sigma_per_size;
    BlurAxis a = plan_gaussian(std::min(colour, alpha), least_quality);
    a.grows = int(std::ceil(gaussian_reach * std::max(colour, alpha)));
    a.taps = gaussian_taps(a, colour);
    if (alpha == colour) return a;
    a.alpha_taps = gaussian_taps(a, alpha);
    const size_t length = std::max(a.taps.size(), a.alpha_taps.size());
    a.taps.resize(length, 0.0f);
    a.alpha_taps.resize(length, 0.0f);
    return a;
}

bool pair_pays(double colour_size, double alpha_size)
{
    const auto [narrow, wide] = std::minmax({colour_size * blur_sigma_per_size, alpha_size * blur_sigma_per_size});
    const int halvings = halvings_for(narrow, least_quality);
    return narrow > 0 && std::ldexp(wide, -halvings) <= (halvings > 0 ? widest_pair : widest_direct_pair);
}

BlurAxis plan_reduction(int halvings)
{
    BlurAxis a;
    double origin = 0.5; // a pixel's sample lies at its centre
    for (int left = 1 << halvings; left > 1; left /= a.steps.back()) {
        a.steps.push_back(std::min(left, widest_step));
        origin -= a.factor / 2.0; // the low-pass is centred on the edge between two samples
        a.factor *= a.steps.back();
    }
    a.origin = int(origin);
    return a;
}

double reduction_response(const BlurAxis& reduction, double frequency)
{
    double response = interpolation_response(frequency);
    int resolution = 1;
    for (const int step : reduction.steps) {
        response *= step_response(step, frequency * resolution / reduction.factor);
        resolution *= step;
    }
    return response;
}

BlurAxis plan_blur(BlurFilter filter, double size, double quality)
{
    if (!(size > 0)) return {};
    switch (filter) {
    case BlurFilter::Box: return plan_boxes(1, size);
    case BlurFilter::Triangle: return plan_boxes(2, size);
    case BlurFilter::Quadratic: return plan_boxes(3, size);
    case BlurFilter::Gaussian: break;
    }
    return plan_gaussian(size * blur_sigma_per_size, quality);
}

} // namespace tessera
