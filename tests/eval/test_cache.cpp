#include "core/eval/tile_store.h"
#include "tests/eval/fake_device.h"
#include <doctest/doctest.h>
#include <fstream>
#include <unistd.h>

using namespace tessera;
namespace fs = std::filesystem;

namespace {

TileId tile(uint64_t n) { return {Key{n, n}, 0, 0, 0}; }

struct Folder {
    fs::path path = fs::temp_directory_path() / ("tessera-test-tiles-" + std::to_string(::getpid()));
    Folder() { fs::remove_all(path); }
    ~Folder() { fs::remove_all(path); }
};

/// One tile full of `value` on the device.
DeviceImage image_of(FakeDevice& device, float value, const Rect& region = {0, 0, 256, 256})
{
    DeviceImage image{{*device.allocate(DeviceImage::bytes(region)), 0}, region, region};
    HostImage host(region);
    std::fill(host.pixels.begin(), host.pixels.end(), value);
    REQUIRE(device.upload(image, host, region).ok());
    return image;
}

float first_value(FakeDevice& device, TileStore& store, const Key& key)
{
    DeviceImage image = image_of(device, -1);
    REQUIRE(store.covers(key, 0, image.region));
    REQUIRE(store.gather(key, 0, image).ok());
    auto host = std::make_shared<HostImage>(image.region);
    REQUIRE(device.read_back(image, image.region, host).ok());
    device.release(image.memory.buffer);
    CHECK(host->pixels.front() == host->pixels.back());
    return host->pixels.front();
}

} // namespace

TEST_CASE("the index never exceeds its budget and drops what is worth least")
{
    CacheIndex index(1000, 4);
    for (uint64_t i = 0; i < 10; ++i) index.add(tile(i), 100, i == 3 ? 50 : 1);
    bool fits = false;
    auto victims = index.victims_for(100, index.now(), &fits);
    REQUIRE(fits);
    REQUIRE(victims.size() == 1);
    CHECK(victims[0] == tile(0)); // oldest of equal cost
    index.touch(tile(0));
    victims = index.victims_for(250, index.now(), &fits);
    REQUIRE(victims.size() == 3);
    CHECK(victims[0] == tile(1));
    CHECK(victims[1] == tile(2));
    CHECK(victims[2] == tile(4)); // tile 3 is old too, but dear to make again
    CHECK(index.victims_for(2000, index.now(), &fits).empty());
    CHECK_FALSE(fits);
    const uint64_t start = index.now();
    for (uint64_t i = 0; i < 10; ++i) index.touch(tile(i));
    CHECK(index.victims_for(100, start, &fits).empty()); // all used since: protected
    CHECK_FALSE(fits);
}

TEST_CASE("tiles over a rectangle, with negative coordinates")
{
    CHECK(tile_aligned({-1, -257, 1, 256}) == Rect{-256, -512, 256, 256});
    CHECK(tiles_over({}, 0, {-1, -1, 1, 1}).size() == 4);
    CHECK(tiles_over({}, 0, {0, 0, 256, 256}).size() == 1);
    CHECK(tiles_over({}, 0, {}).empty());
}

TEST_CASE("tiles move down the tiers as room runs out and come up again unchanged")
{
    FakeDevice device;
    Folder folder;
    const uint64_t mib = 1 << 20;
    TileBudgets budgets{16 * mib, 8 * mib, 64 * mib, folder.path};
    {
        TileStore store(device, budgets);
        for (uint64_t i = 1; i <= 40; ++i) {
            const DeviceImage image = image_of(device, float(i));
            REQUIRE(store.scatter({i, i}, 0, image, image.window, 1).ok());
            store.submitted(*device.submit());
            device.release(image.memory.buffer);
            CHECK(store.device_bytes() <= budgets.device);
            CHECK(store.host_bytes() <= budgets.host);
            CHECK(store.disk_bytes() <= budgets.disk);
        }
        CHECK(store.disk_bytes() > 0);
        for (int wait = 0; wait < 200 && !fs::exists(folder.path); ++wait) ::usleep(1000);
    } // the writer has finished
    TileStore again(device, budgets);
    CHECK(again.disk_bytes() > 0);
    int found = 0;
    for (uint64_t i = 1; i <= 40; ++i)
        if (again.covers({i, i}, 0, {0, 0, 256, 256})) {
            CHECK(first_value(device, again, {i, i}) == float(i));
            ++found;
        }
    CHECK(found >= 15); // what had left memory serves after a restart
}

TEST_CASE("a damaged tile on disk is a miss, not a wrong picture")
{
    FakeDevice device;
    Folder folder;
    const uint64_t mib = 1 << 20;
    TileBudgets budgets{16 * mib, 1 * mib, 64 * mib, folder.path};
    {
        TileStore store(device, budgets);
        for (uint64_t i = 1; i <= 24; ++i) {
            const DeviceImage image = image_of(device, float(i));
            REQUIRE(store.scatter({i, i}, 0, image, image.window, 1).ok());
            store.submitted(*device.submit());
            device.release(image.memory.buffer);
        }
    }
    int damaged = 0;
    for (const auto& entry : fs::directory_iterator(folder.path)) {
        std::fstream f(entry.path(), std::ios::in | std::ios::out | std::ios::binary);
        f.seekp(5000);
        f.put('x');
        ++damaged;
    }
    REQUIRE(damaged > 0);
    TileStore store(device, budgets);
    for (uint64_t i = 1; i <= 24; ++i) {
        if (!store.covers({i, i}, 0, {0, 0, 256, 256})) continue;
        const DeviceImage image = image_of(device, -1);
        CHECK_FALSE(store.gather({i, i}, 0, image).ok());
        CHECK_FALSE(store.covers({i, i}, 0, {0, 0, 256, 256}));
        device.release(image.memory.buffer);
    }
}

TEST_CASE("tiles at the edge of a data window are kept for the part that exists")
{
    FakeDevice device;
    TileStore store(device, {16ull << 20, 0, 0, {}});
    const Rect window{-10, 5, 300, 200};
    const DeviceImage image = image_of(device, 3, window);
    REQUIRE(store.scatter({7, 7}, 1, image, window, 1).ok());
    CHECK(store.covers({7, 7}, 1, window));
    CHECK_FALSE(store.covers({7, 7}, 0, window));
    const DeviceImage out = image_of(device, 0, {100, 20, 290, 190});
    REQUIRE(store.gather({7, 7}, 1, out).ok());
    auto host = std::make_shared<HostImage>(out.region);
    REQUIRE(device.read_back(out, out.region, host).ok());
    for (const float f : host->pixels) REQUIRE(f == 3);
}
