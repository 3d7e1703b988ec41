// The operator that all affine operators expand to: one filtering, so that a run of them can be folded into the last
// one.
#include "core/op/op.h"
#include "nodes/transform/affine.h"
#include "nodes/transform/resampling.h"

namespace tessera {
namespace {

struct Params {
    Mat4 matrix;
    std::string shutter; ///< matrices at the shutter's samples (affine.h); empty: `matrix` alone
    ResampleFilter filter = ResampleFilter::Cubic;
    bool clamp = false;
    bool black_outside = true;
    int width = 0, height = 0; ///< of the format of the result; 0: the input's
    double pixel_aspect = 1;
};

bool is_data(const OpContext& c)
{
    const Layer* layer = c.connected(0) ? c.inputs[0]->layer(c.layer) : nullptr;
    return layer && layer->data;
}

/// Ids and depth are moved, but never mixed.
Resampling resampling_of(const Params& p, const OpContext& c, bool data)
{
    Resampling r;
    r.filter = data ? ResampleFilter::Impulse : p.filter;
    r.clamp = p.clamp;
    r.black_outside = p.black_outside;
    r.matrices = data ? std::vector<Mat3>{} : matrices_from(p.shutter);
    if (r.matrices.empty()) r.matrices = {to_mat3(p.matrix)};
    for (Mat3& m : r.matrices) m = m * c.concatenated;
    return r;
}

const Register resample =
    Op<Params>("resample")
        .label("Resample")
        .menu("Transform")
        .internal()
        .help("Moves the image through a matrix with one filtering; what the transforms are made of.")
        .in("in")
        .param(&Params::matrix, "matrix",
               {.label = "Matrix", .help = "Input to output, in full-resolution pixels (3x3)."})
        .param(&Params::shutter, "shutter",
               {.label = "Shutter", .help = "Matrices to average over, nine numbers each."})
        .param(&Params::filter, "filter",
               {.label = "Filter", .help = resample_filter_help, .choices = resample_filters()})
        .param(&Params::clamp, "clamp",
               {.label = "Clamp", .help = "Limit to the two middle samples, so that nothing overshoots."})
        .param(&Params::black_outside, "black_outside",
               {.label = "Black outside",
                .help = "Black beyond the data window; else its border is repeated over the format."})
        .param(&Params::width, "width",
               {.label = "Width", .min = 0, .max = 8192, .help = "Of the format; 0 keeps the input's."})
        .param(&Params::height, "height",
               {.label = "Height", .min = 0, .max = 8192, .help = "Of the format; 0 keeps the input's."})
        .param(&Params::pixel_aspect, "pixel_aspect",
               {.label = "Pixel aspect", .min = 0.1, .max = 4, .help = "Of the format."})
        .identity([](const Params& p, const OpContext& c) {
            return to_mat3(p.matrix) == Mat3{} && p.shutter.empty() && interpolates(p.filter) && c.connected(0) &&
                   c.output->data_window == c.inputs[0]->data_window;
        })
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format};
            ImageInfo i = *c.inputs[0];
            if (p.width > 0 && p.height > 0) i.format = {p.width, p.height, p.pixel_aspect};
            Resampling r = resampling_of(p, c, false);
            i.data_window = r.window(i.data_window, i.format.window());
            return i;
        })
        .matrix([](const Params& p, const OpContext&) -> std::optional<Mat3> {
            if (!p.shutter.empty()) return std::nullopt; // its motion would be lost
            return to_mat3(p.matrix);
        })
        .roi([](const Params& p, const OpContext& c, int, const Rect& out) {
            return resampling_of(p, c, is_data(c)).reads(out, c.input_window(0), c.scale);
        })
        .area([](const Params& p, const OpContext& c, PassList& l) {
            resampling_of(p, c, is_data(c))
                .run(l, l.input(0), c.input_window(0), l.output(), l.work(), c.output_window(), c.scale);
        });

} // namespace
} // namespace tessera
