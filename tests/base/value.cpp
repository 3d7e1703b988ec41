#include "core/base/value.h"
#include <charconv>
#include <doctest/doctest.h>
#include <limits>

using namespace tessera;

namespace {

constexpr int type_count = 15;

CurvePtr line(double value)
{
    CurveKey k;
    k.value = value;
    return std::make_shared<const Curve>(*Curve::make({k}));
}

Key key_of(const Value& v)
{
    Hasher h;
    add_to(h, v);
    return h.key();
}

} // namespace

TEST_CASE("a zero value of every type holds that type")
{
    for (int i = 0; i < type_count; ++i) {
        const auto type = ParamType(i);
        CHECK(holds(zero_value(type), type));
        CHECK(param_type_named(name_of(type)) == type);
        CHECK(all_finite(zero_value(type)));
    }
    CHECK_FALSE(holds(1, ParamType::Float));
    CHECK_FALSE(holds(1.0, ParamType::Int));
    CHECK_FALSE(holds(Vec4{}, ParamType::Color));
    CHECK(holds(std::string("over"), ParamType::Enum));
    CHECK_FALSE(param_type_named("number"));
}

TEST_CASE("components are read and set one by one")
{
    Value color = Color(1, 2, 3, 4);
    set_component(color, 2, 9);
    CHECK(std::get<Color>(color) == Color(1, 2, 9, 4));
    CHECK(component(color, 3) == 4);
    CHECK(component(color, 4) == 0);
    CHECK(component(color, -1) == 0);
    Value matrix = Mat4{};
    for (int i = 0; i < 16; ++i) set_component(matrix, i, i);
    CHECK(std::get<Mat4>(matrix).m[7] == 7);
    Value whole = 3;
    set_component(whole, 0, -2.5);
    CHECK(std::get<int>(whole) == -3);
    set_component(whole, 0, 2.5);
    CHECK(std::get<int>(whole) == 3);
    set_component(whole, 0, 1e300);
    CHECK(std::get<int>(whole) == std::numeric_limits<int>::max());
    Value flag = false;
    set_component(flag, 0, 0.5);
    CHECK(std::get<bool>(flag));
    set_component(flag, 0, 0.49);
    CHECK_FALSE(std::get<bool>(flag));
    CHECK(component(std::string("7"), 0) == 0);
}

TEST_CASE("component names of vectors, colours and matrices")
{
    CHECK(component_name(ParamType::Vec2, 1) == "y");
    CHECK(component_name(ParamType::Color, 3) == "a");
    CHECK(component_name(ParamType::Matrix, 6) == "m12");
    CHECK(component_name(ParamType::Float, 0) == "");
    CHECK(component_named(ParamType::Vec3, "z") == 2);
    CHECK(component_named(ParamType::Vec3, "b") == 2);
    CHECK(component_named(ParamType::Vec3, "w") == -1);
    CHECK(component_named(ParamType::Matrix, "m33") == 15);
    CHECK(component_named(ParamType::Matrix, "m34") == -1);
    CHECK(component_named(ParamType::Float, "x") == -1);
}

TEST_CASE("finite means every number of a value")
{
    const double inf = std::numeric_limits<double>::infinity(), nan = std::numeric_limits<double>::quiet_NaN();
    CHECK_FALSE(all_finite(inf));
    CHECK_FALSE(all_finite(Vec3{0, nan, 0}));
    CHECK_FALSE(all_finite(Color(0, 0, 0, -inf)));
    CHECK(all_finite(std::string("nan")));
    CHECK(all_finite(line(1)));
}

TEST_CASE("equality and keys go by contents")
{
    CHECK(same(line(2), line(2)));
    CHECK_FALSE(same(line(2), line(3)));
    CHECK_FALSE(same(line(2), CurvePtr{}));
    CHECK_FALSE(same(1, 1.0));
    CHECK(key_of(line(2)) == key_of(line(2)));
    const Value values[] = {true,
                            1,
                            1.0,
                            Vec2{1, 2},
                            Vec3{1, 2, 0},
                            Vec4{1, 2, 0, 0},
                            Color(1, 2, 0, 0),
                            std::string(""),
                            std::string("1"),
                            Mat4{},
                            line(2),
                            line(3),
                            CurvePtr{},
                            OpaqueData{"1"}};
    for (size_t i = 0; i < std::size(values); ++i)
        for (size_t k = 0; k < std::size(values); ++k) {
            CHECK((key_of(values[i]) == key_of(values[k])) == (i == k));
            CHECK(same(values[i], values[k]) == (i == k));
        }
    CHECK(key_of(0.0) == key_of(-0.0));
}

TEST_CASE("text of values")
{
    CHECK(to_text(1.5) == "1.5");
    CHECK(to_text(0.1) == "0.1");
    CHECK(to_text(3) == "3");
    CHECK(to_text(Vec2{1, 2}) == "(1, 2)");
    CHECK(to_text(std::string("over")) == "over");
    CHECK(to_text(true) == "true");
    CHECK(to_text(line(1)) == "curve with 1 keys");
    for (double v : {0.1, 1.0 / 3, 1e300, -2.5e-9, 123456789.125}) {
        const std::string text = shortest_text(v);
        double back = 0;
        std::from_chars(text.data(), text.data() + text.size(), back);
        CHECK(back == v);
    }
}
