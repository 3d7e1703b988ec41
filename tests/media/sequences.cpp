#include "core/media/sequence.h"
#include "tests/media/support.h"
#include <doctest/doctest.h>

using namespace tessera;
using namespace tessera::test;

namespace {

void touch(const std::string& path)
{
    put_bytes(path, "x");
}

using Frames = std::vector<int>;

ResolvedFrame resolved(const std::string& pattern, FrameRange range, OutsideRange outside, int frame,
                       MissingFrame missing = MissingFrame::Error)
{
    const auto r = resolve_frame(pattern, range, outside, outside, frame, missing);
    REQUIRE_MESSAGE(r.ok(), (r.ok() ? "" : r.error().text()));
    return *r;
}

} // namespace

TEST_CASE("patterns of frame numbers")
{
    for (const char* p :
         {"a.####.exr", "/x/a.%04d.exr", "a.$F4.exr", "a.%d.exr", "a.$F.exr", "a.#", "a_%3d.exr", "####"}) {
        INFO(std::string(p));
        CHECK(is_sequence(p));
    }
    for (const char* p :
         {"a.0001.exr", "take#2/a.exr", "%04d/a.exr", "a.$G4.exr", "100%.exr", "a.%04x.exr", "", "a$.exr"}) {
        INFO(std::string(p));
        CHECK(!is_sequence(p));
    }
    CHECK(path_at("a.####.exr", 12) == "a.0012.exr");
    CHECK(path_at("a.%04d.exr", 12) == "a.0012.exr");
    CHECK(path_at("a.$F4.exr", 12) == "a.0012.exr");
    CHECK(path_at("a.%d.exr", 12) == "a.12.exr");
    CHECK(path_at("a.$F.exr", 12) == "a.12.exr");
    CHECK(path_at("a.##.exr", 12345) == "a.12345.exr");
    CHECK(path_at("a.####.exr", -5) == "a.-005.exr");
    CHECK(path_at("a.%04d.exr", -5) == "a.-005.exr");
    CHECK(path_at("a.#.exr", -5) == "a.-5.exr");
    CHECK(path_at("shot_##/v%d_a.####.exr", 7) == "shot_##/v%d_a.0007.exr");
    CHECK(path_at("still.exr", 7) == "still.exr");
    char expected[32];
    for (const int frame : {0, 9, 10, 99999, -1, -999, -1000, 2147483647}) {
        std::snprintf(expected, sizeof expected, "a.%04d.b", frame);
        CHECK(path_at("a.%04d.b", frame) == expected);
    }
}

TEST_CASE("the frames that exist, and the gaps between them")
{
    TemporaryFolder folder;
    for (const int f : {1, 2, 3, 7, 8, 12, -3}) touch(path_at(folder / "a.####.exr", f));
    touch(folder / "a.00001.exr"), touch(folder / "a.1.exr"), touch(folder / "a.0004.exr.tmp"),
        touch(folder / "b.0005.exr"), touch(folder / ".a.0006.exr.partial-77");
    touch(folder / "a.12345.exr");
    for (const char* pattern : {"a.####.exr", "a.%04d.exr", "a.$F4.exr"}) {
        const auto range = find_sequence(folder / pattern);
        REQUIRE(range.ok());
        CHECK(range->frames == Frames{-3, 1, 2, 3, 7, 8, 12, 12345});
        CHECK(range->first == -3);
        CHECK(range->last == 12345);
        CHECK(range->gaps == std::vector<FrameRange>{{-2, 0}, {4, 6}, {9, 11}, {13, 12344}});
    }
    const auto none = find_sequence(folder / "c.####.exr");
    REQUIRE(!none.ok());
    CHECK(none.error().kind == ErrorKind::NotFound);
    CHECK(none.error().text().find("c.####.exr") != std::string::npos);
    CHECK(find_sequence(folder / "nowhere/c.####.exr").error().kind == ErrorKind::NotFound);
    CHECK(find_sequence(folder / "a.exr").error().kind == ErrorKind::InvalidArgument);
}

TEST_CASE("a listing folds into sequences")
{
    const auto entries =
        fold({"a.0001.exr", "a.0003.exr", "a.0002.exr", "b.1.png", "b.9.png", "b.10.png", "readme.txt", "c.0001.exr",
              "shot010_v2.0100.dpx", "shot010_v2.0101.dpx", "d.-001.exr", "d.0000.exr", "d.0001.exr", "clip.mp4",
              "e.099.tif", "e.100.tif", "2024.txt", "huge12345678901234.exr"});
    const std::vector<ListingEntry> expected = {{"2024.txt", {}},         {"a.####.exr", {1, 2, 3}},
                                                {"b.%d.png", {1, 9, 10}}, {"c.0001.exr", {}},
                                                {"clip.mp4", {}},         {"d.####.exr", {-1, 0, 1}},
                                                {"e.###.tif", {99, 100}}, {"huge12345678901234.exr", {}},
                                                {"readme.txt", {}},       {"shot010_v2.####.dpx", {100, 101}}};
    REQUIRE(entries.size() == expected.size());
    for (size_t i = 0; i < entries.size(); ++i) {
        INFO(entries[i].name);
        CHECK(entries[i] == expected[i]);
    }
    CHECK(fold({}).empty());
    // what is folded is found again
    for (const ListingEntry& e : entries)
        if (!e.frames.empty()) CHECK(is_sequence(e.name));
}

TEST_CASE("what a frame outside the range shows")
{
    TemporaryFolder folder;
    const std::string p = folder / "a.####.exr";
    for (int f = 10; f <= 13; ++f) touch(path_at(p, f));
    const FrameRange range{10, 13};
    const auto frame = [&](OutsideRange rule, int f) { return resolved(p, range, rule, f).frame; };
    CHECK(frame(OutsideRange::Hold, 5) == 10);
    CHECK(frame(OutsideRange::Hold, 99) == 13);
    for (int f = -30; f < 60; ++f) {
        const int looped = 10 + ((f - 10) % 4 + 4) % 4;
        CHECK(frame(OutsideRange::Loop, f) == looped);
        const int phase = ((f - 10) % 6 + 6) % 6; // 10 11 12 13 12 11
        CHECK(frame(OutsideRange::Bounce, f) == 10 + (phase < 4 ? phase : 6 - phase));
    }
    CHECK(resolved(p, range, OutsideRange::Black, 9).kind == ResolvedFrame::Kind::Black);
    CHECK(resolved(p, range, OutsideRange::Black, 11).path == path_at(p, 11));
    CHECK(resolved(p, {10, 10}, OutsideRange::Bounce, 77).frame == 10);
    CHECK(resolved(p, range, OutsideRange::Loop, -2147483647 - 1).frame >= 10);
    const auto error = resolve_frame(p, range, OutsideRange::Hold, OutsideRange::Error, 14, MissingFrame::Error);
    REQUIRE(!error.ok());
    CHECK(error.error().text().find("no frame 14: it goes from 10 to 13") != std::string::npos);
    CHECK(error.error().frame == 14.0);
    CHECK(!resolve_frame(p, {5, 4}, OutsideRange::Hold, OutsideRange::Hold, 5, MissingFrame::Error).ok());
    CHECK(resolved("/x/still.png", {1, 1}, OutsideRange::Error, 50).path == "/x/still.png");
}

TEST_CASE("what a missing frame shows")
{
    TemporaryFolder folder;
    const std::string p = folder / "a.%04d.exr";
    for (const int f : {2, 3, 8, 9}) touch(path_at(p, f));
    const FrameRange range{1, 10};
    const auto frame = [&](MissingFrame rule, int f) { return resolved(p, range, OutsideRange::Hold, f, rule).frame; };
    CHECK(frame(MissingFrame::Hold, 5) == 3);
    CHECK(frame(MissingFrame::Hold, 7) == 3);
    CHECK(frame(MissingFrame::Hold, 1) == 2);
    CHECK(frame(MissingFrame::Hold, 50) == 9);
    CHECK(frame(MissingFrame::Nearest, 5) == 3);
    CHECK(frame(MissingFrame::Nearest, 6) == 8);
    CHECK(frame(MissingFrame::Nearest, 7) == 8);
    CHECK(frame(MissingFrame::Nearest, 8) == 8);
    CHECK(resolved(p, range, OutsideRange::Hold, 5, MissingFrame::Black).kind == ResolvedFrame::Kind::Black);
    CHECK(resolved(p, range, OutsideRange::Hold, 5, MissingFrame::Checker).kind == ResolvedFrame::Kind::Checker);
    const auto error = resolve_frame(p, range, OutsideRange::Hold, OutsideRange::Hold, 5, MissingFrame::Error);
    REQUIRE(!error.ok());
    CHECK(error.error().kind == ErrorKind::NotFound);
    CHECK(error.error().text().find(path_at(p, 5)) != std::string::npos);
    CHECK(error.error().frame == 5.0);
    // only frames of the range stand in
    CHECK(!resolve_frame(p, {4, 7}, OutsideRange::Hold, OutsideRange::Hold, 5, MissingFrame::Nearest).ok());
}
