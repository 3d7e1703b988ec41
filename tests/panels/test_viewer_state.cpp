// What a viewer keeps between sessions, and the texts it shows.
#include "app/panels/viewer/probe_text.h"
#include "app/panels/viewer/viewer_compare.h"
#include "app/panels/viewer/viewer_state.h"
#include "core/doc/project_file.h"
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <limits>

using namespace tessera;

TEST_CASE("viewer state: comes back as it was")
{
    ViewerState s;
    s.a = 3, s.b = 9, s.compare = CompareMode::Difference, s.wiped = true, s.wipe = {{12.5, -3}, 45, 0.25};
    s.layer = "depth", s.look.exposure = -1.5, s.look.gamma = 1.2, s.look.channels = ShownChannels::Alpha,
    s.look.clipping = true;
    s.look.display = "sRGB", s.look.view = "Raw \"x\"", s.region = Rect{1, 2, 30, 40}, s.region_on = true, s.bits = 10;
    s.guides.mask = 2.39, s.guides.thirds = true, s.camera = {{7, 8}, 0.5}, s.fit = false, s.proxy = 3,
    s.proxy_on = true;
    const std::string text = viewer_state_json(s);
    CHECK(viewer_state_json(viewer_state_from(text)) == text);
    CHECK(viewer_state_from(text).region == s.region);
    CHECK(viewer_state_from(text).look == s.look);
}

TEST_CASE("viewer state: rubbish gives defaults")
{
    const std::string defaults = viewer_state_json({});
    for (const char* text :
         {"", "[1, 2]", "{", "nonsense", R"({"a": "x", "compare": 99, "region": [5, 5, 1, 1], "gamma": -1})",
          R"({"a": 1e300, "zoom": "big", "bits": 3, "region": "no", "region_on": true})"}) {
        const ViewerState s = viewer_state_from(text);
        CHECK(s.a == 0);
        CHECK(s.compare == CompareMode::Off);
        CHECK(s.look.gamma == 1);
        CHECK_FALSE(s.region);
        CHECK_FALSE(s.region_on);
        CHECK(s.bits == 8);
    }
    CHECK(viewer_state_json(viewer_state_from("{}")) == defaults);
    CHECK(viewer_state_from(R"({"zoom": 1e9})").camera.zoom == most_zoom);
}

TEST_CASE("viewer: channels, layers, proxies, stops")
{
    CHECK(toggled(ShownChannels::Colour, ShownChannels::Alpha) == ShownChannels::Alpha);
    CHECK(toggled(ShownChannels::Alpha, ShownChannels::Alpha) == ShownChannels::Colour);
    CHECK(toggled(ShownChannels::Alpha, ShownChannels::Red) == ShownChannels::Red);
    const std::vector<Layer> layers{{"rgba", {"R"}}, {"depth", {"Z"}}, {"id", {"x"}}};
    CHECK(neighbour_layer(layers, "rgba", 1) == "depth");
    CHECK(neighbour_layer(layers, "rgba", -1) == "id");
    CHECK(neighbour_layer(layers, "gone", 1) == "rgba");
    CHECK(neighbour_layer({}, "rgba", 1) == "rgba");
    CHECK(proxy_name(0) == "1:1");
    CHECK(proxy_name(3) == "1:8");
    CHECK(stops_text(1.5) == "+1.5");
    CHECK(stops_text(-3) == "-3");
    CHECK(stops_text(0) == "0");
}

TEST_CASE("viewer: values as text")
{
    CHECK(probe_number(0.18) == "0.18000");
    CHECK(probe_number(12.345) == "12.345");
    CHECK(probe_number(0) == "0.00000");
    CHECK(probe_number(1e-7) == "1e-07");
    CHECK(probe_number(2.5e6) == "2.5e+06");
    CHECK(probe_number(std::numeric_limits<double>::quiet_NaN()) == "nan");
    CHECK(probe_number(-std::numeric_limits<double>::infinity()) == "-inf");
    CHECK(code_text({0, 0.5, 1, 1}, 8) == "0 128 255");
    CHECK(code_text({0, 1, 2, 1}, 10) == "0 1023 1023");
    CHECK(hsv_text({0, 1, 0, 1}).starts_with("H 120  S 1.00  V 1"));
    CHECK(channels_text({"rgba", {"R", "G", "B", "A"}}) == "rgba");
    CHECK(channels_text({"depth", {"Z"}}) == "depth Z");
    CHECK(has_slot({"rgba", {"R", "G", "B"}}, 2));
    CHECK_FALSE(has_slot({"rgba", {"R", "G", "B"}}, 3));
}

TEST_CASE("viewer: former versions of a project")
{
    namespace fs = std::filesystem;
    const fs::path folder = fs::temp_directory_path() / "tessera-versions-test";
    fs::remove_all(folder);
    fs::create_directories(folder / ".backups");
    for (const char* name :
         {"shot_v001.tess", "shot_v002.tess", "notes.txt", ".backups/shot_v002.20240101-120000.tess"})
        std::ofstream(folder / name) << "{}";
    const auto found = versions_beside((folder / "shot_v002.tess").string());
    CHECK(found.size() == 2);
    CHECK(versions_beside("").empty());
    CHECK(versions_beside((folder / "nowhere" / "x.tess").string()).empty());
    fs::remove_all(folder);
    ProjectPtr a = *add_node(make_project(), 1, "grade", {}, "Match"),
               b = *add_node(make_project(), 1, "blur", {}, "Other");
    b = *add_node(b, 1, "grade", {}, "Match");
    CHECK(same_place(*a, {1, 1}, *b).node == 2);
    CHECK(same_place(*a, {1, 1}, *make_project()).node == 0);
}
