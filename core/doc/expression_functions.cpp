#include "core/doc/expression_functions.h"
#include "core/base/text.h"
#include <algorithm>
#include <bit>
#include <cmath>
#include <numbers>

namespace tessera {

namespace {

using Numbers = std::span<const double>;
using Values = std::span<const ExpressionValue>;

template <double (*f)(double)> double one(Numbers a)
{
    return f(a[0]);
}
template <double (*f)(double, double)> double two(Numbers a)
{
    return f(a[0], a[1]);
}

double fract(double x)
{
    return x - std::floor(x);
}
double sign(double x)
{
    return double(x > 0) - double(x < 0);
}
double degrees(double x)
{
    return x * 180 / std::numbers::pi;
}
double radians(double x)
{
    return x * std::numbers::pi / 180;
}
double modulo(double a, double b)
{
    return a - b * std::floor(a / b);
}
double step(double edge, double x)
{
    return x < edge ? 0 : 1;
}
double smoothstep(Numbers a)
{
    const double t = std::clamp((a[2] - a[0]) / (a[1] - a[0]), 0.0, 1.0);
    return t * t * (3 - 2 * t);
}
double mix(Numbers a)
{
    return a[0] + (a[1] - a[0]) * a[2];
}
double clamped(Numbers a)
{
    return std::min(std::max(a[0], a[1]), a[2]);
}
double least(Numbers a)
{
    return *std::min_element(a.begin(), a.end());
}
double most(Numbers a)
{
    return *std::max_element(a.begin(), a.end());
}

double plus(double a, double b)
{
    return a + b;
}
double minus(double a, double b)
{
    return a - b;
}
double times(double a, double b)
{
    return a * b;
}
double over(double a, double b)
{
    return a / b;
}
double equal(double a, double b)
{
    return a == b;
}
double unequal(double a, double b)
{
    return a != b;
}
double less(double a, double b)
{
    return a < b;
}
double less_equal(double a, double b)
{
    return a <= b;
}
double greater(double a, double b)
{
    return a > b;
}
double greater_equal(double a, double b)
{
    return a >= b;
}

ExpressionValue vec(Values a)
{
    ExpressionValue r;
    r.n = 0;
    for (const ExpressionValue& x : a)
        for (int i = 0; i < x.n && r.n < 4; ++i) r.v[size_t(r.n++)] = x.v[size_t(i)];
    return r;
}

ExpressionValue dot(Values a)
{
    ExpressionValue r;
    for (size_t i = 0; i < size_t(std::min(a[0].n, a[1].n)); ++i) r.v[0] += a[0].v[i] * a[1].v[i];
    return r;
}

ExpressionValue length(Values a)
{
    ExpressionValue r;
    for (size_t i = 0; i < size_t(a[0].n); ++i) r.v[0] = std::hypot(r.v[0], a[0].v[i]);
    return r;
}

/// The finaliser of SplitMix64 (Steele, Lea, Flood 2014).
uint64_t scrambled(uint64_t x)
{
    x += 0x9E3779B97F4A7C15ull;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ull;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBull;
    return x ^ (x >> 31);
}
double unit(uint64_t bits)
{
    return double(bits >> 11) * 0x1p-53;
}

/// Evenly spread over 0 to 1 (1 excluded), the same for the same arguments on every machine.
double random(Numbers a)
{
    uint64_t state = 0;
    for (double x : a) state = scrambled(state ^ std::bit_cast<uint64_t>(x == 0 ? 0.0 : x));
    return unit(state);
}

/// Gradient noise: at every whole place a random slope along each axis, blended by 6t^5 - 15t^4 + 10t^3. Zero at whole
/// places, within -1 to 1.
double noise(Numbers a)
{
    const size_t axes = a.size();
    double base[3], into[3], sum = 0;
    for (size_t k = 0; k < axes; ++k) base[k] = std::floor(a[k]), into[k] = a[k] - base[k];
    for (size_t corner = 0; corner < size_t(1) << axes; ++corner) {
        uint64_t state = 0x5EED;
        double weight = 1, height = 0;
        for (size_t k = 0; k < axes; ++k) {
            const double far = double(corner >> k & 1), t = into[k];
            const double blend = t * t * t * (t * (t * 6 - 15) + 10);
            weight *= far != 0 ? blend : 1 - blend;
            state = scrambled(state ^ std::bit_cast<uint64_t>(base[k] + far + 0.0));
        }
        for (size_t k = 0; k < axes; ++k) {
            state = scrambled(state);
            height += (2 * unit(state) - 1) * (into[k] - double(corner >> k & 1));
        }
        sum += weight * height;
    }
    return sum * 2 / double(axes);
}

constexpr int many = 16;
const ExpressionFunction table[] = {
    {"+", 2, 2, two<plus>, nullptr},
    {"-", 2, 2, two<minus>, nullptr},
    {"*", 2, 2, two<times>, nullptr},
    {"/", 2, 2, two<over>, nullptr},
    {"%", 2, 2, two<modulo>, nullptr},
    {"^", 2, 2, two<std::pow>, nullptr},
    {"==", 2, 2, two<equal>, nullptr},
    {"!=", 2, 2, two<unequal>, nullptr},
    {"<", 2, 2, two<less>, nullptr},
    {"<=", 2, 2, two<less_equal>, nullptr},
    {">", 2, 2, two<greater>, nullptr},
    {">=", 2, 2, two<greater_equal>, nullptr},
    {"abs", 1, 1, one<std::fabs>, nullptr},
    {"sign", 1, 1, one<sign>, nullptr},
    {"floor", 1, 1, one<std::floor>, nullptr},
    {"ceil", 1, 1, one<std::ceil>, nullptr},
    {"round", 1, 1, one<std::round>, nullptr},
    {"trunc", 1, 1, one<std::trunc>, nullptr},
    {"fract", 1, 1, one<fract>, nullptr},
    {"sqrt", 1, 1, one<std::sqrt>, nullptr},
    {"exp", 1, 1, one<std::exp>, nullptr},
    {"log", 1, 1, one<std::log>, nullptr},
    {"log2", 1, 1, one<std::log2>, nullptr},
    {"log10", 1, 1, one<std::log10>, nullptr},
    {"pow", 2, 2, two<std::pow>, nullptr},
    {"sin", 1, 1, one<std::sin>, nullptr},
    {"cos", 1, 1, one<std::cos>, nullptr},
    {"tan", 1, 1, one<std::tan>, nullptr},
    {"asin", 1, 1, one<std::asin>, nullptr},
    {"acos", 1, 1, one<std::acos>, nullptr},
    {"atan", 1, 1, one<std::atan>, nullptr},
    {"atan2", 2, 2, two<std::atan2>, nullptr},
    {"sinh", 1, 1, one<std::sinh>, nullptr},
    {"cosh", 1, 1, one<std::cosh>, nullptr},
    {"tanh", 1, 1, one<std::tanh>, nullptr},
    {"min", 1, many, least, nullptr},
    {"max", 1, many, most, nullptr},
    {"clamp", 3, 3, clamped, nullptr},
    {"mix", 3, 3, mix, nullptr},
    {"lerp", 3, 3, mix, nullptr},
    {"step", 2, 2, two<step>, nullptr},
    {"smoothstep", 3, 3, smoothstep, nullptr},
    {"mod", 2, 2, two<modulo>, nullptr},
    {"hypot", 2, 2, two<std::hypot>, nullptr},
    {"deg", 1, 1, one<degrees>, nullptr},
    {"rad", 1, 1, one<radians>, nullptr},
    {"random", 1, 4, random, nullptr},
    {"noise", 1, 3, noise, nullptr},
    {"vec", 2, 4, nullptr, vec},
    {"dot", 2, 2, nullptr, dot},
    {"length", 1, 1, nullptr, length},
};

} // namespace

int expression_function(std::string_view name)
{
    for (size_t i = 0; i < std::size(table); ++i)
        if (table[i].name == name) return int(i);
    return -1;
}

const ExpressionFunction& expression_function(int index)
{
    return table[index];
}

std::string_view nearest_expression_function(std::string_view name)
{
    const auto closer = [&](const ExpressionFunction& a, const ExpressionFunction& b) {
        return edit_distance(a.name, name.substr(0, 32)) < edit_distance(b.name, name.substr(0, 32));
    };
    return std::min_element(std::begin(table), std::end(table), closer)->name;
}

std::string place_in(std::string_view text, size_t offset)
{
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const auto line = 1 + std::count(before.begin(), before.end(), '\n');
    const size_t start = before.rfind('\n') + 1; // npos + 1 is 0
    return "line " + std::to_string(line) + ", column " + std::to_string(before.size() - start + 1);
}

} // namespace tessera
