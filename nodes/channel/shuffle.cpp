// Shuffle: two layers in, two layers out, wired channel by channel, and any further wires as text. The wiring is the
// kernel's text (it costs nothing at run time); constants are in the block.
#include "core/op/op.h"
#include "nodes/channel/routing.h"

namespace tessera {
namespace {

enum class From { B, A };
enum Wiring { In1Red, In1Green, In1Blue, In1Alpha, In2Red, In2Green, In2Blue, In2Alpha, Black, White, Unwired };
const std::vector<const char*> wiring_choices{"in1.red",  "in1.green", "in1.blue", "in1.alpha", "in2.red", "in2.green",
                                              "in2.blue", "in2.alpha", "black",    "white",     "unwired"};

struct Params {
    std::string in1 = "rgba", in2 = "none", out1 = "rgba", out2 = "none";
    From in1_from = From::B, in2_from = From::A;
    int red1 = In1Red, green1 = In1Green, blue1 = In1Blue, alpha1 = In1Alpha;
    int red2 = In2Red, green2 = In2Green, blue2 = In2Blue, alpha2 = In2Alpha;
    std::string mapping;
};

constexpr const char* color_words[4] = {"red", "green", "blue", "alpha"};

/// The wires of one of the two patch panels.
Status add_panel(const Params& p, const std::string& layer, const std::array<int, 4>& wiring, std::vector<Wire>& wires)
{
    if (layer.empty() || layer == "none") return {};
    for (size_t slot = 0; slot < 4; ++slot) {
        const int from = wiring[slot];
        if (from == Unwired) continue;
        Wire w{layer, color_words[slot]};
        if (from == White) w.value = 1;
        if (from < Black) {
            const bool second = from >= In2Red;
            w.kind = ChannelRoute::Kind::Channel;
            w.layer = second ? p.in2 : p.in1;
            w.port = int(second ? p.in2_from : p.in1_from);
            w.channel = color_words[from % 4];
            if (w.layer.empty() || w.layer == "none") // no layer behind this socket: black
                w.kind = ChannelRoute::Kind::Constant;
        }
        wires.push_back(std::move(w));
    }
    return {};
}

Result<Routing> routing(const Params& p, const OpContext& c)
{
    std::vector<Wire> wires;
    TESSERA_CHECK(add_panel(p, p.out1, {p.red1, p.green1, p.blue1, p.alpha1}, wires));
    TESSERA_CHECK(add_panel(p, p.out2, {p.red2, p.green2, p.blue2, p.alpha2}, wires));
    TESSERA_TRY(more, parse_wires(p.mapping));
    wires.insert(wires.end(), more.begin(), more.end());
    return routed(wires, c);
}

/// The four sources of the layer being made; B's own where nothing leads to it.
std::array<ChannelRoute, 4> sources(const Params& p, const OpContext& c)
{
    std::array<ChannelRoute, 4> slots;
    for (int slot = 0; slot < 4; ++slot)
        slots[size_t(slot)] = {ChannelRoute::Kind::Channel, 0, 0, std::string(c.layer), slot};
    const auto r = routing(p, c);
    if (!r) return slots; // `info` has reported it
    const auto it = r->routes.find(std::string(c.layer));
    return it == r->routes.end() ? slots : it->second;
}

/// The images the kernel reads, each once: port and layer.
std::vector<std::pair<int, std::string>> images(const std::array<ChannelRoute, 4>& slots)
{
    std::vector<std::pair<int, std::string>> out;
    for (const ChannelRoute& s : slots) {
        if (s.kind == ChannelRoute::Kind::Constant) continue;
        const std::pair<int, std::string> image{s.port, s.layer};
        if (std::find(out.begin(), out.end(), image) == out.end()) out.push_back(image);
    }
    return out;
}

bool identity(const Params& p, const OpContext& c)
{
    const Layer* before = c.connected(0) ? c.inputs[0]->layer(c.layer) : nullptr;
    const Layer* after = c.output->layer(c.layer);
    if (!before || !after || !(*before == *after)) return false;
    const auto slots = sources(p, c);
    for (const std::string& channel : after->channels) {
        const int slot = channel_slot(*after, channel);
        if (!(slots[size_t(slot)] == ChannelRoute{ChannelRoute::Kind::Channel, 0, 0, std::string(c.layer), slot}))
            return false;
    }
    return true;
}

Result<KernelPtr> kernel(const Params& p, const OpContext& c)
{
    const auto slots = sources(p, c);
    const auto reads = images(slots);
    std::string name = "shuffle_", values, arguments;
    for (size_t slot = 0; slot < 4; ++slot) {
        const ChannelRoute& s = slots[slot];
        if (slot) values += ", ";
        if (s.kind == ChannelRoute::Kind::Constant) {
            values += std::string("u.constants.") + "rgba"[slot];
            name += 'k';
            continue;
        }
        const auto at = std::find(reads.begin(), reads.end(), std::pair{s.port, s.layer}) - reads.begin();
        values += "c" + std::to_string(at) + "." + "rgba"[s.slot];
        name += std::to_string(at) + "rgba"[s.slot];
    }
    for (size_t i = 0; i < reads.size(); ++i) arguments += "vec4 c" + std::to_string(i) + ", ";
    return make_kernel(name, KernelForm::Pixel,
                       "vec4 " + name + "(" + arguments + name + "_u u, Px px) { return vec4(" + values + "); }\n",
                       int(reads.size()));
}

Result<ImageInfo> info(const Params& p, const OpContext& c)
{
    TESSERA_TRY(r, routing(p, c));
    ImageInfo out{.format = c.project_format, .frames_per_second = c.frames_per_second};
    if (c.connected(0))
        out = *c.inputs[0];
    else if (c.connected(1))
        out = *c.inputs[1];
    if (r.uses_a) {
        const ImageInfo& a = *c.inputs[1];
        out.data_window = united(out.data_window, a.data_window);
        out.first_frame = std::min(out.first_frame, a.first_frame);
        out.last_frame = std::max(out.last_frame, a.last_frame);
    }
    out.layers = r.layers;
    return out;
}

ParamUi wiring_ui(const char* label, const char* help)
{
    return {.label = label, .help = help, .choices = wiring_choices};
}

const Register shuffle =
    Op<Params>("shuffle")
        .label("Shuffle")
        .menu("Channel")
        .help("Makes channels of other channels. Two patch panels wire the layers in1 and in2 to the layers out1 and "
              "out2; further wires, of any layers, can be written as text and win over the panels. A layer that does "
              "not exist yet is added; layers no wire leads to are B's. Constants fill the data window.")
        .optional_in("B")
        .optional_in("A")
        .param(&Params::in1, "in1",
               {.label = "In 1",
                .help = "Layer behind the sockets in1.red to in1.alpha; none: black.",
                .group = "Panel 1"})
        .param(
            &Params::in1_from, "in1_from",
            {.label = "In 1 from", .help = "Input that in1 is a layer of.", .choices = {"b", "a"}, .group = "Panel 1"})
        .param(&Params::out1, "out1",
               {.label = "Out 1", .help = "Layer the first panel makes; none: the panel is off.", .group = "Panel 1"})
        .param(&Params::red1, "red1", wiring_ui("Red 1", "What the red channel of out1 is wired to."))
        .param(&Params::green1, "green1", wiring_ui("Green 1", "What the green channel of out1 is wired to."))
        .param(&Params::blue1, "blue1", wiring_ui("Blue 1", "What the blue channel of out1 is wired to."))
        .param(&Params::alpha1, "alpha1", wiring_ui("Alpha 1", "What the alpha channel of out1 is wired to."))
        .param(&Params::in2, "in2",
               {.label = "In 2",
                .help = "Layer behind the sockets in2.red to in2.alpha; none: black.",
                .group = "Panel 2"})
        .param(
            &Params::in2_from, "in2_from",
            {.label = "In 2 from", .help = "Input that in2 is a layer of.", .choices = {"b", "a"}, .group = "Panel 2"})
        .param(&Params::out2, "out2",
               {.label = "Out 2", .help = "Layer the second panel makes; none: the panel is off.", .group = "Panel 2"})
        .param(&Params::red2, "red2", wiring_ui("Red 2", "What the red channel of out2 is wired to."))
        .param(&Params::green2, "green2", wiring_ui("Green 2", "What the green channel of out2 is wired to."))
        .param(&Params::blue2, "blue2", wiring_ui("Blue 2", "What the blue channel of out2 is wired to."))
        .param(&Params::alpha2, "alpha2", wiring_ui("Alpha 2", "What the alpha channel of out2 is wired to."))
        .param(&Params::mapping, "mapping",
               {.label = "Further wires",
                .help = "TO=FROM, separated by blanks: rgba.red=A.rgba.green depth.Z=rgba.alpha rgba.alpha=1. FROM is "
                        "a LAYER.CHANNEL with A. or B. in front for the input (B when left out), or a number."})
        .info(info)
        .identity(identity)
        .needs([](const Params& p, const OpContext& c) -> Result<std::vector<Need>> {
            std::vector<Need> out;
            for (const auto& [port, layer] : images(sources(p, c))) out.push_back({port, c.frame, layer});
            return out;
        })
        .dynamic_pixel(kernel, [](const Params& p, const OpContext& c, Block& u) {
            const auto slots = sources(p, c);
            u.put("constants", Vec4{slots[0].value, slots[1].value, slots[2].value, slots[3].value});
        });

} // namespace
} // namespace tessera
