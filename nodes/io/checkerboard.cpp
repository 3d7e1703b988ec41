#include "nodes/io/format_choice.h"
#include <cmath>

namespace tessera {
namespace {

struct Params : FormatParams {
    Vec2 boxsize{64, 64};
    Color color0{0.1, 0.1, 0.1, 1}, color1{0.5, 0.5, 0.5, 1}, color2{0.1, 0.1, 0.1, 1}, color3{0.5, 0.5, 0.5, 1};
    Color linecolor{1, 1, 1, 1};
    double linewidth = 0;
    Color centerlinecolor{1, 1, 0, 1};
    double centerlinewidth = 1;
};

Op<Params> declared()
{
    Op<Params> op("checkerboard");
    op.label("CheckerBoard")
        .menu("Image")
        .help("A checkerboard that starts at the centre of the format. Every pixel is the exact average of the pattern "
              "over its area, so it stays right at any level. Rows alternate between color 0, color 1 and color 3, "
              "color 2.")
        .param(&Params::boxsize, "boxsize",
               {.label = "Box size", .min = 1, .max = 500, .help = "Width and height of a box in pixels; at least 1."})
        .param(&Params::color0, "color0",
               {.label = "Color 0", .help = "Boxes up and right of the centre, and every second one."})
        .param(&Params::color1, "color1", {.label = "Color 1", .help = "Boxes right of color 0."})
        .param(&Params::color2, "color2", {.label = "Color 2", .help = "Boxes above color 1."})
        .param(&Params::color3, "color3", {.label = "Color 3", .help = "Boxes above color 0."})
        .param(&Params::linecolor, "linecolor", {.label = "Line color", .help = "Of the lines between boxes."})
        .param(&Params::linewidth, "linewidth",
               {.label = "Line width", .min = 0, .max = 20, .help = "In pixels; 0 draws no lines."})
        .param(&Params::centerlinecolor, "centerlinecolor", {.label = "Centre line color", .help = "Of the cross."})
        .param(&Params::centerlinewidth, "centerlinewidth",
               {.label = "Centre line width",
                .min = 0,
                .max = 20,
                .help = "In pixels, of the cross through the centre; 0 draws none."});
    add_format(op)
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            ImageInfo i{.format = chosen_format(p, c)};
            i.data_window = i.format.window();
            i.layers = {{std::string(main_layer), {"R", "G", "B", "A"}}};
            i.frames_per_second = c.frames_per_second;
            return i;
        })
        .pixel("io/checkerboard", [](const Params& p, const OpContext& c, Block& u) {
            // A line begins on a whole pixel, so that one of a whole width is sharp.
            const double line = std::max(0.0, p.linewidth), cross = std::max(0.0, p.centerlinewidth);
            u.put("color0", p.color0);
            u.put("color1", p.color1);
            u.put("color2", p.color2);
            u.put("color3", p.color3);
            u.put("line_color", p.linecolor);
            u.put("center_color", p.centerlinecolor);
            u.put("box", Vec2{std::max(1.0, p.boxsize.x), std::max(1.0, p.boxsize.y)});
            u.put("center", Vec2{std::floor(c.output->format.width / 2.0), std::floor(c.output->format.height / 2.0)});
            u.put("line_width", line);
            u.put("line_start", -std::floor(line / 2));
            u.put("center_width", cross);
            u.put("center_start", -std::floor(cross / 2));
            u.put("pixel", 1 / c.scale);
        });
    return op;
}

const Register registered = declared();

} // namespace
} // namespace tessera
