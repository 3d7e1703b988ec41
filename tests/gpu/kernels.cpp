// Composing and compiling: the text, its errors, pinned arithmetic, and the caches in memory and on disk.
#include "gpu/compose.h"
#include "gpu/disk_cache.h"
#include "gpu/spirv.h"
#include "tests/gpu/common.h"
#include <fstream>
#include <map>
#include <set>
#include <thread>

using namespace tessera;
using namespace tessera::gpu_test;
namespace fs = std::filesystem;

namespace {

const Rect area{0, 0, 33, 17};

ProgramPtr constant_program(int which)
{
    const auto k = pixel("flat" + std::to_string(which),
                         "vec4 flat" + std::to_string(which) + "(flat" + std::to_string(which) +
                             "_u u, Px px) { return vec4(" + std::to_string(which) + ".0) * 0.5 + px.pos.xyxy; }",
                         0);
    return program({call(k, Block{}, {})}, 0);
}

HostImage run_constant(Device& d, int which)
{
    TestImage out(d, area);
    must(d.run({.program = constant_program(which), .write = out, .area = area, .calls = {PassCall{}}}));
    return get(d, out);
}

std::vector<fs::path> kernels_in(const fs::path& folder)
{
    std::vector<fs::path> files;
    for (const auto& f : fs::recursive_directory_iterator(folder))
        if (f.path().extension() == ".spv") files.push_back(f.path());
    return files;
}

} // namespace

TEST_CASE("the text depends on structure alone and has each kernel once")
{
    const Block b = multiply_add_block({1, 1, 1, 1}, {});
    const auto chain = program({load(0), call(multiply_add(), b, {0}), call(multiply_add(), b, {1})}, 1);
    const std::string text = must(program_glsl(*chain));
    CHECK(text == must(program_glsl(*program({load(0), call(multiply_add(), multiply_add_block({5, 5, 5, 5}, {}), {0}),
                                              call(multiply_add(), b, {1})},
                                             1))));
    const size_t at = text.find("vec4 madd(");
    REQUIRE(at != std::string::npos);
    CHECK(text.find("vec4 madd(", at + 1) == std::string::npos);
    CHECK(text.find("struct madd_u { vec4 a; vec4 b; };") != std::string::npos);
}

TEST_CASE("programs without meaning are refused")
{
    const auto k = gather("g", "vec4 g(g_u u, Px px) { return FETCH0(px.at); }");
    const Block none;
    const auto twice = program_glsl(*program({call(k, none, {}, {0}), call(k, none, {}, {0})}, 1));
    REQUIRE_FALSE(twice.ok());
    CHECK(twice.error().message == "the kernel g is in the program g+g twice");
    const auto raw = make_kernel("r", KernelForm::Raw, "layout(local_size_x = 8) in; void main() {}", 0);
    CHECK_FALSE(program_glsl(*program({load(0), call(raw, none, {})}, 1)).ok());
}

TEST_CASE("a kernel's mistake is reported with its name, line and the compiler's words")
{
    const Validated validated;
    Device& d = device();
    const auto broken = pixel("broken", "vec4 broken(vec4 c, broken_u u, Px px)\n{\n    return c * missing;\n}\n");
    const Block none, b = multiply_add_block({}, {});
    const auto p = program({load(0), call(multiply_add(), b, {0}), call(broken, none, {1})}, 1);
    CHECK_FALSE(d.compiled(p));
    const Status status = d.compile(p);
    REQUIRE_FALSE(status.ok());
    Status copy = status;
    CHECK(copy.error().kind == ErrorKind::InvalidArgument);
    CHECK(copy.error().message ==
          "the kernel madd+broken does not compile: broken, line 3: 'missing' : undeclared identifier");
    CHECK(d.compiled(p)); // that it fails is known
    Status again = d.compile(p);
    CHECK(again.error().message == copy.error().message);
}

TEST_CASE("every floating-point result is pinned")
{
    const Block b = multiply_add_block({}, {});
    const auto k = pixel("mixed", R"(
vec4 mixed(vec4 c, mixed_u u, Px px)
{
    mat3 m = mat3(c.rgb, c.gbr, c.brg) * 2.0;
    return vec4(m * c.rgb * dot(c, c) - c.rgb / 3.0, mod(c.a, 0.3)) * u.a + u.b;
})");
    const auto composed = must(compose(*program({load(0), call(k, b, {0})}, 1)));
    auto spirv = must(compile_glsl(composed.glsl, composed.sources));
    const size_t before = spirv.size();
    pin_arithmetic(spirv, true);
    CHECK(spirv.size() > before);
    std::set<uint32_t> pinned, arithmetic;
    bool mode = false, capability = false;
    const std::set<uint32_t> ops{127, 129, 131, 133, 136, 140, 141, 142, 143, 144, 145, 146, 147, 148};
    for (size_t at = 5; at < spirv.size(); at += spirv[at] >> 16) {
        const uint32_t op = spirv[at] & 0xffff;
        if (op == 71 && spirv[at + 2] == 42) pinned.insert(spirv[at + 1]);
        if (op == 16 && spirv[at + 2] == 4461 && spirv[at + 3] == 32) mode = true;
        if (op == 17 && spirv[at + 1] == 4466) capability = true;
        if (ops.count(op)) arithmetic.insert(spirv[at + 2]);
    }
    CHECK(arithmetic.size() > 8);
    CHECK(pinned == arithmetic);
    CHECK(mode);
    CHECK(capability);
}

TEST_CASE("compiled kernels are found again on disk; damaged ones are made anew")
{
    const Validated validated;
    const TemporaryFolder folder;
    DeviceOptions o = options();
    o.cache_folder = folder.path.string();
    HostImage want(area);
    {
        const auto d = open(o);
        want = run_constant(*d, 1);
    }
    auto files = kernels_in(folder.path);
    REQUIRE(files.size() == 1);
    const auto stamp = fs::last_write_time(files[0]);
    const auto size = fs::file_size(files[0]);
    {
        const auto d = open(o);
        CHECK(same_bits(run_constant(*d, 1), want));
    }
    CHECK(fs::last_write_time(files[0]) == stamp);

    const auto damage = [&](const std::function<void()>& how) {
        how();
        {
            const auto d = open(o);
            CHECK(same_bits(run_constant(*d, 1), want));
        }
        CHECK(fs::file_size(files[0]) == size); // written anew
    };
    damage([&] { fs::resize_file(files[0], size / 2); });
    damage([&] { fs::resize_file(files[0], 0); });
    damage([&] {
        std::fstream f(files[0], std::ios::in | std::ios::out | std::ios::binary);
        f.seekp(std::streamoff(size / 2));
        f.put('x').put('y').put('z');
    });
    // The driver's own cache beside them may be damaged too.
    for (const auto& f : fs::recursive_directory_iterator(folder.path))
        if (f.is_regular_file())
            std::ofstream(f.path(), std::ios::binary) << "nonsense that is longer than a header, by some bytes";
    const auto d = open(o);
    CHECK(same_bits(run_constant(*d, 1), want));
    for (const auto& f : fs::recursive_directory_iterator(folder.path)) CHECK(f.path().extension() != ".tmp");
}

TEST_CASE("the driver's cache is used only when this driver made it, and made anew otherwise")
{
    const TemporaryFolder folder;
    DeviceOptions o = options();
    o.cache_folder = folder.path.string();
    const HostImage want = run_constant(*open(o), 1);
    const DiskCache cache(o.cache_folder);
    std::string name;
    for (const auto& entry : fs::directory_iterator(cache.folder()))
        if (entry.path().filename().string().starts_with("pipelines-")) name = entry.path().filename().string();
    const auto own = cache.load(name);
    REQUIRE(own.has_value());
    std::vector<std::byte> foreign = *own;
    foreign[20] ^= std::byte(0xff); // within the UUID of the header
    foreign.resize(foreign.size() + 1000);
    cache.store(name, foreign.data(), foreign.size());
    CHECK(same_bits(run_constant(*open(o), 1), want));
    const auto again = cache.load(name);
    REQUIRE(again.has_value());
    CHECK(again->size() < foreign.size());
    CHECK(std::equal(again->begin(), again->begin() + 32, own->begin()));
}

TEST_CASE("a cache folder that cannot be made costs only the cache")
{
    const Validated validated;
    const TemporaryFolder folder;
    const fs::path file = folder.path / "file";
    std::ofstream(file) << "in the way";
    DeviceOptions o = options();
    o.cache_folder = (file / "cache").string();
    const auto d = open(o);
    CHECK(run_constant(*d, 2).pixels[0] == 1.5f);
}

TEST_CASE("entries are stored whole and read back as they were")
{
    const TemporaryFolder folder;
    const DiskCache cache(folder.path.string());
    CHECK_FALSE(cache.load("absent").has_value());
    const std::string text = "some bytes";
    cache.store("entry", text.data(), text.size());
    const auto got = cache.load("entry");
    REQUIRE(got.has_value());
    CHECK(std::string(reinterpret_cast<const char*>(got->data()), got->size()) == text);
    CHECK(std::distance(fs::directory_iterator(cache.folder()), fs::directory_iterator()) == 1);
}

TEST_CASE("several threads compile at once, also the same program")
{
    const Validated validated;
    const TemporaryFolder folder;
    DeviceOptions o = options();
    o.cache_folder = folder.path.string();
    const auto d = open(o);
    std::vector<std::thread> threads;
    std::array<bool, 4> good{};
    for (size_t t = 0; t < 4; ++t)
        threads.emplace_back([&, t] {
            bool all = true;
            for (int i = 0; i < 12; ++i) all = d->compile(constant_program(100 + (i + int(t) * 3) % 12)).ok() && all;
            good[t] = all;
        });
    for (auto& t : threads) t.join();
    for (bool g : good) CHECK(g);
    for (int i = 0; i < 12; ++i) CHECK(d->compiled(constant_program(100 + i)));
    CHECK(kernels_in(folder.path).size() == 12);
    CHECK(run_constant(*d, 107).pixels[0] == 54.0f);
}
