#include "core/op/op.h"
#include "nodes/color/ocio.h"

namespace tessera {
namespace {

struct Params {
    std::string from, display, view, looks, context;
    ColorDirection direction = ColorDirection::Forward;
};

Result<ColorProcessor> make(const Params& p, const OpContext& c, const ColorConfig& config)
{
    std::string display = p.display, view = p.view;
    if (display.empty()) {
        if (config.displays().empty())
            return Error{ErrorKind::NotFound, "the colour configuration " + config.source() + " has no displays",
                         "choose a colour space instead, or a configuration with displays"};
        display = config.displays().front().name;
    }
    for (const ColorDisplay& d : config.displays())
        if (view.empty() && d.name == display && !d.views.empty()) view = d.views.front();
    TESSERA_TRY(variables, parse_color_context(p.context));
    return config.display(space_or_working(c, p.from), display, view, p.direction, p.looks, variables);
}

Result<ColorProcessor> processor(const Params& p, const OpContext& c)
{
    const Key what = Hasher()
                         .add("display")
                         .add(space_or_working(c, p.from))
                         .add(p.display)
                         .add(p.view)
                         .add(p.looks)
                         .add(p.context)
                         .add(p.direction)
                         .key();
    return cached_processor(c, what, [&](const ColorConfig& config) { return make(p, c, config); });
}

bool changes_nothing(const Params& p, const OpContext& c)
{
    const auto made = processor(p, c);
    return made && made->identity();
}

const Register ocio_display =
    Op<Params>("ocio_display")
        .label("OCIODisplay")
        .menu("Color")
        .internal()
        .help("From a colour space to a view of a display, by the project's OpenColorIO configuration.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&Params::from, "from", {.label = "From", .help = "Colour space of the input; empty: the working space."})
        .param(&Params::display, "display", {.label = "Display", .help = "Empty: the configuration's default display."})
        .param(&Params::view, "view", {.label = "View", .help = "Empty: the display's default view."})
        .param(&Params::looks, "looks",
               {.label = "Looks", .help = "As OpenColorIO writes them: +grade, -neutral. Empty: the view's own."})
        .param(&Params::context, "context",
               {.label = "Context", .help = "Values of the configuration's variables: SHOT=sc01 SEQ=a."})
        .param(&Params::direction, "direction",
               {.label = "Direction",
                .help = "Inverse: from the display's view back to the colour space.",
                .choices = {"forward", "inverse"}})
        .identity(changes_nothing)
        .dynamic_pixel(
            [](const Params& p, const OpContext& c) -> Result<KernelPtr> {
                TESSERA_TRY(made, processor(p, c));
                return color_kernel(made);
            },
            [](const Params&, const OpContext&, Block&) {})
        .table([](const Params& p, const OpContext& c) -> Result<TablePtr> {
            TESSERA_TRY(made, processor(p, c));
            return color_table(made);
        });

} // namespace
} // namespace tessera
