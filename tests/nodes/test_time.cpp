#include "tests/nodes/wild.h"

using namespace tessera;

namespace {

/// A constant whose red is the frame.
NodeId clock(Harness& h)
{
    const NodeId n = h.node("constant", {{"format", std::string("custom")}, {"width", 4}, {"height", 4}});
    Param p{Color(0, 0, 0, 1), {ExpressionSource{"frame", {}}, {}, {}, {}}};
    h.set(n, "color", p);
    return n;
}

double shown(Harness& h, NodeId n, double frame)
{
    const auto out = h.render(n, Rect{0, 0, 1, 1}, frame);
    REQUIRE_MESSAGE(out.ok(), out.error().text());
    return out->at(0, 0)[0];
}

/// The same, with the range 11 to 20.
NodeId ranged(Harness& h)
{
    ImageInfo info;
    info.data_window = {0, 0, 4, 4}, info.format = {4, 4};
    info.layers = {{"rgba", {"R", "G", "B", "A"}}};
    info.first_frame = 11, info.last_frame = 20;
    return h.image(flat_image({0, 0, 4, 4}, 1, 1, 1, 1), info);
}

} // namespace

TEST_CASE("frame_hold shows one frame, or every n-th")
{
    Harness h;
    const NodeId c = clock(h);
    const NodeId held = h.node("frame_hold", {{"first_frame", 7}}, {c});
    for (const double f : {-3.0, 1.0, 7.0, 100.0}) CHECK(shown(h, held, f) == 7);
    CHECK(*h.key(held, 1) == *h.key(c, 7));
    CHECK(*h.key(held, 50) == *h.key(c, 7));
    const NodeId steps = h.node("frame_hold", {{"first_frame", 2}, {"increment", 3}}, {c});
    const double expected[] = {-1, -1, -1, 2, 2, 2, 5, 5, 5, 8};
    for (int f = -1; f <= 8; ++f) CHECK(shown(h, steps, f) == expected[f + 1]);
    CHECK(h.info(held)->first_frame == 7);
    CHECK(h.info(held)->last_frame == 7);
}

TEST_CASE("time_offset moves and reverses")
{
    Harness h;
    const NodeId c = clock(h);
    CHECK(shown(h, h.node("time_offset", {{"offset", 5}}, {c}), 12) == 7);
    CHECK(shown(h, h.node("time_offset", {{"offset", -2.5}}, {c}), 12) == 14.5);
    const NodeId back =
        h.node("time_offset",
               {{"reverse", true}, {"range", std::string("custom")}, {"first", 10}, {"last", 20}, {"offset", 1}}, {c});
    CHECK(shown(h, back, 11) == 20);
    CHECK(shown(h, back, 21) == 10);
    const NodeId r = ranged(h);
    const auto moved = h.info(h.node("time_offset", {{"offset", 5}}, {r}));
    CHECK(moved->first_frame == 16);
    CHECK(moved->last_frame == 25);
    const auto reversed = h.info(
        h.node("time_offset", {{"reverse", true}, {"range", std::string("custom")}, {"first", 1}, {"last", 20}}, {r}));
    CHECK(reversed->first_frame == 1);
    CHECK(reversed->last_frame == 10);
    CHECK(*h.key(h.node("time_offset", {{"reverse", true}}, {c}), 3) ==
          *h.key(h.node("time_offset", {{"reverse", true}}, {c}), 3));
}

TEST_CASE("time operators after one another")
{
    Harness h;
    const NodeId c = clock(h);
    const NodeId n =
        h.node("time_offset", {{"offset", 10}}, {h.node("frame_hold", {{"first_frame", 1}, {"increment", 2}}, {c})});
    CHECK(shown(h, n, 14) == 3);
    const NodeId dot = h.node("dot", {}, {n}), noop = h.node("noop", {}, {dot});
    CHECK(*h.key(noop, 14) == *h.key(c, 3));
}
