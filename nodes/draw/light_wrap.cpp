// Light Wrap: light of the background spills over the edge of the foreground.
//
//     band = a * (1 - blur(a, fg_blur))                     widest and strongest at the edge of the matte a
//     wrap = saturate(blur(intensity * blur(B, bg_blur) * band, diffuse))
//     wrap *= a, unless it is to glow beyond the edge
//     out  = A (operation) wrap
//
// The blurs repeat the border of the frame, so that a foreground which is cut by the frame gets no band there; a
// foreground whose data window ends inside the frame is first given the frame's.
//
// Where both are blurred, the background's colour and the matte go through one blur (BlurPasses): it reads the alpha of
// the one and the colour of the other in its first pass.
#include "core/op/op.h"
#include "nodes/filter/blur_passes.h"

namespace tessera {
namespace {

struct Params {
    double diffuse = 8;
    double intensity = 0.6;
    double fg_blur = 40;
    double bg_blur = 30;
    double saturation = 1;
    double luma_tolerance = 0;
    bool enable_glow = false;
    bool generate_wrap_only = false;
    bool use_constant = false;
    Color constant{1, 1, 1, 1};
    enum class Operation {
        Plus,
        Screen,
        Max,
        Hypot,
        Over,
        Overlay,
        SoftLight,
        ColourDodge
    } operation = Operation::Plus;
};

struct NoParams {};

struct KeyParams {
    double luma_tolerance = 0;
};

struct BandParams {
    double intensity = 1;
    bool use_constant = false;
    Color constant{1, 1, 1, 1};
    int x0 = 0, y0 = 0, x1 = 0, y1 = 0; ///< data window of the light; beyond it there is none
};

struct BlurParams {
    double light_size = 1, matte_size = 1;
};

struct ResultParams {
    double saturation = 1;
    bool enable_glow = false;
    bool generate_wrap_only = false;
    Params::Operation operation = Params::Operation::Plus;
};

const std::vector<const char*> operations = {"plus", "screen",  "max",        "hypot",
                                             "over", "overlay", "soft_light", "colour_dodge"};

Result<ImageInfo> first_input_info(const OpContext& c)
{
    if (!c.connected(0)) return ImageInfo{.format = c.project_format, .frames_per_second = c.frames_per_second};
    return *c.inputs[0];
}

Status expand(const Params& p, const OpContext& c, Expansion& e)
{
    using Ref = Expansion::Ref;
    const Ref foreground = e.input(0);
    if (!c.connected(0)) return e.result(foreground), Status{};
    const auto blurred = [&](Ref in, double size) {
        return size > 0 ? e.add("blur", {{"size", Vec2{size, size}}, {"edge", std::string("repeat")}}, {in}) : in;
    };
    const bool fills_frame = c.inputs[0]->data_window.contains(c.inputs[0]->format.window());
    const Ref framed = fills_frame ? foreground : e.add("light_wrap_frame", {}, {foreground});
    Ref light = Expansion::none(), matte = Expansion::none();
    Rect lit;
    if (!p.use_constant && c.connected(1)) {
        lit = c.inputs[1]->data_window;
        light = e.input(1);
        if (p.luma_tolerance > 0) light = e.add("light_wrap_key", {{"luma_tolerance", p.luma_tolerance}}, {light});
        if (pair_pays(p.bg_blur, p.fg_blur))
            light = matte =
                e.add("light_wrap_blur", {{"light_size", p.bg_blur}, {"matte_size", p.fg_blur}}, {framed, light});
        else
            light = blurred(light, p.bg_blur);
    }
    if (matte == Expansion::none()) matte = blurred(framed, p.fg_blur);
    const Ref wrap = e.add("light_wrap_band",
                           {{"intensity", p.intensity},
                            {"use_constant", p.use_constant},
                            {"constant", p.constant},
                            {"x0", lit.x0},
                            {"y0", lit.y0},
                            {"x1", lit.x1},
                            {"y1", lit.y1}},
                           {framed, matte, light});
    e.add("light_wrap_result",
          {{"saturation", p.saturation},
           {"enable_glow", p.enable_glow},
           {"generate_wrap_only", p.generate_wrap_only},
           {"operation", std::string(operations[size_t(p.operation)])}},
          {foreground, blurred(wrap, p.diffuse)});
    return Status{};
}

const Register frame = Op<NoParams>("light_wrap_frame")
                           .label("Light wrap frame")
                           .menu("Draw")
                           .internal()
                           .help("The input, with a data window that holds the format.")
                           .in("in")
                           .info([](const NoParams&, const OpContext& c) -> Result<ImageInfo> {
                               TESSERA_TRY(i, first_input_info(c));
                               i.data_window = united(i.data_window, i.format.window());
                               return std::move(i);
                           })
                           .pixel("draw/light_wrap_frame", [](const NoParams&, const OpContext&, Block&) {});

const Register key = Op<KeyParams>("light_wrap_key")
                         .label("Light wrap key")
                         .menu("Draw")
                         .internal()
                         .help("in * clamp(luminance / tolerance, 0, 1): dark parts give no light.")
                         .in("in")
                         .param(&KeyParams::luma_tolerance, "luma_tolerance", {.label = "Luma tolerance"})
                         .pixel("draw/light_wrap_key", [](const KeyParams& p, const OpContext&, Block& u) {
                             u.put("slope", p.luma_tolerance > 0 ? 1 / p.luma_tolerance : 0.0);
                             u.put("all", p.luma_tolerance <= 0);
                         });

const Register band = Op<BandParams>("light_wrap_band")
                          .label("Light wrap band")
                          .menu("Draw")
                          .internal()
                          .help("intensity * light * a * (1 - blurred a); alpha is intensity * a * (1 - blurred a).")
                          .in("in")
                          .in("blurred")
                          .optional_in("light")
                          .param(&BandParams::intensity, "intensity", {.label = "Intensity"})
                          .param(&BandParams::use_constant, "use_constant", {.label = "Use constant"})
                          .param(&BandParams::constant, "constant", {.label = "Constant"})
                          .param(&BandParams::x0, "x0")
                          .param(&BandParams::y0, "y0")
                          .param(&BandParams::x1, "x1")
                          .param(&BandParams::y1, "y1")
                          .info([](const BandParams&, const OpContext& c) { return first_input_info(c); })
                          .pixel("draw/light_wrap_band", [](const BandParams& p, const OpContext& c, Block& u) {
                              u.put("constant", p.constant);
                              u.put("intensity", p.intensity);
                              u.put("use_constant", p.use_constant);
                              u.put("lit", at_level({p.x0, p.y0, p.x1, p.y1}, c.level));
                          });

BlurPasses passes_of(const BlurParams& p, const OpContext& c)
{
    const BlurAxis a = plan_pair(p.light_size * c.scale, p.matte_size * c.scale);
    return {a, a, Edge::Repeat};
}

const Register pair =
    Op<BlurParams>("light_wrap_blur")
        .label("Light wrap blur")
        .menu("Draw")
        .internal()
        .filters()
        .help("Colour: the light, blurred; alpha: the matte's, blurred. The border of each is repeated.")
        .in("matte")
        .in("light")
        .param(&BlurParams::light_size, "light_size", {.label = "Light size", .min = 0, .max = 200})
        .param(&BlurParams::matte_size, "matte_size", {.label = "Matte size", .min = 0, .max = 200})
        .info([](const BlurParams&, const OpContext& c) { return first_input_info(c); })
        .roi([](const BlurParams& p, const OpContext& c, int, const Rect& out) { return passes_of(p, c).reads(out); })
        .area([](const BlurParams& p, const OpContext& c, PassList& l) {
            passes_of(p, c).run(l, l.input(1), c.input_window(1), l.output(), l.work(), l.input(0));
        });

const Register result =
    Op<ResultParams>("light_wrap_result")
        .label("Light wrap result")
        .menu("Draw")
        .internal()
        .help("Lays the wrap over the foreground; see light_wrap.")
        .in("in")
        .in("wrap")
        .param(&ResultParams::saturation, "saturation", {.label = "Saturation"})
        .param(&ResultParams::enable_glow, "enable_glow", {.label = "Enable glow"})
        .param(&ResultParams::generate_wrap_only, "generate_wrap_only", {.label = "Generate wrap only"})
        .param(&ResultParams::operation, "operation", {.label = "Operation", .choices = operations})
        .info([](const ResultParams& p, const OpContext& c) -> Result<ImageInfo> {
            TESSERA_TRY(i, first_input_info(c));
            if (p.enable_glow && c.connected(1)) i.data_window = united(i.data_window, c.inputs[1]->data_window);
            return std::move(i);
        })
        .pixel("draw/light_wrap_result", [](const ResultParams& p, const OpContext&, Block& u) {
            u.put("saturation", p.saturation);
            u.put("glow", p.enable_glow);
            u.put("wrap_only", p.generate_wrap_only);
            u.put("operation", int(p.operation));
        });

const Register light_wrap =
    Op<Params>("light_wrap")
        .label("Light Wrap")
        .menu("Draw")
        .filters()
        .help("band = a*(1 - blur(a, fg_blur)); wrap = blur(intensity*blur(B, bg_blur)*band, diffuse), saturated, "
              "times a unless it glows; out = A operation wrap. A is a premultiplied foreground whose alpha stays as "
              "it is; put the result over B.")
        .in("A")
        .optional_in("B")
        .mask("rgba")
        .param(&Params::diffuse, "diffuse",
               {.label = "Diffuse", .min = 0, .max = 100, .help = "Diameter in pixels of the blur of the wrap."})
        .param(&Params::intensity, "intensity",
               {.label = "Intensity", .min = 0, .max = 4, .help = "Strength of the light."})
        .param(
            &Params::fg_blur, "fg_blur",
            {.label = "FG blur",
             .min = 0,
             .max = 200,
             .help =
                 "Diameter in pixels of the blur of the matte: how far the wrap reaches in. 0 leaves it only where the "
                 "matte is between 0 and 1."})
        .param(&Params::bg_blur, "bg_blur",
               {.label = "BG blur", .min = 0, .max = 200, .help = "Diameter in pixels of the blur of the background."})
        .param(&Params::saturation, "saturation", {.label = "Saturation", .min = 0, .max = 4, .help = "Of the wrap."})
        .param(&Params::luma_tolerance, "luma_tolerance",
               {.label = "Luma tolerance",
                .min = 0,
                .max = 1,
                .help = "Background darker than this luminance gives light in proportion only; 0: all of it does."})
        .param(&Params::enable_glow, "enable_glow",
               {.label = "Enable glow", .help = "The wrap also spreads beyond the edge of the foreground."})
        .param(&Params::generate_wrap_only, "generate_wrap_only",
               {.label = "Generate wrap only", .help = "Gives the wrap alone, with its strength as alpha."})
        .param(&Params::use_constant, "use_constant",
               {.label = "Use constant", .help = "A constant colour instead of the background."})
        .param(&Params::constant, "constant",
               {.label = "Constant", .help = "Scene-linear colour of the light when the constant is used."})
        .param(&Params::operation, "operation",
               {.label = "Operation", .help = "How the wrap is laid on the foreground.", .choices = operations})
        .identity([](const Params&, const OpContext& c) { return c.layer != main_layer; })
        .composite(expand);

} // namespace
} // namespace tessera
