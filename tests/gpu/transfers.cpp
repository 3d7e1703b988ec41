// Uploads, read-backs, copies, ordering and memory, with every way of transfer and of binding.
#include "tests/gpu/common.h"
#include <algorithm>
#include <thread>

using namespace tessera;
using namespace tessera::gpu_test;

namespace {

const Rect area{-7, 3, 90, 40};

/// Runs the body on a device that maps memory directly, on one that stages, on one without push descriptors, and with
/// the kernels and copies of a GPU.
void on_every_path(const std::function<void(Device&)>& body)
{
    const Validated validated;
    body(device());
    DeviceOptions staged = options();
    staged.direct_transfers = false;
    body(*open(staged));
    DeviceOptions pools = options();
    pools.push_descriptors = false;
    body(*open(pools));
    DeviceOptions gpu = options();
    gpu.treat_as_gpu = true;
    body(*open(gpu));
}

Pass multiply_add_pass(const DeviceImage& from, const DeviceImage& to, Vec4 a, Vec4 b)
{
    static const ProgramPtr p = program({load(0), call(multiply_add(), multiply_add_block({}, {}), {0})}, 1);
    return {.program = p, .reads = {from}, .write = to, .area = to.region, .calls = {values(multiply_add_block(a, b))}};
}

HostImage patched(HostImage to, const HostImage& from, const Rect& part)
{
    for (int y = part.y0; y < part.y1; ++y)
        for (int x = part.x0; x < part.x1; ++x) std::copy_n(from.at(x, y), 4, to.at(x, y));
    return to;
}

} // namespace

TEST_CASE("uploads and read-backs of whole images and of parts")
{
    on_every_path([](Device& d) {
        TestImage image(d, area);
        const HostImage first = noise(area, 1), second = noise(Rect{-50, -50, 100, 100}, 2);
        put(d, image, first);
        CHECK(same_bits(get(d, image), first));
        const Rect part{10, 11, 37, 39};
        must(d.upload(image, second, part));
        const HostImage want = patched(first, second, part);
        CHECK(same_bits(get(d, image), want));
        const HostImage corner = get(d, image, {30, 30, 50, 40});
        CHECK(same_bits(corner, patched(HostImage(Rect{30, 30, 50, 40}), want, {30, 30, 50, 40})));
        // A read-back into part of a larger host image leaves the rest alone.
        auto large = std::make_shared<HostImage>(second);
        must(d.read_back(image, part, large));
        must(d.wait(must(d.submit())));
        CHECK(same_bits(*large, patched(second, want, part)));
    });
}

TEST_CASE("copies and clears, whole and in parts, also between images of one buffer")
{
    on_every_path([](Device& d) {
        const HostImage source = noise(area, 3);
        const uint64_t bytes = (DeviceImage::bytes(area) + 255) / 256 * 256;
        const BufferId pool = must(d.allocate(3 * bytes));
        const DeviceImage a{{pool, 0}, area, area}, b{{pool, bytes}, area, area}, c{{pool, 2 * bytes}, area, area};
        must(d.upload(a, source, area));
        must(d.clear(b, area));
        must(d.copy(a, b, {0, 5, 40, 30}));
        must(d.copy(b, c, area));
        must(d.clear(c, {10, 10, 20, 20}));
        must(d.copy(c, a, {-7, 8, 90, 12}));
        HostImage want = patched(HostImage(area), source, {0, 5, 40, 30});
        CHECK(same_bits(get(d, b), want));
        want = patched(want, HostImage(Rect{10, 10, 20, 20}), {10, 10, 20, 20});
        CHECK(same_bits(get(d, c), want));
        CHECK(same_bits(get(d, a), patched(source, want, {-7, 8, 90, 12})));
        d.release(pool);
    });
}

TEST_CASE("dependent passes run as if in order, in one submit or in many")
{
    on_every_path([](Device& d) {
        TestImage a(d, area), b(d, area), c(d, area);
        const HostImage source = noise(area, 4);
        put(d, a, source);
        HostImage want = source;
        Ticket last = 0;
        for (int i = 0; i < 40; ++i) {
            must(d.run(multiply_add_pass(a, b, {0.5, 0.5, 0.5, 0.5}, {double(i), 1, 1, 1})));
            must(d.run(multiply_add_pass(b, c, {1, 1, 1, 1}, {0.25, 0.25, 0.25, 0.25})));
            must(d.copy(c, a, area));
            if (i % 7 == 0) {
                const Ticket next = must(d.submit());
                CHECK(next > last);
                last = next;
            }
            for (size_t p = 0; p < want.pixels.size(); ++p)
                want.pixels[p] = want.pixels[p] * 0.5f + (p % 4 == 0 ? float(i) : 1.0f) + 0.25f;
        }
        CHECK(difference(get(d, a), want) < 1e-5);
    });
}

TEST_CASE("in place, and a read-back that is overwritten before it is taken")
{
    on_every_path([](Device& d) {
        TestImage a(d, area), b(d, area);
        const HostImage source = noise(area, 5), other = noise(area, 6);
        put(d, a, source);
        const auto doubled = [](HostImage i) {
            for (float& v : i.pixels) v *= 2;
            return i;
        };
        must(d.run(multiply_add_pass(a, a, {2, 2, 2, 2}, {})));
        auto first = std::make_shared<HostImage>(area), second = std::make_shared<HostImage>(area);
        auto third = std::make_shared<HostImage>(area), fourth = std::make_shared<HostImage>(area);
        must(d.read_back(a, area, first));
        must(d.run(multiply_add_pass(a, a, {2, 2, 2, 2}, {}))); // in the same batch
        must(d.read_back(a, area, second));
        const Ticket before = must(d.submit());
        must(d.run(multiply_add_pass(a, a, {2, 2, 2, 2}, {}))); // in a later batch
        must(d.read_back(a, area, third));
        must(d.upload(a, other, area)); // by the host, while the device still has work on the image
        must(d.read_back(a, area, fourth));
        must(d.submit());
        must(d.wait(before));
        CHECK(same_bits(*first, doubled(source)));
        CHECK(same_bits(*second, doubled(doubled(source))));
        must(d.wait(must(d.submit())));
        CHECK(same_bits(*third, doubled(doubled(doubled(source)))));
        CHECK(same_bits(*fourth, other));
    });
}

TEST_CASE("memory released while work and read-backs on it are pending is not disturbed")
{
    on_every_path([](Device& d) {
        const HostImage source = noise(area, 7);
        TestImage in(d, area);
        put(d, in, source);
        std::vector<std::shared_ptr<HostImage>> results;
        const uint64_t before = d.allocated_bytes();
        for (int i = 0; i < 30; ++i) {
            TestImage scratch(d, area), out(d, area);
            must(d.run(multiply_add_pass(in, scratch, {1, 1, 1, 1}, {double(i), 0, 0, 0})));
            must(d.run(multiply_add_pass(scratch, out, {1, 1, 1, 1}, {0, double(i), 0, 0})));
            results.push_back(std::make_shared<HostImage>(area));
            must(d.read_back(out, area, results.back()));
            if (i % 3 == 0) must(d.submit());
        }
        must(d.wait(must(d.submit())));
        CHECK(d.allocated_bytes() == before);
        for (size_t i = 0; i < results.size(); ++i) {
            HostImage want = source;
            for (size_t p = 0; p < want.pixels.size(); p += 4)
                want.pixels[p] += float(i), want.pixels[p + 1] += float(i);
            CHECK(same_bits(*results[i], want));
        }
    });
}

TEST_CASE("transfers of more than a staging block")
{
    const Validated validated;
    DeviceOptions o = options();
    o.direct_transfers = false;
    const auto d = open(o);
    const Rect large{0, 0, 3000, 1500}; // 72 MB, three blocks
    TestImage a(*d, large), b(*d, large);
    HostImage source(large);
    for (size_t i = 0; i < source.pixels.size(); ++i) source.pixels[i] = float(i % 65537);
    for (int i = 0; i < 4; ++i) { // more in flight than the rings may hold
        must(d->upload(a, source, large));
        must(d->upload(a, source, {1, 0, 2999, 1500}));
    }
    must(d->copy(a, b, large));
    CHECK(same_bits(get(*d, b), source));
}

TEST_CASE("the budget is never exceeded and the error says the numbers")
{
    const Validated validated;
    DeviceOptions o = options();
    o.memory_budget = 96ull << 20;
    const auto d = open(o);
    constexpr uint64_t MiB = 1 << 20;
    const BufferId a = must(d->allocate(40 * MiB)), b = must(d->allocate(20 * MiB));
    CHECK(d->allocated_bytes() == 60 * MiB);
    const auto refused = d->allocate(60 * MiB);
    REQUIRE_FALSE(refused.ok());
    CHECK(refused.error().kind == ErrorKind::OutOfMemory);
    CHECK(refused.error().message == "device memory: 60 MiB wanted, 60 MiB of the budget of 96 MiB in use");
    d->release(a);
    d->release(b);
    CHECK(d->allocated_bytes() == 0);
    // All of it, though the blocks were cut differently before.
    const BufferId all = must(d->allocate(96 * MiB));
    CHECK_FALSE(d->allocate(1).ok());
    d->release(all);
    std::vector<BufferId> many;
    for (;;) {
        auto one = d->allocate(3 * MiB + 1);
        if (!one) break;
        many.push_back(*one);
        CHECK(d->allocated_bytes() <= o.memory_budget);
    }
    CHECK(many.size() >= 28);
    for (size_t i = 0; i < many.size(); i += 2) d->release(many[i]);
    for (size_t i = 1; i < many.size(); i += 2) d->release(many[i]);
    CHECK(d->allocated_bytes() == 0);
    must(d->allocate(96 * MiB));
}

TEST_CASE("a budget that is full of work in flight is waited for")
{
    const Validated validated;
    DeviceOptions o = options();
    o.memory_budget = 64ull << 20;
    const auto d = open(o);
    const Rect r{0, 0, 1024, 1024}; // 16 MiB
    std::vector<std::shared_ptr<HostImage>> results;
    TestImage in(*d, r);
    put(*d, in, noise(r, 8));
    for (int i = 0; i < 10; ++i) {
        TestImage out(*d, r);
        must(d->run(multiply_add_pass(in, out, {1, 1, 1, 1}, {double(i), 0, 0, 0})));
        results.push_back(std::make_shared<HostImage>(r));
        must(d->read_back(out, r, results.back()));
    }
    must(d->wait(must(d->submit())));
    const HostImage source = noise(r, 8);
    for (size_t i = 0; i < results.size(); ++i) CHECK(results[i]->pixels[0] == source.pixels[0] + float(i));
}

TEST_CASE("tables give way to images")
{
    const Validated validated;
    DeviceOptions o = options();
    o.memory_budget = 64ull << 20;
    const auto d = open(o);
    Block b;
    b.put("at", 0);
    const auto k = pixel("lut", "vec4 lut(lut_u u, Px px) { return vec4(TABLE(u.at), TABLE(u.at + 1), 0.0, 0.0); }", 0);
    const ProgramPtr p = program({call(k, b, {})}, 0);
    const Rect r{0, 0, 8, 8};
    TestImage out(*d, r);
    for (int i = 0; i < 40; ++i) { // 4 MiB each: more than the budget in all
        std::vector<float> data(1 << 20, float(i));
        must(d->run(
            {.program = p, .write = out, .area = r, .calls = {values(b)}, .tables = {make_table(std::move(data))}}));
        CHECK(get(*d, out).pixels[1] == float(i));
    }
    CHECK(d->allocated_bytes() == r.pixels() * 16);
    d->release(must(d->allocate(60ull << 20)));
}

TEST_CASE("injected faults: allocation and loss of the device")
{
    const Validated validated;
    DeviceOptions o = options();
    o.fail_allocation_after = 2;
    o.fail_allocations = 2;
    o.lose_device_after = 1;
    const auto d = open(o);
    TestImage a(*d, area), b(*d, area);
    for (int i = 0; i < 2; ++i) {
        const auto refused = d->allocate(100);
        REQUIRE_FALSE(refused.ok());
        CHECK(refused.error().kind == ErrorKind::OutOfMemory);
    }
    d->release(must(d->allocate(100)));
    must(d->run(multiply_add_pass(a, b, {}, {})));
    const Ticket first = must(d->submit());
    must(d->wait(first));
    must(d->run(multiply_add_pass(a, b, {}, {})));
    const auto lost = d->submit();
    REQUIRE_FALSE(lost.ok());
    CHECK(lost.error().kind == ErrorKind::DeviceLost);
    CHECK(d->run(multiply_add_pass(a, b, {}, {})).error().kind == ErrorKind::DeviceLost);
    CHECK(d->allocate(1).error().kind == ErrorKind::DeviceLost);
    CHECK(d->finished(first));
    must(d->wait(first)); // what finished before stays so
}

TEST_CASE("mistakes are errors, not crashes")
{
    const Validated validated;
    Device& d = device();
    TestImage a(d, area), b(d, Rect{0, 0, 10, 10});
    const HostImage host = noise(Rect{0, 0, 20, 20});
    CHECK(d.upload(b, host, {0, 0, 20, 20}).error().kind == ErrorKind::InvalidArgument);
    CHECK(d.copy(a, b, {0, 3, 11, 9}).error().kind == ErrorKind::InvalidArgument);
    Pass pass = multiply_add_pass(b, a, {}, {});
    CHECK(d.run(pass).error().message == "the pass madd reads outside its image 0");
    pass = multiply_add_pass(a, b, {}, {});
    pass.area = {0, 0, 11, 5};
    CHECK(d.run(pass).error().message == "the pass madd writes outside its image");
    pass = multiply_add_pass(a, b, {}, {});
    pass.calls.clear();
    CHECK_FALSE(d.run(pass).ok());
    pass = multiply_add_pass(a, b, {}, {});
    pass.reads[0].memory.buffer = 987654;
    CHECK_FALSE(d.run(pass).ok());
    const DeviceImage huge{{a.image.memory.buffer, 0}, {0, 0, 100000, 100000}, {}};
    CHECK_FALSE(d.run(multiply_add_pass(huge, b, {}, {})).ok());
}

TEST_CASE("every pass has its time")
{
    const Validated validated;
    const auto d = open();
    TestImage a(*d, area), b(*d, area);
    for (uint32_t i = 0; i < 150; ++i) {
        Pass p = multiply_add_pass(a, b, {}, {});
        p.tag = i;
        must(d->run(p));
    }
    must(d->wait(must(d->submit())));
    const auto times = d->take_times();
    REQUIRE(times.size() == 150);
    for (uint32_t i = 0; i < 150; ++i) {
        CHECK(times[i].tag == i);
        CHECK(times[i].milliseconds >= 0);
        CHECK(times[i].milliseconds < 10000);
    }
    CHECK(d->take_times().empty());
}
