#include "nodes/key/screen.h"

namespace tessera {

Vec3 screen_share(const Color& screen, double balance, const Color& bias)
{
    const double s[3] = {screen.r, screen.g, screen.b};
    const double b[3] = {bias.r, bias.g, bias.b};
    // Green wins ties, then blue, so that a grey screen colour at least has a defined channel.
    int p = 1;
    if (s[2] > s[p]) p = 2;
    if (s[0] > s[p]) p = 0;
    int lo = p == 0 ? 1 : 0;
    int hi = 3 - p - lo;
    if (s[lo] > s[hi]) std::swap(lo, hi);

    const double mean = (b[0] + b[1] + b[2]) / 3;
    const auto unbias = [&](int i) { return b[i] > 0 && mean > 0 ? mean / b[i] : 1.0; };
    double v[3] = {};
    v[p] = unbias(p);
    v[lo] = -balance * unbias(lo);
    v[hi] = -(1 - balance) * unbias(hi);

    const double d = v[0] * s[0] + v[1] * s[1] + v[2] * s[2];
    constexpr double smallest_difference = 1e-6;
    if (!(d > smallest_difference)) return {};
    return {v[0] / d, v[1] / d, v[2] / d};
}

double luminance(const Color& c)
{
    return 0.2126 * c.r + 0.7152 * c.g + 0.0722 * c.b;
}

} // namespace tessera
