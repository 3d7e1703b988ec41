// Crop: what lies outside a box becomes black, or the box's border. The box is in whole pixels.
//
// `crop` expands to `crop_box`, which only multiplies (it fuses with what is around it, and is left out where it
// changes nothing), and, where pixels have to move, `crop_place`.
#include "core/op/op.h"
#include "nodes/filter/filter_kernels.h"

namespace tessera {
namespace {

/// x, y, right, top, rounded to whole pixels; in any order.
Rect box_rect(const Vec4& b)
{
    const auto whole = [](double v) { return int(std::lround(std::clamp(v, -1e8, 1e8))); };
    const auto [x0, x1] = std::minmax({whole(b.x), whole(b.z)});
    const auto [y0, y1] = std::minmax({whole(b.y), whole(b.w)});
    return {x0, y0, x1, y1};
}

struct BoxParams {
    Vec4 box{0, 0, 1920, 1080};
    double softness = 0;
};

/// Edges in pixels at the level, kept as fractions, so that a proxy fades where the full picture does.
void put_box(Block& u, const Rect& box, double softness, double scale, bool data)
{
    u.put("edges", Vec4{box.x0 * scale, box.y0 * scale, box.x1 * scale, box.y1 * scale});
    // A hard edge is the share of the pixel that is covered (whole at full resolution); ids and depth are never mixed.
    const bool ramp = softness > 0 && !data;
    u.put("slope", ramp ? 1 / (softness * scale) : data ? 1e9 : 1.0);
    u.put("offset", ramp ? 0.0 : data ? 1.0 : 0.5);
}

bool is_data(const OpContext& c)
{
    const Layer* layer = c.connected(0) ? c.inputs[0]->layer(c.layer) : nullptr;
    return layer && layer->data;
}

const Register crop_box =
    Op<BoxParams>("crop_box")
        .label("Crop box")
        .menu("Transform")
        .internal()
        .help("Black outside a box, with a ramp inside its edges.")
        .in("in")
        .param(&BoxParams::box, "box", {.label = "Box", .min = 0, .max = 4096, .help = "x, y, right, top."})
        .param(&BoxParams::softness, "softness",
               {.label = "Softness", .min = 0, .max = 100, .help = "Width of the ramp, in pixels."})
        .identity([](const BoxParams& p, const OpContext& c) {
            return c.connected(0) && p.softness <= 0 && box_rect(p.box).contains(c.inputs[0]->data_window);
        })
        .info([](const BoxParams& p, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format};
            ImageInfo i = *c.inputs[0];
            i.data_window = intersected(i.data_window, box_rect(p.box));
            return i;
        })
        .pixel("transform/crop_box", [](const BoxParams& p, const OpContext& c, Block& u) {
            put_box(u, box_rect(p.box), p.softness, c.scale, is_data(c));
        });

struct PlaceParams {
    Vec4 box{0, 0, 1920, 1080};
    bool reformat = false;
    bool black_outside = true;
    bool intersect = false;
};

Vec2 move_of(const PlaceParams& p)
{
    const Rect box = box_rect(p.box);
    return p.reformat ? Vec2{double(-box.x0), double(-box.y0)} : Vec2{};
}

const Register crop_place =
    Op<PlaceParams>("crop_place")
        .label("Crop place")
        .menu("Transform")
        .internal()
        .help("Makes a box the format, and repeats its border beyond it.")
        .in("in")
        .param(&PlaceParams::box, "box", {.label = "Box", .min = 0, .max = 4096, .help = "x, y, right, top."})
        .param(&PlaceParams::reformat, "reformat", {.label = "Reformat", .help = "The box becomes the format."})
        .param(&PlaceParams::black_outside, "black_outside",
               {.label = "Black outside", .help = "Else the box's border is repeated."})
        .param(&PlaceParams::intersect, "intersect",
               {.label = "Intersect", .help = "The data window is where box and image meet; nothing is repeated."})
        .info([](const PlaceParams& p, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format};
            ImageInfo i = *c.inputs[0];
            const Rect box = box_rect(p.box);
            const Vec2 move = move_of(p);
            const Rect inside = intersected(i.data_window, box);
            if (p.reformat) i.format.width = std::max(1, box.width()), i.format.height = std::max(1, box.height());
            i.data_window = inside.moved(int(move.x), int(move.y));
            if (!p.black_outside && !p.intersect && !inside.empty())
                i.data_window = united(i.format.window(), i.data_window);
            return i;
        })
        .roi([](const PlaceParams& p, const OpContext& c, int, const Rect& out) {
            const Vec2 move = move_of(p) * c.scale;
            const Rect inside = intersected(at_level(box_rect(p.box), c.level), c.input_window(0));
            if (inside.empty()) return inside;
            Rect r{int(std::floor(out.x0 - move.x)), int(std::floor(out.y0 - move.y)),
                   int(std::ceil(out.x1 - move.x)) + 1, int(std::ceil(out.y1 - move.y)) + 1};
            r.x0 = std::clamp(r.x0, inside.x0, inside.x1 - 1), r.x1 = std::clamp(r.x1, r.x0 + 1, inside.x1);
            r.y0 = std::clamp(r.y0, inside.y0, inside.y1 - 1), r.y1 = std::clamp(r.y1, r.y0 + 1, inside.y1);
            return r;
        })
        .area([](const PlaceParams& p, const OpContext& c, PassList& l) {
            const Vec2 move = move_of(p) * c.scale;
            const double fx = -move.x - std::floor(-move.x), fy = -move.y - std::floor(-move.y);
            const bool between = (fx != 0 || fy != 0) && !is_data(c); // a proxy whose pixels do not fall on the box
            Block& u =
                l.run(kernel_variant("transform/crop_place", KernelForm::Gather, 1, between ? "CROP_BETWEEN" : ""),
                      {l.input(0)}, l.output(), l.work());
            u.put_ivec2("move", int(std::floor(-move.x)), int(std::floor(-move.y)));
            u.put("fraction", Vec2{fx, fy});
            u.put("box", intersected(at_level(box_rect(p.box), c.level), c.input_window(0)));
            u.put("repeat", !p.black_outside);
        });

struct Params {
    Vec4 box{0, 0, 1920, 1080};
    double softness = 0;
    bool reformat = false;
    bool intersect = false;
    bool black_outside = true;
};

const Register crop =
    Op<Params>("crop")
        .label("Crop")
        .menu("Transform")
        .help(
            "Keeps what lies inside a box. With reformat the box becomes the format, its lower left corner the origin.")
        .in("in")
        .param(&Params::box, "box",
               {.label = "Box", .min = 0, .max = 4096, .help = "x, y, right, top, in whole pixels."})
        .param(&Params::softness, "softness",
               {.label = "Softness",
                .min = 0,
                .max = 100,
                .help = "Width of the ramp from black inside the box's edges, in pixels."})
        .param(&Params::reformat, "reformat", {.label = "Reformat", .help = "The box becomes the format."})
        .param(&Params::intersect, "intersect",
               {.label = "Intersect", .help = "The data window is where box and image meet; else it is the whole box."})
        .param(&Params::black_outside, "black_outside",
               {.label = "Black outside",
                .help = "Black outside the box; else the border of what is inside is repeated over the format."})
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            if (!c.connected(0)) return ImageInfo{.format = c.project_format};
            ImageInfo i = *c.inputs[0];
            const Rect box = box_rect(p.box), inside = intersected(i.data_window, box);
            const int dx = p.reformat ? -box.x0 : 0, dy = p.reformat ? -box.y0 : 0;
            if (p.reformat) i.format.width = std::max(1, box.width()), i.format.height = std::max(1, box.height());
            i.data_window = (p.intersect ? inside : box).moved(dx, dy);
            if (!p.black_outside && !p.intersect && !inside.empty())
                i.data_window = united(i.format.window(), i.data_window);
            return i;
        })
        .composite([](const Params& p, const OpContext&, Expansion& e) -> Status {
            auto image = e.add("crop_box", {{"box", p.box}, {"softness", p.softness}}, {e.input(0)});
            if (p.reformat || !p.black_outside)
                e.add("crop_place",
                      {{"box", p.box},
                       {"reformat", p.reformat},
                       {"black_outside", p.black_outside},
                       {"intersect", p.intersect}},
                      {image});
            return {};
        });

} // namespace
} // namespace tessera
