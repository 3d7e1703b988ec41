#pragma once
// What the tests of movies share.
#include "core/media/movie_reader.h"
#include "core/media/movie_writer.h"
#include <cmath>
#include <doctest/doctest.h>
#include <filesystem>
#include <string>
#include <unistd.h>

namespace movie_test {

namespace fs = std::filesystem;
using namespace tessera;

inline std::string data(const std::string& name)
{
    return std::string(TESSERA_TEST_DATA) + "/movie/" + name;
}

/// A folder of its own for each test, removed at its end.
struct Folder {
    fs::path path;
    explicit Folder(const std::string& name)
        : path(fs::temp_directory_path() / ("tessera-movie-" + name + "-" + std::to_string(::getpid())))
    {
        fs::remove_all(path);
        fs::create_directories(path);
    }
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    Folder(const Folder&) = delete;
    Folder& operator=(const Folder&) = delete;
    std::string file(const std::string& name) const { return (path / name).string(); }
    int entries() const { return int(std::distance(fs::directory_iterator(path), fs::directory_iterator())); }
};

/// A soft picture with the frame's number in it: its left half has the level 0.1 + 0.08 * frame.
inline HostImage picture(int width, int height, int frame)
{
    HostImage image(Rect{0, 0, width, height});
    for (int y = 0; y < height; ++y)
        for (int x = 0; x < width; ++x) {
            float* p = image.at(x, y);
            const float level = 0.1f + 0.08f * float(frame);
            const bool left = x < width / 2;
            p[0] = left ? level : 0.2f + 0.5f * float(y) / float(height);
            p[1] = left ? level : 0.6f - 0.3f * float(y) / float(height);
            p[2] = left ? level : 0.3f + 0.2f * float(x) / float(width);
            p[3] = 0.25f + 0.5f * float(x) / float(width);
        }
    return image;
}

/// Largest difference of channels `first` to `last`.
inline double largest_difference(const HostImage& a, const HostImage& b, int first = 0, int last = 2)
{
    REQUIRE(a.region == b.region);
    double most = 0;
    for (size_t i = 0; i < a.pixels.size(); ++i)
        if (int(i % 4) >= first && int(i % 4) <= last)
            most = std::max(most, std::abs(double(a.pixels[i]) - b.pixels[i]));
    return most;
}
inline double mean_difference(const HostImage& a, const HostImage& b)
{
    REQUIRE(a.region == b.region);
    double sum = 0;
    for (size_t i = 0; i < a.pixels.size(); ++i)
        if (i % 4 != 3) sum += std::abs(double(a.pixels[i]) - b.pixels[i]);
    return sum / (double(a.pixels.size()) * 0.75);
}

inline MovieReader opened(const std::string& path)
{
    auto reader = MovieReader::open(path);
    REQUIRE_MESSAGE(reader.ok(), reader.error().text());
    return std::move(*reader);
}
inline HostImage frame_of(MovieReader& reader, int index)
{
    auto frame = reader.frame(index);
    REQUIRE_MESSAGE(frame.ok(), frame.error().text());
    return std::move(*frame);
}

/// Writes `count` pictures and finishes.
inline void write_movie(const std::string& path, const Format& format, const MovieSettings& settings, int count)
{
    auto writer = MovieWriter::create(path, format, settings);
    REQUIRE_MESSAGE(writer.ok(), writer.error().text());
    for (int i = 0; i < count; ++i) {
        const Status written = writer->write(picture(format.width, format.height, i));
        REQUIRE_MESSAGE(written.ok(), written.error().text());
    }
    const Status finished = writer->finish();
    REQUIRE_MESSAGE(finished.ok(), finished.error().text());
}

} // namespace movie_test
