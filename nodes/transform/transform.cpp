// Transform: translate, rotate, scale and skew about a centre. M = T(translate) T(center) R S K T(-center), where K is
// X Y or Y X with X = [1 skew_x; 0 1] and Y = [1 0; skew_y 1]. Rotation and skew are those of the picture as it is
// shown: the pixel aspect is folded in before and after.
#include "core/op/op.h"
#include "nodes/transform/affine.h"
#include "nodes/transform/resampling.h"

namespace tessera {
namespace {

struct Params {
    Vec2 translate;
    double rotate = 0;
    Vec2 scale{1, 1};
    bool uniform = true;
    double skew_x = 0, skew_y = 0;
    enum class SkewOrder { XY, YX } skew_order = SkewOrder::XY;
    Vec2 center{960, 540};
    bool invert = false;
    ResampleFilter filter = ResampleFilter::Cubic;
    bool clamp = false;
    bool black_outside = true;
    int motion_blur = 1;
    double shutter = 0.5;
    enum class Offset { Centered, Start, End, Custom } shutter_offset = Offset::Centered;
    double shutter_custom = 0;
};

Mat3 matrix_of(const Params& p, double pixel_aspect)
{
    const Mat3 x{{1, p.skew_x, 0, 0, 1, 0, 0, 0, 1}}, y{{1, 0, 0, p.skew_y, 1, 0, 0, 0, 1}};
    const Mat3 skew = p.skew_order == Params::SkewOrder::XY ? x * y : y * x;
    const Mat3 turned = rotation(p.rotate) * scaling(p.scale.x, p.uniform ? p.scale.x : p.scale.y) * skew;
    const Mat3 m = translation(p.translate.x, p.translate.y) * translation(p.center.x, p.center.y) *
                   with_pixel_aspect(turned, pixel_aspect) * translation(-p.center.x, -p.center.y);
    return p.invert ? inverted(m) : m;
}

/// When the shutter opens, in frames from the frame itself.
double opens(const Params& p)
{
    switch (p.shutter_offset) {
    case Params::Offset::Centered: return -p.shutter / 2;
    case Params::Offset::Start: return 0;
    case Params::Offset::End: return -p.shutter;
    case Params::Offset::Custom: break;
    }
    return p.shutter_custom;
}

/// Matrices in the middles of equal parts of the shutter; empty when it makes no difference.
Result<std::vector<Mat3>> shutter_matrices(const Params& p, const OpContext& c, double pixel_aspect)
{
    std::vector<Mat3> matrices;
    if (p.motion_blur <= 1 || !(p.shutter > 0)) return matrices;
    bool moves = false;
    for (int i = 0; i < p.motion_blur; ++i) {
        const double frame = c.frame + opens(p) + p.shutter * (i + 0.5) / p.motion_blur;
        TESSERA_TRY(then, c.params_at(frame));
        matrices.push_back(matrix_of(*static_cast<const Params*>(then.get()), pixel_aspect));
        moves = moves || !(matrices.back() == matrices.front());
    }
    if (!moves) matrices.resize(1);
    return matrices;
}

const Register transform =
    Op<Params>("transform")
        .label("Transform")
        .menu("Transform")
        .help(
            "Moves, turns, scales and skews the image about a centre. Transforms that follow each other, also through "
            "disabled nodes, are filtered once, with the filter of the last one.")
        .in("in")
        .param(&Params::translate, "translate", {.label = "Translate", .min = -1000, .max = 1000, .help = "In pixels."})
        .param(&Params::rotate, "rotate",
               {.label = "Rotate", .min = -180, .max = 180, .help = "Degrees, counter-clockwise."})
        .param(&Params::scale, "scale", {.label = "Scale", .min = 0, .max = 4, .help = "In x and y."})
        .param(&Params::uniform, "uniform", {.label = "Uniform", .help = "Scale y as x."})
        .param(&Params::skew_x, "skew_x",
               {.label = "Skew X", .min = -1, .max = 1, .help = "Pixels in x for each pixel in y."})
        .param(&Params::skew_y, "skew_y",
               {.label = "Skew Y", .min = -1, .max = 1, .help = "Pixels in y for each pixel in x."})
        .param(&Params::skew_order, "skew_order",
               {.label = "Skew order",
                .help = "XY skews in y first, then in x (the matrix product X Y); YX the other way round.",
                .choices = {"XY", "YX"}})
        .param(&Params::center, "center",
               {.label = "Center",
                .min = 0,
                .max = 4096,
                .help = "What stays in place when turning, scaling and skewing, in pixels."})
        .param(&Params::invert, "invert", {.label = "Invert", .help = "Do the opposite: undo this transform."})
        .param(&Params::filter, "filter",
               {.label = "Filter", .help = resample_filter_help, .choices = resample_filters()})
        .param(&Params::clamp, "clamp",
               {.label = "Clamp", .help = "Limit to the two middle samples, so that nothing overshoots."})
        .param(&Params::black_outside, "black_outside",
               {.label = "Black outside",
                .help = "Black beyond the data window; else its border is repeated over the format."})
        .param(
            &Params::motion_blur, "motion_blur",
            {.label = "Motion blur", .min = 1, .max = 64, .hard = true, .help = "Samples over the shutter; 1 is none."})
        .param(&Params::shutter, "shutter",
               {.label = "Shutter", .min = 0, .max = 2, .help = "How long it is open, in frames."})
        .param(&Params::shutter_offset, "shutter_offset",
               {.label = "Shutter offset",
                .help = "Where the frame lies in the time the shutter is open.",
                .choices = {"centered", "start", "end", "custom"}})
        .param(&Params::shutter_custom, "shutter_custom",
               {.label = "Custom offset",
                .min = -1,
                .max = 1,
                .help = "When the shutter opens, in frames from the frame."})
        .composite([](const Params& p, const OpContext& c, Expansion& e) -> Status {
            const double aspect = c.connected(0) ? c.inputs[0]->format.pixel_aspect : 1;
            TESSERA_TRY(matrices, shutter_matrices(p, c, aspect));
            const Mat3 m = matrices.size() == 1 ? matrices[0] : matrix_of(p, aspect);
            if (matrices.size() == 1) matrices.clear();
            e.add("resample",
                  {{"matrix", to_mat4(m)},
                   {"shutter", to_text(matrices)},
                   {"filter", std::string(resample_filters()[size_t(p.filter)])},
                   {"clamp", p.clamp},
                   {"black_outside", p.black_outside}},
                  {e.input(0)});
            return {};
        });

} // namespace
} // namespace tessera
