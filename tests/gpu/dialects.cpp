// The two dialects of kernels (gpu/compose.h): the same bits, areas of every shape, loops, and the views of texel buffers.
#include "gpu/compose.h"
#include "gpu/spirv.h"
#include "tests/gpu/common.h"
#include <algorithm>
#include <cstring>

using namespace tessera;
using namespace tessera::gpu_test;

namespace {

Device& gpu_device()
{
    static const std::unique_ptr<Device> one = [] {
        DeviceOptions o = options();
        o.treat_as_gpu = true;
        return open(o);
    }();
    return *one;
}

/// The pass over `area`, reading `source`, on one device.
HostImage run_on(Device& d, Pass pass, const HostImage& source, const Rect& area)
{
    TestImage in(d, source.region), out(d, area);
    put(d, in, source);
    pass.reads = {in}, pass.write = out, pass.area = area;
    must(d.run(pass));
    return get(d, out);
}

bool agree(const Pass& pass, const HostImage& source, const Rect& area)
{
    return same_bits(run_on(device(), pass, source, area), run_on(gpu_device(), pass, source, area));
}

/// Every kind of step that a pixel chain may have.
Pass chain_pass()
{
    const Block b = multiply_add_block({1.1, 0.9, 1.3, 1}, {0.01, -0.2, 0.03, 0});
    const auto power =
        pixel("power", "vec4 power(vec4 c, power_u u, Px px) { return pow(abs(c) + 0.01, u.a) + 0.001 * px.pos.xyxy; }");
    ProgramStep first = call(multiply_add(), b, {0}), second = call(power, b, {1});
    first.unpremult = true;
    second.mixed = true, second.mix_with = 0, second.mask = 1, second.clip = true;
    Pass pass{.program = program({load(0, true), first, second}, 1), .calls = {values(b), values(b)}, .scale = 0.5f};
    pass.calls[1].mix = {0.3f, 1, 0, 0.5f};
    pass.calls[1].window = {-3, 4, 80, 33};
    return pass;
}

Pass shift_pass()
{
    Block b;
    b.put_ivec2("by", 3, -2);
    b.put("table", 0);
    const auto k = gather("shift", "vec4 shift(shift_u u, Px px)\n{\n    return FETCH0(px.at + u.by) * TABLE(u.table + "
                                   "(px.at.x & 3)) + FETCH_CLAMP0(px.at - 20 * u.by);\n}\n");
    Pass pass{.program = program({call(k, b, {}, {0})}, 1), .calls = {values(b)}};
    pass.tables = {make_table({0.25f, 3, -1, 0.1f})};
    return pass;
}

Pass raw_pass(const Rect& area)
{
    Block b;
    b.put_ivec2("first", area.x0, area.y0);
    b.put("gain", 0.75);
    const auto k = make_kernel("turn", KernelForm::Raw,
                               "layout(local_size_x = 16, local_size_y = 2) in;\nshared vec4 turn_row[32];\n"
                               "void main()\n{\n    ivec2 p = u.first + ivec2(gl_GlobalInvocationID.xy);\n"
                               "    turn_row[gl_LocalInvocationIndex] = FETCH0(p);\n    barrier();\n"
                               "    OUT(p, turn_row[31 - gl_LocalInvocationIndex] * u.gain);\n}\n",
                               1);
    Pass pass{.program = program({call(k, b, {}, {0})}, 1), .calls = {values(b)}};
    pass.groups_x = (area.width() + 15) / 16, pass.groups_y = (area.height() + 1) / 2;
    return pass;
}

} // namespace

TEST_CASE("both dialects give the same bits")
{
    const Validated validated;
    const Rect area{-7, 3, 90, 40};
    const HostImage source = noise(Rect{-20, 0, 77, 38});
    CHECK(agree(chain_pass(), source, area));
    CHECK(agree(shift_pass(), source, area));
    CHECK(agree(raw_pass(area), source, area));
    // NaN with its payload, infinities, denormals and negative zero pass through.
    HostImage odd(Rect{0, 0, 8, 1});
    const uint32_t bits[] = {0x7fc12345, 0xffc00001, 0x7f800000, 0xff800000, 0x00000001, 0x80000000, 0x807fffff, 0x7f7fffff};
    for (size_t i = 0; i < odd.pixels.size(); ++i) std::memcpy(&odd.pixels[i], &bits[i % 8], 4);
    const Pass copy{.program = program({load(0)}, 1)};
    CHECK(same_bits(run_on(device(), copy, odd, odd.region), odd));
    CHECK(same_bits(run_on(gpu_device(), copy, odd, odd.region), odd));
}

TEST_CASE("areas of every width, and of several rows a work group")
{
    const Validated validated;
    const Block b = multiply_add_block({2, 2, 2, 2}, {1, 2, 3, 4});
    const Pass pass{.program = program({load(0), call(multiply_add(), b, {0})}, 1), .calls = {values(b)}};
    for (const Device* d : {&device(), &gpu_device()})
        for (const Rect& area : {Rect{0, 0, 1, 1}, Rect{-3, 2, 4, 3}, Rect{5, 5, 13, 30}, Rect{0, 0, 9, 1000},
                                 Rect{-100, 0, 300, 11}, Rect{0, 0, 2048, 3}, Rect{1, 1, 2050, 3}, Rect{-7, 0, 5000, 2}}) {
            const HostImage source = noise(area.grown(2, 1));
            const HostImage want = expected(area, [&](int x, int y) {
                const Pixel c = at(source, x, y);
                return Pixel{c[0] * 2 + 1, c[1] * 2 + 2, c[2] * 2 + 3, c[3] * 2 + 4};
            });
            CAPTURE(area.width());
            CHECK(difference(run_on(const_cast<Device&>(*d), pass, source, area), want) < 1e-6);
        }
}

TEST_CASE("long loops of a kernel run to their end on every pixel")
{
    // Mesa's software device ends the loops of an invocation after 65535 rounds in all.
    const Validated validated;
    const Rect area{0, 0, 700, 2};
    Block b;
    b.put("count", 5000);
    const auto k = gather("count", "vec4 count(count_u u, Px px)\n{\n    vec4 sum = vec4(0.0);\n"
                                   "    for (int i = 0; i < u.count; ++i) sum += FETCH0(px.at);\n    return sum;\n}\n");
    HostImage ones(area);
    for (float& v : ones.pixels) v = 1;
    const Pass pass{.program = program({call(k, b, {}, {0})}, 1), .calls = {values(b)}};
    for (Device* d : {&device(), &gpu_device()}) {
        const HostImage got = run_on(*d, pass, ones, area);
        CHECK(std::all_of(got.pixels.begin(), got.pixels.end(), [](float v) { return v == 5000; }));
    }
}

TEST_CASE("the loops of a module are counted")
{
    const Block none;
    const auto loops = [&](const std::string& body, Dialect dialect) {
        const auto k = pixel("k", "vec4 k(vec4 c, k_u u, Px px) { " + body + " return c; }\n");
        const auto composed = must(compose(*program({load(0), call(k, none, {0})}, 1), dialect));
        return loops_in(must(compile_glsl(composed.glsl, composed.sources)));
    };
    CHECK(loops("", Dialect::Gpu) == 0);
    CHECK(loops("", Dialect::Cpu) == main_loops);
    CHECK(loops("for (int i = 0; i < px.at.x; ++i) c *= c; while (c.x > 1.0) c *= 0.5;", Dialect::Cpu) == main_loops + 2);
}

TEST_CASE("thousands of images at other places and of other sizes")
{
    const Validated validated;
    Device& d = device();
    const Block b = multiply_add_block({1, 1, 1, 1}, {});
    const ProgramPtr p = program({load(0), call(multiply_add(), b, {0})}, 1);
    TestImage out(d, Rect{0, 0, 1, 1});
    HostImage one(Rect{0, 0, 4200, 1});
    for (size_t i = 0; i < one.pixels.size(); ++i) one.pixels[i] = float(i);
    bool all = true;
    for (int i = 1; i <= 4200; ++i) {
        TestImage in(d, Rect{0, 0, i, 1});
        must(d.upload(in, one, in.image.region));
        Pass pass{.program = p, .reads = {in}, .write = out, .area = {0, 0, 1, 1}, .calls = {values(b)}};
        must(d.run(pass));
        if (i % 600 == 0) all = all && get(d, out).pixels[1] == 1;
    }
    CHECK(all);
}
