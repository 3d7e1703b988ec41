#include "tests/gpu/common.h"
#include <cmath>
#include <cstring>
#include <limits>
#include <unistd.h>

namespace tessera::gpu_test {

TemporaryFolder::TemporaryFolder()
{
    std::string name = (std::filesystem::temp_directory_path() / "tessera-gpu-XXXXXX").string();
    path = mkdtemp(name.data());
}

TemporaryFolder::~TemporaryFolder()
{
    std::error_code error;
    std::filesystem::remove_all(path, error);
}

std::unique_ptr<Device> open(const DeviceOptions& with)
{
    // Kernels of tests stay out of the user's cache. Mesa's own shader cache is left as it is.
    static const TemporaryFolder cache;
    DeviceOptions o = with;
    if (o.cache_folder.empty()) o.cache_folder = cache.path.string();
    return must(open_device(o));
}

Device& device()
{
    static const std::unique_ptr<Device> one = open();
    return *one;
}

TestImage::TestImage(Device& on, const Rect& region, const Rect& window)
    : device(on), image{{must(on.allocate(DeviceImage::bytes(region))), 0}, region, window}
{
}

TestImage::~TestImage()
{
    device.release(image.memory.buffer);
}

HostImage noise(const Rect& region, unsigned seed)
{
    HostImage image(region);
    std::mt19937 random(seed);
    for (size_t i = 0; i < image.pixels.size(); ++i) {
        const float v = float(random() >> 8) / float(1 << 24);
        image.pixels[i] = i % 4 == 3 ? (random() % 5 == 0 ? 0 : v) : v * 3 - 1;
    }
    return image;
}

void put(Device& on, const DeviceImage& to, const HostImage& pixels)
{
    must(on.upload(to, pixels, intersected(to.region, pixels.region)));
    must(on.wait(must(on.submit())));
}

HostImage get(Device& on, const DeviceImage& from, const Rect& part)
{
    auto image = std::make_shared<HostImage>(part);
    must(on.read_back(from, part, image));
    must(on.wait(must(on.submit())));
    return std::move(*image);
}

bool same_bits(const HostImage& a, const HostImage& b)
{
    return a.region == b.region && std::memcmp(a.pixels.data(), b.pixels.data(), a.pixels.size() * sizeof(float)) == 0;
}

double difference(const HostImage& a, const HostImage& b)
{
    if (a.region != b.region) return std::numeric_limits<double>::infinity();
    double most = 0;
    for (size_t i = 0; i < a.pixels.size(); ++i) {
        const double d = std::abs(double(a.pixels[i]) - double(b.pixels[i]));
        if (std::isnan(a.pixels[i]) != std::isnan(b.pixels[i])) return std::numeric_limits<double>::infinity();
        if (d > most) most = d;
    }
    return most;
}

ProgramStep load(int image, bool clip)
{
    ProgramStep s;
    s.kind = ProgramStep::Kind::Load;
    s.image = image;
    s.clip = clip;
    return s;
}

ProgramStep call(KernelPtr kernel, const Block& block, std::vector<int> args, std::vector<int> images)
{
    ProgramStep s;
    s.kind = ProgramStep::Kind::Call;
    s.kernel = std::move(kernel);
    s.fields = block.fields();
    s.args = std::move(args);
    s.images = std::move(images);
    return s;
}

PassCall values(const Block& block)
{
    PassCall c;
    c.uniforms.assign(block.bytes().begin(), block.bytes().end());
    return c;
}

ProgramPtr program(std::vector<ProgramStep> steps, int images)
{
    Program p;
    p.steps = std::move(steps);
    p.images = images;
    return finish_program(std::move(p));
}

KernelPtr pixel(const std::string& name, const std::string& text, int inputs)
{
    return make_kernel(name, KernelForm::Pixel, text, inputs);
}

KernelPtr gather(const std::string& name, const std::string& text, int images)
{
    return make_kernel(name, KernelForm::Gather, text, images);
}

KernelPtr multiply_add()
{
    static const KernelPtr kernel = pixel("madd", "vec4 madd(vec4 c, madd_u u, Px px) { return c * u.a + u.b; }\n");
    return kernel;
}

Block multiply_add_block(Vec4 a, Vec4 b)
{
    Block block;
    block.put("a", a);
    block.put("b", b);
    return block;
}

HostImage expected(const Rect& region, const std::function<Pixel(int, int)>& f)
{
    HostImage image(region);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x) {
            const Pixel p = f(x, y);
            for (size_t c = 0; c < 4; ++c) image.at(x, y)[c] = float(p[c]);
        }
    return image;
}

} // namespace tessera::gpu_test
