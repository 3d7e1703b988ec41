#pragma once
// What the media tests share: a temporary folder, test pictures and comparisons.
#include "core/media/image_file.h"
#include "core/media/image_write.h"
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <unistd.h>

namespace tessera::test {

namespace fs = std::filesystem;

/// A fresh folder, removed with all it holds at the end of the block.
class TemporaryFolder {
public:
    TemporaryFolder()
    {
        std::string name = (fs::temp_directory_path() / "tessera-media-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TemporaryFolder()
    {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    std::string operator/(const std::string& name) const { return (path_ / name).string(); }
    const fs::path& path() const { return path_; }
    size_t entries() const { return size_t(std::distance(fs::directory_iterator(path_), fs::directory_iterator())); }

private:
    fs::path path_;
};

inline std::string data(const std::string& name)
{
    return std::string(TESSERA_TEST_DATA) + "/" + name;
}

/// Reproducible values in [-2, 6), different in every channel, that halves hold exactly when `half` is true.
inline HostImage noise(const Rect& region, bool half, uint32_t seed = 1)
{
    HostImage image(region);
    uint32_t state = seed * 747796405u + 2891336453u;
    for (float& v : image.pixels) {
        state = state * 1664525u + 1013904223u;
        v = half ? float(int(state >> 21) - 512) / 256.f : float(state >> 8) / float(1 << 21) - 2.f;
    }
    return image;
}

/// A smooth ramp with 1 alpha, in [0, 1].
inline HostImage ramp(const Rect& region)
{
    HostImage image(region);
    for (int y = region.y0; y < region.y1; ++y)
        for (int x = region.x0; x < region.x1; ++x) {
            float* p = image.at(x, y);
            p[0] = float(x - region.x0) / float(region.width()), p[1] = float(y - region.y0) / float(region.height());
            p[2] = 0.5f * (p[0] + p[1]), p[3] = 1;
        }
    return image;
}

/// Bit for bit the same, NaNs included.
inline bool identical(const HostImage& a, const HostImage& b)
{
    return a.region == b.region && a.pixels.size() == b.pixels.size() &&
           std::memcmp(a.pixels.data(), b.pixels.data(), a.pixels.size() * sizeof(float)) == 0;
}

inline HostImage cropped(const HostImage& image, const Rect& region)
{
    HostImage part(intersected(image.region, region));
    for (int y = part.region.y0; y < part.region.y1; ++y)
        std::memcpy(part.row(y), image.at(part.region.x0, y), size_t(part.region.width()) * 4 * sizeof(float));
    return part;
}

/// The largest difference of a slot.
inline double largest_difference(const HostImage& a, const HostImage& b, int slot)
{
    double largest = 0;
    for (size_t i = size_t(slot); i < a.pixels.size(); i += 4)
        largest = std::max(largest, std::abs(double(a.pixels[i]) - double(b.pixels[i])));
    return largest;
}

inline Layer rgba()
{
    return {std::string(main_layer), {"R", "G", "B", "A"}, false};
}
inline Layer rgb()
{
    return {std::string(main_layer), {"R", "G", "B"}, false};
}

inline WriteRequest request_for(const std::string& path, const HostImage& pixels, const Layer& layer = rgba())
{
    WriteRequest r;
    r.path = path;
    r.format = {pixels.region.x1, pixels.region.y1, 1};
    r.layers = {{layer, "main", &pixels}};
    return r;
}

inline std::string bytes_of(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
}

inline void put_bytes(const std::string& path, const std::string& bytes)
{
    std::ofstream(path, std::ios::binary).write(bytes.data(), std::streamsize(bytes.size()));
}

} // namespace tessera::test
