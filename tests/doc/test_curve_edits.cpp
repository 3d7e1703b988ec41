// Edits of whole curves: what they make of constants, expressions, links and lookup curves, and what they refuse.
#include "core/doc/curve_edits.h"
#include "tests/doc/helpers.h"

using namespace tessera;
using namespace tessera::test;

namespace {

CurveKey key(double time, double value, Interpolation rule = Interpolation::Linear)
{
    CurveKey k;
    k.time = time, k.value = value, k.interpolation = rule;
    return k;
}

Curve curve(std::vector<CurveKey> keys)
{
    return must(Curve::make(std::move(keys)));
}

struct Fixture {
    ProjectPtr project = added(make_project(), "test_blur", "Blur1");
    ChannelRef ref(const char* param, int component = 0) const { return {1, id(project, "Blur1"), param, component}; }
    ProjectPtr with(const char* param, std::vector<CurveKey> keys, int component = 0) const
    {
        const CurveChange change{ref(param, component), curve(std::move(keys))};
        return must(set_curves(project, {&change, 1}));
    }
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "curves of several channels change together")
{
    const CurveChange changes[] = {{ref("size"), curve({key(1, 0), key(11, 10)})},
                                   {ref("centre", 1), curve({key(1, 5), key(3, 7)})}};
    const ProjectPtr p = must(set_curves(project, changes));
    CHECK(number(p, "Blur1", "size", 6) == doctest::Approx(5));
    CHECK(component(must(evaluated(p, "Blur1", "centre", 2)), 1) == doctest::Approx(6));
    CHECK(component(must(evaluated(p, "Blur1", "centre", 2)), 0) == 100); // the other component stays
    CHECK(find_channel(*p, ref("size"))->kind == ChannelKind::Curve);
    CHECK(find_channel(*p, ref("centre"))->kind == ChannelKind::Constant);
}

TEST_CASE_FIXTURE(Fixture, "a curve without keys leaves the constant it ended with")
{
    project = with("size", {key(1, 0), key(11, 42)});
    const CurveChange none{ref("size"), {}};
    const ProjectPtr p = must(set_curves(project, {&none, 1}));
    CHECK(number(p, "Blur1", "size") == 42);
    CHECK(at(p, "Blur1").node->params.find("size")->second.sources.empty());
}

TEST_CASE_FIXTURE(Fixture, "keys keep to a hard range and to the choices of an enum")
{
    CHECK(number(with("hard", {key(1, -5), key(11, 50)}), "Blur1", "hard", 11) == 10);
    CHECK(number(with("hard", {key(1, -5), key(11, 50)}), "Blur1", "hard", 1) == 0);
    const ProjectPtr p = with("mode", {key(1, 0, Interpolation::Constant), key(5, 99, Interpolation::Constant)});
    CHECK(std::get<std::string>(must(evaluated(p, "Blur1", "mode", 6))) == "screen");
    const CurveChange none{ref("mode"), {}};
    CHECK(std::get<std::string>(must(evaluated(must(set_curves(p, {&none, 1})), "Blur1", "mode"))) == "screen");
    CHECK(must(channel_value(*p, ref("mode"), 6)) == 3);
}

TEST_CASE_FIXTURE(Fixture, "a lookup curve is edited as a value")
{
    project = with("lookup", {key(0, 0), key(1, 1)});
    const auto channel = find_channel(*project, ref("lookup"));
    REQUIRE(channel);
    CHECK(channel->kind == ChannelKind::Lookup);
    CHECK(channel->has_keys());
    CHECK(must(channel_value(*project, ref("lookup"), 0.25)) == doctest::Approx(0.25));
    const CurveChange none{ref("lookup"), {}};
    CHECK_FALSE(find_channel(*must(set_curves(project, {&none, 1})), ref("lookup"))->has_keys());
}

TEST_CASE_FIXTURE(Fixture, "an expression keeps the keys it reads")
{
    project = with("size", {key(1, 0), key(11, 10)});
    project = must(set_channel_expression(project, ref("size"), "curve(frame) * 2"));
    CHECK(number(project, "Blur1", "size", 6) == doctest::Approx(10));
    project = with("size", {key(1, 0), key(11, 20)}); // its keys can still be edited
    CHECK(number(project, "Blur1", "size", 6) == doctest::Approx(20));
    const CurveChange none{ref("size"), {}};
    CHECK(contains(error_of(set_curves(project, {&none, 1})), "reads these keys"));
    project = must(set_channel_expression(project, ref("size"), ""));
    CHECK(number(project, "Blur1", "size", 6) == doctest::Approx(10));
    CHECK(find_channel(*project, ref("size"))->kind == ChannelKind::Curve);
}

TEST_CASE_FIXTURE(Fixture, "what a link or a plain expression drives takes no keys until it is baked")
{
    project = driven(project, "Blur1", "size", "frame * 2");
    const CurveChange change{ref("size"), curve({key(1, 0)})};
    CHECK(contains(error_of(set_curves(project, {&change, 1})), "Blur1.size is driven by an expression"));
    const ProjectPtr p = must(bake_channel(project, ref("size"), {1, 5, 1}, Interpolation::Linear));
    const auto channel = find_channel(*p, ref("size"));
    REQUIRE(channel->has_keys());
    CHECK(channel->kind == ChannelKind::Curve);
    CHECK(channel->curve->keys().size() == 5);
    CHECK(number(p, "Blur1", "size", 3) == 6);
}

TEST_CASE_FIXTURE(Fixture, "generated keys replace those in the range and leave those outside")
{
    project = with("size", {key(0, 1), key(5, 2), key(20, 3)});
    const ProjectPtr p =
        must(generate_channel(project, ref("size"), "frame + curve(frame)", {4, 6, 1}, Interpolation::Linear));
    const auto keys = find_channel(*p, ref("size"))->curve->keys();
    REQUIRE(keys.size() == 5);
    CHECK(keys[0].time == 0);
    CHECK(keys[2].value == doctest::Approx(7));
    CHECK(keys[4].time == 20);
    CHECK(find_channel(*p, ref("size"))->kind == ChannelKind::Curve);
    CHECK_FALSE(generate_channel(project, ref("size"), "frame +", {1, 5, 1}, Interpolation::Linear));
    CHECK_FALSE(generate_channel(project, ref("size"), "frame", {5, 1, 1}, Interpolation::Linear));
    CHECK_FALSE(generate_channel(project, ref("size"), "frame", {1, 5, 0}, Interpolation::Linear));
    CHECK_FALSE(generate_channel(project, ref("size"), "1 / (frame - 3)", {1, 5, 1}, Interpolation::Linear));
    CHECK_FALSE(generate_channel(project, ref("size"), "frame", {1, 1e9, 1}, Interpolation::Linear));
}

TEST_CASE_FIXTURE(Fixture, "channels are named by paths and found by them")
{
    for (const char* path : {"Blur1.size", "Blur1.centre.y", "Blur1.tint.a", "Blur1.lookup", "Blur1.mode"}) {
        const auto found = channel_at(*project, path);
        REQUIRE_MESSAGE(found, path);
        CHECK(path_of(*project, *found) == path);
    }
    for (const char* path :
         {"", ".", "Blur1", "Blur1.", ".size", "Blur2.size", "Blur1.nothing", "Blur1.size.x.y", "Blur1.text"})
        CHECK_FALSE_MESSAGE(channel_at(*project, path), path);
    CHECK_FALSE(find_channel(*project, ref("centre", 2)));
    CHECK_FALSE(find_channel(*project, {1, 99, "size", 0}));
    const CurveChange change{{1, 99, "size", 0}, curve({key(1, 0)})};
    CHECK_FALSE(set_curves(project, {&change, 1}));
}
