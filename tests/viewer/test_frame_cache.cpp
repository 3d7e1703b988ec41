// The cache of finished pictures: what it keeps within its budget.
#include "app/viewer/frame_cache.h"
#include "app/viewer/frame_keys.h"
#include "tests/viewer/scene.h"

using namespace tessera;

namespace {

constexpr uint64_t tile_bytes = 64 * 64 * 4;

TilePtr tile_of()
{
    auto t = std::make_shared<Tile>();
    t->area = {0, 0, 64, 64};
    t->rgba.resize(tile_bytes);
    return t;
}
Key key_of(int i)
{
    return Hasher().add(i).key();
}

} // namespace

TEST_CASE("the budget is never exceeded, and what is farthest from the play head goes first")
{
    FrameCache cache(10 * tile_bytes);
    cache.set_play_head(5, 1);
    for (int f = 1; f <= 20; ++f) {
        (void)cache.put(key_of(f), f, 0, 0, 0, tile_of());
        CHECK(cache.used() <= cache.budget());
    }
    CHECK(cache.pictures() == 10);
    // Ahead of the head up to where the budget ends; what lies behind counts as three times as far.
    for (int f = 5; f <= 11; ++f) CHECK(cache.find(key_of(f), 0, 0, 0));
    for (const int f : {1, 2, 16, 17, 18, 19, 20}) CHECK_FALSE(cache.find(key_of(f), 0, 0, 0));
    // The play head goes on: what it comes to pushes out what it left.
    cache.set_play_head(20, 1);
    for (int f = 20; f < 30; ++f) CHECK(cache.put(key_of(f), f, 0, 0, 0, tile_of()));
    for (int f = 20; f < 30; ++f) CHECK(cache.find(key_of(f), 0, 0, 0));
    CHECK(cache.used() == cache.budget());
    // Nothing useful is dropped for what is less so.
    CHECK_FALSE(cache.put(key_of(99), 99, 0, 0, 0, tile_of()));
}

TEST_CASE("pictures of a former state go before any other")
{
    FrameCache cache(4 * tile_bytes);
    cache.set_play_head(1, 0);
    for (int f = 1; f <= 4; ++f) CHECK(cache.put(key_of(f), f, 0, 0, 0, tile_of()));
    cache.next_epoch();
    cache.touch(key_of(4), 4); // this one is the same in the new state
    CHECK(cache.put(key_of(50), 50, 0, 0, 0, tile_of()));
    CHECK(cache.put(key_of(51), 51, 0, 0, 0, tile_of()));
    CHECK(cache.put(key_of(52), 52, 0, 0, 0, tile_of()));
    CHECK(cache.find(key_of(4), 0, 0, 0));
    CHECK_FALSE(cache.find(key_of(1), 0, 0, 0));
}

TEST_CASE("tiles are found by picture, level and place")
{
    FrameCache cache(100 * tile_bytes);
    CHECK(cache.put(key_of(1), 1, 2, -1, 3, tile_of()));
    CHECK(cache.find(key_of(1), 2, -1, 3));
    CHECK_FALSE(cache.find(key_of(1), 1, -1, 3));
    CHECK_FALSE(cache.find(key_of(1), 2, 0, 3));
    CHECK_FALSE(cache.find(key_of(2), 2, -1, 3));
    CHECK(cache.covers(key_of(1), 2, {-256, 768, -1, 800}));
    CHECK_FALSE(cache.covers(key_of(1), 2, {-256, 768, 1, 800}));
    CHECK(cache.covers(key_of(7), 0, {}));
    CHECK(cache.put(key_of(1), 1, 2, -1, 3, tile_of())); // already there
    CHECK(cache.used() == tile_bytes);
    cache.drop(key_of(1));
    CHECK(cache.used() == 0);
    CHECK(cache.put(key_of(1), 1, 0, 0, 0, tile_of()));
    cache.set_budget(tile_bytes - 1);
    CHECK(cache.used() == 0);
    CHECK_FALSE(cache.put(key_of(1), 1, 0, 0, 0, tile_of()));
    cache.set_budget(0);
    CHECK(cache.used() == 0);
}

TEST_CASE("frames are looked for in the direction of play")
{
    LookAhead ahead;
    ahead.first = 1, ahead.last = 6;
    CHECK(by_usefulness(ahead, 5, 99) == std::vector<int>{5, 6, 1, 2, 3, 4});
    ahead.loop = false;
    CHECK(by_usefulness(ahead, 5, 99) == std::vector<int>{5, 6});
    ahead.direction = -1;
    CHECK(by_usefulness(ahead, 3, 99) == std::vector<int>{3, 2, 1});
    ahead.direction = 0;
    CHECK(by_usefulness(ahead, 3, 99) == std::vector<int>{3, 4, 5, 2, 6, 1});
    CHECK(by_usefulness(ahead, 3, 2) == std::vector<int>{3, 4});
    CHECK(by_usefulness(ahead, -50, 1) == std::vector<int>{1});
    ahead.last = 0;
    CHECK(by_usefulness(ahead, 3, 99).empty());
}
