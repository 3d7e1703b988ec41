// Reformat: places the image in another format. The image is scaled as it is shown (pixel aspects of both formats are
// honoured), turned and mirrored, and then put in the middle or in the lower left corner of the new format.
#include "core/op/op.h"
#include "nodes/transform/affine.h"
#include "nodes/transform/resampling.h"

namespace tessera {
namespace {

struct Params {
    enum class Type { ToFormat, Box, Scale } type = Type::ToFormat;
    int format = 0;
    int box_width = 1920, box_height = 1080;
    bool box_fixed = true;
    double box_pixel_aspect = 1;
    Vec2 scale{1, 1};
    bool uniform = true;
    enum class Resize { None, Width, Height, Fit, Fill, Distort } resize = Resize::Width;
    bool center = true, flip = false, flop = false, turn = false;
    bool black_outside = true;
    bool preserve_bbox = false;
    ResampleFilter filter = ResampleFilter::Cubic;
    bool clamp = false;
};

struct NamedFormat {
    const char* name;
    Format format;
};
constexpr int largest_side = 1 << 20;

/// The first one stands for the project's own format.
const NamedFormat named_formats[] = {
    {"project", {}},
    {"hd_720", {1280, 720, 1}},
    {"hd_1080", {1920, 1080, 1}},
    {"uhd_4k", {3840, 2160, 1}},
    {"uhd_8k", {7680, 4320, 1}},
    {"2k_dcp", {2048, 1080, 1}},
    {"4k_dcp", {4096, 2160, 1}},
    {"2k_super_35", {2048, 1556, 1}},
    {"4k_super_35", {4096, 3112, 1}},
    {"2k_cinemascope", {1828, 1556, 2}},
    {"pal", {720, 576, 1.09}},
    {"pal_wide", {720, 576, 1.46}},
    {"ntsc", {720, 486, 0.91}},
    {"ntsc_wide", {720, 486, 1.21}},
    {"square_1k", {1024, 1024, 1}},
    {"square_2k", {2048, 2048, 1}},
    {"square_4k", {4096, 4096, 1}},
};

std::vector<const char*> format_names()
{
    std::vector<const char*> names;
    for (const NamedFormat& f : named_formats) names.push_back(f.name);
    return names;
}

/// The size of a picture as it is shown, in square pixels.
struct Shown {
    double width, height;
};
Shown shown(const Format& f, bool turned)
{
    const Shown s{f.width * f.pixel_aspect, double(f.height)};
    return turned ? Shown{s.height, s.width} : s;
}

/// Factors, in shown pixels, from a picture of size `in` into one of size `out`.
Vec2 factors(Params::Resize resize, Shown in, Shown out)
{
    const double x = out.width / in.width, y = out.height / in.height;
    switch (resize) {
    case Params::Resize::None: return {1, 1};
    case Params::Resize::Width: return {x, x};
    case Params::Resize::Height: return {y, y};
    case Params::Resize::Fit: return {std::min(x, y), std::min(x, y)};
    case Params::Resize::Fill: return {std::max(x, y), std::max(x, y)};
    case Params::Resize::Distort: break;
    }
    return {x, y};
}

int side(double length)
{
    return std::clamp(int(std::lround(std::min(length, double(largest_side)))), 1, largest_side);
}

Format box_format(const Params& p, Shown in)
{
    const Format box{std::max(1, p.box_width), std::max(1, p.box_height),
                     p.box_pixel_aspect > 0 ? p.box_pixel_aspect : 1};
    if (p.box_fixed || p.resize == Params::Resize::None || p.resize == Params::Resize::Distort) return box;
    const Vec2 f = factors(p.resize, in, shown(box, false));
    return {side(in.width * f.x / box.pixel_aspect), side(in.height * f.y), box.pixel_aspect};
}

/// The new format, and the factors in shown pixels.
struct Target {
    Format format;
    Vec2 factors;
};
Target target_of(const Params& p, const OpContext& c, const Format& from)
{
    const Shown in = shown(from, p.turn);
    if (p.type == Params::Type::Scale) {
        const double sx = std::abs(p.scale.x), sy = std::abs(p.uniform ? p.scale.x : p.scale.y);
        const Format f{side(in.width * sx / from.pixel_aspect), side(in.height * sy), from.pixel_aspect};
        const Shown out = shown(f, false);
        return {f, {out.width / in.width, out.height / in.height}};
    }
    Format f = p.type == Params::Type::Box ? box_format(p, in) : named_formats[p.format].format;
    if (p.type == Params::Type::ToFormat && p.format == 0) f = c.project_format;
    return {f, factors(p.resize, in, shown(f, false))};
}

Mat3 matrix_of(const Params& p, const Format& from, const Target& target)
{
    const Shown in = shown(from, false), out = shown(target.format, false);
    Mat3 m = scaling(from.pixel_aspect, 1); // to shown pixels
    m = translation(-in.width / 2, -in.height / 2) * m;
    m = scaling(p.flop ? -1 : 1, p.flip ? -1 : 1) * m;
    if (p.turn) m = Mat3{{0, 1, 0, -1, 0, 0, 0, 0, 1}} * m; // a quarter, clockwise
    m = scaling(target.factors.x, target.factors.y) * m;
    const Shown placed = shown(from, p.turn);
    Vec2 corner; // lower left one of the picture, in shown pixels
    if (p.center) {
        corner = {(out.width - placed.width * target.factors.x) / 2,
                  (out.height - placed.height * target.factors.y) / 2};
        // Without scaling keep to whole pixels: half a pixel would be filtered.
        const double aspect = target.format.pixel_aspect;
        if (target.factors == Vec2{1, 1}) corner = {std::floor(corner.x / aspect) * aspect, std::floor(corner.y)};
    }
    const Vec2 middle{corner.x + placed.width * target.factors.x / 2, corner.y + placed.height * target.factors.y / 2};
    return scaling(1 / target.format.pixel_aspect, 1) * translation(middle.x, middle.y) * m;
}

const Register reformat =
    Op<Params>("reformat")
        .label("Reformat")
        .menu("Transform")
        .help("Puts the image into another format: scaled as it is shown (pixel aspects are honoured), mirrored or "
              "turned, in the middle or in the lower left corner. Filtered once together with transforms around it.")
        .in("in")
        .param(&Params::type, "type",
               {.label = "Type",
                .help = "A format by name, a box, or a factor.",
                .choices = {"to_format", "box", "scale"}})
        .param(&Params::format, "format",
               {.label = "Format", .help = "With type to_format.", .choices = format_names()})
        .param(&Params::box_width, "box_width",
               {.label = "Width", .min = 1, .max = 8192, .help = "With type box.", .group = "Box"})
        .param(&Params::box_height, "box_height",
               {.label = "Height", .min = 1, .max = 8192, .help = "With type box.", .group = "Box"})
        .param(&Params::box_fixed, "box_fixed",
               {.label = "Force this shape",
                .help = "Else the box only gives the size, and the format keeps the image's shape.",
                .group = "Box"})
        .param(&Params::box_pixel_aspect, "box_pixel_aspect",
               {.label = "Pixel aspect",
                .min = 0.25,
                .max = 4,
                .help = "Width of a pixel over its height.",
                .group = "Box"})
        .param(&Params::scale, "scale",
               {.label = "Scale", .min = 0.01, .max = 4, .help = "With type scale, in x and y.", .group = "Scale"})
        .param(&Params::uniform, "uniform", {.label = "Uniform", .help = "Scale y as x.", .group = "Scale"})
        .param(&Params::resize, "resize",
               {.label = "Resize type",
                .help = "What is made to fit: nothing, the width, the height, the smaller or the larger of the two "
                        "factors, or both with distortion.",
                .choices = {"none", "width", "height", "fit", "fill", "distort"}})
        .param(&Params::center, "center",
               {.label = "Center", .help = "In the middle of the format, not in its lower left corner."})
        .param(&Params::flip, "flip", {.label = "Flip", .help = "Upside down."})
        .param(&Params::flop, "flop", {.label = "Flop", .help = "Left to right."})
        .param(&Params::turn, "turn", {.label = "Turn", .help = "A quarter turn, clockwise."})
        .param(&Params::black_outside, "black_outside",
               {.label = "Black outside",
                .help = "Black beyond the data window; else its border is repeated over the format."})
        .param(&Params::preserve_bbox, "preserve_bbox",
               {.label = "Preserve bounding box", .help = "Keep what lies beyond the new format; else it is cut off."})
        .param(&Params::filter, "filter",
               {.label = "Filter", .help = resample_filter_help, .choices = resample_filters()})
        .param(&Params::clamp, "clamp",
               {.label = "Clamp", .help = "Limit to the two middle samples, so that nothing overshoots."})
        .composite([](const Params& p, const OpContext& c, Expansion& e) -> Status {
            const Format from = c.connected(0) ? c.inputs[0]->format : c.project_format;
            const Target target = target_of(p, c, from);
            const auto moved = e.add("resample",
                                     {{"matrix", to_mat4(matrix_of(p, from, target))},
                                      {"filter", std::string(resample_filters()[size_t(p.filter)])},
                                      {"clamp", p.clamp},
                                      {"black_outside", p.black_outside},
                                      {"width", target.format.width},
                                      {"height", target.format.height},
                                      {"pixel_aspect", target.format.pixel_aspect}},
                                     {e.input(0)});
            if (p.preserve_bbox) return {};
            const Format& f = target.format;
            e.add("crop_box", {{"box", Vec4{0, 0, double(f.width), double(f.height)}}}, {moved});
            return {};
        });

} // namespace
} // namespace tessera
