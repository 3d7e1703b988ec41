// Formats other than EXR, through OpenImageIO in this process: the pixels are ours, so nothing hostile is decoded. The
// library writes through a proxy of ours, because several of its writers do not notice that a disk is full.
#include "core/media/atomic_file.h"
#include "core/media/image_write_formats.h"
#include "core/media/media_error.h"
#include "core/media/parallel.h"
#include "core/media_oiio/oiio_module.h"
#include <OpenImageIO/filesystem.h>
#include <OpenImageIO/imageio.h>
#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <memory>

namespace tessera {

namespace {

using OIIO::ImageSpec;
using OIIO::TypeDesc;

constexpr size_t slots = 4;

/// What a format can hold.
struct FormatTraits {
    std::string_view name;
    std::array<PixelDepth, 4> depths; ///< the first is the usual one; Auto ends the list
    bool grey, alpha;                 ///< a single channel; a fourth channel
    bool straight_alpha;              ///< alpha is not multiplied into the colour
};
constexpr FormatTraits all_traits[] = {
    {"png", {PixelDepth::Int16, PixelDepth::Int8}, true, true, true},
    {"tiff", {PixelDepth::Int16, PixelDepth::Int8, PixelDepth::Float}, true, true, false},
    {"jpeg", {PixelDepth::Int8}, true, false, false},
    {"dpx", {PixelDepth::Int10, PixelDepth::Int8, PixelDepth::Int12, PixelDepth::Int16}, false, true, false},
    {"targa", {PixelDepth::Int8}, true, true, true},
    {"hdr", {PixelDepth::Float}, false, false, false},
    {"webp", {PixelDepth::Int8}, false, true, true},
    {"bmp", {PixelDepth::Int8}, false, false, false},
};

/// How this image goes into its file.
struct Plan {
    const FormatTraits* format = nullptr;
    PixelDepth depth = PixelDepth::Int8;
    int channels = 3;
    bool alpha = false; ///< the last channel is one
    bool unpremultiply = false;
};

/// Lets OpenImageIO write to our file, which remembers the first failure: not every writer notices one.
class FileProxy : public OIIO::Filesystem::IOProxy {
public:
    FileProxy(AtomicFile& file, const std::string& name) : IOProxy(name, Write), file_(file) {}
    const char* proxytype() const override { return "tessera"; } // "file" would promise a FILE*
    size_t write(const void* data, size_t size) override
    {
        const size_t written = pwrite(data, size, m_pos);
        m_pos += int64_t(written);
        return written;
    }
    size_t pwrite(const void* data, size_t size, int64_t offset) override
    {
        return offset >= 0 && file_.seek(uint64_t(offset)) && file_.write(data, size) ? size : 0;
    }
    size_t read(void* data, size_t size) override
    {
        const size_t done = pread(data, size, m_pos);
        m_pos += int64_t(done);
        return done;
    }
    size_t pread(void* data, size_t size, int64_t offset) override
    {
        return offset >= 0 ? file_.read(data, size, uint64_t(offset)) : 0;
    }
    size_t size() const override { return size_t(file_.size()); }

private:
    AtomicFile& file_;
};

Error unsupported(const WriteRequest& r, const std::string& what, const std::string& remedy)
{
    return file_error(ErrorKind::Unsupported, r.path, "cannot write " + r.path + ": " + what, remedy);
}

Result<Plan> plan_for(const WriteRequest& r, const std::string& format)
{
    Plan plan;
    for (const FormatTraits& t : all_traits)
        if (t.name == format) plan.format = &t;
    if (r.layers.size() != 1)
        return unsupported(r, format + " holds one layer of one view, not " + std::to_string(r.layers.size()),
                           "choose one layer and one view, or write an EXR");
    const auto& depths = plan.format->depths;
    plan.depth = r.depth == PixelDepth::Auto ? depths.front() : r.depth;
    if (std::find(depths.begin(), depths.end(), plan.depth) == depths.end()) {
        std::string names;
        for (const PixelDepth d : depths)
            if (d != PixelDepth::Auto) names += (names.empty() ? "" : ", ") + std::string(name_of(d));
        return unsupported(r, format + " has no depth \"" + std::string(name_of(plan.depth)) + "\"",
                           "choose one of: " + names);
    }
    const Layer& layer = r.layers.front().layer;
    int highest = 0;
    for (const std::string& c : layer.channels) {
        const int slot = channel_slot(layer, c);
        highest = std::max(highest, slot);
        plan.alpha |= slot == 3 && (c == "A" || c == "a" || c == "alpha");
    }
    plan.channels = highest == 0 && plan.format->grey ? 1 : highest == 3 && plan.format->alpha ? 4 : 3;
    plan.alpha = plan.alpha && plan.channels == 4;
    plan.unpremultiply = plan.alpha && plan.format->straight_alpha && r.alpha == AlphaState::Premultiplied;
    return plan;
}

/// What an integer of `bits` bits holds of a value, widened to the 8 or 16 bits that OpenImageIO takes.
uint16_t quantised(float value, int bits)
{
    const float limited = value > 0 ? std::min(value, 1.f) : 0.f; // NaN too becomes 0
    const int largest = (1 << bits) - 1;
    const auto code = uint32_t(std::lround(double(limited) * largest));
    if (bits == 8 || bits == 16) return uint16_t(code);
    return uint16_t(code << (16 - bits) | code >> (2 * bits - 16)); // repeats the upper bits in the lower
}

/// One pixel as the file wants it.
void convert_pixel(const float* from, const Plan& plan, bool single, float* to)
{
    for (int c = 0; c < plan.channels; ++c) to[c] = single ? from[0] : from[c];
    if (plan.unpremultiply && from[3] > 0)
        for (int c = 0; c < 3; ++c) to[c] = from[c] / from[3];
}

/// The format's window, top row first; zero where the layer has no pixels.
template <class T, class Quantise>
std::vector<T> packed_pixels(const WriteRequest& r, const Plan& plan, const Quantise& quantise)
{
    const HostImage& image = *r.layers.front().pixels;
    const bool single = r.layers.front().layer.channels.size() == 1;
    const Rect window = r.format.window(), common = intersected(window, image.region);
    const size_t row = size_t(window.width()) * size_t(plan.channels);
    std::vector<T> pixels(row * size_t(window.height()));
    parallel_rows(common.height(), common.empty() ? 1 : r.threads, [&](int first, int last) {
        for (int y = common.y0 + first; y < common.y0 + last; ++y) {
            T* to = pixels.data() + size_t(window.y1 - 1 - y) * row + size_t(common.x0) * size_t(plan.channels);
            const float* from = image.at(common.x0, y);
            for (int x = common.x0; x < common.x1; ++x, from += slots, to += plan.channels) {
                float values[slots];
                convert_pixel(from, plan, single, values);
                for (int c = 0; c < plan.channels; ++c) to[c] = quantise(values[c]);
            }
        }
    });
    return pixels;
}

int bits_of(PixelDepth depth)
{
    switch (depth) {
    case PixelDepth::Int8: return 8;
    case PixelDepth::Int10: return 10;
    case PixelDepth::Int12: return 12;
    default: return 16;
    }
}

/// Attributes that these formats have a place for. Anything else is for EXR.
void set_metadata(ImageSpec& spec, const WriteRequest& r, const Metadata& metadata)
{
    static constexpr std::string_view known[] = {"Artist",   "Copyright",    "ImageDescription", "DateTime",
                                                 "Software", "HostComputer", "DocumentName"};
    for (const Metadatum& m : metadata) {
        const bool ours = find_metadata(r.extra, m.name) != nullptr;
        const auto* text = std::get_if<std::string>(&m.value);
        if (text && (ours || std::find(std::begin(known), std::end(known), m.name) != std::end(known)))
            spec.attribute(m.name, *text);
        const auto* numbers = std::get_if<std::vector<int64_t>>(&m.value);
        if (m.name == "timeCode" && numbers && numbers->size() == 2) {
            const uint32_t packed[2] = {uint32_t((*numbers)[0]), uint32_t((*numbers)[1])};
            spec.attribute("smpte:TimeCode", OIIO::TypeTimeCode, packed);
        }
    }
}

ImageSpec spec_for(const WriteRequest& r, const Plan& plan, const Metadata& metadata)
{
    const TypeDesc type = plan.depth == PixelDepth::Float  ? TypeDesc::FLOAT
                          : plan.depth == PixelDepth::Int8 ? TypeDesc::UINT8
                                                           : TypeDesc::UINT16;
    ImageSpec spec(r.format.width, r.format.height, plan.channels, type);
    set_metadata(spec, r, metadata);
    spec.alpha_channel = plan.alpha ? 3 : -1;
    if (plan.depth != PixelDepth::Float) spec.attribute("oiio:BitsPerSample", bits_of(plan.depth));
    // the values are as the file shall hold them; without this the writers would divide by alpha
    if (plan.alpha && (plan.format->straight_alpha || r.alpha == AlphaState::Unpremultiplied))
        spec.attribute("oiio:UnassociatedAlpha", 1);
    spec.attribute("PixelAspectRatio", float(r.format.pixel_aspect));
    if (r.frames_per_second > 0) {
        spec.attribute("dpx:FrameRate", float(r.frames_per_second));
        spec.attribute("dpx:TelevisionFrameRate", float(r.frames_per_second));
    }
    const int quality = std::clamp(r.other.quality, 1, 100);
    if (plan.format->name == "jpeg") {
        spec.attribute("Compression", "jpeg:" + std::to_string(quality));
        spec.attribute("jpeg:subsampling", "4:4:4");
    } else if (plan.format->name == "webp") {
        spec.attribute("Compression", "webp:" + std::to_string(quality));
    } else if (plan.format->name == "tiff") {
        spec.attribute("Compression", r.other.compression.empty() ? "zip" : r.other.compression);
    }
    return spec;
}

/// Lets OpenImageIO write the whole file.
Status encode(const WriteRequest& r, const Plan& plan, const ImageSpec& spec, AtomicFile& file)
{
    const auto fail = [&](std::string why) {
        if (const Status disk = file.status(); !disk) return disk.error();
        const Error e = damaged_error(r.path, std::move(why));
        return file_error(ErrorKind::InvalidArgument, r.path,
                          "cannot write " + e.message.substr(sizeof "cannot read " - 1),
                          "choose another format, depth or size");
    };
    FileProxy proxy(file, r.path);
    auto out = OIIO::ImageOutput::create(std::string(plan.format->name));
    if (!out) return fail(OIIO::geterror());
    if (!out->set_ioproxy(&proxy)) return fail("its writer cannot write to an open file");
    if (!out->open(r.path, spec)) return fail(out->geterror());
    bool fine = false;
    if (plan.depth == PixelDepth::Float) {
        fine = out->write_image(TypeDesc::FLOAT, packed_pixels<float>(r, plan, [](float v) { return v; }).data());
    } else if (plan.depth == PixelDepth::Int8) {
        fine = out->write_image(
            TypeDesc::UINT8, packed_pixels<uint8_t>(r, plan, [](float v) { return uint8_t(quantised(v, 8)); }).data());
    } else {
        const int bits = bits_of(plan.depth);
        fine = out->write_image(
            TypeDesc::UINT16, packed_pixels<uint16_t>(r, plan, [bits](float v) { return quantised(v, bits); }).data());
    }
    if (!fine || !out->close()) return fail(out->geterror());
    return {};
}

} // namespace

Result<WrittenFile> write_with_oiio(const WriteRequest& r, const std::string& format)
{
    TESSERA_TRY(plan, plan_for(r, format));
    TESSERA_TRY(metadata, metadata_to_write(r));
    TESSERA_TRY(file, AtomicFile::create(r.path, {r.create_folders, r.overwrite}));
    TESSERA_CHECK(encode(r, plan, spec_for(r, plan, metadata), file));
    TESSERA_TRY(bytes, file.commit());
    return WrittenFile{r.path, bytes};
}

} // namespace tessera
