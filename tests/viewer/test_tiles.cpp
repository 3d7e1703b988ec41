// Tiles: packing, cutting, which are asked for first, which are drawn.
#include "app/viewer/picture.h"
#include "app/viewer/shown_tiles.h"
#include "tests/viewer/scene.h"
#include <cmath>
#include <limits>

using namespace tessera;

namespace {

TilePtr tile(int level, const Rect& area, uint64_t id)
{
    auto t = std::make_shared<Tile>();
    t->id = id, t->level = level, t->area = area;
    return t;
}

std::vector<uint64_t> ids(const std::vector<TilePtr>& tiles)
{
    std::vector<uint64_t> out;
    for (const TilePtr& t : tiles) out.push_back(t->id);
    return out;
}

} // namespace

TEST_CASE("values become bytes by plain rounding, top row first")
{
    HostImage image(Rect{-3, 5, 5, 9});
    for (size_t i = 0; i < image.pixels.size(); ++i) image.pixels[i] = float(i) / 100.0f - 0.1f;
    image.at(-3, 5)[0] = std::numeric_limits<float>::quiet_NaN();
    image.at(-3, 5)[1] = std::numeric_limits<float>::infinity();
    image.at(-3, 5)[2] = -std::numeric_limits<float>::infinity();
    const Rect area{-3, 5, 4, 8};
    const auto bytes = packed(image, area);
    REQUIRE(bytes.size() == size_t(area.pixels()) * 4);
    for (int y = area.y0; y < area.y1; ++y)
        for (int x = area.x0; x < area.x1; ++x) {
            const uint8_t* p = &bytes[(size_t(area.y1 - 1 - y) * 7 + size_t(x - area.x0)) * 4];
            CHECK(p[3] == 255);
            for (int c = 0; c < 3; ++c) {
                const float v = image.at(x, y)[c];
                CHECK(int(p[c]) == int(std::isnan(v) ? 0 : std::clamp(v, 0.0f, 1.0f) * 255.0f + 0.5f));
            }
        }
    // Every code value comes back as itself, and halfway goes up.
    HostImage codes(Rect{0, 0, 256, 1});
    for (int i = 0; i < 256; ++i)
        codes.at(i, 0)[0] = float(i) / 255.0f, codes.at(i, 0)[1] = (float(i) + 0.49f) / 255.0f;
    const auto back = packed(codes, codes.region);
    for (int i = 0; i < 256; ++i) {
        CHECK(back[size_t(i) * 4] == i);
        CHECK(back[size_t(i) * 4 + 1] == i);
    }
}

TEST_CASE("a picture is cut on the grid, below zero too, and only into whole tiles")
{
    HostImage image(Rect{-300, -10, 600, 300});
    std::map<std::pair<int, int>, Rect> cuts;
    cut(image, 0, image.region, [&](int x, int y, TilePtr t) { cuts[{x, y}] = t->area; });
    CHECK(cuts.size() == 5 * 3);
    CHECK(cuts[{-2, -1}] == Rect{-300, -10, -256, 0});
    CHECK(cuts[{2, 1}] == Rect{512, 256, 600, 300});
    cuts.clear();
    cut(image, 0, Rect{-300, -10, 700, 300}, [&](int x, int y, TilePtr t) { cuts[{x, y}] = t->area; });
    CHECK(cuts.size() == 4 * 3); // of the last column a part is missing
    CHECK(tiles_over({}).count() == 0);
    CHECK(tiles_over({-1, 0, 1, 256}).count() == 2);
}

TEST_CASE("the level gives the screen a pixel for each of its own")
{
    CHECK(wanted_level(1, 0) == 0);
    CHECK(wanted_level(4, 0) == 0);
    CHECK(wanted_level(0.51, 0) == 0);
    CHECK(wanted_level(0.5, 0) == 1);
    CHECK(wanted_level(0.4999, 0) == 1);
    CHECK(wanted_level(0.26, 0) == 1);
    CHECK(wanted_level(0.25, 0) == 2);
    CHECK(wanted_level(1, 2) == 2);
    CHECK(wanted_level(0, 0) == coarsest_level);
    CHECK(wanted_level(1e-9, 0) == coarsest_level);
}

TEST_CASE("pieces cover what is missing, the middle of the view first")
{
    const Rect visible{0, 0, 2048, 1024};
    std::vector<Rect> missing;
    for (int y = 0; y < 4; ++y)
        for (int x = 0; x < 8; ++x) missing.push_back(tile_rect(x, y));
    CHECK(pieces_of(missing, visible, 1e12).size() == 1);
    const auto pieces = pieces_of(missing, visible, 4 * 256 * 256);
    CHECK(pieces.size() == 8);
    for (const Rect& t : missing)
        CHECK(std::any_of(pieces.begin(), pieces.end(), [&](const Rect& p) { return p.contains(t); }));
    const auto off = [](const Rect& r) { return std::hypot((r.x0 + r.x1) / 2.0 - 1024, (r.y0 + r.y1) / 2.0 - 512); };
    for (size_t i = 1; i < pieces.size(); ++i) CHECK(off(pieces[i]) >= off(pieces[i - 1]));
    CHECK(pieces_of({}, visible, 1e6).empty());
    CHECK(pieces_of({tile_rect(1, 1)}, visible, 1).size() == 1);
}

TEST_CASE("newer covers older, the wanted level the others, and what is covered goes")
{
    ShownTiles shown;
    const Rect visible{0, 0, 512, 256};
    shown.add(1, tile(0, {0, 0, 256, 256}, 1));
    shown.add(1, tile(0, {256, 0, 512, 256}, 2));
    shown.add(1, tile(2, {0, 0, 128, 64}, 3));
    CHECK(ids(shown.drawn(0)) == std::vector<uint64_t>{3, 1, 2});
    CHECK(shown.covers(1, 0, visible));
    shown.prune(0, visible);
    CHECK(ids(shown.drawn(0)) == std::vector<uint64_t>{1, 2});
    // A newer picture, coarse first: it lies over the fine tiles of the old one and then replaces them.
    shown.add(2, tile(0, {0, 0, 256, 256}, 5));
    shown.prune(0, visible);
    CHECK(ids(shown.drawn(0)) == std::vector<uint64_t>{1, 2, 5});
    CHECK_FALSE(shown.covers(2, 0, visible));
    shown.add(2, tile(2, {0, 0, 128, 64}, 4));
    CHECK(shown.covers(2, 0, visible));
    CHECK(shown.finest(2, 0, visible) == 2);
    shown.prune(0, visible);
    CHECK(ids(shown.drawn(0)) == std::vector<uint64_t>{4, 5});
    shown.add(2, tile(0, {256, 0, 512, 256}, 6));
    CHECK(shown.finest(2, 0, visible) == 0);
    shown.prune(0, visible);
    CHECK(ids(shown.drawn(0)) == std::vector<uint64_t>{5, 6});
    // Zoomed out, the wanted level comes last although it is coarser; far away tiles are forgotten.
    shown.add(2, tile(1, {0, 0, 256, 128}, 7));
    CHECK(ids(shown.drawn(1)) == std::vector<uint64_t>{5, 6, 7});
    shown.prune(0, {4096, 0, 4352, 256});
    CHECK(shown.empty());
    CHECK(shown.finest(9, 3, {}) == 3);
}
