// Read: decides which picture of which file a frame shows, and puts together what makes it: the undecoded picture, its
// conversion to the working space and its alpha. Images leave it scene-linear and premultiplied.
#include "core/media/image_file.h"
#include "core/op/op.h"
#include "nodes/io/file_color.h"
#include "nodes/io/movies.h"
#include "nodes/io/read_params.h"
#include "nodes/merge/inputs.h"

namespace tessera {
namespace {

/// Stands in for a file that is not there: black without alpha, or a checkerboard, in the format of the rest.
Status stand_in(const ReadParams& p, const Shown& s, const OpContext& c, Expansion& e)
{
    Format format = c.project_format;
    if (!s.path.empty()) {
        if (s.kind == Shown::Kind::Black) {
            e.add("read_file",
                  {{"file", s.path},
                   {"movie", s.movie},
                   {"frame", s.frame},
                   {"part", p.part},
                   {"view", p.view},
                   {"auto_alpha", p.auto_alpha},
                   {"empty", true}},
                  {});
            return {};
        }
        TESSERA_TRY(file, s.movie ? movie_info(s.path) : read_info(s.path));
        format = file.info.format;
    }
    std::map<std::string, Value> values{{"format", std::string("custom")},
                                        {"width", format.width},
                                        {"height", format.height},
                                        {"pixel_aspect", format.pixel_aspect}};
    if (s.kind == Shown::Kind::Black) values["color"] = Color(0);
    e.add(s.kind == Shown::Kind::Black ? "constant" : "checkerboard", std::move(values), {});
    return {};
}

const char* handling(AlphaHandling a)
{
    return a == AlphaHandling::Auto ? "auto" : a == AlphaHandling::Premultiplied ? "yes" : "no";
}

Status expand(const ReadParams& p, const OpContext& c, Expansion& e)
{
    TESSERA_TRY(s, shown_at(p, c));
    if (s.kind != Shown::Kind::File) return stand_in(p, s, c, e);
    Expansion::Ref image = e.add("read_file",
                                 {{"file", s.path},
                                  {"proxy", s.proxy},
                                  {"movie", s.movie},
                                  {"frame", s.movie ? s.frame : 0},
                                  {"part", p.part},
                                  {"view", p.view},
                                  {"auto_alpha", p.auto_alpha},
                                  {"premultiplied", std::string(handling(p.premultiplied))},
                                  {"reload", p.reload}},
                                 {});
    if (p.raw) return {};
    TESSERA_TRY(file, s.movie ? movie_info(s.path) : read_info(s.path));
    TESSERA_TRY(space, file_space(c, p.colorspace, s.pattern));
    const Layer* main = file.info.layer(main_layer);
    const bool alpha = main && has_alpha(*main);
    const bool straight =
        alpha && (p.premultiplied == AlphaHandling::Unpremultiplied ||
                  (p.premultiplied == AlphaHandling::Auto && file.info.alpha == AlphaState::Unpremultiplied));
    const std::string channels = color_channels(file.info.layers);
    image = e.add("colorspace", {{"from", space}, {"channels", channels}, {"unpremult", alpha && !straight}}, {image});
    if (straight) e.add("premult", {{"channels", channels}}, {image});
    return {};
}

/// The header's info, with the range as the project sees it.
Result<ImageInfo> info(const ReadParams& p, const OpContext& c)
{
    ImageInfo out = *c.output;
    TESSERA_TRY(s, shown_at(p, c));
    const FrameRange range = project_range(p, s.range);
    const bool still = !s.movie && !is_sequence(s.pattern) && p.auto_range;
    if (still)
        out.first_frame = out.last_frame = 1;
    else
        out.first_frame = range.first, out.last_frame = range.last;
    return out;
}

const std::vector<const char*> outside_choices{"hold", "loop", "bounce", "black", "error"};

const Register read =
    Op<ReadParams>("read")
        .label("Read")
        .menu("Image")
        .help("Reads a still, a sequence of stills or a movie. The header alone is read until pixels are needed, and "
              "of a file only the layer that is asked for is decoded. Colours are converted from the file's colour "
              "space to the project's working space, and colour leaves premultiplied by alpha.")
        .file(&ReadParams::file, "file",
              {.label = "File",
               .help = "Path of a still or movie, or of a sequence with ####, %04d or $F4 for the frame number; "
                       "relative to the project, with ${PROJECT} and other variables."})
        .param(&ReadParams::auto_range, "auto_range",
               {.label = "Range from files",
                .help = "The range is that of the files that are there, or of the movie.",
                .group = "Range"})
        .param(&ReadParams::first, "first",
               {.label = "First",
                .min = 1,
                .max = 1000,
                .help = "First frame of the file, when the range is set by hand.",
                .group = "Range"})
        .param(&ReadParams::last, "last",
               {.label = "Last",
                .min = 1,
                .max = 1000,
                .help = "Last frame of the file, when the range is set by hand.",
                .group = "Range"})
        .param(&ReadParams::before, "before",
               {.label = "Before",
                .help = "What to show before the first frame: that frame, the range again and again, the range back "
                        "and forth, black, or an error.",
                .choices = outside_choices,
                .group = "Range"})
        .param(&ReadParams::after, "after",
               {.label = "After",
                .help = "What to show after the last frame.",
                .choices = outside_choices,
                .group = "Range"})
        .param(&ReadParams::on_missing, "on_missing",
               {.label = "Missing frames",
                .help = "What to show for a frame inside the range that has no file: an error, the frame before it, "
                        "the nearest one, black, or a checkerboard.",
                .choices = {"error", "hold", "nearest", "black", "checker"},
                .group = "Range"})
        .param(&ReadParams::frame_mode, "frame_mode",
               {.label = "Frame mode",
                .help = "start_at: the first frame is shown at project frame `frame_value`. offset: the file's frame "
                        "is the project's plus `frame_value`. expression: the file's frame is `frame_value` itself, "
                        "which then has a curve or an expression.",
                .choices = {"start_at", "offset", "expression"},
                .group = "Range"})
        .param(&ReadParams::frame_value, "frame_value",
               {.label = "Frame",
                .min = -1000,
                .max = 1000,
                .help = "In frames; its meaning is set by the frame mode.",
                .group = "Range"})
        .param(&ReadParams::colorspace, "colorspace",
               {.label = "Colorspace",
                .help = "Colour space of the file; default: by the configuration's rules for file names.",
                .group = "Colour"})
        .param(&ReadParams::raw, "raw",
               {.label = "Raw",
                .help = "Values as they are stored: no colour conversion and no multiplication by alpha.",
                .group = "Colour"})
        .param(&ReadParams::premultiplied, "premultiplied",
               {.label = "Premultiplied",
                .help = "Whether the file's colour has alpha multiplied in: as its header or format says (auto), yes "
                        "or no. Colour is converted divided by alpha, and leaves multiplied by it.",
                .choices = {"auto", "yes", "no"},
                .group = "Colour"})
        .param(&ReadParams::auto_alpha, "auto_alpha",
               {.label = "Auto alpha",
                .help = "A file without alpha gets one that is 1 inside its data window.",
                .group = "Colour"})
        .file(&ReadParams::proxy_file, "proxy_file",
              {.label = "Proxy file",
               .help = "A smaller version of the file or sequence (same layers), read when a reduced resolution is "
                       "asked for.",
               .group = "Proxy"})
        .param(&ReadParams::part, "part",
               {.label = "Part",
                .help = "Name or number (from 0) of the only part, page or layer of the file to read; empty: all.",
                .group = "Selection"})
        .param(&ReadParams::view, "view",
               {.label = "View",
                .help = "View to read whatever view is being rendered; empty: the one rendered, or the first.",
                .group = "Selection"})
        .param(&ReadParams::reload, "reload",
               {.label = "Reload",
                .min = 0,
                .max = 1000,
                .help = "Counts up to have everything read anew.",
                .group = "Selection"})
        .info(info)
        .composite(expand);

} // namespace
} // namespace tessera
