#include "app/widgets/curve_field.h"
#include <cmath>
#include <doctest/doctest.h>

using namespace tessera;

TEST_CASE("keys of a lookup curve are moved between their neighbours, added and removed")
{
    const Curve line = straight_curve();
    REQUIRE(line.keys().size() == 2);
    CHECK(line.at(0.5) == doctest::Approx(0.5));
    const Curve three = with_key_added(line, 0.5, 0.8);
    REQUIRE(three.keys().size() == 3);
    CHECK(three.at(0.5) == doctest::Approx(0.8));
    const Curve pushed = with_key_moved(three, 1, 7, 0.2);
    CHECK(pushed.keys()[1].time < 1);
    CHECK(pushed.keys()[1].value == 0.2);
    CHECK(with_key_moved(three, 9, 0, 0) == three);
    CHECK(with_key_moved(three, 1, 0.5, std::nan("")) == three);
    CHECK(with_key_removed(three, 1) == line);
    CHECK(with_key_added(three, 0.5, 0.1).keys().size() == 3);
    const CurveRange range = range_of(with_key_moved(line, 1, 2, -1));
    CHECK(range.x1 == 2);
    CHECK(range.y0 == -1);
    CHECK(range.y1 == 1);
}
