// Write: passes its input on to what comes after it. What it writes is its expansion: the input in the output colour
// space. Encoding itself is the program's business (app/cli), which reads these parameters by name.
#include "core/op/op.h"
#include "nodes/io/file_color.h"
#include "nodes/io/write_choices.h"

namespace tessera {
namespace {

struct Params {
    std::string file, channels = "all", views, timecode;
    int file_type = 0, datatype = 0, compression = 0;
    double compression_level = -1;
    int quality = 95;
    bool part_per_layer = false, tiled = false;
    int tile_size = 64;
    bool autocrop = false, metadata = true;
    bool limit_range = false;
    int first = 1, last = 100;
    bool read_back = false;
    int render_order = 0;
    int transform = 0;
    std::string colorspace = "default", display, view, looks;
    bool unpremult_transform = true;
    bool create_directories = false, overwrite = false;
    int codec = 0, rate_control = 0;
    std::string pixel_format, preset;
    int crf = -1;
    double bitrate = 20;
    int gop = 0;
    double fps = 0;
    int primaries = 0, transfer = 0, matrix = 0, range = 0;
};

enum Transform { ColorSpaceTransform, DisplayTransform, RawTransform };

Status expand(const Params& p, const OpContext& c, Expansion& e)
{
    const auto input = e.input(0);
    e.result(input);
    if (!c.connected(0) || p.transform == RawTransform) return {};
    const AlphaState alpha = c.inputs[0]->alpha;
    const std::string channels = color_channels(c.inputs[0]->layers);
    const Value divide = p.unpremult_transform && alpha == AlphaState::Premultiplied;
    if (p.transform == DisplayTransform) {
        e.result(e.add("ocio_display",
                       {{"display", p.display},
                        {"view", p.view},
                        {"looks", p.looks},
                        {"channels", channels},
                        {"unpremult", divide}},
                       {input}));
        return {};
    }
    TESSERA_TRY(space, file_space(c, p.colorspace, p.file));
    e.result(e.add("colorspace", {{"to", space}, {"channels", channels}, {"unpremult", divide}}, {input}));
    return {};
}

constexpr const char* still = "Still images";
constexpr const char* movie = "Movie";
constexpr const char* color = "Colour";
constexpr const char* frames = "Frames";

Op<Params>& add_still_params(Op<Params>& op)
{
    return op
        .param(&Params::file_type, "file_type",
               {.label = "File type",
                .help = "auto: by the extension of the file.",
                .choices = file_type_choices,
                .group = still})
        .param(
            &Params::datatype, "datatype",
            {.label = "Data type",
             .help = "How numbers are stored: auto is half for EXR, 16 bit for TIFF and PNG, 10 bit for DPX. EXR: half "
                     "or float; TIFF: 8, 16 or float; PNG: 8 or 16; DPX: 8, 10, 12 or 16. Layers of data are float.",
             .choices = datatype_choices,
             .group = still})
        .param(&Params::compression, "compression",
               {.label = "Compression",
                .help = "Of EXR: none, rle, zips, zip, piz, pxr24, b44, b44a, dwaa or dwab (auto: zip). Of TIFF: none, "
                        "zip, lzw or packbits (auto: zip).",
                .choices = compression_choices,
                .group = still})
        .param(
            &Params::compression_level, "compression_level",
            {.label = "Compression level",
             .min = -1,
             .max = 100,
             .help =
                 "ZIP and ZIPS: 1 (fastest) to 9; DWAA and DWAB: 0 (best) and up, 45 being usual; -1: the usual one.",
             .group = still})
        .param(&Params::quality, "quality",
               {.label = "Quality",
                .min = 1,
                .max = 100,
                .hard = true,
                .help = "Of JPEG and WebP: 1 to 100.",
                .group = still})
        .param(&Params::part_per_layer, "part_per_layer",
               {.label = "Part per layer",
                .help = "EXR: a part for each layer and view, instead of one part.",
                .group = still})
        .param(&Params::tiled, "tiled",
               {.label = "Tiled", .help = "EXR: in tiles instead of scan lines.", .group = still})
        .param(&Params::tile_size, "tile_size",
               {.label = "Tile size",
                .min = 8,
                .max = 1024,
                .hard = true,
                .help = "Side of a tile in pixels.",
                .group = still})
        .param(&Params::autocrop, "autocrop",
               {.label = "Autocrop",
                .help = "EXR: store only the part of the data window that is not zero.",
                .group = still})
        .param(&Params::metadata, "metadata",
               {.label = "Metadata",
                .help = "Write the metadata that came with the image into the file.",
                .group = still});
}

Op<Params>& add_color_params(Op<Params>& op)
{
    return op
        .param(
            &Params::transform, "transform",
            {.label = "Output transform",
             .help = "To a colour space; to a view of a display, as the viewer shows it; or raw, values as they are.",
             .choices = {"colorspace", "display", "raw"},
             .group = color})
        .param(&Params::colorspace, "colorspace",
               {.label = "Colorspace",
                .help = "Colour space to write; default: by the configuration's rules for file names.",
                .group = color})
        .param(&Params::display, "display",
               {.label = "Display", .help = "Empty: the configuration's default.", .group = color})
        .param(&Params::view, "view",
               {.label = "View transform", .help = "Empty: the display's default.", .group = color})
        .param(&Params::looks, "looks",
               {.label = "Looks", .help = "+grade, -neutral; empty: the view's own.", .group = color})
        .param(&Params::unpremult_transform, "unpremult_transform",
               {.label = "Unpremultiplied transform",
                .help = "Divide colour by alpha before the output transform and multiply after.",
                .group = color});
}

Op<Params>& add_frame_params(Op<Params>& op)
{
    return op
        .param(&Params::limit_range, "limit_range",
               {.label = "Limit to range",
                .help = "Render only frames from first to last of those asked for.",
                .group = frames})
        .param(&Params::first, "first",
               {.label = "First", .min = 1, .max = 1000, .help = "First frame of the limit.", .group = frames})
        .param(&Params::last, "last",
               {.label = "Last", .min = 1, .max = 1000, .help = "Last frame of the limit.", .group = frames})
        .param(&Params::render_order, "render_order",
               {.label = "Render order",
                .min = 0,
                .max = 100,
                .help = "Of several writers the one with the lower number is rendered first.",
                .group = frames})
        .param(
            &Params::read_back, "read_back",
            {.label = "Read back", .help = "Check every file after writing it by reading it again.", .group = frames})
        .param(&Params::views, "views",
               {.label = "Views",
                .help = "Views to write, separated by blanks; empty: all of the project.",
                .group = frames})
        .param(&Params::create_directories, "create_directories",
               {.label = "Create folders", .help = "Make the folders of the path that do not exist.", .group = frames})
        .param(
            &Params::overwrite, "overwrite",
            {.label = "Overwrite", .help = "Replace files that exist; otherwise they are an error.", .group = frames});
}

Op<Params>& add_movie_params(Op<Params>& op)
{
    return op
        .param(&Params::codec, "codec",
               {.label = "Codec",
                .help = "auto: ProRes 422 HQ for mov, H.264 for mp4 and mkv, by the extension.",
                .choices = codec_choices,
                .group = movie})
        .param(&Params::pixel_format, "pixel_format",
               {.label = "Pixel format",
                .help = "By FFmpeg's names: yuv420p, yuv422p10le, yuva444p12le, rgb24, ...; empty: the usual one of "
                        "the codec. One that the codec cannot be written in is an error that lists those it can.",
                .group = movie})
        .param(&Params::rate_control, "rate_control",
               {.label = "Rate control",
                .help = "Constant quality (crf), or a bit rate.",
                .choices = {"crf", "bitrate"},
                .group = movie})
        .param(&Params::crf, "crf",
               {.label = "Quality (CRF)",
                .min = -1,
                .max = 63,
                .help = "H.264, H.265: 0 (nearly lossless) to 51; AV1: to 63; MJPEG: 1 to 31; lower is better. -1: the "
                        "codec's usual.",
                .group = movie})
        .param(&Params::bitrate, "bitrate",
               {.label = "Bit rate", .min = 0.1, .max = 1000, .help = "In megabits a second.", .group = movie})
        .param(&Params::preset, "preset",
               {.label = "Preset",
                .help = "Slower presets make smaller files of the same quality. H.264, H.265: ultrafast to veryslow; "
                        "AV1: 0 (slow) to 12; empty: medium, 8.",
                .group = movie})
        .param(&Params::gop, "gop",
               {.label = "Key frame interval",
                .min = 0,
                .max = 300,
                .help = "In frames; 1: all intra; 0: the codec's choice.",
                .group = movie})
        .param(
            &Params::fps, "fps",
            {.label = "Frame rate", .min = 0, .max = 120, .help = "Frames a second; 0: the project's.", .group = movie})
        .param(&Params::primaries, "primaries",
               {.label = "Primaries",
                .help = "Colour tag (nclc, nclx); auto: by the output transform, else Rec.709.",
                .choices = primaries_choices,
                .group = movie})
        .param(&Params::transfer, "transfer",
               {.label = "Transfer",
                .help = "Colour tag of the transfer function.",
                .choices = transfer_choices,
                .group = movie})
        .param(&Params::matrix, "matrix",
               {.label = "Matrix",
                .help = "Colour tag, and the matrix colours are encoded with.",
                .choices = matrix_choices,
                .group = movie})
        .param(&Params::range, "range",
               {.label = "Range",
                .help = "Video (16 to 235 in 8 bit) or full range.",
                .choices = {"auto", "video", "full"},
                .group = movie})
        .param(&Params::timecode, "timecode",
               {.label = "Timecode",
                .help = "Of the first frame, HH:MM:SS:FF (a semicolon before the frames for drop-frame); empty: none "
                        "for movies, the image's own for stills.",
                .group = movie});
}

Op<Params> declared()
{
    Op<Params> op("write");
    op.label("Write")
        .menu("Image")
        .help("Writes its input to files: an EXR or other sequence, or a movie. It is rendered with `tessera render`; "
              "in the graph it passes its input on unchanged. Files appear whole or not at all, and every EXR carries "
              "the content key of what was written.")
        .in("in")
        .file(&Params::file, "file",
              {.label = "File",
               .help = "Path with ####, %04d or $F4 for the frame number, or of a movie; relative to the project, with "
                       "${PROJECT} and other variables."})
        .param(&Params::channels, "channels",
               {.label = "Channels",
                .help = "Channels to write: all, rgb, rgba, layers or LAYER.CHANNEL, separated by blanks; * and ? are "
                        "wildcards. All of an EXR includes the layers of data."});
    add_still_params(op);
    add_color_params(op);
    add_frame_params(op);
    add_movie_params(op).composite(expand).output();
    return op;
}

const Register registered = declared();

} // namespace
} // namespace tessera
