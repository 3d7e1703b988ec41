#include "core/media/image_write.h"
#include "core/media/image_write_formats.h"
#include "core/media/media_error.h"
#include "core/media/media_modules.h"
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <utility>

namespace tessera {

namespace {

constexpr std::array<std::string_view, 10> compression_names{"none",  "rle", "zips", "zip",  "piz",
                                                             "pxr24", "b44", "b44a", "dwaa", "dwab"};

/// Extensions and OpenImageIO's names of the formats behind them.
constexpr std::pair<std::string_view, std::string_view> formats[] = {
    {"exr", "openexr"}, {"png", "png"},   {"tif", "tiff"}, {"tiff", "tiff"}, {"jpg", "jpeg"}, {"jpeg", "jpeg"},
    {"dpx", "dpx"},     {"tga", "targa"}, {"hdr", "hdr"},  {"webp", "webp"}, {"bmp", "bmp"}};

Error invalid(const std::string& path, const std::string& what, const std::string& remedy)
{
    return file_error(ErrorKind::InvalidArgument, path, "cannot write " + path + ": " + what, remedy);
}

Result<std::string> format_of(const std::string& path)
{
    const size_t dot = path.rfind('.'), slash = path.rfind('/');
    std::string extension;
    if (dot != std::string::npos && (slash == std::string::npos || dot > slash)) extension = path.substr(dot + 1);
    std::transform(extension.begin(), extension.end(), extension.begin(),
                   [](unsigned char c) { return char(std::tolower(c)); });
    for (const auto& [known, format] : formats)
        if (extension == known) return std::string(format);
    return file_error(ErrorKind::Unsupported, path,
                      "cannot write " + path +
                          (extension.empty() ? ": its name has no extension"
                                             : ": ." + extension + " is not a format that is written"),
                      "use exr, png, tif, jpg, dpx, tga, hdr, webp or bmp");
}

Status check_layer(const std::string& path, const WriteLayer& l)
{
    const std::string name = "layer \"" + l.layer.name + "\"";
    if (l.layer.name.empty() || l.layer.channels.empty() || l.layer.channels.size() > 4)
        return invalid(path, name + " has no name or not one to four channels", "choose the layers to write");
    if (!l.pixels || l.pixels->region.empty() || l.pixels->pixels.size() != size_t(l.pixels->region.pixels()) * 4)
        return invalid(path, name + " has no pixels", "give it a region of one pixel at least");
    constexpr int farthest = 1 << 28;
    const Rect& r = l.pixels->region;
    if (std::max({std::abs(r.x0), std::abs(r.x1), std::abs(r.y0), std::abs(r.y1)}) > farthest)
        return invalid(path, name + " is too far from the origin", "crop it");
    return {};
}

Status check_request(const WriteRequest& r)
{
    if (r.format.width <= 0 || r.format.height <= 0 || !std::isfinite(r.format.pixel_aspect) ||
        r.format.pixel_aspect <= 0)
        return invalid(r.path, "its format is empty",
                       "choose a format with a width, a height and a pixel aspect above 0");
    if (r.layers.empty()) return invalid(r.path, "it has no layers", "choose the layers to write");
    for (const WriteLayer& l : r.layers) TESSERA_CHECK(check_layer(r.path, l));
    if (!std::isfinite(r.frames_per_second) || r.frames_per_second < 0)
        return invalid(r.path, "its frame rate is not a number of frames", "set a frame rate above 0");
    return {};
}

} // namespace

std::string_view name_of(ExrCompression c)
{
    return compression_names[size_t(c)];
}

std::optional<ExrCompression> exr_compression(std::string_view name)
{
    const auto it = std::find(compression_names.begin(), compression_names.end(), name);
    if (it == compression_names.end()) return std::nullopt;
    return ExrCompression(it - compression_names.begin());
}

std::string exr_channel_name(std::string_view layer, std::string_view channel, std::string_view view)
{
    // "name#2" holds the channels of "name" beyond its fourth
    const size_t mark = layer.rfind('#');
    const bool split = mark != std::string_view::npos && mark > 0 && mark + 1 < layer.size() &&
                       std::all_of(layer.begin() + std::ptrdiff_t(mark) + 1, layer.end(),
                                   [](unsigned char c) { return std::isdigit(c); });
    const std::string_view name = split ? layer.substr(0, mark) : layer;
    const bool root =
        name == main_layer || (name == "depth" && (channel == "Z" || channel == "ZBack")) || name == channel;
    std::string full;
    if (!root) full.append(name) += '.';
    if (!view.empty()) full.append(view) += '.';
    return full.append(channel);
}

std::future<void> prepare_image_writer(const std::string& path)
{
    const auto format = format_of(path);
    if (!format || *format == "openexr") return {};
    return std::async(std::launch::async, [path] { static_cast<void>(oiio_module(path)); });
}

Result<WrittenFile> write_image(const WriteRequest& request)
{
    TESSERA_TRY(format, format_of(request.path));
    TESSERA_CHECK(check_request(request));
    try {
        if (format == "openexr") return write_exr(request);
        TESSERA_TRY(oiio, oiio_module(request.path));
        return oiio->write(request, format);
    } catch (const std::bad_alloc&) {
        return file_error(ErrorKind::OutOfMemory, request.path, "cannot write " + request.path + ": no memory left",
                          "close other programs, or write a smaller image");
    } catch (const std::exception& e) {
        return invalid(request.path, e.what(), "change the layers or the metadata that are written");
    }
}

} // namespace tessera
