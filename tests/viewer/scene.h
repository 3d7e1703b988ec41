#pragma once
// A small project of pictures that the tests make up, and an engine to show it with.
#include "app/viewer/picture_feed.h"
#include "app/viewer/pictures.h"
#include "core/doc/edit.h"
#include "core/eval/engine.h"
#include <doctest/doctest.h>

namespace tessera {

/// Pixels made up from their place: what the operator "test_picture" gives at a frame (it has an offset that is added).
std::array<float, 4> test_pixel(int x, int y, double offset);

struct TestProject {
    explicit TestProject(int width = 600, int height = 400);
    NodeId add(const std::string& op, const std::map<std::string, Value>& params = {},
               const std::map<std::string, NodeId>& inputs = {});
    void set(NodeId node, const std::string& param, const Value& value);
    void animate(NodeId node, const std::string& param, double at_first, double at_100);
    ProjectPtr project;
};

/// A "test_picture" that covers the format, with values from below 0 to above 1.
NodeId add_picture(TestProject& p, double offset = 0);
/// Times that a test picture was loaded in this program.
int pictures_loaded();

std::shared_ptr<Device> shared_device();

/// Everything an application's viewer has.
struct Viewing {
    explicit Viewing(uint64_t cache_bytes = 256ull << 20, EngineOptions options = {});
    ~Viewing();
    std::unique_ptr<Engine> engine;
    Pictures pictures;
    /// Takes what the feed has until `done`, or fails the test after a while.
    void wait(PictureFeed& feed, const std::function<bool()>& done);
    void wait_for(const std::function<bool()>& done);
    std::map<uint64_t, TilePixels> uploaded; ///< by id: what a panel would have as textures
    /// The 8-bit colour drawn at a full-resolution pixel; nothing where none is.
    std::optional<std::array<uint8_t, 4>> drawn_at(const PictureFeed& feed, int x, int y) const;
};

PictureWish wish_for(const TestProject& p, NodeId node);
/// 8-bit of a value, as documented.
uint8_t byte_of(double v);

} // namespace tessera
