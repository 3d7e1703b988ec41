#include "app/cli/image_output.h"
#include "core/time/frames.h"
#include "app/cli/interrupt.h"
#include "app/cli/text.h"
#include "core/media/image_file.h"
#include "core/media/sequence.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace tessera {
namespace {

namespace fs = std::filesystem;

constexpr const char* key_name = "tessera:key";
constexpr const char* project_name = "tessera:project";
constexpr const char* writer_name = "tessera:writer";
constexpr const char* version_name = "tessera:version";
constexpr const char* frame_name = "tessera:frame";

Error folder_error(const std::string& folder, int code)
{
    Error error{.message = "cannot write into " + folder + ": " + std::strerror(code), .file = folder};
    switch (code) {
    case ENOENT:
    case ENOTDIR:
        error.kind = ErrorKind::NotFound;
        error.message = "the folder " + folder + " does not exist";
        error.remedy = "make it, or switch create_directories of the writer on";
        break;
    case ENOSPC:
    case EDQUOT:
        error.kind = ErrorKind::DiskFull;
        error.remedy = "free some space there, or write elsewhere with --out";
        break;
    default:
        error.kind = ErrorKind::Permission;
        error.remedy = "choose a folder that you may write to, for instance with --out";
    }
    return error;
}

bool is_exr(const std::string& path)
{
    return path.size() > 4 && (path.ends_with(".exr") || path.ends_with(".EXR"));
}

std::string text_of(const Metadata& metadata, const char* name)
{
    const Metadatum* m = find_metadata(metadata, name);
    const auto* text = m ? std::get_if<std::string>(&m->value) : nullptr;
    return text ? *text : std::string();
}

} // namespace

Status check_folder(const std::string& path, bool create)
{
    const fs::path folder = fs::path(path).parent_path();
    std::error_code code;
    if (create) fs::create_directories(folder, code);
    if (code) return folder_error(folder.string(), code.value());
    // Permission bits do not tell of read-only file systems or network shares; a file does.
    const std::string probe = (folder / (".tessera.partial-" + std::to_string(::getpid()))).string();
    const int fd = ::open(probe.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    if (fd < 0) return folder_error(folder.string(), errno);
    ::close(fd);
    ::unlink(probe.c_str());
    return {};
}

std::string ImageOutput::file(int frame) const
{
    return path_at(options_.pattern, frame);
}

Status ImageOutput::prepare(const std::vector<int>& frames)
{
    if (frames.size() > 1 && !is_sequence(options_.pattern))
        return Error{.kind = ErrorKind::InvalidArgument,
                     .message =
                         "all " + std::to_string(frames.size()) + " frames would go into one file, " + options_.pattern,
                     .remedy = "put the frame number into its name, as in name.####.exr",
                     .file = options_.pattern};
    TESSERA_CHECK(check_folder(options_.pattern, options_.create_folders));
    loading_ = prepare_image_writer(options_.pattern);
    if (options_.overwrite || options_.resume) return {};
    size_t there = 0;
    std::string first;
    for (const int frame : frames) {
        std::error_code ignored;
        if (!fs::exists(file(frame), ignored)) continue;
        if (there++ == 0) first = file(frame);
    }
    if (there == 0) return {};
    return Error{
        .kind = ErrorKind::Exists,
        .message =
            first + (there > 1 ? " and " + counted(there - 1, "other file") + " exist already" : " exists already"),
        .remedy = "give --overwrite to replace files, or --continue to make only what is missing or out of date",
        .file = first};
}

WriteRequest image_request(const ImageOutputOptions& options, const FramePixels& pixels)
{
    WriteRequest request;
    request.path = path_at(options.pattern, pixels.frame);
    request.format = pixels.info.format;
    request.depth = options.depth;
    request.alpha = pixels.info.alpha;
    if (options.pass_metadata && pixels.info.metadata) request.metadata = *pixels.info.metadata;
    request.frames_per_second = options.frames_per_second;
    if (options.timecode.rate > 0)
        request.timecode = text_of(moved(options.timecode, pixels.frame - options.timecode_frame));
    for (const LayerPixels& layer : pixels.layers)
        request.layers.push_back({.layer = layer.layer, .view = layer.view, .pixels = &layer.pixels});
    request.exr = options.exr;
    request.other = options.other;
    request.create_folders = options.create_folders;
    request.overwrite = options.overwrite || options.resume;
    request.threads = options.threads;
    request.extra = {{frame_name, "int", std::vector<int64_t>{pixels.frame}},
                     {key_name, "string", pixels.key.hex()},
                     {project_name, "string", options.project},
                     {version_name, "string", std::string(TESSERA_VERSION)},
                     {writer_name, "string", options.writer}};
    return request;
}

Status ImageOutput::write(const FramePixels& pixels)
{
    WriteRequest request = image_request(options_, pixels);
    std::vector<HostImage> crops;
    if (options_.autocrop && is_exr(options_.pattern)) {
        crops.reserve(request.layers.size()); // the layers point to them
        for (WriteLayer& layer : request.layers) layer.pixels = &crops.emplace_back(cropped(*layer.pixels));
    }
    const FileInProgress in_progress(request.path);
    TESSERA_TRY(written, write_image(request));
    if (!options_.read_back) return {};
    TESSERA_TRY(info, read_info(written.path));
    for (const Layer& layer : info.info.layers)
        for (const std::string& view : info.info.views) {
            if (!info.source(layer.name, view)) continue;
            TESSERA_TRY(pixels_again, read_layer(written.path, layer.name, view, info.info.data_window, 1));
            (void)pixels_again;
        }
    return {};
}

Key ImageOutput::encoding() const
{
    const ExrOptions& exr = options_.exr;
    Hasher h;
    h.add(options_.depth).add(exr.compression).add(double(exr.dwa_level)).add(exr.zip_level).add(exr.part_per_layer);
    h.add(exr.tiled).add(exr.tile_width).add(exr.tile_height).add(options_.autocrop);
    return h.key();
}

HostImage cropped(const HostImage& image)
{
    Rect used;
    for (int y = image.region.y0; y < image.region.y1; ++y) {
        const float* row = image.row(y);
        const int width = image.region.width();
        const auto blank = [&](int x) {
            const float* p = row + size_t(x) * 4;
            return p[0] == 0 && p[1] == 0 && p[2] == 0 && p[3] == 0;
        };
        int first = 0, last = width;
        while (first < last && blank(first)) ++first;
        while (last > first && blank(last - 1)) --last;
        if (first < last) used = united(used, {image.region.x0 + first, y, image.region.x0 + last, y + 1});
    }
    if (used.empty()) used = {image.region.x0, image.region.y0, image.region.x0 + 1, image.region.y0 + 1};
    HostImage out(used);
    for (int y = used.y0; y < used.y1; ++y)
        std::copy(image.at(used.x0, y), image.at(used.x0, y) + size_t(used.width()) * 4, out.row(y));
    return out;
}

std::string ImageOutput::description(const std::vector<int>& frames) const
{
    if (!is_sequence(options_.pattern)) return options_.pattern;
    return options_.pattern + ", frame" + (frames.size() == 1 ? " " : "s ") + frames_text(frames);
}

bool ImageOutput::up_to_date(int frame, const Key& key) const
{
    if (!is_exr(options_.pattern)) return false;
    const auto info = read_info(file(frame));
    if (!info || !info->info.metadata) return false; // missing or damaged: it has to be made
    const auto mark = render_mark(*info->info.metadata);
    return mark && mark->key == key;
}

std::optional<RenderMark> render_mark(const Metadata& metadata)
{
    RenderMark mark;
    mark.key = Key::from_hex(text_of(metadata, key_name));
    if (!mark.key) return std::nullopt;
    mark.project = text_of(metadata, project_name);
    mark.writer = text_of(metadata, writer_name);
    mark.version = text_of(metadata, version_name);
    const Metadatum* frame = find_metadata(metadata, frame_name);
    const auto* numbers = frame ? std::get_if<std::vector<int64_t>>(&frame->value) : nullptr;
    if (numbers && !numbers->empty()) mark.frame = int(numbers->front());
    return mark;
}

} // namespace tessera
