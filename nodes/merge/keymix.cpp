#include "core/op/op.h"
#include "nodes/merge/inputs.h"

namespace tessera {
namespace {

struct Params {
    BoxChoice bbox = BoxChoice::Union;
};

const Register keymix =
    Op<Params>("keymix")
        .label("KeyMix")
        .menu("Merge")
        .help("out = A * k + B * (1 - k), k = mask * mix: A inside the mask, B outside. Use it instead of giving "
              "several nodes in a row the same mask, which would apply its soft edges again and again. Source: KeyMix "
              "of Nuke and Natron.")
        .optional_in("B")
        .optional_in("A")
        .mask("all")
        .param(&Params::bbox, "bbox", {.label = "Set bbox to", .help = box_help, .choices = box_choices})
        .info([](const Params& p, const OpContext& c) -> Result<ImageInfo> {
            const ImageInfo* b = c.connected(0) ? c.inputs[0] : nullptr;
            const ImageInfo* a = c.connected(1) ? c.inputs[1] : nullptr;
            if (!a && !b) return ImageInfo{.format = c.project_format, .frames_per_second = c.frames_per_second};
            ImageInfo out = b ? *b : *a;
            std::vector<const ImageInfo*> as;
            if (a) {
                as.push_back(a);
                add_layers(out, *a, {});
                add_range(out, *a);
            }
            out.data_window = combined_window(p.bbox, b, as);
            return out;
        })
        .identity([](const Params&, const OpContext& c) { return !c.connected(1); })
        .pixel("merge/keymix", [](const Params&, const OpContext&, Block&) {}); // the mask and mix are the engine's

} // namespace
} // namespace tessera
