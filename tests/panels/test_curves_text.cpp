// Curves as text, the axes of the view, the list of channels, and edits of a selection over several of them.
#include "app/panels/curves/channel_list.h"
#include "app/panels/curves/curve_camera.h"
#include "app/panels/curves/key_selection.h"
#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>

using namespace tessera;

namespace {

CurveKey key(double time, double value, Interpolation rule = Interpolation::Linear)
{
    CurveKey k;
    k.time = time, k.value = value, k.interpolation = rule;
    return k;
}

template <class T> T must(Result<T> result)
{
    if (!result) FAIL(result.error().text());
    return std::move(*result);
}

struct Fixture {
    Fixture()
    {
        for (const char* op : {"transform", "grade", "blur"}) project = must(add_node(project, 1, op, {}));
        translate_x = *channel_at(*project, "Transform1.translate.x");
        translate_y = *channel_at(*project, "Transform1.translate.y");
        put(translate_x, {key(1, 0), key(11, 100)});
        put(translate_y, {key(1, 5), key(21, 7)});
    }
    void put(const ChannelRef& ref, std::vector<CurveKey> keys)
    {
        const CurveChange change{ref, must(Curve::make(std::move(keys)))};
        project = must(set_curves(project, {&change, 1}));
    }
    ProjectPtr project = make_project();
    ChannelRef translate_x, translate_y;
};

} // namespace

TEST_CASE("copied keys come back as they were")
{
    CurveKey odd = key(3.25, -1e-7, Interpolation::Bezier);
    odd.in_slope = 1.5, odd.out_slope = -2, odd.in_length = 0.1, odd.out_length = 1, odd.broken = true;
    const std::vector<CopiedKeys> copied{{"Transform1.translate.x",
                                          {key(1, 0, Interpolation::CatmullRom), odd},
                                          Extrapolation::Loop,
                                          Extrapolation::LoopOffset,
                                          true},
                                         {"Blur1.size", {key(2, 1, Interpolation::Constant)}, {}, {}, false}};
    CHECK(must(keys_from_text(keys_to_text(copied))) == copied);
    for (const char* text :
         {"", "hello", "# tessera keys\n", "# tessera keys\n1 2 linear 0 0 0 0\n",
          "# tessera keys\nchannel a.b\n1 2 3\n", "# tessera keys\nchannel a.b\n1 2 linear 0 0 0 9\n",
          "# tessera keys\nchannel a.b\n1 2 linear 0 0 .1 .1\n1 2 linear 0 0 .1 .1\n",
          "# tessera keys\nchannel a.b\nnan 2 linear 0 0 .1 .1\n"})
        CHECK_FALSE_MESSAGE(keys_from_text(text), text);
    CHECK_FALSE(keys_from_text(std::string(1000000, 'x')));
}

TEST_CASE("tables of frames and values")
{
    const CurveTable t = must(table_from_text("# frame a b\n1 2.5 3\r\n\n2,\t-1;1e3\n", 1));
    CHECK(t.names == std::vector<std::string>{"a", "b"});
    CHECK(t.frames == std::vector<double>{1, 2});
    CHECK(t.columns[1] == std::vector<double>{3, 1000});
    const CurveTable again = must(table_from_text(table_to_text(t), 1));
    CHECK(again.columns == t.columns);
    CHECK(again.names == t.names);
    CHECK(must(table_from_text("5\n6\n+7", 101)).frames == std::vector<double>{101, 102, 103});
    const auto keys = keys_of_column(must(table_from_text("3 1\n1 2\n3 9", 1)), 0);
    REQUIRE(keys.size() == 2);
    CHECK(keys[1].value == 9);
    for (const char* text : {"", "# only\n", "1 2\n3\n", "1 x\n", "1 nan\n", "1 1e999\n"})
        CHECK_FALSE_MESSAGE(table_from_text(text, 1), text);
    CHECK(table_from_text("1 2\n3 oops\n", 1).error().text().find("line 2") != std::string::npos);
}

TEST_CASE("copied channels find their targets")
{
    const std::vector<CopiedKeys> two{{"a.x", {}, {}, {}, false}, {"a.y", {}, {}, {}, false}};
    CHECK(paste_order(two, {"a.y", "a.x"}) == std::vector<int>{1, 0});
    CHECK(paste_order(two, {"b.x", "b.y", "b.z"}) == std::vector<int>{0, 1, -1});
    CHECK(paste_order({two[0]}, {"b.x", "b.y"}) == std::vector<int>{0, 0});
}

TEST_CASE("axes: zoom keeps the place under the pointer, fit shows all, marks are readable")
{
    Axis a{0, 100, 50, 500};
    CHECK(a.to_screen(50) == 300);
    CHECK(a.from_screen(300) == doctest::Approx(50));
    zoom(a, 20, 2, 1, 1e6);
    CHECK(a.high - a.low == doctest::Approx(50));
    CHECK(a.from_screen(a.to_screen(20)) == doctest::Approx(20));
    CHECK(a.to_screen(20) == doctest::Approx(150));
    pan(a, 10);
    CHECK(a.to_screen(20) == doctest::Approx(160));
    for (int i = 0; i < 1000; ++i) zoom(a, 3, 1.3, 1, 1e6);
    CHECK(a.high - a.low == doctest::Approx(1));
    for (int i = 0; i < 1000; ++i) zoom(a, 3, 0.7, 1, 1e6), pan(a, 1e6f);
    CHECK(std::isfinite(a.low));
    Axis vertical{0, 1, 400, -400};
    CHECK(vertical.to_screen(1) == 0);
    fit(vertical, 5, 5, 0.1, 2);
    CHECK(vertical.low < 5);
    CHECK(vertical.high > 5);
    CHECK(vertical.to_screen(1e300) >= -1e6f);

    Axis frames{1, 101, 0, 1000};
    const auto marks = ticks(frames, 60, true);
    double before = -1e9;
    for (const Tick& t : marks) {
        CHECK(t.value == std::round(t.value));
        if (!t.strong) continue;
        CHECK(frames.to_screen(t.value) - frames.to_screen(before) >= 59);
        before = t.value;
    }
    CHECK(tick_step(frames, 60, true) == 10);
    Axis close{1, 2, 0, 1000};
    CHECK(tick_step(close, 60, true) == 1);
    CHECK(tick_text(0.30000000000000004, 0.1) == "0.3");
    CHECK(tick_text(1e-17, 0.1) == "0.0");
    CHECK(tick_text(120, 20) == "120");
}

TEST_CASE_FIXTURE(Fixture, "the list shows what the filter says")
{
    const auto list = list_channels(*project, 1, {}, ChannelFilter::Animated, "");
    REQUIRE(list.rows.size() == 4);
    CHECK(list.rows[0].label == "Transform1");
    CHECK(list.rows[0].count == 2);
    CHECK(list.rows[1].kind == ChannelRow::Kind::Param);
    CHECK(list.rows[3].label == "y");
    CHECK(list.channels[1].hue == 1);
    CHECK(list_channels(*project, 1, {}, ChannelFilter::Selected, "").rows.empty());
    CHECK(list_channels(*project, 1, {translate_x.node}, ChannelFilter::Selected, "").channels.size() == 2);
    CHECK(list_channels(*project, 1, {}, ChannelFilter::Animated, "TRANS .y").channels.size() == 1);
    CHECK(list_channels(*project, 1, {}, ChannelFilter::Animated, "nothing").rows.empty());
    CHECK(list_channels(*project, 1, {translate_x.node}, ChannelFilter::All, "").channels.size() > 5);
    CHECK(unfolded_rows(list, {}).size() == 4);
    CHECK(unfolded_rows(list, {list.rows[1].ref}).size() == 2);
    CHECK(unfolded_rows(list, {list.rows[0].ref}).size() == 1);
}

TEST_CASE_FIXTURE(Fixture, "a selection over channels is edited in one step")
{
    KeySelection all = all_keys(*project, {translate_x, translate_y});
    CHECK(all.count() == 4);
    const KeyBounds bounds = bounds_of(*project, all);
    CHECK(bounds.first == 1);
    CHECK(bounds.last == 21);
    CHECK(bounds.high == 100);
    KeyTransform t;
    t.time_by = 3;
    const auto moved = must(edit_keys(
        project, all, [&](const ChannelRef&, const Curve& c, const KeyTimes& k) { return transformed(c, k, t); }));
    CHECK(moved.selection.contains(translate_y, 24));
    CHECK(must(channel_value(*moved.project, translate_x, 14)) == 100);
    all.check(*moved.project);
    CHECK(all.empty());
    const auto gone =
        must(edit_keys(project, all_keys(*project, {translate_x}),
                       [](const ChannelRef&, const Curve& c, const KeyTimes& k) { return without(c, k); }));
    CHECK(gone.selection.empty());
    CHECK_FALSE(find_channel(*gone.project, translate_x)->has_keys());
    KeySelection s;
    s.toggle(translate_x, 1);
    CHECK(s.contains(translate_x, 1));
    CHECK(described(*project, s) == "1 key of Transform1.translate.x");
    s.toggle(translate_x, 1);
    CHECK(s.empty());
}

TEST_CASE_FIXTURE(Fixture, "keys are inserted, copied and pasted elsewhere")
{
    const auto inserted = must(insert_key(project, translate_x, 6));
    CHECK(find_channel(*inserted.project, translate_x)->curve->keys().size() == 3);
    CHECK(must(channel_value(*inserted.project, translate_x, 6)) == doctest::Approx(50));
    const ChannelRef size = *channel_at(*project, "Blur1.size.x");
    const double before = must(channel_value(*project, size, 1));
    CHECK(must(channel_value(*must(insert_key(project, size, 4)).project, size, 9)) == before);

    const auto copied = copy_keys(*project, all_keys(*project, {translate_x}));
    REQUIRE(copied.size() == 1);
    CHECK(copied[0].whole);
    CHECK(first_time(copied) == 1);
    const auto pasted = must(paste_keys(project, copied, {size, translate_y}, 9));
    CHECK(must(channel_value(*pasted.project, size, 20)) == 100);
    CHECK(pasted.selection.contains(translate_y, 20));
    CHECK(find_channel(*pasted.project, translate_y)->curve->keys().size() == 4);
    CHECK_FALSE(paste_keys(project, copied, {}, 0));
}

TEST_CASE_FIXTURE(Fixture, "extrapolation of curves")
{
    const ProjectPtr p = must(set_extrapolation(project, {translate_x, translate_y}, false, Extrapolation::Loop));
    CHECK(find_channel(*p, translate_x)->curve->after() == Extrapolation::Loop);
    CHECK(find_channel(*p, translate_x)->curve->before() == Extrapolation::Constant);
}
