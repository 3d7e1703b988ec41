// The scopes' kernels count what the CPU counts, and paint what they have counted.
#include "app/shell/scope_passes.h"
#include "tests/ui/driver.h"
#include <doctest/doctest.h>
#include <random>

namespace tessera::tests {

namespace {

std::vector<uint8_t> noise(int width, int height, unsigned seed)
{
    std::mt19937 random(seed);
    std::vector<uint8_t> pixels(size_t(width) * size_t(height) * 4);
    for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = i % 4 == 3 ? 255 : uint8_t(random());
    return pixels;
}

uint32_t packed(const std::vector<uint8_t>& pixels, int width, int x, int y)
{
    const uint8_t* p = &pixels[(size_t(y) * size_t(width) + size_t(x)) * 4];
    return uint32_t(p[0]) | uint32_t(p[1]) << 8 | uint32_t(p[2]) << 16 | 255u << 24;
}

} // namespace

TEST_CASE("the graphics card counts what the processor counts")
{
    Driver d;
    Graphics& graphics = d->window().graphics();
    auto passes = ScopePasses::make(graphics);
    REQUIRE(passes);
    // Two tiles, the second over part of the first, in a grid that they leave partly empty.
    constexpr int side = 200, width = 700, height = 260;
    const auto a = noise(side, side, 1), b = noise(side, side, 2);
    std::vector<uint32_t> samples(size_t(width) * size_t(height));
    std::vector<ScopeTile> tiles;
    for (const auto& [pixels, x, y] : {std::tuple{&a, 10, 20}, {&b, 120, 50}}) {
        auto texture = graphics.make_texture(side, side);
        REQUIRE(texture);
        REQUIRE(graphics.update(*texture, 0, 0, side, side, *pixels));
        tiles.push_back({*texture, x, y, side, side, 0.5f / side, 0.5f / side, 1.0f / side, 1.0f / side});
        for (int j = 0; j < side; ++j)
            for (int i = 0; i < side; ++i)
                samples[size_t(y + j) * width + size_t(x + i)] = packed(*pixels, side, i, j);
    }
    (*passes)->count(tiles, width, height);
    d.step();
    const auto counted = (*passes)->counts();
    REQUIRE(counted);
    const ScopeCounts expected = count_samples(samples, width, height);
    CHECK(counted->columns == ScopePasses::most_columns);
    CHECK(counted->histogram == expected.histogram);
    CHECK(counted->vectorscope == expected.vectorscope);
    CHECK(counted->waveform == expected.waveform);
    uint64_t sum = 0;
    for (size_t i = 0; i < 256; ++i) sum += counted->histogram[i];
    CHECK(sum == uint64_t(2 * side * side - 90 * 170));
    // Counting again replaces what was counted.
    (*passes)->count({tiles.front()}, width, height);
    d.step();
    const auto again = (*passes)->counts();
    REQUIRE(again);
    sum = 0;
    for (size_t i = 0; i < 256; ++i) sum += again->histogram[i];
    CHECK(sum == uint64_t(side * side));
    for (const ScopeKind kind : {ScopeKind::Histogram, ScopeKind::WaveformLuma, ScopeKind::WaveformRgb, ScopeKind::Parade,
                                 ScopeKind::Vectorscope}) {
        auto texture = graphics.make_texture(512, 256);
        REQUIRE(texture);
        (*passes)->paint(kind, *texture, 500, 250, 1, 1);
        d.step(2);
        graphics.drop_texture(*texture);
    }
    for (const ScopeTile& t : tiles) graphics.drop_texture(t.texture);
    d.step(4);
    CHECK(graphics.take_validation_message().empty());
}

TEST_CASE("colours stand where the vectorscope's targets are")
{
    // Grey is in the middle, pure blue at the top of Cb, pure red at the top of Cr.
    const std::vector<uint32_t> samples{0xFF808080, 0xFFFF0000, 0xFF0000FF, 0x00FFFFFF};
    const ScopeCounts c = count_samples(samples, 4, 1);
    CHECK(c.vectorscope[128 * 256 + 128] == 1);
    uint32_t blue = 0, red = 0;
    for (size_t v = 0; v < 256; ++v) blue += c.vectorscope[v * 256 + 255];
    for (size_t u = 0; u < 256; ++u) red += c.vectorscope[255 * 256 + u];
    CHECK(blue == 1);
    CHECK(red == 1);
    CHECK(c.histogram[255] == 1); // the sample without a picture is left out
}

} // namespace tessera::tests
