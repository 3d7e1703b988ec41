#include "app/cli/values.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

ParamDesc param(ParamType type, Value fallback)
{
    ParamDesc p;
    p.name = "size";
    p.type = type;
    p.fallback = std::move(fallback);
    return p;
}

std::string parsed(const ParamDesc& p, std::string_view text)
{
    const auto value = parse_value(p, text);
    if (!value) return "error: " + value.error().message;
    REQUIRE(holds(*value, p.type));
    return to_text(*value);
}

bool refused(const ParamDesc& p, std::string_view text)
{
    const auto value = parse_value(p, text);
    return !value && value.error().kind == ErrorKind::InvalidArgument && !value.error().remedy.empty() &&
           value.error().message.find("size") != std::string::npos;
}

} // namespace

TEST_CASE("numbers and switches")
{
    const auto f = param(ParamType::Float, 1.0);
    CHECK(std::get<double>(*parse_value(f, "1.5")) == 1.5);
    CHECK(std::get<double>(*parse_value(f, "-2e-3")) == -0.002);
    CHECK(std::get<double>(*parse_value(f, "+4")) == 4);
    for (const char* text : {"", "x", "1,2", "nan", "inf", "1e999", "1px", "1 2"}) CHECK(refused(f, text));

    const auto i = param(ParamType::Int, 1);
    CHECK(std::get<int>(*parse_value(i, "-3")) == -3);
    for (const char* text : {"1.5", "4000000000", "one"}) CHECK(refused(i, text));

    const auto b = param(ParamType::Bool, false);
    for (const char* text : {"true", "on", "YES", "1"}) CHECK(std::get<bool>(*parse_value(b, text)));
    for (const char* text : {"false", "Off", "no", "0"}) CHECK(!std::get<bool>(*parse_value(b, text)));
    CHECK(refused(b, "maybe"));
}

TEST_CASE("vectors and colours")
{
    const auto v = param(ParamType::Vec2, Vec2{});
    for (const char* text : {"(1, 2)", "1,2", "1 2", " ( 1 2 ) "}) {
        CAPTURE(text);
        const auto value = parse_value(v, text);
        REQUIRE(value.ok());
        CHECK(std::get<Vec2>(*value) == Vec2{1, 2});
    }
    CHECK(std::get<Vec2>(*parse_value(v, "3")) == Vec2{3, 3});
    for (const char* text : {"1,2,3", "(1,2) x", "", "()", "1;2"}) CHECK(refused(v, text));

    const auto c = param(ParamType::Color, Color(0, 0, 0, 0.5));
    CHECK(std::get<Color>(*parse_value(c, "1,2,3")) == Color(1, 2, 3, 0.5));
    CHECK(std::get<Color>(*parse_value(c, "1,2,3,4")) == Color(1, 2, 3, 4));
    CHECK(std::get<Color>(*parse_value(c, "0.2")) == Color(0.2));
    CHECK(refused(c, "1,2"));

    const auto m = param(ParamType::Matrix, Mat4{});
    const auto value = parse_value(m, "1,2,3,4,5,6,7,8,9");
    REQUIRE(value.ok());
    CHECK(std::get<Mat4>(*value).m == std::array<double, 16>{1, 2, 3, 0, 4, 5, 6, 0, 7, 8, 9, 0, 0, 0, 0, 1});
    CHECK(refused(m, "1"));
}

TEST_CASE("choices and text")
{
    auto e = param(ParamType::Enum, std::string("over"));
    e.choices = {"over", "plus", "multiply"};
    CHECK(parsed(e, "Plus") == to_text(Value(std::string("plus"))));
    const auto wrong = parse_value(e, "multply");
    REQUIRE(!wrong.ok());
    CHECK(wrong.error().remedy.find("'multiply'") != std::string::npos);

    const auto s = param(ParamType::String, std::string());
    CHECK(std::get<std::string>(*parse_value(s, " a b ")) == " a b ");
    const auto curve = parse_value(param(ParamType::Curve, CurvePtr()), "1");
    REQUIRE(!curve.ok());
    CHECK(curve.error().kind == ErrorKind::Unsupported);
}
