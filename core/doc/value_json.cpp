// Values, curves and parameters as JSON.
#include "core/doc/project_json.h"
#include "core/doc/validate.h"
#include <limits>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

bool data_type(ParamType type)
{
    return type == ParamType::Shapes || type == ParamType::Strokes || type == ParamType::Tracks;
}

Json value_json(const Value& value, ParamType type)
{
    if (const auto* b = std::get_if<bool>(&value)) return *b;
    if (const auto* n = std::get_if<int>(&value)) return *n;
    if (const auto* d = std::get_if<double>(&value)) return *d;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    if (const auto* curve = std::get_if<CurvePtr>(&value)) return *curve ? curve_json(**curve) : Json();
    if (const auto* data = std::get_if<OpaqueData>(&value))
        return Json{{"data", data->json.empty() ? Json() : Json::parse(data->json)}};
    Json array = Json::array();
    for (int i = 0; i < component_count(type); ++i) array.push_back(component(value, i));
    return array;
}

Json source_json(const ParamSource& source)
{
    if (const auto* curve = std::get_if<CurvePtr>(&source))
        return Json{{"curve", *curve ? curve_json(**curve) : Json()}};
    if (const auto* link = std::get_if<LinkSource>(&source)) return Json{{"link", link->path}};
    const auto& expression = std::get<ExpressionSource>(source);
    Json j{{"expression", expression.text}};
    if (expression.curve) j["curve"] = curve_json(*expression.curve);
    return j;
}

/// A component as a JSON value: of whole numbers and booleans in their own notation.
Json component_json(const Value& value, int i)
{
    if (const auto* b = std::get_if<bool>(&value)) return *b;
    if (const auto* n = std::get_if<int>(&value)) return *n;
    if (const auto* text = std::get_if<std::string>(&value)) return *text;
    return component(value, i);
}

} // namespace

Json curve_json(const Curve& curve)
{
    Json keys = Json::array();
    const CurveKey plain;
    for (const CurveKey& k : curve.keys()) {
        Json key{{"time", k.time}, {"value", k.value}};
        if (k.interpolation != plain.interpolation) key["interpolation"] = name_of(k.interpolation);
        if (k.out_slope != 0) key["out_slope"] = k.out_slope;
        if (k.broken) key["broken"] = true, key["in_slope"] = k.in_slope;
        if (k.in_length != plain.in_length) key["in_length"] = k.in_length;
        if (k.out_length != plain.out_length) key["out_length"] = k.out_length;
        keys.push_back(std::move(key));
    }
    Json j{{"keys", std::move(keys)}};
    if (curve.before() != Extrapolation::Constant) j["before"] = name_of(curve.before());
    if (curve.after() != Extrapolation::Constant) j["after"] = name_of(curve.after());
    return j;
}

Json param_json(const Param& param, ParamType type, const Value& fallback)
{
    if (param.constant()) return value_json(param.value, type);
    const int n = component_count(type);
    if (n <= 1) {
        Json j = source_json(param.sources[0]);
        if (!same(param.value, fallback)) j["value"] = value_json(param.value, type);
        return j;
    }
    Json array = Json::array();
    for (int i = 0; i < n; ++i) {
        if (size_t(i) >= param.sources.size() || param.sources[size_t(i)].index() == 0) {
            array.push_back(component_json(param.value, i));
            continue;
        }
        Json j = source_json(param.sources[size_t(i)]);
        if (component(param.value, i) != component(fallback, i)) j["value"] = component_json(param.value, i);
        array.push_back(std::move(j));
    }
    return array;
}

// ---- reading
// ---------------------------------------------------------------------------------------------------------

namespace {

Error wrong(const ReadContext& c, const std::string& path, const std::string& wanted)
{
    return c.error(path, "is not " + wanted, "correct it there");
}

Result<double> read_number(const Json& j, const std::string& path, const ReadContext& c)
{
    if (j.is_number()) return j.get<double>();
    return wrong(c, path, "a number");
}

Result<CurveKey> read_key(const Json& j, const std::string& path, const ReadContext& c, Json& rest)
{
    TESSERA_TRY(f, Fields::of(j, path, c));
    CurveKey k;
    std::string rule(name_of(k.interpolation));
    if (!j.contains("time") || !j.contains("value")) return wrong(c, path, "a key: it needs a time and a value");
    TESSERA_CHECK(f.read("time", k.time));
    TESSERA_CHECK(f.read("value", k.value));
    TESSERA_CHECK(f.read("interpolation", rule));
    TESSERA_CHECK(f.read("out_slope", k.out_slope));
    TESSERA_CHECK(f.read("in_slope", k.in_slope));
    TESSERA_CHECK(f.read("broken", k.broken));
    TESSERA_CHECK(f.read("in_length", k.in_length));
    TESSERA_CHECK(f.read("out_length", k.out_length));
    const auto known = interpolation_named(rule);
    if (!known)
        return c.error(path + "/interpolation", "is '" + rule + "', which is not a way to interpolate",
                       "use constant, linear, smooth, cubic, catmull-rom or bezier");
    k.interpolation = *known;
    rest = f.rest();
    return k;
}

Result<Extrapolation> read_extrapolation(Fields& f, const std::string& name)
{
    std::string text = "constant";
    TESSERA_CHECK(f.read(name, text));
    if (const auto known = extrapolation_named(text)) return *known;
    return f.context().error(f.path(name), "is '" + text + "', which is not a way to extrapolate",
                             "use constant, linear, loop, loop-offset or bounce");
}

Result<Value> read_value(const Json& j, const std::string& path, ParamType type, const ReadContext& c, Json& rest)
{
    if (type == ParamType::Bool) return j.is_boolean() ? Result<Value>(j.get<bool>()) : wrong(c, path, "true or false");
    if (type == ParamType::Enum || type == ParamType::String || type == ParamType::File)
        return j.is_string() ? Result<Value>(j.get<std::string>()) : wrong(c, path, "a text");
    if (type == ParamType::Curve) {
        if (j.is_null()) return Value(CurvePtr{});
        TESSERA_TRY(curve, read_curve(j, path, c, rest));
        return Value(std::make_shared<const Curve>(std::move(curve)));
    }
    if (data_type(type)) {
        if (!j.is_object() || !j.contains("data")) return wrong(c, path, "an object with the field data");
        return Value(OpaqueData{j["data"].is_null() ? "" : compact_json(j["data"])});
    }
    Value value = zero_value(type);
    const int n = component_count(type);
    if (n == 1) {
        TESSERA_TRY(number, read_number(j, path, c));
        auto exact = converted(Value(number), type);
        if (!exact) return wrong(c, path, "a whole number that fits into 32 bits");
        return std::move(*exact);
    }
    if (!j.is_array() || j.size() != size_t(n)) return wrong(c, path, "an array of " + std::to_string(n) + " numbers");
    for (int i = 0; i < n; ++i) {
        TESSERA_TRY(number, read_number(j[size_t(i)], path + '/' + std::to_string(i), c));
        set_component(value, i, number);
    }
    return value;
}

bool is_source(const Json& j, ParamType type)
{
    if (!j.is_object()) return false;
    if (type == ParamType::Curve || data_type(type)) return j.contains("link");
    return j.contains("curve") || j.contains("expression") || j.contains("link");
}

Result<ParamSource> read_source(Fields& f, Json& rest)
{
    std::string expression, link;
    CurvePtr curve;
    Json curve_rest;
    if (const Json* j = f.take("curve")) {
        TESSERA_TRY(read, read_curve(*j, f.path("curve"), f.context(), curve_rest));
        curve = std::make_shared<const Curve>(std::move(read));
    }
    const bool has_expression = f.take("expression"), has_link = f.take("link");
    TESSERA_CHECK(f.read("expression", expression));
    TESSERA_CHECK(f.read("link", link));
    f.take("value");
    rest = f.rest();
    if (!curve_rest.is_null()) rest["curve"] = curve_rest;
    if (has_expression) return ParamSource(ExpressionSource{expression, curve});
    if (has_link) return ParamSource(LinkSource{link});
    return ParamSource(curve);
}

Result<Param> read_components(const Json& json, const std::string& path, const ParamInfo& info, const ReadContext& c,
                              Json& rest)
{
    const int n = component_count(info.type);
    if (json.size() != size_t(n)) return wrong(c, path, "an array of " + std::to_string(n));
    Param p{info.fallback, std::vector<ParamSource>(size_t(n))};
    Json rests = Json::array();
    bool any_rest = false;
    for (int i = 0; i < n; ++i) {
        const Json& j = json[size_t(i)];
        const std::string at = path + '/' + std::to_string(i);
        Json source_rest;
        const Json* number = &j;
        if (is_source(j, info.type)) {
            TESSERA_TRY(f, Fields::of(j, at, c));
            TESSERA_TRY(source, read_source(f, source_rest));
            p.sources[size_t(i)] = std::move(source);
            number = j.contains("value") ? &j["value"] : nullptr;
        }
        if (number) {
            TESSERA_TRY(v, read_number(*number, at, c));
            set_component(p.value, i, v);
        }
        any_rest = any_rest || !source_rest.empty();
        rests.push_back(source_rest.empty() ? Json() : std::move(source_rest));
    }
    if (any_rest) rest = std::move(rests);
    return p;
}

} // namespace

Result<Curve> read_curve(const Json& json, const std::string& path, const ReadContext& c, Json& rest)
{
    TESSERA_TRY(f, Fields::of(json, path, c));
    const Json* list = f.take("keys");
    if (!list || !list->is_array()) return wrong(c, path, "a curve: it needs an array of keys");
    std::vector<CurveKey> keys;
    Json rests = Json::array();
    bool any_rest = false;
    for (size_t i = 0; i < list->size(); ++i) {
        Json key_rest;
        TESSERA_TRY(key, read_key((*list)[i], f.path("keys") + '/' + std::to_string(i), c, key_rest));
        keys.push_back(key);
        any_rest = any_rest || !key_rest.empty();
        rests.push_back(key_rest.empty() ? Json() : std::move(key_rest));
    }
    TESSERA_TRY(before, read_extrapolation(f, "before"));
    TESSERA_TRY(after, read_extrapolation(f, "after"));
    Json unknown = f.rest();
    if (any_rest) unknown["keys"] = std::move(rests);
    if (!unknown.empty()) rest = std::move(unknown);
    auto curve = Curve::make(std::move(keys), before, after);
    if (!curve) return c.error(path, "is not a curve: " + curve.error().message, curve.error().remedy);
    return curve;
}

Result<Param> read_param(const Json& json, const std::string& path, const ParamInfo& info, const ReadContext& c,
                         Json& rest)
{
    const bool list = component_count(info.type) > 1 && json.is_array();
    bool any = false;
    if (list)
        for (const Json& j : json) any = any || is_source(j, info.type);
    if (any) return read_components(json, path, info, c, rest);
    if (!is_source(json, info.type)) {
        TESSERA_TRY(value, read_value(json, path, info.type, c, rest));
        return Param{std::move(value), {}};
    }
    if (component_count(info.type) > 1)
        return wrong(c, path,
                     "an array of " + std::to_string(component_count(info.type)) +
                         ": each component has a source of its own");
    TESSERA_TRY(f, Fields::of(json, path, c));
    Param p{info.fallback, {}};
    TESSERA_TRY(source, read_source(f, rest));
    p.sources.push_back(std::move(source));
    if (json.contains("value")) {
        Json value_rest;
        TESSERA_TRY(value, read_value(json["value"], path + "/value", info.type, c, value_rest));
        if (!value_rest.empty()) rest["value"] = std::move(value_rest);
        p.value = std::move(value);
    }
    return p;
}

std::optional<Param> guessed_param(const Json& json)
{
    Value value;
    if (json.is_boolean())
        value = json.get<bool>();
    else if (json.is_string())
        value = json.get<std::string>();
    else if (json.is_number_float())
        value = json.get<double>();
    else if (json.is_number_integer()) {
        const double number = json.get<double>();
        const auto whole = converted(Value(number), ParamType::Int);
        if (!whole) return std::nullopt;
        value = *whole;
    } else if (json.is_array() && (json.size() == 16 || (json.size() >= 2 && json.size() <= 4))) {
        static constexpr ParamType types[] = {ParamType::Vec2, ParamType::Vec3, ParamType::Vec4};
        value = zero_value(json.size() == 16 ? ParamType::Matrix : types[json.size() - 2]);
        for (size_t i = 0; i < json.size(); ++i) {
            if (!json[i].is_number_float()) return std::nullopt;
            set_component(value, int(i), json[i].get<double>());
        }
    } else {
        return std::nullopt;
    }
    if (compact_json(value_json(value, type_of(value))) != compact_json(json)) return std::nullopt;
    return Param{std::move(value), {}};
}

} // namespace tessera
