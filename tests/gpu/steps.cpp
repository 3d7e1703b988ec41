// Every kind of step against the same arithmetic in double precision.
#include "tests/gpu/common.h"
#include <algorithm>
#include <cstring>

using namespace tessera;
using namespace tessera::gpu_test;

namespace {

const Rect area{-7, 3, 90, 40}; // no multiple of a work group, and an origin that is not zero
constexpr double tolerance = 1e-6;

/// Runs the pass over its whole written image.
HostImage result_of(Pass pass, const TestImage& out)
{
    pass.write = out;
    if (pass.area.empty()) pass.area = out.image.region;
    must(out.device.run(pass));
    return get(out.device, out, pass.area);
}

} // namespace

TEST_CASE("a pixel kernel gets colour, block and place")
{
    const Validated validated;
    Device& d = device();
    TestImage in(d, area), out(d, area);
    const HostImage source = noise(area);
    put(d, in, source);
    Block b;
    b.put("gain", 0.75);
    b.put("count", 3);
    b.put("two", Vec2{0.25, 0.5});
    b.put("three", Vec3{1, 2, 3});
    b.put_ivec2("shift", 4, -5);
    b.put("box", Rect{1, 2, 3, 4});
    b.put("matrix", Mat3{{1, 2, 3, 4, 5, 6, 7, 8, 9}});
    b.put("last", 0.125);
    const auto k = pixel("every", R"(
vec4 every(vec4 c, every_u u, Px px)
{
    vec3 m = u.matrix * vec3(1.0, 10.0, 100.0);
    return vec4(c.r * u.gain + float(u.count), px.pos.x + u.two.y + u.three.z, float(px.at.y + u.shift.y + u.box.w),
                m.y + u.last + SCALE);
})");
    Pass pass{.program = program({load(0), call(k, b, {0})}, 1), .reads = {in}, .calls = {values(b)}, .scale = 0.5f};
    const HostImage want = expected(area, [&](int x, int y) -> Pixel {
        return {at(source, x, y)[0] * 0.75 + 3, (x + 0.5) * 2 + 0.5 + 3, double(y - 5 + 4), 4 + 50 + 600 + 0.125 + 0.5};
    });
    CHECK(difference(result_of(pass, out), want) < tolerance * 700);
}

TEST_CASE("a load is clipped to the image's region, a call to its window")
{
    const Validated validated;
    Device& d = device();
    const Rect small{10, 10, 30, 20}, window{0, 5, 25, 35};
    TestImage in(d, small), out(d, area);
    const HostImage source = noise(small);
    put(d, in, source);
    const Block b = multiply_add_block({1, 1, 1, 1}, {1, 2, 3, 4});
    ProgramStep step = call(multiply_add(), b, {0});
    step.clip = true;
    Pass pass{.program = program({load(0, true), step}, 1), .reads = {in}, .calls = {values(b)}};
    pass.calls[0].window = window;
    const HostImage want = expected(area, [&](int x, int y) -> Pixel {
        if (!window.contains(x, y)) return {};
        const Pixel c = small.contains(x, y) ? at(source, x, y) : Pixel{};
        return {c[0] + 1, c[1] + 2, c[2] + 3, c[3] + 4};
    });
    CHECK(difference(result_of(pass, out), want) < tolerance);
}

TEST_CASE("mix by a factor a channel and a mask")
{
    const Validated validated;
    Device& d = device();
    TestImage in(d, area), mask(d, area), out(d, area);
    const HostImage source = noise(area), masks = noise(area, 2);
    put(d, in, source);
    put(d, mask, masks);
    const Block b = multiply_add_block({2, 2, 2, 2}, {0, 0, 0, 1});
    ProgramStep step = call(multiply_add(), b, {0});
    step.mixed = true;
    const std::array<float, 4> mix{0.3f, 1, 0, 1.5f};
    SUBCASE("with a mask")
    {
        step.mix_with = 0, step.mask = 1;
    }
    SUBCASE("without a mask")
    {
        step.mix_with = 0;
    }
    SUBCASE("with nothing")
    {
        step.mask = 1;
    }
    Pass pass{.program = program({load(0), load(1), step}, 2), .reads = {in, mask}, .calls = {values(b)}};
    pass.calls[0].mix = mix;
    pass.calls[0].mask_scale = -1, pass.calls[0].mask_offset = 1; // inverted
    const HostImage want = expected(area, [&](int x, int y) {
        const Pixel c = at(source, x, y);
        const double m = (step.mask < 0 ? 1 : at(masks, x, y)[3]) * -1 + 1;
        Pixel r;
        for (size_t i = 0; i < 4; ++i) {
            const double k = double(mix[i]) * m, base = step.mix_with < 0 ? 0 : c[i];
            r[i] = base * (1 - k) + (c[i] * 2 + (i == 3 ? 1 : 0)) * k;
        }
        return r;
    });
    CHECK(difference(result_of(pass, out), want) < tolerance * 4);
}

TEST_CASE("mix 0 and 1 take the bits, also beside NaN and infinity")
{
    const Validated validated;
    Device& d = device();
    TestImage in(d, area), out(d, area);
    const HostImage source = noise(area);
    put(d, in, source);
    Block b;
    b.put("zero", 0.0);
    // 1/0, 0/0, and in channels 2 and 3 a base that mix 1 must forget.
    const auto k = pixel(
        "wild", "vec4 wild(vec4 c, wild_u u, Px px) { return vec4(1.0 / u.zero, u.zero / u.zero, c.b * 0.1, 7.0); }");
    const auto base =
        pixel("base", "vec4 base(vec4 c, base_u u, Px px) { return vec4(c.rg, 1.0 / u.zero, u.zero / u.zero); }");
    ProgramStep step = call(k, b, {0});
    step.mixed = true, step.mix_with = 1;
    Pass pass{
        .program = program({load(0), call(base, b, {0}), step}, 1), .reads = {in}, .calls = {values(b), values(b)}};
    pass.calls[1].mix = {0, 0, 1, 1};
    const HostImage got = result_of(pass, out);
    HostImage want = source;
    for (size_t i = 0; i < want.pixels.size(); i += 4) want.pixels[i + 2] *= 0.1f, want.pixels[i + 3] = 7;
    CHECK(same_bits(got, want));
}

TEST_CASE("unpremultiplied work; colour without alpha is left as it is")
{
    const Validated validated;
    Device& d = device();
    TestImage in(d, area), out(d, area);
    const HostImage source = noise(area);
    put(d, in, source);
    const Block b = multiply_add_block({1.5, 1.5, 1.5, 0.5}, {0.25, 0.25, 0.25, 0});
    ProgramStep step = call(multiply_add(), b, {0});
    step.unpremult = true;
    Pass pass{.program = program({load(0), step}, 1), .reads = {in}, .calls = {values(b)}};
    const HostImage want = expected(area, [&](int x, int y) {
        Pixel c = at(source, x, y);
        const double a = c[3] == 0 ? 1 : c[3];
        for (size_t i = 0; i < 3; ++i) c[i] = (c[i] / a * 1.5 + 0.25) * a;
        c[3] *= 0.5;
        return c;
    });
    CHECK(difference(result_of(pass, out), want) < tolerance);
}

TEST_CASE("gather: FETCH is zero outside, FETCH_CLAMP and WINDOW keep to the window")
{
    const Validated validated;
    Device& d = device();
    const Rect region{0, 5, 60, 30}, window{2, 7, 50, 28};
    TestImage in(d, region, window), other(d, area), out(d, area);
    const HostImage source = noise(region), second = noise(area, 3);
    put(d, in, source);
    put(d, other, second);
    Block b;
    b.put_ivec2("by", 5, -4);
    const auto k = gather("shift", R"(
vec4 shift_sum(ivec2 p) { return FETCH0(p) + FETCH1(p); }
vec4 shift(shift_u u, Px px)
{
    vec4 clamped = FETCH_CLAMP0(px.at + 3 * u.by);
    return shift_sum(px.at + u.by) + 10.0 * clamped + FETCH2(px.at) + float(WINDOW0.x + WINDOW0.w) + float(WINDOW2.z);
})",
                          3);
    Pass pass{.program = program({call(k, b, {}, {1, 0, -1})}, 2), .reads = {other, in}, .calls = {values(b)}};
    const HostImage want = expected(area, [&](int x, int y) {
        const auto fetch = [](const HostImage& i, int px, int py) {
            return i.region.contains(px, py) ? at(i, px, py) : Pixel{};
        };
        const Pixel s = fetch(source, x + 5, y - 4), t = fetch(second, x + 5, y - 4);
        const Pixel c = at(source, std::clamp(x + 15, 2, 49), std::clamp(y - 12, 7, 27));
        Pixel r;
        for (size_t i = 0; i < 4; ++i) r[i] = s[i] + t[i] + 10 * c[i] + 2 + 28;
        return r;
    });
    CHECK(difference(result_of(pass, out), want) < tolerance * 50);
}

TEST_CASE("an empty image reads as zero")
{
    const Validated validated;
    Device& d = device();
    TestImage out(d, area);
    const DeviceImage empty{{0, 0}, {}, {}};
    Block b;
    const auto k =
        gather("hole", "vec4 hole(hole_u u, Px px) { return FETCH0(px.at) + FETCH_CLAMP0(px.at) + float(WINDOW0.z); }");
    Pass pass{.program = program({load(0, true), call(k, b, {}, {0})}, 1), .reads = {empty}, .calls = {values(b)}};
    const HostImage got = result_of(pass, out);
    CHECK(difference(got, HostImage(area)) == 0);
}

TEST_CASE("an argument that is not connected is zero; several images and kernels of one name in one program")
{
    const Validated validated;
    Device& d = device();
    TestImage one(d, area), two(d, area), out(d, area);
    const HostImage first = noise(area, 4), second = noise(area, 5);
    put(d, one, first);
    put(d, two, second);
    const auto over =
        pixel("over", "vec4 over(vec4 a, vec4 b, vec4 c, over_u u, Px px) { return a + b * (1.0 - a.a) + c; }", 3);
    const auto same_a = pixel(
        "look",
        "vec4 look_part(vec4 c) { return c * 2.0; }\nvec4 look(vec4 c, look_u u, Px px) { return look_part(c); }");
    const auto same_b = pixel("look", "vec4 look_part(vec4 c) { return c + u_look; }\nvec4 look(vec4 c, look_u u, Px "
                                      "px) { return look_part(c) * u.k; }");
    Block none, k;
    k.put("k", 0.5);
    KernelPtr fixed = pixel("look", "vec4 look_part(vec4 c) { return c + 1.0; }\nvec4 look(vec4 c, look_u u, Px px) { "
                                    "return look_part(c) * u.k; }");
    Pass pass{.program = program(
                  {load(0), load(1), call(over, none, {0, 1, -1}), call(same_a, none, {2}), call(fixed, k, {3})}, 2),
              .reads = {one, two},
              .calls = {values(none), values(none), values(k)}};
    const HostImage want = expected(area, [&](int x, int y) {
        const Pixel a = at(first, x, y), b = at(second, x, y);
        Pixel r;
        for (size_t i = 0; i < 4; ++i) r[i] = ((a[i] + b[i] * (1 - a[3])) * 2 + 1) * 0.5;
        return r;
    });
    CHECK(difference(result_of(pass, out), want) < tolerance * 10);
    CHECK_FALSE(d.compile(program({load(0), call(same_b, k, {0})}, 1)).ok());
}

TEST_CASE("tables are laid end to end, padded to four floats")
{
    const Validated validated;
    Device& d = device();
    TestImage out(d, area);
    Block b;
    b.put("table", 0);
    const auto k = pixel("look_up",
                         "vec4 look_up(look_up_u u, Px px) { return vec4(TABLE(u.table), TABLE(u.table + 1), "
                         "TABLE(u.table + 2), TABLE(u.table + 8)); }",
                         0);
    const TablePtr first = make_table({1, 2, 3, 4, 5}), second = make_table({6, 7});
    const ProgramPtr p = program({call(k, b, {})}, 0);
    Pass pass{.program = p, .calls = {values(b)}, .tables = {first, second}};
    const auto check = [&](Pixel want) {
        CHECK(difference(result_of(pass, out), expected(area, [&](int, int) { return want; })) == 0);
    };
    check({1, 2, 3, 6});
    pass.tables = {second, first};
    check({6, 7, 0, 5});
    pass.tables = {first, second};
    check({1, 2, 3, 6});
}

TEST_CASE("a raw kernel: its own main, shared memory, AREA and OUT")
{
    const Validated validated;
    Device& d = device();
    const Rect region{3, 2, 40, 9};
    TestImage in(d, region), out(d, region);
    const HostImage source = noise(region);
    put(d, in, source);
    put(d, out, HostImage(region));
    // A running sum along each row: one work group a row, one invocation a pixel.
    const auto k = make_kernel("prefix", KernelForm::Raw, R"(
layout(local_size_x = 64) in;
shared vec4 sums[64];
void main()
{
    int i = int(gl_LocalInvocationID.x);
    ivec2 p = AREA.xy + ivec2(i, gl_WorkGroupID.y);
    sums[i] = FETCH0(p) * u.gain;
    barrier();
    for (int step = 1; step < 64; step *= 2) {
        vec4 before = i >= step ? sums[i - step] : vec4(0.0);
        barrier();
        sums[i] += before;
        barrier();
    }
    OUT(p, sums[i]);
})",
                               1);
    Block b;
    b.put("gain", 2.0);
    Pass pass{.program = program({call(k, b, {}, {0})}, 1), .reads = {in}, .area = {5, 3, 38, 8}, .calls = {values(b)}};
    pass.groups_x = 1, pass.groups_y = 5;
    pass.write = out;
    must(d.run(pass));
    const HostImage got = get(d, out);
    const HostImage want = expected(region, [&](int x, int y) -> Pixel {
        if (!pass.area.contains(x, y)) return {};
        Pixel sum{};
        for (int i = 5; i <= x; ++i)
            for (size_t c = 0; c < 4; ++c) sum[c] += 2 * at(source, i, y)[c];
        return sum;
    });
    CHECK(difference(got, want) < 1e-4);
}

TEST_CASE("fused and one pass each give the same bits, in any chunks")
{
    const Validated validated;
    Device& d = device();
    TestImage in(d, area), a(d, area), b(d, area);
    put(d, in, noise(area, 6));
    constexpr int count = 8;
    std::vector<ProgramStep> steps{load(0)};
    std::vector<PassCall> calls;
    std::vector<Block> blocks;
    for (int i = 0; i < count; ++i) {
        // Factors with full mantissas, so that a contracted multiply-add would round differently.
        blocks.push_back(multiply_add_block({1 / 3.0 + i, 1.1, 0.7, 1.3}, {0.1 * i, -1 / 7.0, 1 / 9.0, 0.01}));
        steps.push_back(call(multiply_add(), blocks.back(), {i}));
        calls.push_back(values(blocks.back()));
    }
    const HostImage fused = result_of({.program = program(steps, 1), .reads = {in}, .calls = calls}, a);
    const ProgramPtr single = program({load(0), call(multiply_add(), blocks[0], {0})}, 1);
    const TestImage* from = &in;
    for (int i = 0; i < count; ++i) {
        const TestImage* to = i % 2 ? &b : &a;
        must(d.run({.program = single,
                    .reads = {from->image},
                    .write = to->image,
                    .area = area,
                    .calls = {calls[size_t(i)]}}));
        from = to;
    }
    CHECK(same_bits(get(d, *from), fused));
    HostImage host = get(d, in);
    for (size_t p = 0; p < host.pixels.size(); ++p)
        for (const PassCall& c : calls) {
            float uniforms[8];
            std::memcpy(uniforms, c.uniforms.data(), sizeof uniforms);
            volatile float product = host.pixels[p] * uniforms[p % 4];
            host.pixels[p] = product + uniforms[4 + p % 4];
        }
    CHECK(same_bits(host, fused));

    TestImage chunked(d, area);
    for (const Rect& part : {Rect{-7, 3, 20, 11}, Rect{20, 3, 90, 11}, Rect{-7, 11, 33, 40}, Rect{33, 11, 90, 40}})
        must(d.run({.program = program(steps, 1), .reads = {in}, .write = chunked, .area = part, .calls = calls}));
    CHECK(same_bits(get(d, chunked), fused));
}
