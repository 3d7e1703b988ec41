// The tone curves of the ACES output transforms are piecewise quadratics. OpenColorIO writes them as constant arrays, a
// loop that looks for the segment, and a branch for each end; three of the four curves it evaluates for every pixel are
// empty. Here every curve becomes its own function that picks one segment's numbers by comparisons with literals and
// evaluates one formula, the ends being segments too:
//   forward: y = (a*t + b)*t + c, t = x - k
//   inverse: x = k + 2*(y - c) / (sqrt(b*b + 4*a*(y - c)) + b)
// where a straight end has a = 0. On lavapipe an ACES view of 1920x1080 took 0.9 s a frame and 1 s to compile as
// written; so it takes 0.1 s and 0.02 s.
#include "core/color/gpu_curves.h"
#include "core/color/gpu_text.h"
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <string_view>
#include <vector>

namespace tessera {

namespace {

struct Segment {
    double from; ///< of x (inverse: of y); the first one counts from minus infinity
    double a, b, c, k;
};

using Arrays = std::map<std::string, ConstantArray>;

/// A straight end of an inverted curve that is level there: x stays at `k` whatever y is. The formula does that with a
/// slope whose square still fits a float.
double inverse_slope(double slope)
{
    return std::abs(slope) < 1e-5 ? 1e18 : slope;
}

std::vector<Segment> segments_of(const std::vector<double>& knots, const std::vector<double>& coefficients,
                                 bool inverse)
{
    const size_t count = knots.size() - 1;
    auto a = [&](size_t i) { return coefficients[i]; };
    auto b = [&](size_t i) { return coefficients[count + i]; };
    auto c = [&](size_t i) { return coefficients[2 * count + i]; };
    const double length = knots[count] - knots[count - 1];
    const double end_slope = 2 * a(count - 1) * length + b(count - 1);
    const double end_value = (a(count - 1) * length + b(count - 1)) * length + c(count - 1);
    std::vector<Segment> out{{0, 0, inverse ? inverse_slope(b(0)) : b(0), c(0), knots[0]}};
    for (size_t i = 0; i < count; ++i) out.push_back({inverse ? c(i) : knots[i], a(i), b(i), c(i), knots[i]});
    out.push_back({inverse ? end_value : knots[count], 0, inverse ? inverse_slope(end_slope) : end_slope, end_value,
                   knots[count]});
    return out;
}

std::string literal(double v)
{
    char text[40];
    std::snprintf(text, sizeof text, "%.9g", v);
    const std::string out = text;
    return out.find_first_of(".e") == std::string::npos ? out + "." : out;
}

std::string curve_function(const std::string& name, const std::vector<Segment>& segments, bool inverse)
{
    std::string out = "float " + name + "(float x)\n{\n  float a = 0., b = " + literal(segments[0].b) +
                      ", c = " + literal(segments[0].c) + ", k = " + literal(segments[0].k) + ";\n";
    for (size_t i = 1; i < segments.size(); ++i) {
        const Segment& s = segments[i];
        const std::string take = "  { bool p = x " + std::string(i == 1 ? ">" : ">=") + " " + literal(s.from) + "; ";
        auto pick = [&](const char* what, double v) {
            return std::string(what) + " = p ? " + literal(v) + " : " + what + "; ";
        };
        out += take + pick("a", s.a) + pick("b", s.b) + pick("c", s.c) + pick("k", s.k) + "}\n";
    }
    if (inverse) return out + "  float d = x - c;\n  return k + (2. * d) / (sqrt(b * b + 4. * a * d) + b);\n}\n";
    return out + "  float t = x - k;\n  return (a * t + b) * t + c;\n}\n";
}

/// Replaces calls `name(curve, argument)` by `name_curve(argument)`, or by the argument alone for an empty curve.
void replace_calls(std::string& text, const std::string& name, const std::vector<bool>& empty)
{
    for (size_t at = text.find(name + "("); at != std::string::npos; at = text.find(name + "(", at + 1)) {
        const size_t open = at + name.size();
        const size_t comma = text.find(',', open), end = closing_bracket(text, open);
        if (comma == std::string::npos || end == std::string::npos || comma > end) return;
        const size_t curve = size_t(std::atoi(text.c_str() + open + 1));
        const std::string argument = text.substr(comma + 1, end - comma - 1);
        const std::string call = empty[curve] ? "" : name + "_" + std::to_string(curve);
        text.replace(at, end + 1 - at, call + "(" + argument + ")");
    }
}

/// The part of `all` that curve `curve` uses, by its offset and count; nothing when they do not fit.
std::vector<double> part(const std::vector<double>& all, const std::vector<double>& offsets, size_t curve)
{
    const double offset = offsets[curve * 2], count = offsets[curve * 2 + 1];
    if (offset < 0 || count <= 0 || offset + count > double(all.size())) return {};
    return {all.begin() + ptrdiff_t(offset), all.begin() + ptrdiff_t(offset + count)};
}

constexpr std::string_view function_part = "evalBSplineCurve"; ///< of the function's name; its arrays have another part
constexpr const char* array_parts[] = {"knots", "knotsOffsets", "coefs", "coefsOffsets"};

std::string array_name(std::string function, std::string_view part)
{
    return function.replace(function.find(function_part), function_part.size(), part);
}

/// Rewrites the function `name` in text[start, end); false when its arrays are not as expected.
bool unroll(std::string& text, const Arrays& arrays, const std::string& name, size_t start, size_t end)
{
    std::vector<double> of[4]; // in the order of array_parts
    for (size_t i = 0; i < 4; ++i)
        if (const auto found = arrays.find(array_name(name, array_parts[i])); found != arrays.end())
            of[i] = found->second.values;
    const auto& [knots, knot_offsets, coefficients, offsets] = of;
    if (knots.empty() || coefficients.empty() || offsets.size() < 2 || knot_offsets.size() != offsets.size())
        return false;
    const bool inverse = text.substr(start, end - start).find("discrim") != std::string::npos;
    std::string functions;
    std::vector<bool> empty;
    for (size_t curve = 0; curve < offsets.size() / 2; ++curve) {
        const auto own_knots = part(knots, knot_offsets, curve), own = part(coefficients, offsets, curve);
        empty.push_back(own.empty());
        if (own.empty()) continue;
        if (own_knots.size() < 2 || own.size() != 3 * (own_knots.size() - 1)) return false;
        functions += curve_function(name + "_" + std::to_string(curve), segments_of(own_knots, own, inverse), inverse);
    }
    text.replace(start, end - start, functions);
    replace_calls(text, name, empty);
    return true;
}

} // namespace

void unroll_curves(std::string& text)
{
    Arrays arrays;
    for (ConstantArray& a : constant_arrays(text)) arrays.emplace(a.name, a);
    const std::string_view arguments = "(in int curveIdx, in float x)\n{";
    std::vector<std::string> unused;
    for (size_t at = text.find(arguments); at != std::string::npos; at = text.find(arguments, at + 1)) {
        const size_t space = text.rfind(' ', at);
        const size_t line = text.rfind('\n', at) + 1, end = text.find("\n}", at);
        const std::string name = text.substr(space + 1, at - space - 1);
        if (name.find(function_part) == std::string::npos || end == std::string::npos) continue;
        if (!unroll(text, arrays, name, line, end + 2)) continue;
        for (const char* kind : array_parts) unused.push_back(array_name(name, kind));
        at = line;
    }
    const auto all = constant_arrays(text);
    for (auto a = all.rbegin(); a != all.rend(); ++a)
        if (std::find(unused.begin(), unused.end(), a->name) != unused.end()) text.erase(a->begin, a->end - a->begin);
}

} // namespace tessera
