#include "core/base/value.h"
#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <limits>

namespace tessera {

namespace {

constexpr std::array<std::string_view, 15> type_names{"bool",   "int",   "float",  "vec2",    "vec3",
                                                      "vec4",   "color", "enum",   "string",  "file",
                                                      "matrix", "curve", "shapes", "strokes", "tracks"};

/// The numbers inside a value, in order; null for what keeps none as doubles.
template <class V> auto numbers(V& value) -> decltype(&std::get<Vec2>(value).x)
{
    if (auto* d = std::get_if<double>(&value)) return d;
    if (auto* v = std::get_if<Vec2>(&value)) return &v->x;
    if (auto* v = std::get_if<Vec3>(&value)) return &v->x;
    if (auto* v = std::get_if<Vec4>(&value)) return &v->x;
    if (auto* v = std::get_if<Color>(&value)) return &v->r;
    if (auto* m = std::get_if<Mat4>(&value)) return m->m.data();
    return nullptr;
}

// The members of vectors and colours are read as arrays above.
static_assert(sizeof(Vec2) == 2 * sizeof(double) && sizeof(Vec3) == 3 * sizeof(double));
static_assert(sizeof(Vec4) == 4 * sizeof(double) && sizeof(Color) == 4 * sizeof(double));

int count_of(const Value& value)
{
    static constexpr int counts[] = {1, 1, 1, 2, 3, 4, 4, 0, 16, 0, 0};
    static_assert(std::size(counts) == std::variant_size_v<Value>);
    return counts[value.index()];
}

} // namespace

bool holds(const Value& value, ParamType type)
{
    switch (type) {
    case ParamType::Bool: return std::holds_alternative<bool>(value);
    case ParamType::Int: return std::holds_alternative<int>(value);
    case ParamType::Float: return std::holds_alternative<double>(value);
    case ParamType::Vec2: return std::holds_alternative<Vec2>(value);
    case ParamType::Vec3: return std::holds_alternative<Vec3>(value);
    case ParamType::Vec4: return std::holds_alternative<Vec4>(value);
    case ParamType::Color: return std::holds_alternative<Color>(value);
    case ParamType::Enum:
    case ParamType::String:
    case ParamType::File: return std::holds_alternative<std::string>(value);
    case ParamType::Matrix: return std::holds_alternative<Mat4>(value);
    case ParamType::Curve: return std::holds_alternative<CurvePtr>(value);
    case ParamType::Shapes:
    case ParamType::Strokes:
    case ParamType::Tracks: return std::holds_alternative<OpaqueData>(value);
    }
    return false;
}

bool same(const Value& a, const Value& b)
{
    if (a.index() != b.index()) return false;
    const auto* left = std::get_if<CurvePtr>(&a);
    if (!left) return a == b;
    const CurvePtr &x = *left, &y = std::get<CurvePtr>(b);
    return x == y || (x && y && *x == *y);
}

int component_count(ParamType type)
{
    static constexpr int counts[] = {1, 1, 1, 2, 3, 4, 4, 1, 0, 0, 16, 0, 0, 0, 0};
    static_assert(std::size(counts) == type_names.size());
    return counts[size_t(type)];
}

double component(const Value& value, int i)
{
    if (i < 0 || i >= count_of(value)) return 0;
    if (const auto* b = std::get_if<bool>(&value)) return *b ? 1 : 0;
    if (const auto* n = std::get_if<int>(&value)) return *n;
    return numbers(value)[i];
}

void set_component(Value& value, int i, double number)
{
    if (i < 0 || i >= count_of(value)) return;
    if (auto* b = std::get_if<bool>(&value)) {
        *b = number >= 0.5;
    } else if (auto* n = std::get_if<int>(&value)) {
        constexpr double low = std::numeric_limits<int>::min(), high = std::numeric_limits<int>::max();
        *n = std::isnan(number) ? 0 : int(std::clamp(std::round(number), low, high));
    } else {
        numbers(value)[i] = number;
    }
}

bool all_finite(const Value& value)
{
    const double* n = numbers(value);
    return !n || std::all_of(n, n + count_of(value), [](double v) { return std::isfinite(v); });
}

ParamType type_of(const Value& value)
{
    static constexpr ParamType types[] = {ParamType::Bool,   ParamType::Int,   ParamType::Float, ParamType::Vec2,
                                          ParamType::Vec3,   ParamType::Vec4,  ParamType::Color, ParamType::String,
                                          ParamType::Matrix, ParamType::Curve, ParamType::Shapes};
    static_assert(std::size(types) == std::variant_size_v<Value>);
    return types[value.index()];
}

Value zero_value(ParamType type)
{
    switch (type) {
    case ParamType::Bool: return false;
    case ParamType::Int: return 0;
    case ParamType::Float: return 0.0;
    case ParamType::Vec2: return Vec2{};
    case ParamType::Vec3: return Vec3{};
    case ParamType::Vec4: return Vec4{};
    case ParamType::Color: return Color{};
    case ParamType::Enum:
    case ParamType::String:
    case ParamType::File: return std::string();
    case ParamType::Matrix: return Mat4{};
    case ParamType::Curve: return CurvePtr{};
    case ParamType::Shapes:
    case ParamType::Strokes:
    case ParamType::Tracks: break;
    }
    return OpaqueData{};
}

void add_to(Hasher& hasher, const Value& value)
{
    hasher.add(value.index());
    if (const auto* text = std::get_if<std::string>(&value)) {
        hasher.add(*text);
    } else if (const auto* data = std::get_if<OpaqueData>(&value)) {
        hasher.add(data->json);
    } else if (const auto* curve = std::get_if<CurvePtr>(&value)) {
        hasher.add(bool(*curve));
        if (!*curve) return;
        hasher.add((*curve)->before()).add((*curve)->after()).add((*curve)->keys().size());
        for (const CurveKey& k : (*curve)->keys()) {
            hasher.add(k.time).add(k.value).add(k.interpolation).add(k.broken);
            hasher.add(k.in_slope).add(k.out_slope).add(k.in_length).add(k.out_length);
        }
    } else {
        for (int i = 0; i < count_of(value); ++i) hasher.add(component(value, i));
    }
}

std::string shortest_text(double number)
{
    std::array<char, 32> text;
    const auto end = std::to_chars(text.data(), text.data() + text.size(), number).ptr;
    return {text.data(), end};
}

std::string to_text(const Value& value)
{
    if (const auto* b = std::get_if<bool>(&value)) return *b ? "true" : "false";
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* data = std::get_if<OpaqueData>(&value)) return std::to_string(data->json.size()) + " bytes of data";
    if (const auto* curve = std::get_if<CurvePtr>(&value))
        return *curve ? "curve with " + std::to_string((*curve)->keys().size()) + " keys" : "no curve";
    const int n = count_of(value);
    if (n == 1) return shortest_text(component(value, 0));
    std::string s = "(";
    for (int i = 0; i < n; ++i) s += (i ? ", " : "") + shortest_text(component(value, i));
    return s + ")";
}

std::string_view name_of(ParamType type)
{
    return type_names[size_t(type)];
}

std::optional<ParamType> param_type_named(std::string_view name)
{
    const auto it = std::find(type_names.begin(), type_names.end(), name);
    if (it == type_names.end()) return std::nullopt;
    return ParamType(it - type_names.begin());
}

std::string component_name(ParamType type, int i)
{
    const int n = component_count(type);
    if (i < 0 || i >= n || n == 1) return "";
    if (type == ParamType::Matrix) return "m" + std::to_string(i / 4) + std::to_string(i % 4);
    return std::string(1, (type == ParamType::Color ? "rgba" : "xyzw")[i]);
}

int component_named(ParamType type, std::string_view name)
{
    const int n = component_count(type);
    if (n <= 1) return -1;
    if (type == ParamType::Matrix) {
        const auto digit = [](char c) { return c >= '0' && c <= '3'; };
        if (name.size() != 3 || name[0] != 'm' || !digit(name[1]) || !digit(name[2])) return -1;
        return (name[1] - '0') * 4 + (name[2] - '0');
    }
    if (name.size() != 1) return -1;
    for (std::string_view names : {"xyzw", "rgba"})
        if (const size_t i = names.find(name[0]); i != std::string_view::npos && int(i) < n) return int(i);
    return -1;
}

} // namespace tessera
