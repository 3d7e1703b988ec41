#include "app/cli/writers.h"
#include "app/cli/image_output.h"
#include "app/cli/movie_output.h"
#include "app/cli/session.h"
#include "app/cli/text.h"
#include "core/base/text.h"
#include "core/color/config.h"
#include "core/media/sequence.h"
#include "core/op/description.h"
#include <algorithm>
#include <cmath>
#include <filesystem>

namespace tessera {
namespace {

constexpr const char* writer_op = "write";

/// A node's parameters at one frame, by name.
class Params {
public:
    static Result<Params> read(const Project& project, const NodePlace& place, double frame)
    {
        const OpDesc* op = Registry::instance().find(place.node->op);
        assert(op);
        Params params;
        for (const ParamDesc& p : op->params) {
            TESSERA_TRY(value, value_at(project, *place.graph, *place.node, p.name, p.type, p.fallback, frame));
            params.values_[p.name] = std::move(value);
        }
        return params;
    }
    const std::string& text(const char* name) const { return std::get<std::string>(value(name)); }
    bool flag(const char* name) const { return std::get<bool>(value(name)); }
    int integer(const char* name) const { return std::get<int>(value(name)); }
    double number(const char* name) const { return std::get<double>(value(name)); }

private:
    const Value& value(const char* name) const
    {
        const auto it = values_.find(name);
        assert(it != values_.end());
        return it->second;
    }
    std::map<std::string, Value, std::less<>> values_;
};

std::string lower(std::string_view text)
{
    std::string s(text);
    std::transform(s.begin(), s.end(), s.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return s;
}

/// "exr", "tiff", "mov", ...: one name for each kind of file.
std::string kind_of(const std::string& path)
{
    std::string extension = lower(std::filesystem::path(path).extension().string());
    if (!extension.empty()) extension.erase(0, 1);
    if (extension == "tif") return "tiff";
    if (extension == "jpg") return "jpeg";
    return extension;
}

Result<std::string> checked_kind(const std::string& path, const std::string& wanted)
{
    const std::string kind = kind_of(path);
    if (kind.empty())
        return Error{.kind = ErrorKind::InvalidArgument,
                     .message = "the file name " + path + " has no extension",
                     .remedy = "end it with .exr, .png, .mov or another kind",
                     .file = path};
    const ParamDesc* types = Registry::instance().find(writer_op)->param("file_type");
    if (std::find(types->choices.begin() + 1, types->choices.end(), kind) == types->choices.end())
        return Error{.kind = ErrorKind::Unsupported,
                     .message = "cannot write ." + kind + " files such as " + path,
                     .remedy = "choose " + joined({types->choices.begin() + 1, types->choices.end()}),
                     .file = path};
    if (wanted == "auto" || wanted == kind) return kind;
    return Error{.kind = ErrorKind::InvalidArgument,
                 .message = "the file type is " + wanted + ", but " + path + " ends in ." + kind,
                 .remedy = "set file_type to auto, or change the extension",
                 .file = path};
}

PixelDepth depth_of(const std::string& name)
{
    for (const PixelDepth d : {PixelDepth::Int8, PixelDepth::Int10, PixelDepth::Int12, PixelDepth::Int16,
                               PixelDepth::Half, PixelDepth::Float})
        if (name_of(d) == name) return d;
    return PixelDepth::Auto;
}

Status read_compression(const Params& params, const std::string& kind, ImageOutputOptions& options)
{
    const std::string& name = params.text("compression");
    if (kind == "tiff") {
        if (name != "auto") options.other.compression = name;
        return {};
    }
    if (kind != "exr") return {};
    if (name != "auto") {
        const auto compression = exr_compression(name);
        if (!compression)
            return Error{ErrorKind::InvalidArgument, "EXR files have no compression '" + name + "'",
                         "choose none, rle, zips, zip, piz, pxr24, b44, b44a, dwaa or dwab"};
        options.exr.compression = *compression;
    }
    const double level = params.number("compression_level");
    if (level < 0) return {};
    const ExrCompression c = options.exr.compression;
    if (c == ExrCompression::Dwaa || c == ExrCompression::Dwab) options.exr.dwa_level = float(level);
    if (c == ExrCompression::Zip || c == ExrCompression::Zips)
        options.exr.zip_level = std::clamp(int(std::lround(level)), 1, 9);
    return {};
}

/// Frames a second of what is written.
double rate_of(const Params& params, const Project& project)
{
    const double own = params.number("fps");
    return own > 0 ? own : project.settings.frames_per_second;
}

/// The parameter holds the timecode of the first frame: of the writer's own range where it has one, else the project's.
Result<Timecode> timecode_at(const Params& params, const Project& project, int frame)
{
    if (params.text("timecode").empty()) return Timecode{};
    TESSERA_TRY(timecode, parse_timecode(params.text("timecode"), rate_of(params, project)));
    const int first = params.flag("limit_range") ? params.integer("first") : project.settings.first_frame;
    return moved(timecode, frame - first);
}

Result<std::unique_ptr<Output>> image_output(const Params& params, const Project& project, const std::string& path,
                                             const std::string& kind, int first, const std::string& writer,
                                             const WriterOverrides& overrides)
{
    ImageOutputOptions o;
    o.pattern = path;
    o.depth = depth_of(params.text("datatype"));
    TESSERA_CHECK(read_compression(params, kind, o));
    o.exr.part_per_layer = params.flag("part_per_layer");
    o.exr.tiled = params.flag("tiled");
    o.exr.tile_width = o.exr.tile_height = params.integer("tile_size");
    o.other.quality = params.integer("quality");
    o.create_folders = params.flag("create_directories");
    o.overwrite = overrides.overwrite || params.flag("overwrite");
    o.resume = overrides.resume;
    o.pass_metadata = params.flag("metadata");
    o.autocrop = params.flag("autocrop");
    o.read_back = params.flag("read_back");
    o.threads = overrides.threads;
    o.frames_per_second = rate_of(params, project);
    TESSERA_TRY(timecode, timecode_at(params, project, first));
    o.timecode = timecode;
    o.timecode_frame = first;
    o.project = overrides.project;
    o.writer = writer;
    return std::unique_ptr<Output>(std::make_unique<ImageOutput>(std::move(o)));
}

/// What the pixels of a movie are in, by name, for its colour tags.
Result<std::string> color_names(const Params& params, const Project& project, const std::string& path)
{
    const std::string& transform = params.text("transform");
    if (transform == "raw") return std::string();
    const bool by_display = transform == "display";
    if (by_display && !params.text("display").empty()) return params.text("display") + " " + params.text("view");
    if (!by_display && params.text("colorspace") != "default") return params.text("colorspace");
    std::string setting = project.settings.color_config;
    if (!setting.empty()) {
        TESSERA_TRY(resolved, resolved_path(project, setting));
        setting = resolved;
    }
    TESSERA_TRY(config, ColorConfig::load(setting));
    if (!by_display) return config.space_for_file(path);
    const auto& displays = config.displays();
    return displays.empty() ? std::string() : displays.front().name + " " + params.text("view");
}

Status read_tags(const Params& params, const Project& project, const std::string& path, MovieTags& tags)
{
    const auto own = [&](const char* name, std::string& tag) {
        if (params.text(name) != "auto") tag = params.text(name);
    };
    TESSERA_TRY(names, color_names(params, project, path));
    tags = tags_for(names);
    own("primaries", tags.primaries);
    own("transfer", tags.transfer);
    own("matrix", tags.matrix);
    if (params.text("range") != "auto") tags.range = params.text("range") == "full" ? "pc" : "tv";
    return {};
}

Result<MovieCodec> codec_of(const Params& params, const std::string& kind)
{
    const std::string& name = params.text("codec");
    if (name != "auto") return movie_codec(name);
    return kind == "mov" ? MovieCodec::ProResHq : MovieCodec::H264;
}

Result<std::unique_ptr<Output>> movie_output(const Params& params, const Project& project, const std::string& path,
                                             const std::string& kind, int first, const WriterOverrides& overrides)
{
    MovieSettings s;
    TESSERA_TRY(codec, codec_of(params, kind));
    s.codec = codec;
    s.pixel_format = params.text("pixel_format");
    if (params.text("rate_control") == "bitrate")
        s.bitrate = std::llround(params.number("bitrate") * 1e6);
    else
        s.crf = params.integer("crf");
    s.preset = params.text("preset");
    s.gop = params.integer("gop");
    std::tie(s.rate_numerator, s.rate_denominator) = rate_fraction(rate_of(params, project));
    TESSERA_CHECK(read_tags(params, project, path, s.tags));
    TESSERA_TRY(timecode, timecode_at(params, project, first));
    if (timecode.rate > 0) s.timecode = text_of(timecode);
    s.threads = overrides.movie_threads;
    s.overwrite = overrides.overwrite || overrides.resume || params.flag("overwrite");
    s.create_folders = params.flag("create_directories");
    return std::unique_ptr<Output>(std::make_unique<MovieOutput>(path, std::move(s)));
}

/// Those of the project that the writer wants; of files that hold one view alone, that one.
Result<std::vector<std::string>> views_of(const Params& params, const Project& project, const std::string& kind)
{
    std::vector<std::string> views;
    std::string word;
    for (const char c : params.text("views") + " ") {
        if (c != ' ' && c != ',') {
            word += c;
            continue;
        }
        if (word.empty()) continue;
        const auto& known = project.settings.views;
        if (std::find(known.begin(), known.end(), word) == known.end())
            return Error{ErrorKind::NotFound, "there is no view '" + word + "'",
                         "the project has " + quoted_list(known)};
        views.push_back(std::move(word));
        word.clear();
    }
    if (views.empty()) views = project.settings.views;
    if (views.size() > 1 && kind != "exr")
        return Error{ErrorKind::Unsupported, "a ." + kind + " file holds one view, not " + std::to_string(views.size()),
                     "choose one with the writer's views, or write EXR"};
    return views;
}

bool is_movie_kind(const std::string& kind)
{
    return kind == "mov" || kind == "mp4" || kind == "mkv";
}

/// The writer at a path given by --writer.
Result<NodePlace> writer_named(const Project& project, const std::string& name)
{
    TESSERA_TRY(place, node_named(project, name));
    if (place.node->op != writer_op)
        return Error{ErrorKind::InvalidArgument, name + " is no writer, it is a '" + place.node->op + "'",
                     "give the name of a Write node"};
    if (place.node->disabled)
        return Error{ErrorKind::InvalidArgument, name + " is disabled",
                     "enable it with --set " + name + ".disabled=false"};
    return place;
}

} // namespace

Result<std::vector<NodePlace>> find_writers(const Project& project, const std::vector<std::string>& names)
{
    std::vector<NodePlace> writers;
    for (const std::string& name : names) {
        TESSERA_TRY(place, writer_named(project, name));
        writers.push_back(place);
    }
    if (!names.empty()) return writers;
    size_t disabled = 0;
    for (const std::string& path : node_paths(project)) {
        const NodePlace place = find_node(project, path);
        if (!place || place.node->op != writer_op) continue;
        if (place.node->disabled)
            ++disabled;
        else if (std::none_of(writers.begin(), writers.end(), [&](auto& w) { return w.node == place.node; }))
            writers.push_back(place);
    }
    if (!writers.empty()) return writers;
    if (disabled > 0)
        return Error{ErrorKind::NotFound, "every writer of the project is disabled",
                     "enable one with --set NAME.disabled=false"};
    return Error{ErrorKind::NotFound, "the project has no writer", "add a Write node after what you want to render"};
}

Result<RenderTarget> writer_target(const ProjectPtr& project, const NodePlace& place, const std::vector<int>& frames,
                                   const WriterOverrides& overrides)
{
    RenderTarget target;
    target.writer = path_of(*project, place.graph->id, place.node->id);
    target.graph = place.graph->id;
    target.node = place.node->id;
    const auto make = [&]() -> Status {
        assert(!frames.empty());
        TESSERA_TRY(params, Params::read(*project, place, frames.front()));
        const bool limited = params.flag("limit_range");
        for (const int frame : frames)
            if (!limited || (frame >= params.integer("first") && frame <= params.integer("last")))
                target.frames.push_back(frame);
        if (target.frames.empty()) return {};
        std::string path = overrides.out;
        if (path.empty()) {
            if (params.text("file").empty())
                return Error{ErrorKind::InvalidArgument, "it has no file to write",
                             "set its file parameter, or give --out"};
            TESSERA_TRY(resolved, resolved_path(*project, params.text("file")));
            path = absolute_path(resolved);
        }
        TESSERA_TRY(kind, checked_kind(path, params.text("file_type")));
        TESSERA_TRY(views, views_of(params, *project, kind));
        target.views = std::move(views);
        target.channels = params.text("channels");
        target.data_layers = target.whole_window = kind == "exr";
        target.order = params.integer("render_order");
        auto output = is_movie_kind(kind)
                          ? movie_output(params, *project, path, kind, target.frames.front(), overrides)
                          : image_output(params, *project, path, kind, target.frames.front(), target.writer, overrides);
        if (!output) return std::move(output.error());
        target.output = std::move(*output);
        return {};
    };
    if (auto status = make(); !status) return std::move(status.error().at_node(target.writer));
    return target;
}

MovieTags tags_for(std::string_view color_names)
{
    const std::string names = lower(color_names);
    const auto has = [&](std::initializer_list<const char*> words) {
        return std::any_of(words.begin(), words.end(),
                           [&](const char* w) { return names.find(w) != std::string::npos; });
    };
    MovieTags tags;
    tags.primaries = has({"2020", "2100"}) ? "bt2020" : has({"p3"}) ? "smpte432" : "bt709";
    tags.matrix = tags.primaries == "bt2020" ? "bt2020nc" : "bt709";
    if (has({"pq", "2084"}))
        tags.transfer = "smpte2084";
    else if (has({"hlg"}))
        tags.transfer = "arib-std-b67";
    else if (has({"srgb"}) && !has({"linear", "lin_"}))
        tags.transfer = "iec61966-2-1";
    else if (has({"linear", "lin_", "acescg"}))
        tags.transfer = "linear";
    else
        tags.transfer = "bt709";
    return tags;
}

} // namespace tessera
