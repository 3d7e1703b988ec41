// Edge Extend: pushes the colour of the solid inside of a matte out over its edges, so that the edge keeps its matte
// and loses the screen's colour.
//
// The matte is shrunk first, so that only clean colour remains; blurs of growing size spread it, each under the sharper
// ones, and the sum is divided by its own alpha. Near the core the smallest blur decides, far from it the largest.
#include "core/op/op.h"

namespace tessera {
namespace {

struct Params {
    double erode = 2;
    double size = 40;
    int count = 4;
    double ratio = 2;
    bool input_premultiplied = true;
    bool output_premultiplied = true;
};

struct CoreParams {
    bool premultiplied = true;
};

struct ResultParams {
    bool input_premultiplied = true;
    bool output_premultiplied = true;
};

struct NoParams {};

Result<ImageInfo> first_input_info(const OpContext& c)
{
    if (!c.connected(0)) return ImageInfo{.format = c.project_format, .frames_per_second = c.frames_per_second};
    return *c.inputs[0];
}

Status expand(const Params& p, const OpContext&, Expansion& e)
{
    using Ref = Expansion::Ref;
    const Ref source = e.input(0);
    const Ref eroded = p.erode != 0 ? e.add("matte_grow", {{"size", -p.erode}}, {source}) : source;
    const Ref core = e.add("edge_extend_core", {{"premultiplied", p.input_premultiplied}}, {source, eroded});
    Ref sum = core;
    for (int i = std::max(1, p.count) - 1; i >= 0; --i) {
        const double size = p.size / std::pow(std::max(p.ratio, 1.0), i);
        if (size <= 0) continue;
        const Ref wide = e.add("blur", {{"size", Vec2{size, size}}, {"edge", std::string("repeat")}}, {core});
        sum = e.add("edge_extend_under", {}, {sum, wide});
    }
    e.add("edge_extend_result",
          {{"input_premultiplied", p.input_premultiplied}, {"output_premultiplied", p.output_premultiplied}},
          {source, sum});
    return Status{};
}

const Register core =
    Op<CoreParams>("edge_extend_core")
        .label("Edge extend core")
        .menu("Keyer")
        .internal()
        .help("Colour of the first input, premultiplied by the alpha of the second where that is smaller.")
        .in("in")
        .in("eroded")
        .param(&CoreParams::premultiplied, "premultiplied", {.label = "Premultiplied"})
        .info([](const CoreParams&, const OpContext& c) { return first_input_info(c); })
        .pixel("key/edge_extend_core",
               [](const CoreParams& p, const OpContext&, Block& u) { u.put("premultiplied", p.premultiplied); });

const Register under = Op<NoParams>("edge_extend_under")
                           .label("Edge extend under")
                           .menu("Keyer")
                           .internal()
                           .help("sharp + wide * (1 - sharp alpha)")
                           .in("sharp")
                           .in("wide")
                           .pixel("key/edge_extend_under", [](const NoParams&, const OpContext&, Block&) {});

const Register result =
    Op<ResultParams>("edge_extend_result")
        .label("Edge extend result")
        .menu("Keyer")
        .internal()
        .help("The extended colour with the alpha of the first input.")
        .in("in")
        .in("extended")
        .param(&ResultParams::input_premultiplied, "input_premultiplied", {.label = "Input premultiplied"})
        .param(&ResultParams::output_premultiplied, "output_premultiplied", {.label = "Output premultiplied"})
        .info([](const ResultParams& p, const OpContext& c) -> Result<ImageInfo> {
            TESSERA_TRY(i, first_input_info(c));
            i.alpha = p.output_premultiplied ? AlphaState::Premultiplied : AlphaState::Unpremultiplied;
            return std::move(i);
        })
        .pixel("key/edge_extend_result", [](const ResultParams& p, const OpContext&, Block& u) {
            u.put("input_premultiplied", p.input_premultiplied);
            u.put("output_premultiplied", p.output_premultiplied);
        });

const Register edge_extend =
    Op<Params>("edge_extend")
        .label("Edge Extend")
        .menu("Keyer")
        .filters()
        .help("Core: the colour where the matte, shrunk by `erode`, is solid. For sizes from size/ratio^(count-1) up "
              "to size: blur(core), each under the sharper ones; colour = sum / its alpha. The alpha is the input's.")
        .in("in")
        .mask("rgb")
        .param(&Params::erode, "erode",
               {.label = "Erode", .min = 0, .max = 20, .help = "Pixels of the edge whose colour is not trusted."})
        .param(&Params::size, "size",
               {.label = "Size", .min = 0, .max = 200, .help = "Diameter of the widest blur, in pixels."})
        .param(&Params::count, "count",
               {.label = "Count", .min = 1, .max = 12, .hard = true, .help = "Number of blurs."})
        .param(&Params::ratio, "ratio",
               {.label = "Ratio", .min = 1, .max = 4, .help = "Size of each blur to the next sharper."})
        .param(&Params::input_premultiplied, "input_premultiplied",
               {.label = "Input premultiplied", .help = "Off: the input's colour is not multiplied by its alpha."})
        .param(&Params::output_premultiplied, "output_premultiplied",
               {.label = "Output premultiplied", .help = "Off: the extended colour is not multiplied by the alpha."})
        .identity([](const Params&, const OpContext& c) { return c.layer != main_layer; })
        .composite(expand);

} // namespace
} // namespace tessera
