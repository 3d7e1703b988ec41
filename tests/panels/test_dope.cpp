// The dope sheet's rows and the clips it moves.
#include "app/panels/dope_sheet/dope_rows.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

template <class T> T must(Result<T> result)
{
    if (!result) FAIL(result.error().text());
    return std::move(*result);
}

CurveKey key(double time, double value)
{
    CurveKey k;
    k.time = time, k.value = value;
    return k;
}

struct Fixture {
    Fixture()
    {
        for (const char* op : {"read", "transform", "time_offset", "frame_hold"})
            project = must(add_node(project, 1, op, {}));
        put("Transform1.translate.x", {key(1, 0), key(10, 5)});
        put("Transform1.translate.y", {key(10, 0), key(20, 5)});
        put("Transform1.rotate", {key(4, 0)});
    }
    void put(const char* path, std::vector<CurveKey> keys)
    {
        const auto ref = channel_at(*project, path);
        REQUIRE_MESSAGE(ref, path);
        const CurveChange change{*ref, must(Curve::make(std::move(keys)))};
        project = must(set_curves(project, {&change, 1}));
    }
    NodeRef node(const char* name) const { return find_node(*project, name); }
    Value value(const ProjectPtr& p, const char* name, const char* param) const
    {
        const Node& n = *find_node(*p, name).node;
        const auto it = n.params.find(param);
        return it == n.params.end() ? Value(0.0) : it->second.value;
    }
    ProjectPtr project = make_project();
};

} // namespace

TEST_CASE_FIXTURE(Fixture, "rows sum up what is below them")
{
    const DopeList list = list_dope(*project, 1, {}, ChannelFilter::Animated, "");
    REQUIRE(list.rows.size() >= 8);
    CHECK(list.rows[0].kind == DopeRow::Kind::Summary);
    CHECK(list.rows[0].times == std::vector<double>{1, 4, 10, 20});
    CHECK(list.rows[1].label == "Read1");
    REQUIRE(list.rows[1].clip);
    CHECK(list.rows[1].count == 0);
    CHECK(list.rows[2].label == "Transform1");
    CHECK_FALSE(list.rows[2].clip);
    CHECK(list.rows[2].times.size() == 4);
    CHECK(list.rows[3].times == std::vector<double>{1, 10, 20});
    CHECK(list.rows[4].times == std::vector<double>{1, 10});
    CHECK(list.rows.back().clip->kind == Clip::Kind::FrameHold);
    // Parameters are folded at first.
    CHECK(visible_rows(list, {}).size() == list.rows.size() - 2);
    CHECK(visible_rows(list, {list.rows[3].ref}).size() == list.rows.size());
    CHECK(visible_rows(list, {list.rows[2].ref}).size() == 5);
    CHECK(list_dope(*project, 1, {node("Read1").node}, ChannelFilter::Selected, "").rows.size() == 2);
    CHECK(list_dope(*project, 1, {}, ChannelFilter::Animated, "rot").rows.size() == 3);
    CHECK(list_dope(*make_project(), 1, {}, ChannelFilter::Animated, "").rows.empty());
}

TEST_CASE_FIXTURE(Fixture, "keys of rows are chosen together")
{
    const DopeList list = list_dope(*project, 1, {}, ChannelFilter::Animated, "");
    const KeySelection at_ten = keys_of_row(list, list.rows[0], 10);
    CHECK(at_ten.count() == 2);
    CHECK(keys_of_row(list, list.rows[0]).count() == 5);
    CHECK(selected_at(list, list.rows[4], 10, at_ten));
    CHECK_FALSE(selected_at(list, list.rows[4], 1, at_ten));
    KeySelection between;
    add_between(list, list.rows[2], 2, 10, between);
    CHECK(between.count() == 3);
    CHECK(*time_extent(between) == std::pair(4.0, 10.0));
    CHECK_FALSE(time_extent({}));
    CHECK(nearest_time({1, 4, 10}, 8, 3) == 10);
    CHECK(nearest_time({1, 4, 10}, 5, 3) == 4);
    CHECK_FALSE(nearest_time({1, 4, 10}, 7, 1));
    CHECK_FALSE(nearest_time({}, 7, 1));
}

TEST_CASE_FIXTURE(Fixture, "clips move by the parameter that their node goes by")
{
    CHECK(component(value(must(moved_clip(project, node("Read1"), 5)), "Read1", "frame_value"), 0) == -5);
    CHECK(component(value(must(moved_clip(project, node("TimeOffset1"), 5)), "TimeOffset1", "offset"), 0) == 5);
    CHECK(component(value(must(moved_clip(project, node("FrameHold1"), 5)), "FrameHold1", "first_frame"), 0) == 6);
    project = must(set_param(project, node("Read1"), "frame_mode", Value(std::string("start_at"))));
    CHECK(component(value(must(moved_clip(project, node("Read1"), 5)), "Read1", "frame_value"), 0) == 5);
    project = must(set_param(project, node("Read1"), "frame_mode", Value(std::string("expression"))));
    CHECK_FALSE(clip_of(*project, node("Read1"))->movable);
    CHECK_FALSE(moved_clip(project, node("Read1"), 5));
    CHECK_FALSE(moved_clip(project, node("Transform1"), 5));
    project = must(set_key(project, node("TimeOffset1"), "offset", 0, key(1, 0)));
    CHECK_FALSE(moved_clip(project, node("TimeOffset1"), 5));
    CHECK(own_range(*project, node("FrameHold1"))->first == 1);
    CHECK_FALSE(own_range(*project, node("TimeOffset1")));
}

TEST_CASE_FIXTURE(Fixture, "a trimmed Read shows the same picture at each frame that is left")
{
    // The file has frames 1001 to 1100 and is shown from 1 on.
    project = must(set_param(project, node("Read1"), "frame_value", Value(1000.0)));
    const ClipRange range{1, 100, false};
    ProjectPtr p = must(trimmed_clip(project, node("Read1"), range, false, 10));
    CHECK(*own_range(*p, node("Read1")) == ClipRange{11, 100, false});
    CHECK(component(value(p, "Read1", "first"), 0) == 1011);
    CHECK(component(value(p, "Read1", "frame_value"), 0) == 1000);
    p = must(trimmed_clip(p, node("Read1"), {11, 100, false}, true, -20));
    CHECK(*own_range(*p, node("Read1")) == ClipRange{11, 80, false});
    p = must(trimmed_clip(p, node("Read1"), {11, 80, false}, true, -500)); // one frame stays
    CHECK(*own_range(*p, node("Read1")) == ClipRange{11, 11, false});

    // Started at a frame: the start moves with the first frame.
    p = must(set_param(project, node("Read1"), "frame_mode", Value(std::string("start_at"))));
    CHECK_FALSE(clip_of(*p, node("Read1"))->trimmable);
    CHECK_FALSE(trimmed_clip(p, node("Read1"), range, false, 10));
    p = must(set_param(p, node("Read1"), "auto_range", Value(false)));
    p = must(set_param(p, node("Read1"), "frame_value", Value(1.0)));
    p = must(set_param(must(set_param(p, node("Read1"), "first", Value(1001))), node("Read1"), "last", Value(1100)));
    CHECK(*own_range(*p, node("Read1")) == range);
    p = must(trimmed_clip(p, node("Read1"), range, false, 10));
    CHECK(*own_range(*p, node("Read1")) == ClipRange{11, 100, false});
    CHECK(component(value(p, "Read1", "first"), 0) == 1011);
}
