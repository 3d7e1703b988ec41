#include "core/media_oiio/worker_decode.h"
#include "core/media_oiio/worker_dpx.h"
#include "core/media/worker_protocol.h"
#include <OpenImageIO/imageio.h>
#include <algorithm>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace tessera {

namespace {

using OIIO::ImageInput;
using OIIO::ImageSpec;
using OIIO::TypeDesc;

/// A failure with the kind it shall be reported as.
struct Failure : std::runtime_error {
    Failure(ErrorKind k, const std::string& reason) : std::runtime_error(reason), kind(k) {}
    ErrorKind kind;
};

std::vector<std::byte> failure(ErrorKind kind, const std::string& reason)
{
    return WireWriter().put(uint8_t(1)).put(int(kind)).put(reason).message();
}

std::unique_ptr<ImageInput> open(const std::string& path)
{
    if (const std::string refusal = dpx_refusal(path); !refusal.empty()) throw Failure(ErrorKind::Damaged, refusal);
    ImageSpec wishes;
    wishes["oiio:UnassociatedAlpha"] = 1; // alpha as it is in the file, nothing multiplied
    wishes["oiio:RawColor"] = 1;          // values as they are in the file
    wishes["raw:ColorSpace"] = "sRGB-linear";
    wishes["raw:auto_bright"] = 0;
    auto in = ImageInput::open(path, &wishes);
    if (!in) {
        const std::string why = OIIO::geterror();
        const bool unknown = why.find("could not find a format reader") != std::string::npos ||
                             why.find("Cannot find format reader") != std::string::npos;
        throw Failure(unknown ? ErrorKind::Unsupported : ErrorKind::Damaged,
                      unknown ? "it is in no image format that is known" : why);
    }
    const std::string_view format = in->format_name();
    if (format == "FFmpeg movie" || format == "null" || format == "openvdb")
        throw Failure(ErrorKind::Unsupported, "it is not an image (" + std::string(format) + ")");
    return in;
}

/// How many parts of a file are looked at: pages, PSD layers. A GIF's frames and a JPEG's previews are no layers.
int most_parts(std::string_view format)
{
    constexpr int many = 1024;
    return format == "gif" || format == "jpeg" ? 1 : many;
}

std::string type_name(const ImageSpec& spec, int channel)
{
    const TypeDesc type = spec.channelformat(channel);
    const int bits = spec.get_int_attribute("oiio:BitsPerSample");
    const std::string name = type.c_str();
    return bits > 0 && name.starts_with("uint") ? "uint" + std::to_string(bits) : name;
}

RawPart part_of(const ImageSpec& spec, bool grey_only)
{
    RawPart raw;
    raw.x = spec.x, raw.y = spec.y, raw.width = spec.width, raw.height = spec.height;
    PartInfo& p = raw.part;
    p.name = spec.get_string_attribute("oiio:subimagename");
    p.compression = spec.get_string_attribute("compression");
    p.tiled = spec.tile_width > 0;
    p.tile_width = spec.tile_width, p.tile_height = spec.tile_height;
    p.deep = spec.deep;
    for (int c = 0; c < spec.nchannels; ++c) {
        std::string name = size_t(c) < spec.channelnames.size() ? spec.channelnames[size_t(c)] : "";
        if (name.empty()) name = "channel" + std::to_string(c);
        if (name == "I" && c == 0 && grey_only) name = "Y";
        p.channels.push_back({std::move(name), type_name(spec, c)});
    }
    return raw;
}

template <class T, class Base> std::vector<T> numbers(const OIIO::ParamValue& v)
{
    const auto* p = static_cast<const Base*>(v.data());
    return std::vector<T>(p, p + size_t(v.type().basevalues()) * size_t(std::max(1, v.nvalues())));
}

Metadatum metadatum_of(const OIIO::ParamValue& v)
{
    Metadatum m{v.name().string(), {}, {}};
    const TypeDesc type = v.type();
    if (m.name == "smpte:TimeCode" && type.basevalues() == 2 && type.basesize() == 4)
        m.name = "timeCode", m.type = "timecode";
    else if (m.name == "smpte:KeyCode" && type.basevalues() == 7 && type.basesize() == 4)
        m.name = "keyCode", m.type = "keycode";
    switch (type.basetype) {
    case TypeDesc::STRING: m.value = v.get_string(); break;
    case TypeDesc::INT8: m.value = numbers<int64_t, int8_t>(v); break;
    case TypeDesc::INT16: m.value = numbers<int64_t, int16_t>(v); break;
    case TypeDesc::UINT16: m.value = numbers<int64_t, uint16_t>(v); break;
    case TypeDesc::INT32: m.value = numbers<int64_t, int32_t>(v); break;
    case TypeDesc::UINT32: m.value = numbers<int64_t, uint32_t>(v); break;
    case TypeDesc::INT64: m.value = numbers<int64_t, int64_t>(v); break;
    case TypeDesc::FLOAT: m.value = numbers<double, float>(v); break;
    case TypeDesc::DOUBLE: m.value = numbers<double, double>(v); break;
    case TypeDesc::UINT8:
        if (type.arraylen == 0 && v.nvalues() == 1) {
            m.value = numbers<int64_t, uint8_t>(v);
            break;
        }
        [[fallthrough]];
    default: {
        const auto* p = static_cast<const std::byte*>(v.data());
        m.value = std::vector<std::byte>(p, p + v.datasize());
    }
    }
    return m;
}

void add_metadata(Metadata& all, const ImageSpec& spec)
{
    for (const OIIO::ParamValue& v : spec.extra_attribs) {
        const std::string& name = v.name().string();
        if (name == "compression" || name == "oiio:subimages" || name == "oiio:subimagename") continue;
        if (!find_metadata(all, name)) all.push_back(metadatum_of(v));
    }
}

/// Frames per second; 0 where the file has none or nonsense.
double frame_rate(const ImageSpec& spec)
{
    double rate = 0;
    if (const auto* r = spec.find_attribute("FramesPerSecond"))
        rate = r->type().basevalues() == 2 && r->get_int_indexed(1) != 0
                   ? double(r->get_int_indexed(0)) / r->get_int_indexed(1)
                   : double(r->get_float());
    for (const char* name : {"dpx:FrameRate", "dpx:TelevisionFrameRate", "cineon:FrameRate"})
        if (!(rate > 0)) rate = double(spec.get_float_attribute(name));
    constexpr double least = 0.01, most = 10000; // unset fields hold any bits at all
    return rate >= least && rate <= most ? rate : 0;
}

AlphaState alpha_of(const ImageSpec& spec)
{
    if (spec.alpha_channel < 0) return AlphaState::Opaque;
    return spec.get_int_attribute("oiio:UnassociatedAlpha") ? AlphaState::Unpremultiplied : AlphaState::Premultiplied;
}

void check_size(const ImageSpec& spec, int64_t pixels)
{
    if (spec.width > 0 && spec.height > 0 && spec.depth <= 1 && spec.nchannels > 0 &&
        int64_t(spec.width) <= pixels / spec.height)
        return;
    throw Failure(spec.depth > 1 ? ErrorKind::Unsupported : ErrorKind::OutOfMemory,
                  "it claims " + std::to_string(spec.width) + " x " + std::to_string(spec.height) +
                      (spec.depth > 1 ? " x " + std::to_string(spec.depth) : "") + " pixels in " +
                      std::to_string(spec.nchannels) + " channels, more than the limit of " + std::to_string(pixels) +
                      " pixels");
}

std::vector<std::byte> answer_info(WireReader& request)
{
    const std::string path = request.text();
    const auto pixels = request.get<int64_t>();
    const auto in = open(path);
    RawInfo info;
    info.format = in->format_name();
    for (int p = 0; p < most_parts(info.format) && in->seek_subimage(p, 0); ++p) {
        const ImageSpec& spec = in->spec();
        check_size(spec, pixels);
        const bool grey = spec.nchannels <= 2;
        info.parts.push_back(part_of(spec, grey));
        add_metadata(info.metadata, spec);
        if (p > 0) continue;
        info.display_x = spec.full_x, info.display_y = spec.full_y;
        info.display_width = spec.full_width, info.display_height = spec.full_height;
        info.pixel_aspect = double(spec.get_float_attribute("PixelAspectRatio", 1));
        info.frames_per_second = frame_rate(spec);
        info.alpha = alpha_of(spec);
    }
    std::sort(info.metadata.begin(), info.metadata.end(), [](const auto& a, const auto& b) { return a.name < b.name; });
    WireWriter out;
    out.put(uint8_t(0));
    put(out, info);
    return out.message();
}

/// A piece of the shared memory, mapped while it is written.
class Mapped {
public:
    Mapped(int fd, size_t offset, size_t bytes)
    {
        const auto page = size_t(::sysconf(_SC_PAGESIZE));
        const size_t start = offset / page * page;
        size_ = offset - start + bytes;
        data_ = ::mmap(nullptr, size_, PROT_READ | PROT_WRITE, MAP_SHARED, fd, off_t(start));
        if (data_ == MAP_FAILED) throw Failure(ErrorKind::OutOfMemory, "the decoder has no memory left");
        floats_ = reinterpret_cast<float*>(static_cast<char*>(data_) + (offset - start));
    }
    ~Mapped() { ::munmap(data_, size_); }
    Mapped(const Mapped&) = delete;
    Mapped& operator=(const Mapped&) = delete;
    float* floats() const { return floats_; }

private:
    void* data_;
    size_t size_;
    float* floats_;
};

/// Rows [y0, y1) of the file, the channels asked for; `x0` is set to the first column of what is returned.
void read_rows(ImageInput& in, const PixelRequest& r, int y0, int y1, std::vector<float>& rows, int& x0, int& x1)
{
    const ImageSpec& spec = in.spec();
    const int channels = r.last_channel - r.first_channel;
    bool fine;
    if (spec.tile_width > 0) {
        x0 = spec.x + (r.x0 - spec.x) / spec.tile_width * spec.tile_width;
        x1 = std::min(spec.x + spec.width,
                      spec.x + (r.x1 - spec.x + spec.tile_width - 1) / spec.tile_width * spec.tile_width);
        rows.resize(size_t(x1 - x0) * size_t(y1 - y0) * size_t(channels));
        fine = in.read_tiles(r.part, 0, x0, x1, y0, y1, spec.z, spec.z + 1, r.first_channel, r.last_channel,
                             TypeDesc::FLOAT, rows.data());
    } else {
        x0 = spec.x, x1 = spec.x + spec.width;
        rows.resize(size_t(spec.width) * size_t(y1 - y0) * size_t(channels));
        fine =
            in.read_scanlines(r.part, 0, y0, y1, spec.z, r.first_channel, r.last_channel, TypeDesc::FLOAT, rows.data());
    }
    if (!fine) throw Failure(ErrorKind::Damaged, in.geterror());
}

/// Puts rows [y0, y1) of the request, which start `skip` rows down in `rows`, where they belong in the shared picture.
void place_rows(const PixelRequest& r, const std::vector<float>& rows, int skip, int x0, int x1, int y0, int y1,
                int memory_fd)
{
    constexpr size_t slots = 4;
    const int channels = r.last_channel - r.first_channel;
    const size_t row_bytes = size_t(r.width) * slots * sizeof(float);
    const int lowest = r.height - r.rows_above - (y1 - r.y0); // rows from the bottom
    const Mapped target(memory_fd, size_t(lowest) * row_bytes, size_t(y1 - y0) * row_bytes);
    for (int y = y0; y < y1; ++y) {
        const float* from =
            rows.data() + (size_t(y - y0 + skip) * size_t(x1 - x0) + size_t(r.x0 - x0)) * size_t(channels);
        float* to = target.floats() + (size_t(y1 - 1 - y) * size_t(r.width) + size_t(r.columns_left)) * slots;
        for (const auto& [slot, channel] : r.slots) {
            const float* value = from + (channel - r.first_channel);
            for (int x = 0; x < r.x1 - r.x0; ++x)
                to[size_t(x) * slots + size_t(slot)] = value[size_t(x) * size_t(channels)];
        }
    }
}

void check_request(const PixelRequest& r, const ImageSpec& spec, int memory_fd)
{
    struct stat memory {};
    const bool fits = r.x0 >= spec.x && r.x1 <= spec.x + spec.width && r.y0 >= spec.y && r.y1 <= spec.y + spec.height &&
                      r.x0 < r.x1 && r.y0 < r.y1 && r.first_channel >= 0 && r.last_channel <= spec.nchannels;
    if (!fits) throw Failure(ErrorKind::Damaged, "it was replaced while it was being read");
    if (::fstat(memory_fd, &memory) != 0 || int64_t(r.width) * r.height * 16 > memory.st_size)
        throw Failure(ErrorKind::OutOfMemory, "the shared memory is too small");
}

std::vector<std::byte> answer_pixels(WireReader& request, int memory_fd)
{
    const PixelRequest r = read_pixel_request(request);
    const auto in = open(r.path);
    if (!in->seek_subimage(r.part, 0)) throw Failure(ErrorKind::Damaged, in->geterror());
    const ImageSpec spec = in->spec();
    check_request(r, spec, memory_fd);
    constexpr int64_t strip_bytes = int64_t(64) << 20;
    const int64_t row_bytes = int64_t(spec.width) * (r.last_channel - r.first_channel) * int64_t(sizeof(float));
    const int step = spec.tile_width > 0 ? spec.tile_height : 1;
    const int strip =
        int(std::clamp<int64_t>(strip_bytes / std::max<int64_t>(row_bytes, 1), 1, spec.height) + step - 1) / step *
        step;
    std::vector<float> rows;
    constexpr int alpha = 3;
    auto lost = std::string_view(in->format_name()) == "dpx" && r.last_channel == alpha + 1 ? DpxRowEnds::open(r.path)
                                                                                            : std::nullopt;
    // strips start where tiles do
    for (int y = spec.y + (r.y0 - spec.y) / step * step; y < r.y1; y += strip) {
        const int end = std::min({y + strip, spec.y + spec.height, spec.y + (r.y1 - spec.y + step - 1) / step * step});
        int x0 = 0, x1 = 0;
        read_rows(*in, r, y, end, rows, x0, x1);
        for (int row = y; lost && row < end; ++row)
            if (const auto value = lost->alpha(row - spec.y))
                rows[size_t(row + 1 - y) * size_t(x1 - x0) * size_t(r.last_channel - r.first_channel) - 1] = *value;
        const int first = std::max(y, r.y0), last = std::min(end, r.y1);
        place_rows(r, rows, first - y, x0, x1, first, last, memory_fd);
    }
    return WireWriter().put(uint8_t(0)).message();
}

} // namespace

void prepare_decoder()
{
    OIIO::attribute("threads", 1); // parallel files, not parallel rows: each thread costs address space
    OIIO::attribute("exr_threads", 1);
    OIIO::attribute("use_tbb", 0);
    OIIO::attribute("limits:imagesize_MB", 0); // sizes are checked here, and named
}

std::vector<std::byte> answer(const std::vector<std::byte>& request, int memory_fd)
{
    try {
        WireReader in(request);
        const auto task = in.get<WorkerTask>();
        return task == WorkerTask::Info ? answer_info(in) : answer_pixels(in, memory_fd);
    } catch (const Failure& e) {
        return failure(e.kind, e.what());
    } catch (const std::bad_alloc&) {
        return failure(ErrorKind::OutOfMemory, "decoding it needs more memory than the decoder may have");
    } catch (const std::exception& e) {
        return failure(ErrorKind::Damaged, e.what());
    }
}

} // namespace tessera
