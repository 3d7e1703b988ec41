#include "app/widgets/file_preview.h"
#include "core/media/image_file.h"
#include "core/media/movie_reader.h"
#include "core/media/sequence.h"
#include <algorithm>
#include <cmath>
#include <span>

namespace tessera {

namespace {

/// A preview is not worth more of the machine than this.
constexpr ReadLimits preview_limits{int64_t(1) << 27, int64_t(2) << 30, 10};
constexpr int strip_rows = 16;

float shown(float linear)
{
    const float v = std::clamp(linear, 0.0f, 1.0f);
    return v <= 0.0031308f ? 12.92f * v : 1.055f * std::pow(v, 1 / 2.4f) - 0.055f;
}

uint8_t coded(float v, bool linear)
{
    if (!(v > 0)) return 0; // NaN too
    return uint8_t(std::lround((linear ? shown(v) : std::min(v, 1.0f)) * 255));
}

struct Size {
    int width = 1, height = 1;
};
Size fitted(const Format& format, int longest)
{
    const double width = format.width * format.pixel_aspect, height = format.height;
    const double scale = std::min(1.0, longest / std::max({1.0, width, height}));
    return {std::max(1, int(std::lround(width * scale))), std::max(1, int(std::lround(height * scale)))};
}

/// Row `y` (top-down) of the picture from the image, by its nearest pixels: a preview need not be filtered.
void fill_row(FilePicture& picture, int y, const HostImage& image, const Format& format, bool linear)
{
    const int sy = format.height - 1 - int((y + 0.5) * format.height / picture.height);
    uint8_t* out = picture.pixels.data() + size_t(y) * size_t(picture.width) * 4;
    for (int x = 0; x < picture.width; ++x, out += 4) {
        const int sx = int((x + 0.5) * format.width / picture.width);
        const Rect& r = image.region;
        const bool inside = sx >= r.x0 && sx < r.x1 && sy >= r.y0 && sy < r.y1;
        const float* p = inside ? image.at(sx, sy) : nullptr;
        for (int c = 0; c < 3; ++c) out[c] = p ? coded(p[c], linear) : 0;
        out[3] = 255;
    }
}

std::string channels_text(const ImageInfo& info)
{
    std::string text;
    for (size_t i = 0; i < info.layers.size() && i < 6; ++i) {
        const Layer& layer = info.layers[i];
        std::string channels;
        for (const std::string& c : layer.channels) channels += c.size() == 1 ? c : " " + c;
        if (!text.empty()) text += ", ";
        text += layer.name == main_layer ? channels : layer.name + " " + channels;
    }
    if (info.layers.size() > 6) text += ", " + std::to_string(info.layers.size() - 6) + " more layers";
    return text;
}

std::string number_text(double v)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", v);
    return text;
}

void add_size(FilePicture& picture, const Format& format)
{
    std::string text = std::to_string(format.width) + " \xc3\x97 " + std::to_string(format.height);
    if (format.pixel_aspect != 1) text += ", pixel aspect " + number_text(format.pixel_aspect);
    picture.facts.emplace_back("Resolution", text);
}

void read_still(FilePicture& picture, const std::string& file, int longest)
{
    const auto info = read_info(file, preview_limits);
    if (!info) {
        picture.problem = info.error().text();
        return;
    }
    const Format& format = info->info.format;
    add_size(picture, format);
    picture.facts.emplace_back("Channels", channels_text(info->info));
    if (!info->parts.empty() && !info->parts.front().channels.empty())
        picture.facts.emplace_back("Type", info->parts.front().channels.front().type);
    if (!info->parts.empty() && !info->parts.front().compression.empty())
        picture.facts.emplace_back("Compression", info->parts.front().compression);
    picture.facts.emplace_back("Format", info->format);
    if (info->info.layers.empty()) return;
    const std::string layer = info->info.layers.front().name;
    const Size size = fitted(format, longest);
    picture.width = size.width, picture.height = size.height;
    picture.pixels.assign(size_t(size.width) * size_t(size.height) * 4, 0);
    const bool linear = info->format == "openexr";
    // OpenEXR files are read in strips, so that a large one needs little memory; other decoders read whole anyway.
    const int step = linear ? std::max(1, strip_rows * size.height / std::max(1, format.height)) : size.height;
    for (int y = 0; y < size.height; y += step) {
        const int end = std::min(size.height, y + step);
        const int high = format.height - int((y + 0.5) * format.height / size.height);
        const int low = format.height - 1 - int((end - 0.5) * format.height / size.height);
        auto strip = read_layer(file, layer, "", {0, low, format.width, high}, 1, preview_limits);
        if (!strip) {
            picture.problem = strip.error().text();
            if (y == 0) picture.pixels.clear();
            return;
        }
        for (int row = y; row < end; ++row) fill_row(picture, row, *strip, format, linear);
    }
}

bool read_movie(FilePicture& picture, const std::string& file, int longest)
{
    auto reader = MovieReader::open(file, 1, {preview_limits.pixels, preview_limits.seconds});
    if (!reader) return false;
    const MovieInfo& info = reader->info();
    add_size(picture, info.image.format);
    picture.facts.emplace_back("Frames", std::to_string(info.frame_count));
    picture.facts.emplace_back("Frame rate", number_text(double(info.rate_numerator) / std::max(1, info.rate_denominator)));
    picture.facts.emplace_back("Codec", info.codec + ", " + info.pixel_format);
    if (!info.timecode.empty()) picture.facts.emplace_back("Timecode", info.timecode);
    const auto image = reader->frame(0);
    if (!image) {
        picture.problem = image.error().text();
        return true;
    }
    const Size size = fitted(info.image.format, longest);
    picture.width = size.width, picture.height = size.height;
    picture.pixels.assign(size_t(size.width) * size_t(size.height) * 4, 0);
    for (int y = 0; y < size.height; ++y) fill_row(picture, y, *image, info.image.format, false);
    return true;
}

bool ends_with_one_of(std::string_view path, std::span<const char* const> endings)
{
    std::string low(path.substr(path.rfind('/') + 1));
    std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return std::any_of(endings.begin(), endings.end(), [&](const char* e) { return low.ends_with(e); });
}

constexpr const char* movie_endings[] = {".mov", ".mp4", ".mkv", ".avi", ".mxf", ".webm", ".m4v", ".mpg", ".ts", ".y4m"};
constexpr const char* still_endings[] = {".exr", ".dpx", ".cin", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".hdr", ".tga",
                                         ".bmp", ".jp2", ".psd", ".gif", ".webp", ".sgi", ".rgb", ".pnm", ".ppm", ".pfm"};

} // namespace

bool is_picture_name(std::string_view path)
{
    return ends_with_one_of(path, movie_endings) || ends_with_one_of(path, still_endings);
}

FilePicture read_picture(const std::string& path, std::optional<int> frame, int longest)
{
    FilePicture picture;
    picture.path = path;
    const std::string file = frame ? path_at(path, *frame) : path;
    if (!ends_with_one_of(file, movie_endings) || !read_movie(picture, file, longest)) read_still(picture, file, longest);
    return picture;
}

FilePreview::FilePreview(std::function<void()> wake) : wake_(std::move(wake)) {}

FilePreview::~FilePreview()
{
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    if (thread_.joinable()) thread_.join();
}

void FilePreview::ask(std::string path, std::optional<int> frame, int longest)
{
    const std::lock_guard lock(mutex_);
    wish_ = Wish{std::move(path), frame, longest};
    done_.reset();
    if (!thread_.joinable()) thread_ = std::thread([this] { work(); });
    changed_.notify_all();
}

std::optional<FilePicture> FilePreview::take()
{
    const std::lock_guard lock(mutex_);
    return std::exchange(done_, std::nullopt);
}

bool FilePreview::busy()
{
    const std::lock_guard lock(mutex_);
    return busy_ || wish_;
}

void FilePreview::work()
{
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [&] { return stop_ || wish_; });
        if (stop_) return;
        const Wish wish = *std::exchange(wish_, std::nullopt);
        busy_ = true;
        lock.unlock();
        FilePicture picture = read_picture(wish.path, wish.frame, wish.longest);
        lock.lock();
        busy_ = false;
        if (!wish_ && !stop_) done_ = std::move(picture), wake_();
    }
}

} // namespace tessera
