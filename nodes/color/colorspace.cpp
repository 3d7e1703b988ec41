#include "core/op/op.h"
#include "nodes/color/ocio.h"

namespace tessera {
namespace {

struct Params {
    std::string from, to, context;
};

Result<ColorProcessor> processor(const Params& p, const OpContext& c)
{
    const std::string from = space_or_working(c, p.from), to = space_or_working(c, p.to);
    const Key what = Hasher().add("convert").add(from).add(to).add(p.context).key();
    return cached_processor(c, what, [&](const ColorConfig& config) -> Result<ColorProcessor> {
        TESSERA_TRY(variables, parse_color_context(p.context));
        return config.convert(from, to, variables);
    });
}

bool changes_nothing(const Params& p, const OpContext& c)
{
    const auto made = processor(p, c);
    return made && made->identity(); // an error is reported by the hooks that can
}

const Register colorspace =
    Op<Params>("colorspace")
        .label("Colorspace")
        .menu("Color")
        .help("Converts from one colour space of the project's OpenColorIO configuration to another. Names may be "
              "roles (scene_linear) or aliases. Alpha is unchanged.")
        .in("in")
        .mask("rgb")
        .unpremult()
        .param(&Params::from, "from",
               {.label = "From", .help = "Colour space of the input; empty: the project's working space."})
        .param(&Params::to, "to", {.label = "To", .help = "Colour space to make; empty: the project's working space."})
        .param(&Params::context, "context",
               {.label = "Context", .help = "Values of the configuration's variables: SHOT=sc01 SEQ=a."})
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
