// EXR frames read to pixels and written from them, against OpenEXR's own interface with halves on its side:
//
//   bench_exr [--json] [--quick] [FILE.exr ...]
//
// For HD and UHD (or each FILE's R, G, B and A), for each compression, on one thread and on two: milliseconds of ours
// and of OpenEXR's, least of the runs, which take turns; processor time besides; the size of the file against that of
// OpenEXR's. Ours ends and starts with four floats a pixel, theirs with halves of the file's channels, so ours has to
// do more. The files lie in memory where there is a folder for that.
#include "core/media/image_file.h"
#include "core/media/image_write.h"
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfInputFile.h>
#include <ImfOutputFile.h>
#include <ImfThreading.h>
#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <functional>
#include <half.h>
#include <sys/resource.h>
#include <unistd.h>

using namespace tessera;

namespace {

namespace fs = std::filesystem;

struct Picture {
    std::string name;
    int width = 0, height = 0, channels = 3;
    std::vector<half> halves; ///< interleaved, y down
    HostImage floats;
};

uint32_t scrambled(uint32_t x)
{
    x = (x ^ (x >> 16)) * 0x7feb352du;
    x = (x ^ (x >> 15)) * 0x846ca68bu;
    return x ^ (x >> 16);
}

/// Smooth noise of cells one unit wide.
float smooth_noise(float x, float y, uint32_t seed)
{
    const float fx = std::floor(x), fy = std::floor(y);
    const auto corner = [&](int dx, int dy) {
        return float(scrambled(uint32_t(int(fx) + dx) * 7919u + uint32_t(int(fy) + dy) * 104729u + seed) >> 8) /
               float(1 << 24);
    };
    const auto eased = [](float t) { return t * t * (3 - 2 * t); };
    const float u = eased(x - fx), v = eased(y - fy);
    return (corner(0, 0) * (1 - u) + corner(1, 0) * u) * (1 - v) + (corner(0, 1) * (1 - u) + corner(1, 1) * u) * v;
}

/// A plate: a gradient, clouds of seven octaves, a sun far above 1, and grain, which is what keeps it from compressing.
Picture plate(const std::string& name, int width, int height)
{
    Picture p{name, width, height, 3, std::vector<half>(size_t(width) * size_t(height) * 3), {}};
    constexpr int octaves = 7;
    constexpr float tint[3] = {1, 0.9f, 0.75f}, sun[3] = {9, 7, 4};
    uint32_t state = 1;
    const auto grain = [&state] { // of deviation 1
        float sum = 0;
        for (int i = 0; i < 4; ++i) sum += float((state = state * 1664525u + 1013904223u) >> 8) / float(1 << 24);
        return (sum - 2) * 1.732f;
    };
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            const float u = float(x) / float(height), v = float(y) / float(height);
            float clouds = 0, weight = 1;
            for (int o = 0; o < octaves; ++o, weight *= 0.55f)
                clouds += weight * smooth_noise(u * float(3 << o), v * float(3 << o), uint32_t(o));
            const float d = (u - 1.2f) * (u - 1.2f) + (v - 0.2f) * (v - 0.2f), glow = std::exp(-d / 0.01f);
            for (int c = 0; c < 3; ++c) {
                const float clean = tint[c] * (0.15f + 0.3f * clouds + 0.2f * (1 - v)) + glow * sun[c];
                const float value = clean * (1 + 0.03f * grain()) + 0.004f * grain();
                p.halves[(size_t(y) * size_t(width) + size_t(x)) * 3 + size_t(c)] = half(std::max(0.f, value));
            }
        }
    return p;
}

Imf::FrameBuffer frame_of(const Picture& p, std::vector<half>& halves, const Imath::V2i& origin = {0, 0})
{
    Imf::FrameBuffer frame;
    const size_t x_stride = sizeof(half) * size_t(p.channels), y_stride = x_stride * size_t(p.width);
    char* base =
        reinterpret_cast<char*>(halves.data()) - origin.x * ptrdiff_t(x_stride) - origin.y * ptrdiff_t(y_stride);
    for (int c = 0; c < p.channels; ++c)
        frame.insert(std::string(1, "RGBA"[c]),
                     Imf::Slice(Imf::HALF, base + size_t(c) * sizeof(half), x_stride, y_stride));
    return frame;
}

Picture from_file(const std::string& path)
{
    Imf::InputFile in(path.c_str());
    const auto w = in.header().dataWindow();
    Picture p{fs::path(path).stem(),
              w.max.x - w.min.x + 1,
              w.max.y - w.min.y + 1,
              in.header().channels().findChannel("A") ? 4 : 3,
              {},
              {}};
    p.halves.resize(size_t(p.width) * size_t(p.height) * size_t(p.channels));
    in.setFrameBuffer(frame_of(p, p.halves, w.min));
    in.readPixels(w.min.y, w.max.y);
    return p;
}

void fill_floats(Picture& p)
{
    p.floats = HostImage(Rect{0, 0, p.width, p.height});
    for (int y = 0; y < p.height; ++y)
        for (int x = 0; x < p.width; ++x)
            for (int c = 0; c < p.channels; ++c)
                p.floats.at(x, p.height - 1 - y)[c] =
                    float(p.halves[(size_t(y) * size_t(p.width) + size_t(x)) * size_t(p.channels) + size_t(c)]);
}

struct Time {
    double wall = 1e9, cpu = 1e9; ///< milliseconds, least of all runs
};

double cpu_ms()
{
    rusage u{};
    ::getrusage(RUSAGE_SELF, &u);
    const auto ms = [](const timeval& t) { return double(t.tv_sec) * 1e3 + double(t.tv_usec) / 1e3; };
    return ms(u.ru_utime) + ms(u.ru_stime);
}

void time_once(Time& t, const std::function<void()>& work)
{
    const double cpu = cpu_ms();
    const auto start = std::chrono::steady_clock::now();
    work();
    t.wall =
        std::min(t.wall, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - start).count());
    t.cpu = std::min(t.cpu, cpu_ms() - cpu);
}

void check(bool good, const char* what)
{
    if (good) return;
    std::fprintf(stderr, "bench_exr: %s\n", what);
    std::exit(1);
}

struct Output {
    bool json = false, first = true;
    void figure(const std::string& name, double value, const char* unit, double goal)
    {
        if (!json) return;
        std::printf("%s\n  {\"name\": \"%s\", \"value\": %.3f, \"unit\": \"%s\", \"goal\": ", first ? "[" : ",",
                    name.c_str(), value, unit);
        std::printf(goal > 0 ? "%.2f}" : "null}", goal);
        first = false;
    }
    void end() const
    {
        if (json) std::printf("%s\n]\n", first ? "[" : "");
    }
};

constexpr double goal_ratio = 1.2;

void row(Output& out, const std::string& name, const char* what, const Time& ours, const Time& theirs, double size)
{
    const std::string full = "exr " + name + " " + what;
    out.figure(full, ours.wall, "ms", 0);
    out.figure(full + " OpenEXR", theirs.wall, "ms", 0);
    out.figure(full + " ratio", ours.wall / theirs.wall, "", goal_ratio);
    if (!out.json)
        std::printf("%-22s %-6s %8.1f %8.1f %6.2f    %8.1f %8.1f %6.2f    %5.3f\n", name.c_str(), what, ours.wall,
                    theirs.wall, ours.wall / theirs.wall, ours.cpu, theirs.cpu, ours.cpu / theirs.cpu, size);
    std::fflush(stdout);
}

void compare(Output& out, Picture& p, Imf::Compression kind, ExrCompression compression, int threads, int runs,
             const std::string& folder)
{
    const std::string own_path = folder + "/ours.exr", their_path = folder + "/theirs.exr";
    Imf::setGlobalThreadCount(threads == 1 ? 0 : threads);
    std::vector<half> decoded(p.halves.size()); // not the picture itself, which a lossy compression would wear away
    const auto write_theirs = [&] {
        Imf::Header header(p.width, p.height);
        header.compression() = kind;
        for (int c = 0; c < p.channels; ++c)
            header.channels().insert(std::string(1, "RGBA"[c]), Imf::Channel(Imf::HALF));
        Imf::OutputFile file(their_path.c_str(), header, threads == 1 ? 0 : threads);
        file.setFrameBuffer(frame_of(p, p.halves));
        file.writePixels(p.height);
    };
    const auto read_theirs = [&] {
        Imf::InputFile file(their_path.c_str(), threads == 1 ? 0 : threads);
        file.setFrameBuffer(frame_of(p, decoded));
        file.readPixels(0, p.height - 1);
    };
    WriteRequest request;
    request.path = own_path, request.format = {p.width, p.height, 1}, request.overwrite = true,
    request.threads = threads;
    Layer layer{std::string(main_layer), {"R", "G", "B"}, false};
    if (p.channels == 4) layer.channels.emplace_back("A");
    request.layers = {{layer, "main", &p.floats}};
    request.exr.compression = compression;
    const auto write_ours = [&] { check(write_image(request).ok(), "cannot write"); };
    // what each reads is what OpenEXR wrote
    const auto read_ours = [&] {
        check(read_layer(their_path, main_layer, "", p.floats.region, threads).ok(), "cannot read");
    };
    const auto read_back = [&] {
        check(read_layer(own_path, main_layer, "", p.floats.region, threads).ok(), "cannot read");
    };
    Time own_write, own_read, own_back, their_write, their_read;
    for (int i = 0; i < runs; ++i) {
        time_once(their_write, write_theirs), time_once(own_write, write_ours);
        time_once(their_read, read_theirs), time_once(own_read, read_ours), time_once(own_back, read_back);
    }
    const double size = double(fs::file_size(own_path)) / double(fs::file_size(their_path));
    const std::string name = p.name + " " + std::string(name_of(compression)) + " " + std::to_string(threads);
    row(out, name, "read", own_read, their_read, 1);
    row(out, name, "reread", own_back, their_read, size);
    row(out, name, "write", own_write, their_write, size);
    fs::remove(own_path), fs::remove(their_path);
}

} // namespace

int main(int argc, char** argv)
{
    Output out;
    int runs = 9;
    std::vector<Picture> pictures;
    for (int i = 1; i < argc; ++i) {
        const std::string a = argv[i];
        if (a == "--json")
            out.json = true;
        else if (a == "--quick")
            runs = 1;
        else
            pictures.push_back(from_file(a));
    }
    if (pictures.empty()) {
        if (runs == 1)
            pictures = {plate("small", 320, 180)};
        else
            pictures = {plate("hd", 1920, 1080), plate("uhd", 3840, 2160)};
    }
    std::string folder =
        (fs::exists("/dev/shm") ? fs::path("/dev/shm") : fs::temp_directory_path()) / "bench-exr-XXXXXX";
    check(::mkdtemp(folder.data()) != nullptr, "there is no folder for its files");
    if (!out.json)
        std::printf("%-22s %-6s %8s %8s %6s    %8s %8s %6s    %5s\n", "picture, threads", "", "wall ms", "OpenEXR",
                    "ratio", "cpu ms", "OpenEXR", "ratio", "size");
    constexpr std::pair<Imf::Compression, ExrCompression> kinds[] = {{Imf::NO_COMPRESSION, ExrCompression::None},
                                                                     {Imf::ZIP_COMPRESSION, ExrCompression::Zip},
                                                                     {Imf::ZIPS_COMPRESSION, ExrCompression::Zips},
                                                                     {Imf::PIZ_COMPRESSION, ExrCompression::Piz},
                                                                     {Imf::DWAA_COMPRESSION, ExrCompression::Dwaa}};
    for (Picture& p : pictures) {
        fill_floats(p);
        for (const auto& [kind, compression] : kinds)
            for (const int threads : {1, 2}) compare(out, p, kind, compression, threads, runs, folder);
    }
    out.end();
    fs::remove_all(folder);
    return 0;
}
