#include "tests/nodes/harness.h"
#include <doctest/doctest.h>

using namespace tessera;

TEST_CASE("pixels put in come out unchanged, and zero beyond the data window")
{
    Harness h;
    const HostImage in = noise_image({3, 2, 40, 31});
    const NodeId a = h.image(in);
    auto out = h.render(a, Rect{0, 0, 50, 40});
    REQUIRE_MESSAGE(out.ok(), out.error().text());
    for (int y = 0; y < 40; ++y)
        for (int x = 0; x < 50; ++x)
            for (int c = 0; c < 4; ++c)
                REQUIRE(out->at(x, y)[c] == (in.region.contains(x, y) ? in.at(x, y)[c] : 0.0f));
}
