#include "nodes/io/format_choice.h"

namespace tessera {
namespace {

struct Params : FormatParams {
    Color color{0, 0, 0, 1};
    std::string channels = "rgba";
};

/// Full names of the channels a text names: rgba, rgb, alpha, red, LAYER (its R, G, B and A) or LAYER.CHANNEL.
std::vector<std::string> channel_names(std::string_view text)
{
    static const std::pair<std::string_view, std::vector<std::string>> words[] = {{"all", {"R", "G", "B", "A"}},
                                                                                  {"rgba", {"R", "G", "B", "A"}},
                                                                                  {"rgb", {"R", "G", "B"}},
                                                                                  {"alpha", {"A"}},
                                                                                  {"red", {"R"}},
                                                                                  {"green", {"G"}},
                                                                                  {"blue", {"B"}},
                                                                                  {"none", {}},
                                                                                  {"rgba.red", {"R"}},
                                                                                  {"rgba.green", {"G"}},
                                                                                  {"rgba.blue", {"B"}},
                                                                                  {"rgba.alpha", {"A"}},
                                                                                  {"depth", {"depth.Z"}}};
    std::vector<std::string> names;
    const auto add = [&](std::string name) {
        if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(std::move(name));
    };
    size_t at = 0;
    while (at < text.size()) {
        size_t end = text.find_first_of(" ,\t\n", at);
        if (end == std::string_view::npos) end = text.size();
        const std::string_view item = text.substr(at, end - at);
        at = end + 1;
        if (item.empty()) continue;
        const auto* word =
            std::find_if(std::begin(words), std::end(words), [&](const auto& w) { return w.first == item; });
        if (word != std::end(words)) {
            for (const std::string& n : word->second) add(n);
        } else if (item.find('.') != std::string_view::npos) {
            add(std::string(item));
        } else {
            for (const char* c : {".R", ".G", ".B", ".A"}) add(std::string(item) + c);
        }
    }
    return names;
}

Result<ImageInfo> info(const Params& p, const OpContext& c)
{
    ImageInfo i{.format = chosen_format(p, c)};
    i.data_window = i.format.window();
    i.layers = layers_from_channels(channel_names(p.channels));
    i.frames_per_second = c.frames_per_second;
    return i;
}

/// The colour in the slots that the layer has.
Vec4 color_of(const Params& p, const OpContext& c)
{
    const Layer* layer = c.output->layer(c.layer);
    double v[4] = {};
    const double color[4] = {p.color.r, p.color.g, p.color.b, p.color.a};
    if (layer)
        for (const std::string& channel : layer->channels)
            if (const int slot = channel_slot(*layer, channel); slot >= 0) v[slot] = color[slot];
    return {v[0], v[1], v[2], v[3]};
}

Op<Params> declared()
{
    Op<Params> op("constant");
    op.label("Constant")
        .menu("Image")
        .help("One colour everywhere in the format. Alpha is not multiplied into the colour: the values are stored as "
              "given.")
        .param(&Params::color, "color",
               {.label = "Color", .min = 0, .max = 1, .help = "Scene-linear; stored as it is."})
        .param(&Params::channels, "channels",
               {.label = "Channels",
                .help = "Channels to make: rgba, rgb, alpha, depth, a layer (its R, G, B and A), or LAYER.CHANNEL, "
                        "separated by blanks. A layer's channels take the colour's components in order."});
    add_format(op).info(info).pixel(
        "io/constant", [](const Params& p, const OpContext& c, Block& u) { u.put("color", color_of(p, c)); });
    return op;
}

const Register registered = declared();

} // namespace
} // namespace tessera
