#include "core/media/image_write.h"
#include "core/media/image_write_formats.h"
#include "core/media/media_error.h"
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <cstdio>
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

/// Two decimal digits as EXR packs them: tens in the upper four bits.
uint32_t packed(int number)
{
    return uint32_t(number / 10) << 4 | uint32_t(number % 10);
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

std::string_view name_of(PixelDepth d)
{
    constexpr std::array<std::string_view, 7> names{"auto", "8", "10", "12", "16", "half", "float"};
    return names[size_t(d)];
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

Result<std::vector<int64_t>> timecode_of(const std::string& text)
{
    int h = 0, m = 0, s = 0, f = 0, used = 0;
    char separator = 0;
    const int fields = std::sscanf(text.c_str(), "%2d:%2d:%2d%c%2d%n", &h, &m, &s, &separator, &f, &used);
    const bool fits = fields == 5 && size_t(used) == text.size() && (separator == ':' || separator == ';') && h >= 0 &&
                      h < 24 && m >= 0 && m < 60 && s >= 0 && s < 60 && f >= 0 &&
                      f < 40; // two bits hold the tens of frames
    if (!fits)
        return Error{ErrorKind::InvalidArgument,
                     "\"" + text + "\" is not a timecode",
                     "write it as HH:MM:SS:FF, or HH:MM:SS;FF for drop-frame, with frames below 40",
                     {},
                     {},
                     {}};
    constexpr uint32_t drop_frame = 1u << 6;
    const uint32_t packed_time = packed(h) << 24 | packed(m) << 16 | packed(s) << 8 | packed(f);
    return std::vector<int64_t>{int64_t(packed_time | (separator == ';' ? drop_frame : 0)), 0};
}

Result<Metadata> metadata_to_write(const WriteRequest& request)
{
    Metadata all = request.extra;
    if (!request.timecode.empty()) {
        TESSERA_TRY(timecode, timecode_of(request.timecode));
        std::erase_if(all, [](const Metadatum& m) { return m.name == "timeCode"; });
        all.push_back({"timeCode", "timecode", timecode});
    }
    const size_t ours = all.size();
    for (const Metadatum& m : request.metadata) {
        const bool replaced = std::any_of(all.begin(), all.begin() + std::ptrdiff_t(ours),
                                          [&](const auto& e) { return e.name == m.name; });
        if (!replaced && !(m.name == "framesPerSecond" && request.frames_per_second > 0)) all.push_back(m);
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    return all;
}

Result<WrittenFile> write_image(const WriteRequest& request)
{
    TESSERA_TRY(format, format_of(request.path));
    TESSERA_CHECK(check_request(request));
    try {
        return format == "openexr" ? write_exr(request) : write_other(request, format);
    } catch (const std::bad_alloc&) {
        return file_error(ErrorKind::OutOfMemory, request.path, "cannot write " + request.path + ": no memory left",
                          "close other programs, or write a smaller image");
    } catch (const std::exception& e) {
        return invalid(request.path, e.what(), "change the layers or the metadata that are written");
    }
}

} // namespace tessera
