// What the machine itself allows, to be held against what Tessera takes:
//
//   bench_floor [--json] [--threads N] [FILE.exr ...]
//
// Memory: copying and filling (GB/s, bytes read and written counted once each, no write-allocate) and touching fresh
// pages, on one thread and on all. For each FILE: OpenEXR alone reading it into half floats and writing them again with
// the same compression, into a folder in memory where there is one. Medians; milliseconds.
#include <ImfChannelList.h>
#include <ImfFrameBuffer.h>
#include <ImfHeader.h>
#include <ImfInputFile.h>
#include <ImfOutputFile.h>
#include <ImfThreading.h>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <filesystem>
#include <functional>
#include <half.h>
#include <string>
#include <sys/mman.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace {

constexpr int repeats = 9;
constexpr size_t bytes = size_t(256) << 20; // beyond every cache

struct Figure {
    std::string name;
    double value;
    const char* unit;
};

double median_seconds(const std::function<void()>& work)
{
    using Clock = std::chrono::steady_clock;
    std::vector<double> times;
    work();
    for (int i = 0; i < repeats; ++i) {
        const auto start = Clock::now();
        work();
        times.push_back(std::chrono::duration<double>(Clock::now() - start).count());
    }
    std::nth_element(times.begin(), times.begin() + repeats / 2, times.end());
    return times[repeats / 2];
}

/// Calls work(from, to) for equal shares of `bytes` on so many threads.
void shared_out(int threads, const std::function<void(size_t, size_t)>& work)
{
    std::vector<std::thread> running;
    for (int t = 0; t < threads; ++t)
        running.emplace_back(work, bytes / size_t(threads) * size_t(t), bytes / size_t(threads) * size_t(t + 1));
    for (std::thread& t : running) t.join();
}

class Pages {
public:
    Pages() : data_(mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0))
    {
        if (data_ == MAP_FAILED) throw std::bad_alloc();
    }
    ~Pages() { munmap(data_, bytes); }
    Pages(const Pages&) = delete;
    Pages& operator=(const Pages&) = delete;
    char* data() const { return static_cast<char*>(data_); }

private:
    void* data_;
};

void measure_memory(int threads, std::vector<Figure>& figures)
{
    const std::string end = ", " + std::to_string(threads) + (threads == 1 ? " thread" : " threads");
    const Pages from, to;
    std::memset(from.data(), 1, bytes);
    const double copy = median_seconds(
        [&] { shared_out(threads, [&](size_t a, size_t b) { std::memcpy(to.data() + a, from.data() + a, b - a); }); });
    const double fill =
        median_seconds([&] { shared_out(threads, [&](size_t a, size_t b) { std::memset(to.data() + a, 2, b - a); }); });
    const double touch = median_seconds([&] {
        const Pages fresh;
        shared_out(threads, [&](size_t a, size_t b) { std::memset(fresh.data() + a, 3, b - a); });
    });
    figures.push_back({"copy" + end, 2 * double(bytes) / copy / 1e9, "GB/s"});
    figures.push_back({"fill" + end, double(bytes) / fill / 1e9, "GB/s"});
    figures.push_back({"fresh pages" + end, double(bytes) / touch / 1e9, "GB/s"});
}

struct Pixels {
    int width = 0, height = 0;
    std::vector<std::string> channels;
    Imf::Compression compression = Imf::ZIP_COMPRESSION;
    std::vector<half> values;

    Imf::FrameBuffer frame()
    {
        Imf::FrameBuffer frame;
        const size_t count = channels.size();
        for (size_t c = 0; c < count; ++c)
            frame.insert(channels[c].c_str(), Imf::Slice(Imf::HALF, reinterpret_cast<char*>(values.data() + c),
                                                         sizeof(half) * count, sizeof(half) * count * size_t(width)));
        return frame;
    }
};

Pixels prepare(const std::string& path)
{
    Imf::InputFile file(path.c_str());
    const auto window = file.header().dataWindow();
    Pixels p;
    p.width = window.max.x - window.min.x + 1;
    p.height = window.max.y - window.min.y + 1;
    p.compression = file.header().compression();
    for (auto c = file.header().channels().begin(); c != file.header().channels().end(); ++c)
        p.channels.push_back(c.name());
    p.values.resize(size_t(p.width) * size_t(p.height) * p.channels.size());
    return p;
}

void measure_file(const std::string& path, std::vector<Figure>& figures)
{
    const std::string name = std::filesystem::path(path).filename().string();
    const std::string scratch =
        (std::filesystem::exists("/dev/shm") ? "/dev/shm" : std::filesystem::temp_directory_path().string()) +
        "/bench_floor." + std::to_string(getpid()) + ".exr";
    Pixels p = prepare(path);
    const double read = median_seconds([&] {
        Imf::InputFile file(path.c_str());
        file.setFrameBuffer(p.frame());
        file.readPixels(0, p.height - 1);
    });
    const double write = median_seconds([&] {
        Imf::Header header(p.width, p.height);
        header.compression() = p.compression;
        for (const std::string& c : p.channels) header.channels().insert(c, Imf::Channel(Imf::HALF));
        Imf::OutputFile file(scratch.c_str(), header);
        file.setFrameBuffer(p.frame());
        file.writePixels(p.height);
    });
    std::filesystem::remove(scratch);
    figures.push_back({"read " + name, read * 1e3, "ms"});
    figures.push_back({"write " + name, write * 1e3, "ms"});
}

void print(const std::vector<Figure>& figures, bool json)
{
    for (size_t i = 0; i < figures.size(); ++i) {
        const Figure& f = figures[i];
        if (json)
            std::printf("%s{\"name\": \"%s\", \"value\": %.3f, \"unit\": \"%s\", \"goal\": null}%s", i ? " " : "[",
                        f.name.c_str(), f.value, f.unit, i + 1 < figures.size() ? ",\n" : "]\n");
        else
            std::printf("%-40s %10.2f %s\n", f.name.c_str(), f.value, f.unit);
    }
}

int run(int argc, char** argv)
{
    bool json = false;
    int threads = int(std::max(1u, std::thread::hardware_concurrency()));
    std::vector<std::string> files;
    for (int i = 1; i < argc; ++i) {
        const std::string argument = argv[i];
        if (argument == "--json")
            json = true;
        else if (argument == "--threads" && i + 1 < argc)
            threads = std::max(1, std::atoi(argv[++i]));
        else
            files.push_back(argument);
    }
    std::vector<Figure> figures;
    measure_memory(1, figures);
    if (threads > 1) measure_memory(threads, figures);
    Imf::setGlobalThreadCount(threads == 1 ? 0 : threads);
    for (const std::string& file : files) measure_file(file, figures);
    print(figures, json);
    return 0;
}

} // namespace

int main(int argc, char** argv)
{
    try {
        return run(argc, argv);
    } catch (const std::exception& e) {
        std::fprintf(stderr, "bench_floor: %s\n", e.what());
        return 1;
    }
}
