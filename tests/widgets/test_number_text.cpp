#include "app/widgets/number_text.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

double value(const std::string& text, double present = 10)
{
    const auto result = calculated(text, present);
    REQUIRE_MESSAGE(result, text);
    return *result;
}

} // namespace

TEST_CASE("typed maths: numbers, calculations, and changes of the present value")
{
    CHECK(value("1.5") == 1.5);
    CHECK(value("=1.5") == 1.5);
    CHECK(value("= -2") == -2);
    CHECK(value("-2") == -2);
    CHECK(value("+2") == 2);
    CHECK(value("1/3") == doctest::Approx(1.0 / 3));
    CHECK(value("*2") == 20);
    CHECK(value("*=2") == 20);
    CHECK(value("/4") == 2.5);
    CHECK(value("/=4") == 2.5);
    CHECK(value("+=0.1") == doctest::Approx(10.1));
    CHECK(value("-=3") == 7);
    CHECK(value("^2") == 100);
    CHECK(value(" 2*(3+4) ") == 14);
    CHECK(value("") == 10);
    CHECK(value("*1/4") == 2.5);
}

TEST_CASE("units and a decimal comma")
{
    CHECK(value("50%") == 0.5);
    CHECK(value("12 px") == 12);
    CHECK(value("45deg") == 45);
    CHECK(value("45\xc2\xb0") == 45);
    CHECK(value("24f") == 24);
    CHECK(value("0,25") == 0.25);
    CHECK(value("*50%") == 5);
    CHECK(value("max(1,2)") == 2);
}

TEST_CASE("what gives no number is told")
{
    for (const char* bad : {"abc", "1+", "/0", "1/0", "*", "sqrt(-1)", "frame.x", "(1", "^9999", "%"})
        CHECK_MESSAGE(!calculated(bad, 10), bad);
    CHECK_FALSE(calculated(std::string(100000, '('), 1));
    CHECK_FALSE(calculated("\xff\xfe", 1));
}

TEST_CASE("which texts work on each value")
{
    for (const char* text : {"*2", "/2", "^2", "+=1", "-=1", " *2"}) CHECK(is_relative(text));
    for (const char* text : {"2", "-2", "+2", "=2", "1/3", ""}) CHECK_FALSE(is_relative(text));
}

TEST_CASE("arrows step the digit at the caret")
{
    const auto step = [](const char* text, int caret, int steps) { return stepped_digit({text, caret}, steps); };
    CHECK(step("1.25", 3, 1).text == "1.35"); // after the 2
    CHECK(step("1.25", 4, 1).text == "1.26");
    CHECK(step("1.25", 1, -1).text == "0.25");
    CHECK(step("1.25", 0, 1).text == "2.25");
    CHECK(step("1.25", 2, 1).text == "2.25"); // after the point: the digit before it
    CHECK(step("9", 1, 1).text == "10");
    CHECK(step("9", 1, 1).caret == 2);
    CHECK(step("10", 2, -1).text == "9");
    CHECK(step("1.90", 3, 1).text == "2.00"); // decimals are kept, so that the caret stays with its digit
    CHECK(step("1.90", 3, 1).caret == 3);
    CHECK(step("0.1", 3, -1).text == "0.0");
    CHECK(step("0.0", 3, -1).text == "-0.1");
    CHECK(step("-0.1", 4, 1).text == "0.0");
    CHECK(step("5", 1, 10).text == "15");
    CHECK(step("abc", 1, 1).text == "abc");
    CHECK(step("", 0, 1).text == "");
    CHECK(step("1e5", 1, 1).text == "1e5");
    CHECK(step("-", 1, 1).text == "-");
}

TEST_CASE("numbers as fields show them")
{
    CHECK(field_text(0, 4) == "0");
    CHECK(field_text(-0.0, 4) == "0");
    CHECK(field_text(1.5, 4) == "1.5");
    CHECK(field_text(1.0 / 3, 4) == "0.3333");
    CHECK(field_text(0.00001, 4) == "1.00e-05");
    CHECK(field_text(1e12, 4) == "1.00e+12");
    CHECK(field_text(100, 0) == "100");
}

TEST_CASE("a drag's speed and its grid")
{
    CHECK(drag_speed(0, 1, false) == doctest::Approx(1.0 / 240));
    CHECK(drag_speed(1, 1048576, true) <= 1);
    CHECK(drag_speed(1, 1, false) > 0);
    CHECK(rounded_drag(0.3417968, 0, 1, false, false) == 0.342);
    CHECK(rounded_drag(0.3417968, 0, 1, false, true) == 0.3418);
    CHECK(rounded_drag(0.1 + 0.2, 0, 1, false, false) == 0.3);
    CHECK(rounded_drag(3.6, 0, 10, true, false) == 4);
}
