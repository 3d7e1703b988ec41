// Saturation, contrast, gamma, gain and offset for the whole picture, and for its shadows, midtones and highlights apart.
#include "core/base/curve.h"
#include "core/op/op.h"
#include "nodes/color/gamma.h"
#include "nodes/color/luminance.h"

namespace tessera {
namespace {

CurvePtr line(double from, double from_value, double to, double to_value)
{
    return std::make_shared<const Curve>(*Curve::make({{from, from_value}, {to, to_value}}));
}

struct Params {
    Color saturation{1}, contrast{1}, gamma{1}, gain{1}, offset{0};
    Color shadows_saturation{1}, shadows_contrast{1}, shadows_gamma{1}, shadows_gain{1}, shadows_offset{0};
    Color midtones_saturation{1}, midtones_contrast{1}, midtones_gamma{1}, midtones_gain{1}, midtones_offset{0};
    Color highlights_saturation{1}, highlights_contrast{1}, highlights_gamma{1}, highlights_gain{1},
        highlights_offset{0};
    CurvePtr shadow_range = line(0, 1, 0.09, 0), highlight_range = line(0.5, 0, 1, 1);
    Luminance luminance = Luminance::Rec709;
    double mix_luminance = 0;
};

/// The five values of one range: members, names, and the prefix of their fields in the block.
struct RangeMembers {
    const char *group, *prefix;
    Color Params::*saturation, Params::*contrast, Params::*gamma, Params::*gain, Params::*offset;
    const char* names[5];
};
constexpr RangeMembers ranges[] = {
    {"Master", "m_", &Params::saturation, &Params::contrast, &Params::gamma, &Params::gain, &Params::offset,
     {"saturation", "contrast", "gamma", "gain", "offset"}},
    {"Shadows", "s_", &Params::shadows_saturation, &Params::shadows_contrast, &Params::shadows_gamma,
     &Params::shadows_gain, &Params::shadows_offset,
     {"shadows_saturation", "shadows_contrast", "shadows_gamma", "shadows_gain", "shadows_offset"}},
    {"Midtones", "t_", &Params::midtones_saturation, &Params::midtones_contrast, &Params::midtones_gamma,
     &Params::midtones_gain, &Params::midtones_offset,
     {"midtones_saturation", "midtones_contrast", "midtones_gamma", "midtones_gain", "midtones_offset"}},
    {"Highlights", "h_", &Params::highlights_saturation, &Params::highlights_contrast, &Params::highlights_gamma,
     &Params::highlights_gain, &Params::highlights_offset,
     {"highlights_saturation", "highlights_contrast", "highlights_gamma", "highlights_gain", "highlights_offset"}},
};

/// The middle grey that contrast turns about, in scene-linear light.
constexpr double pivot = 0.18;
/// Entries of the tables of the two range curves, over luminances from 0 to 1; outside, the ends hold.
constexpr int table_size = 2048;

bool neutral(const Params& p, const RangeMembers& r)
{
    const Color one{1};
    return p.*r.saturation == one && p.*r.contrast == one && p.*r.gamma == one && p.*r.gain == one && p.*r.offset == Color{0};
}

Vec4 as_vec4(const Color& c)
{
    return {c.r, c.g, c.b, c.a};
}

Result<TablePtr> range_tables(const Params& p, const OpContext&)
{
    std::vector<float> data;
    data.reserve(2 * table_size);
    for (const CurvePtr& curve : {p.shadow_range, p.highlight_range})
        for (int i = 0; i < table_size; ++i) data.push_back(float(curve ? curve->at(double(i) / (table_size - 1)) : 0));
    return make_table(std::move(data));
}

void fill(const Params& p, const OpContext&, Block& u)
{
    u.put("weights", luminance_weights(p.luminance));
    u.put("largest", p.luminance == Luminance::Max);
    u.put("mix_luminance", p.mix_luminance);
    u.put("last", double(table_size - 1));
    u.put("split", !(neutral(p, ranges[1]) && neutral(p, ranges[2]) && neutral(p, ranges[3])));
    for (const RangeMembers& r : ranges) {
        const std::string prefix = r.prefix;
        u.put(prefix + "saturation", as_vec4(p.*r.saturation));
        u.put(prefix + "contrast", as_vec4(p.*r.contrast));
        put_gamma(u, p.*r.gamma, prefix);
        u.put(prefix + "gain", as_vec4(p.*r.gain));
        u.put(prefix + "offset", as_vec4(p.*r.offset));
    }
    u.put("pivot", pivot);
}

OpDesc declared()
{
    Op<Params> op("color_correct");
    op.label("ColorCorrect")
        .menu("Color")
        .help("Each range does, in this order: saturation, (1 - s) * luminance + s * in; contrast, 0.18 * (in / 0.18)^c where in "
              "is above 0; gamma, in^(1/gamma) where in is above 0; gain; offset. The three ranges work on the input and are "
              "blended by its luminance, shadows and highlights by their curves, midtones by what these leave of 1; the master "
              "works on the result. With mix luminance the result gets the luminance of the input, by that share. Source: "
              "ColorCorrect of Nuke and Natron.")
        .in("in")
        .mask("rgb")
        .unpremult();
    for (const RangeMembers& r : ranges) {
        op.param(r.saturation, r.names[0], {.label = "Saturation", .min = 0, .max = 4, .help = "0 is grey, 1 changes nothing.", .group = r.group});
        op.param(r.contrast, r.names[1], {.label = "Contrast", .min = 0, .max = 4, .help = "About middle grey, 0.18.", .group = r.group});
        op.param(r.gamma, r.names[2], {.label = "Gamma", .min = 0.2, .max = 5, .help = "Values above 0 are raised to 1 / gamma.", .group = r.group});
        op.param(r.gain, r.names[3], {.label = "Gain", .min = 0, .max = 4, .help = "Factor on all values.", .group = r.group});
        op.param(r.offset, r.names[4], {.label = "Offset", .min = -1, .max = 1, .help = "Added to all values.", .group = r.group});
    }
    op.param(&Params::shadow_range, "shadow_range", {.label = "Shadows", .help = "How far a luminance from 0 to 1 belongs to the shadows.", .group = "Ranges"})
        .param(&Params::highlight_range, "highlight_range",
               {.label = "Highlights", .help = "How far a luminance from 0 to 1 belongs to the highlights.", .group = "Ranges"})
        .param(&Params::luminance, "luminance", {.label = "Luminance", .help = luminance_help, .choices = luminance_choices, .group = "Ranges"})
        .param(&Params::mix_luminance, "mix_luminance",
               {.label = "Mix luminance", .min = 0, .max = 1, .help = "1 keeps the input's luminance; colours below 0 are left as they are.", .group = "Ranges"})
        .identity([](const Params& p, const OpContext&) {
            for (const RangeMembers& r : ranges)
                if (!neutral(p, r)) return false;
            return true;
        })
        .pixel("color/color_correct", fill)
        .table(range_tables);
    return op;
}

const Register registered{declared()};

} // namespace
} // namespace tessera
