// Offsets against the rules of std140 (OpenGL 4.6, 7.6.2.2), written out by hand.
#include "core/op/block.h"
#include <cstring>
#include <doctest/doctest.h>

using namespace tessera;

namespace {

float number(const Block& b, size_t offset)
{
    float f = 0;
    std::memcpy(&f, b.bytes().data() + offset, 4);
    return f;
}
int whole(const Block& b, size_t offset)
{
    int i = 0;
    std::memcpy(&i, b.bytes().data() + offset, 4);
    return i;
}

} // namespace

TEST_CASE("fields lie where std140 puts them")
{
    Block b;
    b.put("f", 1.5f);
    b.put("two", Vec2{2, 3});
    b.put("three", Vec3{4, 5, 6});
    b.put("after", 7.0);
    b.put("four", Vec4{8, 9, 10, 11});
    b.put("flag", true);
    b.put_ivec2("size", 12, 13);
    b.put("window", Rect{1, 2, 3, 4});
    const uint32_t offsets[] = {0, 8, 16, 28, 32, 48, 56, 64};
    REQUIRE(b.fields().size() == std::size(offsets));
    for (size_t i = 0; i < std::size(offsets); ++i) CHECK(b.fields()[i].offset == offsets[i]);
    CHECK(b.bytes().size() == 80);
    CHECK(number(b, 0) == 1.5f);
    CHECK(number(b, 12) == 3);
    CHECK(number(b, 24) == 6);
    CHECK(number(b, 28) == 7);
    CHECK(number(b, 44) == 11);
    CHECK(whole(b, 48) == 1);
    CHECK(whole(b, 60) == 13);
    CHECK(whole(b, 76) == 4);
}

TEST_CASE("a matrix is three columns of 16 bytes that map as transformed() does")
{
    Block b;
    const Mat3 m{{1, 2, 3, 4, 5, 6, 7, 8, 9}};
    b.put("m", m);
    CHECK(b.bytes().size() == 48);
    const Vec3 p{2, -1, 1};
    for (size_t row = 0; row < 3; ++row) {
        const double got = number(b, row * 4) * p.x + number(b, 16 + row * 4) * p.y + number(b, 32 + row * 4) * p.z;
        CHECK(got == doctest::Approx(m.m[row * 3] * p.x + m.m[row * 3 + 1] * p.y + m.m[row * 3 + 2] * p.z));
    }
}

TEST_CASE("the GLSL struct lists the fields in order")
{
    Block b;
    CHECK(b.glsl("x_u") == "struct x_u { float unused_; };\n");
    CHECK(b.empty());
    b.put("gain", Color(1, 2, 3, 4));
    b.put("n", 3);
    CHECK(b.glsl("grade_u") == "struct grade_u { vec4 gain; int n; };\n");
    b.clear();
    CHECK(b.empty());
    CHECK(b.bytes().empty());
}
