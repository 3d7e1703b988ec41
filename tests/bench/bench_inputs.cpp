// Makes the pictures that the benchmarks read, the same every time and at any size:
//
//   bench_inputs FOLDER NAME WIDTHxHEIGHT WHAT...
//
//   stills      plate_NAME.exr (a background), fg_NAME.exr (a subject with premultiplied alpha), green_NAME.exr (that
//               subject in front of an unevenly lit green screen); half float, ZIP
//   raw         the same three, uncompressed: plate_NAME_raw.exr, ...; raw=plate,green makes only these (so with
//   stills) sequence=N  seq_NAME/plate.0001.exr ... and seq_NAME/green.0001.exr ...: the camera drifts, the subject
//   moves turns=N     turn_NAME/plate.0001.exr ...: N links to the sequence, played to and fro
//
// The pictures are synthetic but compress about as plates do: smooth gradients, noise of several octaves, fine
// gratings, highlights well above 1, hair, and grain on top. Files that are there are kept. Written in bands, so that a
// picture of 256 megapixels takes little memory.
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfOutputFile.h>
#include <ImfThreading.h>
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <filesystem>
#include <functional>
#include <half.h>
#include <string>
#include <thread>
#include <vector>

namespace {

struct Size {
    int width = 0, height = 0;
};

/// Makes one row, counted from the top, of interleaved channels. It keeps what it shares between rows: one a thread.
using RowMaker = std::function<void(int y, float* row)>;
using Picture = std::function<RowMaker()>;

uint64_t scrambled(uint64_t x) // the finaliser of splitmix64
{
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9ull;
    x = (x ^ (x >> 27)) * 0x94d049bb133111ebull;
    return x ^ (x >> 31);
}

/// Nearly normal noise of deviation 1 for a pixel's channel: four uniform numbers, summed.
float grain(int x, int y, int channel, int seed)
{
    uint64_t bits = scrambled((uint64_t(uint32_t(y)) << 34) + (uint64_t(uint32_t(x)) << 4) + uint64_t(channel) +
                              uint64_t(seed) * 0x9e3779b97f4a7c15ull);
    float sum = 0;
    for (int i = 0; i < 4; ++i, bits >>= 16) sum += float(bits & 0xffff) / 65536.0f;
    return (sum - 2) * 1.7320508f;
}

/// Smooth noise from 0 to 1 with `cells` cells over the picture's height, shifted to the left by picture heights.
class ValueNoise {
public:
    ValueNoise(Size size, float cells, uint64_t seed, float shift = 0)
        : size_(size), cells_(cells), table_(256 * 256), x_(axis(size.width, shift)), y_(axis(size.height, 0)),
          low_(size_t(size.width)), high_(size_t(size.width))
    {
        for (size_t i = 0; i < table_.size(); ++i)
            table_[i] = float(scrambled((seed << 20) + i + 1) >> 40) / float(1 << 24);
    }

    void add(int y, float share, float* out)
    {
        const Place v = y_[size_t(y)];
        if (v.cell != row_) {
            fill(v.cell, low_);
            fill(v.cell + 1, high_);
            row_ = v.cell;
        }
        for (size_t x = 0; x < low_.size(); ++x) out[x] += share * (low_[x] + (high_[x] - low_[x]) * v.part);
    }

private:
    struct Place {
        int cell = 0;
        float part = 0;
    };

    std::vector<Place> axis(int count, float shift) const
    {
        std::vector<Place> places(static_cast<size_t>(count));
        for (int i = 0; i < count; ++i) {
            const float t = (float(i) / float(size_.height) + 1 + shift) * cells_, f = t - std::floor(t);
            places[size_t(i)] = {int(std::floor(t)), f * f * (3 - 2 * f)};
        }
        return places;
    }

    void fill(int row, std::vector<float>& out) const
    {
        const float* line = table_.data() + size_t(row & 255) * 256;
        for (size_t x = 0; x < out.size(); ++x) {
            const float a = line[x_[x].cell & 255], b = line[(x_[x].cell + 1) & 255];
            out[x] = a + (b - a) * x_[x].part;
        }
    }

    Size size_;
    float cells_;
    std::vector<float> table_;
    std::vector<Place> x_, y_;
    std::vector<float> low_, high_;
    int row_ = -1;
};

/// Octaves of noise, each twice as fine as the one before.
class Fractal {
public:
    Fractal(Size size, uint64_t seed, int octaves = 7, float first = 3, float shift = 0) : row_(size_t(size.width))
    {
        constexpr float gain = 0.55f;
        float share = 1, sum = 0;
        for (int o = 0; o < octaves; ++o, share *= gain) sum += share;
        share = 1;
        for (int o = 0; o < octaves; ++o, share *= gain) {
            octaves_.emplace_back(size, first * float(1 << o), seed + uint64_t(o), shift);
            shares_.push_back(share / sum);
        }
    }

    const float* row(int y)
    {
        std::fill(row_.begin(), row_.end(), 0.0f);
        for (size_t o = 0; o < octaves_.size(); ++o) octaves_[o].add(y, shares_[o], row_.data());
        return row_.data();
    }

private:
    std::vector<ValueNoise> octaves_;
    std::vector<float> shares_, row_;
};

/// A pixel's place in picture heights, from the middle, y down.
struct Point {
    float x, y;
};

Point place(Size s, int x, int y)
{
    return {(float(x) - float(s.width) / 2) / float(s.height), (float(y) - float(s.height) / 2) / float(s.height)};
}

float mix(float a, float b, float t)
{
    return a + (b - a) * t;
}

Picture plate(Size s, int frame)
{
    return [=]() -> RowMaker {
        const float drift = 0.002f * float(frame);
        return [=, clouds = Fractal(s, 11, 7, 3, drift), texture = Fractal(s, 53, 7, 9, drift)](int y,
                                                                                                float* out) mutable {
            constexpr float ground[3] = {0.30f, 0.28f, 0.22f}, sky[3] = {0.35f, 0.45f, 0.75f};
            constexpr float warm[3] = {1.0f, 0.8f, 0.6f}, sun[3] = {9, 7, 4};
            const float *f = clouds.row(y), *g = texture.row(y);
            for (int x = 0; x < s.width; ++x) {
                const Point p = place(s, x, y);
                const float up = std::clamp(0.5f - p.y, 0.0f, 1.0f);
                const float grating = p.y > 0.05f ? 0.04f * std::sin(220 * (p.x + drift) + 60 * p.y) : 0;
                const float far = (p.x - 0.45f) * (p.x - 0.45f) + (p.y + 0.3f) * (p.y + 0.3f);
                const float glow = std::exp(-far / 0.01f);
                for (int c = 0; c < 3; ++c) {
                    float v = (ground[c] + sky[c] * up) * (0.45f + 0.9f * f[x]);
                    v += (0.25f * (g[x] - 0.5f) + grating) * warm[c] + glow * sun[c];
                    v = v * (1 + 0.03f * grain(x, y, c, 900 + frame)) + 0.004f * grain(x, y, c, 950 + frame);
                    out[3 * x + c] = std::max(v, 0.0f);
                }
            }
        };
    };
}

/// Straight colour and alpha of a bust with loose hair.
RowMaker subject(Size s, int frame)
{
    return [=, wobble = Fractal(s, 71, 4), texture = Fractal(s, 131, 7, 12), strands = ValueNoise(s, 30, 77),
            bend = std::vector<float>(size_t(s.width))](int y, float* out) mutable {
        const float *w = wobble.row(y), *t = texture.row(y);
        std::fill(bend.begin(), bend.end(), 0.0f);
        strands.add(y, 1, bend.data());
        for (int x = 0; x < s.width; ++x) {
            Point p = place(s, x, y);
            p.x -= 0.015f * float(frame);
            const float soft = float(s.height) / 3, wob = 0.02f * (w[x] - 0.5f), top = p.y + 0.08f;
            const float body =
                std::clamp((0.34f - std::hypot(p.x / 1.1f, (p.y - 0.45f) / 1.2f) + wob) * soft, 0.f, 1.f);
            const float head = std::clamp((0.17f - std::hypot(p.x, top / 1.25f) + wob) * soft, 0.f, 1.f);
            const float angle = std::atan2(p.x, -top),
                        strand = 0.5f + 0.5f * std::sin(angle * 260 + 14 * bend[size_t(x)]);
            const float ring = std::abs(std::hypot(p.x, top) - 0.2f);
            const float hair = std::abs(angle) < 2 ? std::clamp(strand * 1.6f - 6.5f * ring, 0.f, 1.f) : 0;
            const float weave = 0.06f * std::sin(500 * p.x) * std::sin(500 * p.y);
            constexpr float cloth[3] = {0.55f, 0.18f, 0.22f}, skin[3] = {0.85f, 0.58f, 0.45f};
            constexpr float dark[3] = {0.14f, 0.09f, 0.06f};
            for (int c = 0; c < 3; ++c) {
                const float v = mix((0.35f + 0.4f * t[x] + weave) * cloth[c], (0.5f + 0.35f * t[x]) * skin[c], head);
                out[4 * x + c] = mix(v, (0.3f + 0.5f * t[x]) * dark[c], hair * (1 - head) * (1 - body));
            }
            out[4 * x + 3] = std::max({body, head, hair * 0.9f});
        }
    };
}

Picture foreground(Size s)
{
    return [=]() -> RowMaker {
        return [=, straight = subject(s, 0)](int y, float* out) {
            straight(y, out);
            for (int x = 0; x < s.width; ++x)
                for (int c = 0; c < 3; ++c) out[4 * x + c] *= out[4 * x + 3];
        };
    };
}

Picture green(Size s, int frame)
{
    return [=]() -> RowMaker {
        return [=, straight = subject(s, frame), uneven = Fractal(s, 171, 5),
                rgba = std::vector<float>(size_t(s.width) * 4)](int y, float* out) mutable {
            constexpr float screen[3] = {0.09f, 0.52f, 0.13f}, spill[3] = {0, 0.05f, 0.01f};
            straight(y, rgba.data());
            const float* f = uneven.row(y);
            for (int x = 0; x < s.width; ++x) {
                const Point p = place(s, x, y);
                const float light = 1.15f - 0.35f * std::hypot(p.x, p.y) + 0.12f * (f[x] - 0.5f);
                const float* in = rgba.data() + 4 * size_t(x);
                for (int c = 0; c < 3; ++c) {
                    float v = mix(light * screen[c], in[c] + spill[c], in[3]);
                    v = v * (1 + 0.02f * grain(x, y, c, 300 + frame)) + 0.004f * grain(x, y, c, 400 + frame);
                    out[3 * x + c] = std::max(v, 0.0f);
                }
            }
        };
    };
}

int thread_count()
{
    return int(std::max(1u, std::thread::hardware_concurrency()));
}

void write(const std::string& path, Size s, int channels, Imf::Compression compression, const Picture& picture)
{
    constexpr int rows_each = 64;
    const char* names[] = {"R", "G", "B", "A"};
    Imf::Header header(s.width, s.height);
    header.compression() = compression;
    for (int c = 0; c < channels; ++c) header.channels().insert(names[c], Imf::Channel(Imf::HALF));

    std::vector<RowMaker> makers;
    for (int t = 0; t < thread_count(); ++t) makers.push_back(picture());
    const int band = rows_each * thread_count();
    const size_t line = size_t(s.width) * size_t(channels);
    std::vector<half> pixels(line * size_t(band));

    const std::string part = path + ".partial";
    {
        Imf::OutputFile file(part.c_str(), header);
        for (int from = 0; from < s.height; from += band) {
            const int count = std::min(band, s.height - from);
            const auto make = [&](int t) {
                std::vector<float> row(line);
                for (int y = t * rows_each; y < std::min(count, (t + 1) * rows_each); ++y) {
                    makers[size_t(t)](from + y, row.data());
                    std::copy(row.begin(), row.end(), pixels.begin() + std::ptrdiff_t(line * size_t(y)));
                }
            };
            std::vector<std::thread> threads;
            for (int t = 0; t < thread_count(); ++t) threads.emplace_back(make, t);
            for (std::thread& t : threads) t.join();
            Imf::FrameBuffer frame;
            char* base = reinterpret_cast<char*>(pixels.data()) - std::ptrdiff_t(line * sizeof(half)) * from;
            for (int c = 0; c < channels; ++c)
                frame.insert(names[c], Imf::Slice(Imf::HALF, base + size_t(c) * sizeof(half),
                                                  sizeof(half) * size_t(channels), sizeof(half) * line));
            file.setFrameBuffer(frame);
            file.writePixels(count);
        }
    }
    std::filesystem::rename(part, path);
}

void write_missing(const std::string& path, Size s, int channels, bool raw, const Picture& picture)
{
    if (std::filesystem::exists(path)) return;
    write(path, s, channels, raw ? Imf::NO_COMPRESSION : Imf::ZIP_COMPRESSION, picture);
    std::printf("%s\n", path.c_str());
    std::fflush(stdout);
}

std::string numbered(const std::string& folder, const char* name, int frame)
{
    char text[32];
    std::snprintf(text, sizeof text, "/%s.%04d.exr", name, frame);
    return folder + text;
}

void make_stills(const std::string& folder, const std::string& name, Size s, bool raw, const std::string& which)
{
    const std::string end = "_" + name + (raw ? "_raw.exr" : ".exr");
    const auto wanted = [&](const char* picture) { return which.empty() || which.find(picture) != which.npos; };
    if (wanted("plate")) write_missing(folder + "/plate" + end, s, 3, raw, plate(s, 0));
    if (wanted("fg")) write_missing(folder + "/fg" + end, s, 4, raw, foreground(s));
    if (wanted("green")) write_missing(folder + "/green" + end, s, 3, raw, green(s, 0));
}

void make_sequence(const std::string& folder, Size s, int frames)
{
    std::filesystem::create_directories(folder);
    for (int f = 1; f <= frames; ++f) {
        write_missing(numbered(folder, "plate", f), s, 3, false, plate(s, f - 1));
        write_missing(numbered(folder, "green", f), s, 3, false, green(s, f - 1));
    }
}

/// `sequence` frames are there; the links turn round at both ends.
void make_turns(const std::string& folder, const std::string& name, int sequence, int turns)
{
    const std::string links = folder + "/turn_" + name;
    std::filesystem::create_directories(links);
    for (int f = 0; f < turns; ++f) {
        const int k = f % (2 * sequence), frame = k < sequence ? k : 2 * sequence - 1 - k;
        const std::string link = numbered(links, "plate", f + 1);
        if (!std::filesystem::is_symlink(link))
            std::filesystem::create_symlink(numbered("../seq_" + name, "plate", frame + 1), link);
    }
}

int usage()
{
    std::fprintf(stderr,
                 "usage: bench_inputs FOLDER NAME WIDTHxHEIGHT [stills[=LIST]] [raw[=LIST]] [sequence=N] [turns=N]\n");
    return 2;
}

int run(int argc, char** argv)
{
    Size size;
    if (argc < 5 || std::sscanf(argv[3], "%dx%d", &size.width, &size.height) != 2 || size.width < 1 || size.height < 1)
        return usage();
    const std::string folder = argv[1], name = argv[2];
    std::filesystem::create_directories(folder);
    Imf::setGlobalThreadCount(thread_count());
    int frames = 0;
    for (int i = 4; i < argc; ++i) {
        const std::string argument = argv[i], what = argument.substr(0, argument.find('='));
        int count = 0;
        if (what == "stills" || what == "raw") {
            make_stills(folder, name, size, what == "raw", argument.substr(std::min(argument.size(), what.size() + 1)));
        } else if (std::sscanf(argv[i], "sequence=%d", &count) == 1 && count > 0) {
            make_sequence(folder + "/seq_" + name, size, frames = count);
        } else if (std::sscanf(argv[i], "turns=%d", &count) == 1 && frames > 0) {
            make_turns(folder, name, frames, count);
        } else {
            return usage();
        }
    }
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_inputs: %s\n", e.what());
        return 1;
    }
}
