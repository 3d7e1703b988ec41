#pragma once
// What an image is, without its pixels (ImageInfo), and pixels in host memory (HostImage).
#include "core/base/geometry.h"
#include "core/base/pixel_memory.h"
#include <cstring>
#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace tessera {

/// The layer that holds the root channels R, G, B, A of a file.
inline constexpr std::string_view main_layer = "rgba";

/// A named group of up to four channels that is evaluated, cached and stored together. Channel names are without the
/// layer's ("R", "Z", "x"). The main layer is "rgba" with channels among R, G, B, A; a channel keeps its slot
/// (R 0, G 1, B 2, A 3, also red/green/blue/alpha and x/y/z/w, u/v), any other takes the next free one.
struct Layer {
    std::string name;
    std::vector<std::string> channels;
    bool data = false; ///< ids, depth, normals: kept in 32 bits, never filtered, premultiplied or colour-converted
    bool operator==(const Layer&) const = default;
};

/// Slot 0 to 3 that `channel` takes in `layer`; -1 when the layer has no such channel.
int channel_slot(const Layer& layer, std::string_view channel);
/// Groups full channel names ("R", "diffuse.G", "depth.Z", "Z") into layers of at most four channels, in order of first
/// appearance with the main layer first. Root channels other than R, G, B, A: Z and ZBack form "depth", any other a layer
/// of its own name. A layer with more than four channels is split into "name", "name#2", ...
std::vector<Layer> layers_from_channels(const std::vector<std::string>& names);

/// Display window and pixel aspect. The window's origin is (0, 0) inside Tessera.
struct Format {
    int width = 1920, height = 1080;
    double pixel_aspect = 1;
    bool operator==(const Format&) const = default;
    Rect window() const { return {0, 0, width, height}; }
};

/// A metadata value: text, integers, numbers (any count; matrices row-major), with EXR's own name of the type where it
/// came from one ("v2i", "chromaticities", "timecode", ...) so that it can be written back as it was.
struct Metadatum {
    std::string name;
    std::string type;
    std::variant<std::string, std::vector<int64_t>, std::vector<double>, std::vector<std::byte>> value;
    bool operator==(const Metadatum&) const = default;
};
/// Sorted by name; shared because it travels unchanged through most operators.
using Metadata = std::vector<Metadatum>;
const Metadatum* find_metadata(const Metadata& metadata, std::string_view name);

/// Whether colour has alpha multiplied into it.
enum class AlphaState { Premultiplied, Unpremultiplied, Opaque };

/// Everything about an image but its pixels: the forward geometry pass computes it for every operator.
struct ImageInfo {
    Rect data_window; ///< where pixels may be non-zero (RoD), in full-resolution pixels; may exceed the format
    Format format;
    std::vector<Layer> layers; ///< main layer first where there is one
    double frames_per_second = 24;
    int first_frame = 1, last_frame = 1; ///< range over which the image changes
    AlphaState alpha = AlphaState::Premultiplied;
    std::vector<std::string> views{"main"};
    std::shared_ptr<const Metadata> metadata;

    const Layer* layer(std::string_view name) const;
};

/// Pixels of one layer in host memory: four floats a pixel (absent channels are 0), rows from bottom to top, no padding.
struct HostImage {
    Rect region;
    PixelVector pixels; ///< region.pixels() * 4

    HostImage() = default;
    /// Zero everywhere.
    explicit HostImage(const Rect& r) : HostImage(for_overwrite(r))
    {
        if (!pixels.empty()) std::memset(pixels.data(), 0, pixels.size() * sizeof(float));
    }
    /// Undefined everywhere, for one whose every pixel is about to be written.
    static HostImage for_overwrite(const Rect& r)
    {
        HostImage image;
        image.region = r;
        image.pixels.resize(size_t(r.pixels()) * 4);
        return image;
    }
    float* row(int y) { return pixels.data() + size_t(y - region.y0) * size_t(region.width()) * 4; }
    const float* row(int y) const { return pixels.data() + size_t(y - region.y0) * size_t(region.width()) * 4; }
    float* at(int x, int y) { return row(y) + size_t(x - region.x0) * 4; }
    const float* at(int x, int y) const { return row(y) + size_t(x - region.x0) * 4; }
};

} // namespace tessera
