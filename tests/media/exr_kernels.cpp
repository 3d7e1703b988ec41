// The loops under the EXR reader and writer, each against the plainest way to say the same: whatever the processor's
// own instructions do must be what a loop does, at every length.
#include "core/media/exr_bytes.h"
#include "core/media/exr_deflate.h"
#include "core/media/half_convert.h"
#include "core/media/parallel.h"
#include <atomic>
#include <cmath>
#include <cstring>
#include <doctest/doctest.h>
#include <half.h>
#include <stdexcept>
#include <string>

using namespace tessera;

namespace {

using Bytes = std::vector<uint8_t>;

Bytes random_bytes(size_t count, uint32_t seed)
{
    Bytes bytes(count);
    uint32_t state = seed * 2654435761u + 1;
    for (uint8_t& b : bytes) b = uint8_t((state = state * 1664525u + 1013904223u) >> 24);
    return bytes;
}

uint32_t bits_of(float f)
{
    uint32_t bits;
    std::memcpy(&bits, &f, sizeof bits);
    return bits;
}

} // namespace

TEST_CASE("words are split and joined, at every length")
{
    for (size_t count = 0; count < 100; ++count) {
        const Bytes words = random_bytes(2 * count + 1, uint32_t(count));
        for (const size_t skip : {0, 1}) { // of any alignment
            if (2 * count + skip > words.size()) continue;
            Bytes low(count + 1, 7), high(count + 1, 7), joined(2 * count + 1, 7);
            split_words(words.data() + skip, low.data(), high.data(), count);
            join_words(low.data(), high.data(), joined.data(), count);
            for (size_t i = 0; i < count; ++i) {
                CHECK(low[i] == words[skip + 2 * i]);
                CHECK(high[i] == words[skip + 2 * i + 1]);
            }
            CHECK(std::memcmp(joined.data(), words.data() + skip, 2 * count) == 0);
            CHECK((low.back() == 7 && high.back() == 7 && joined.back() == 7));
        }
    }
}

TEST_CASE("differences and back, at every length")
{
    for (size_t count = 0; count < 100; ++count) {
        const Bytes original = random_bytes(count + 1, uint32_t(count) + 1000);
        Bytes bytes = original;
        to_differences(bytes.data(), count);
        for (size_t i = 1; i < count; ++i) CHECK(bytes[i] == uint8_t(original[i] - original[i - 1] + 128));
        if (count > 0) CHECK(bytes[0] == original[0]);
        CHECK(bytes[count] == original[count]);
        from_differences(bytes.data(), count);
        CHECK(bytes == original);
    }
}

TEST_CASE("every half widens, at every place of a pixel")
{
    constexpr size_t all = 1 << 16;
    std::vector<uint16_t> rows[4];
    const uint16_t* pointers[4];
    for (size_t s = 0; s < 4; ++s) {
        for (size_t i = 0; i < all; ++i) rows[s].push_back(uint16_t(i + s * 12345));
        pointers[s] = rows[s].data();
    }
    std::vector<float> pixels(all * 4);
    pixels_from_halves(pointers, pixels.data(), all);
    size_t different = 0;
    for (size_t i = 0; i < all; ++i)
        for (size_t s = 0; s < 4; ++s) {
            half h;
            h.setBits(rows[s][i]);
            const float wanted = h, got = pixels[i * 4 + s];
            different += std::isnan(wanted) ? !std::isnan(got) : bits_of(wanted) != bits_of(got);
        }
    CHECK(different == 0);
    // and back: the same bits, but for NaNs, which stay NaNs
    std::vector<uint16_t> back[4];
    uint16_t* targets[4];
    for (size_t s = 0; s < 4; ++s) back[s].resize(all), targets[s] = back[s].data();
    halves_from_pixels(pixels.data(), targets, all);
    for (size_t s = 0; s < 4; ++s)
        for (size_t i = 0; i < all; ++i) {
            half before, after;
            before.setBits(rows[s][i]), after.setBits(back[s][i]);
            different += before.isNan() ? !after.isNan() : before.bits() != after.bits();
        }
    CHECK(different == 0);
}

TEST_CASE("rows of every length become pixels and rows again, and nothing beyond them is touched")
{
    for (size_t count = 0; count < 40; ++count) {
        std::vector<float> floats[4];
        const float* from[4];
        for (size_t s = 0; s < 4; ++s) {
            for (size_t i = 0; i < count; ++i) floats[s].push_back(float(i * 4 + s) / 3);
            from[s] = floats[s].data();
        }
        std::vector<float> pixels(count * 4 + 1, -1);
        pixels_from_floats(from, pixels.data(), count);
        for (size_t i = 0; i < count * 4; ++i) CHECK(pixels[i] == float(i) / 3);
        CHECK(pixels.back() == -1);
        for (int missing = -1; missing < 4; ++missing) {
            std::vector<uint16_t> rows[4];
            uint16_t* to[4];
            for (int s = 0; s < 4; ++s) rows[s].assign(count + 1, 77), to[s] = s == missing ? nullptr : rows[s].data();
            halves_from_pixels(pixels.data(), to, count);
            for (int s = 0; s < 4; ++s)
                for (size_t i = 0; i <= count; ++i) {
                    const bool written = i < count && s != missing;
                    CHECK(rows[s][i] == (written ? half(float(i * 4 + size_t(s)) / 3).bits() : 77));
                }
        }
    }
}

namespace {

/// Bytes of one kind, as the halves of a chunk have them.
Bytes content(int kind, size_t count, uint32_t seed)
{
    Bytes bytes = random_bytes(count, seed);
    for (size_t i = 0; i < count; ++i) switch (kind) {
        case 0: break;                                                        // noise
        case 1: bytes[i] = 128; break;                                        // one value
        case 2: bytes[i] = i / 700 % 2 ? 128 : bytes[i]; break;               // noise and long runs
        case 3: bytes[i] = i % 90 < 70 ? 200 : bytes[i]; break;               // runs just long enough
        case 4: bytes[i] = uint8_t(bytes[i] & 3); break;                      // compressible
        case 5: bytes[i] = bytes[i % 300]; break;                             // noise that repeats
        default: bytes[i] = uint8_t(i % 3000 < 1300 ? 250 : bytes[i]); break; // values of nine bits in fixed codes
        }
    return bytes;
}

} // namespace

TEST_CASE("any chunk is deflated into what inflates to it, within its room")
{
    Deflater deflater;
    Inflater inflater;
    for (int low = 0; low < 7; ++low)
        for (const int high : {0, 1, 4})
            for (const size_t width : {size_t(1), size_t(7), size_t(600), size_t(2111), size_t(9000)})
                for (const int level : {1, 4, 6, 9}) {
                    INFO(low << " " << high << " " << width << " level " << level);
                    const size_t rows = width > 5000 ? 16 : 5, half_size = rows * width * 2;
                    Bytes bytes = content(low, half_size, 1);
                    const Bytes upper = content(high, half_size, 2);
                    bytes.insert(bytes.end(), upper.begin(), upper.end());
                    const ReorderedChunk chunk{bytes.data(), bytes.size(), rows, {width, width}};
                    Bytes packed(bytes.size() + 1000);
                    const size_t size = deflater.deflate(chunk, packed.data(), packed.size(), level);
                    REQUIRE(size > 0);
                    Bytes back(bytes.size());
                    CHECK(inflater.inflate(packed.data(), size, back.data(), back.size()));
                    CHECK(back == bytes);
                    // too little room is never overrun
                    for (const size_t room : {size_t(0), size_t(5), size / 2, size - 1}) {
                        Bytes small(room + 1, 99);
                        const size_t less = deflater.deflate(chunk, small.data(), room, level);
                        CHECK(less <= room);
                        CHECK(small.back() == 99);
                        if (less > 0) CHECK(inflater.inflate(small.data(), less, back.data(), back.size()));
                    }
                    CHECK(!inflater.inflate(packed.data(), size / 2, back.data(), back.size()));
                    CHECK(!inflater.inflate(packed.data(), size, back.data(), back.size() - 1));
                    // the checksum sees what the blocks do not (a run is the same from any distance)
                    packed[size / 2] ^= 16;
                    CHECK((!inflater.inflate(packed.data(), size, back.data(), back.size()) || back == bytes));
                }
}

TEST_CASE("units made by several threads are handed on in order")
{
    for (const int threads : {1, 2, 5})
        for (const int64_t count : {0, 1, 3, 200}) {
            std::vector<int64_t> order;
            parallel_in_order<std::string>(
                count, threads, [](int64_t i, std::string& unit) { unit = std::to_string(i); },
                [&](int64_t i, std::string& unit) {
                    CHECK(unit == std::to_string(i));
                    order.push_back(i);
                });
            REQUIRE(int64_t(order.size()) == count);
            for (int64_t i = 0; i < count; ++i) CHECK(order[size_t(i)] == i);
        }
}

TEST_CASE("an exception of one thread ends all and is thrown")
{
    for (const int threads : {1, 3}) {
        std::atomic<int> made{0};
        const auto make = [&](int64_t i, int&) {
            ++made;
            if (i == 20) throw std::runtime_error("made");
        };
        CHECK_THROWS_WITH(parallel_in_order<int>(1000, threads, make, [](int64_t, int&) {}), "made");
        CHECK(made < 1000);
        const auto take = [&](int64_t i, int&) {
            if (i == 30) throw std::runtime_error("taken");
        };
        CHECK_THROWS_WITH(parallel_in_order<int>(
                              1000, threads, [](int64_t, int&) {}, take),
                          "taken");
        CHECK_THROWS_WITH(parallel_team(threads, [] { throw std::runtime_error("team"); }), "team");
    }
}
