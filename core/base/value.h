#pragma once
// Parameter values and their types, shared by the document, the operators and the evaluation.
#include "core/base/curve.h"
#include "core/base/geometry.h"
#include "core/base/hash.h"
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace tessera {

enum class ParamType {
    Bool,
    Int,
    Float,
    Vec2,
    Vec3,
    Vec4,
    Color,
    Enum,
    String,
    File,
    Matrix,
    Curve,
    Shapes,
    Strokes,
    Tracks
};

/// Text of shapes, strokes or tracks, kept verbatim until the tools that edit them exist.
struct OpaqueData {
    std::string json;
    bool operator==(const OpaqueData&) const = default;
};

using CurvePtr = std::shared_ptr<const Curve>;

/// Bool: bool. Int: int. Float: double. Enum: the choice's name (std::string). String, File: std::string.
/// Matrix: Mat4 (a 3x3 one sits in its upper left). Curve: a lookup curve. The rest by name.
using Value = std::variant<bool, int, double, Vec2, Vec3, Vec4, Color, std::string, Mat4, CurvePtr, OpaqueData>;

/// True when `value` holds the alternative that `type` uses.
bool holds(const Value& value, ParamType type);
/// Equal contents; curves are compared by their keys, not by pointer.
bool same(const Value& a, const Value& b);
/// How many numbers a value of this type has that can be animated one by one (1 for Bool, Int, Float and Enum; 2 to 4
/// for vectors and colours; 16 for a matrix; 0 for text, curves and data).
int component_count(ParamType type);
/// Component `i` as a number. Bool is 0 or 1; 0 for what has none.
double component(const Value& value, int i);
/// Sets component `i`; Int rounds half away from zero, Bool is true from 0.5 up.
void set_component(Value& value, int i, double number);
/// No component is NaN or infinite. True for text, curves (which cannot hold such numbers) and data.
bool all_finite(const Value& value);
/// The type that a value without a declaration has: Float for a double, Vec2 for a Vec2, String for text, Shapes for
/// data.
ParamType type_of(const Value& value);
/// A value of this type with every number 0, every text empty; the identity for a matrix, no curve.
Value zero_value(ParamType type);
void add_to(Hasher& hasher, const Value& value);
/// "1.5", "(1, 2)", "over", "true": for messages and printed plans.
std::string to_text(const Value& value);
std::string_view name_of(ParamType type); ///< "bool", "int", "float", "vec2", ..., as in project files
std::optional<ParamType> param_type_named(std::string_view name); ///< the inverse of name_of
/// The shortest decimal text that reads back as exactly `number`: "1.5", "0.1", "3", "1e+300", "inf", "nan".
std::string shortest_text(double number);
/// "x", "y", "z", "w" of a vector, "r", "g", "b", "a" of a colour, "m00" to "m33" (row, column) of a matrix, "" of one
/// number.
std::string component_name(ParamType type, int i);
/// The component that a name means (vectors and colours take both x, y, z, w and r, g, b, a); -1 when it means none.
int component_named(ParamType type, std::string_view name);

} // namespace tessera
