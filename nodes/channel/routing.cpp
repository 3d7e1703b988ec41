#include "nodes/channel/routing.h"
#include <algorithm>
#include <charconv>
#include <cmath>

namespace tessera {

namespace {

constexpr std::string_view separators = " ,;\t\n\r";

Error bad_wire(std::string_view item, const std::string& why)
{
    return {ErrorKind::InvalidArgument, "the wire \"" + std::string(item) + "\" of the shuffle makes no sense: " + why,
            "write wires like rgba.red=A.rgba.green, depth.Z=rgba.alpha or rgba.alpha=1"};
}

std::pair<std::string, std::string> split_name(std::string_view text)
{
    const size_t dot = text.rfind('.');
    if (dot == std::string_view::npos) return {std::string(main_layer), std::string(text)};
    return {std::string(text.substr(0, dot)), std::string(text.substr(dot + 1))};
}

bool number(std::string_view text, double& value)
{
    const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
    return code == std::errc() && end == text.data() + text.size() && std::isfinite(value);
}

Result<Wire> parse_wire(std::string_view item)
{
    const size_t equals = item.find('=');
    if (equals == std::string_view::npos) return bad_wire(item, "there is no \"=\" in it");
    const std::string_view to = item.substr(0, equals);
    std::string_view from = item.substr(equals + 1);
    if (to.empty() || from.empty()) return bad_wire(item, "one side is empty");
    Wire w;
    std::tie(w.to_layer, w.to_channel) = split_name(to);
    if (w.to_layer.empty() || w.to_channel.empty()) return bad_wire(item, "a name is empty");
    if (number(from, w.value)) return w;
    w.kind = ChannelRoute::Kind::Channel;
    if ((from.starts_with("A.") || from.starts_with("B.")) && from.find('.', 2) != std::string_view::npos) {
        w.port = from[0] == 'A';
        from.remove_prefix(2);
    }
    std::tie(w.layer, w.channel) = split_name(from);
    if (w.layer.empty() || w.channel.empty()) return bad_wire(item, "a name is empty");
    return w;
}

/// Slot that red, green, blue and alpha, or the letters for them, stand for; -1 for any other name.
int slot_word(std::string_view name)
{
    static constexpr std::string_view words[4][5] = {{"red", "R", "r", "x", "u"},
                                                     {"green", "G", "g", "y", "v"},
                                                     {"blue", "B", "b", "z", ""},
                                                     {"alpha", "A", "a", "w", ""}};
    for (int slot = 0; slot < 4; ++slot)
        for (const std::string_view w : words[slot])
            if (!w.empty() && w == name) return slot;
    return -1;
}

/// The layer's own name of a channel that may have been called red, green, blue or alpha; empty when it has none.
std::string own_name(const Layer& layer, const std::string& name)
{
    if (channel_slot(layer, name) >= 0) return name;
    const int slot = slot_word(name);
    if (slot < 0) return {};
    for (const std::string& channel : layer.channels)
        if (channel_slot(layer, channel) == slot) return channel;
    return {};
}

Result<ChannelRoute> source_of(const Wire& w, const OpContext& c)
{
    if (w.kind == ChannelRoute::Kind::Constant) return ChannelRoute{.value = w.value};
    const char* input = w.port ? "A" : "B";
    if (!c.connected(size_t(w.port)))
        return Error{ErrorKind::NotFound,
                     std::string("the shuffle takes a channel from input ") + input + ", which is not connected",
                     "connect the input, or take the channel from the other one"};
    const ImageInfo& in = *c.inputs[size_t(w.port)];
    const Layer* layer = in.layer(w.layer);
    const std::string channel = layer ? own_name(*layer, w.channel) : std::string();
    if (!channel.empty())
        return ChannelRoute{ChannelRoute::Kind::Channel, 0, w.port, w.layer, channel_slot(*layer, channel)};
    if (w.layer == main_layer && slot_word(w.channel) >= 0) return ChannelRoute{};
    std::string has;
    for (const Layer& l : in.layers)
        for (const std::string& name : l.channels) has += (has.empty() ? "" : ", ") + l.name + "." + name;
    return Error{ErrorKind::NotFound,
                 std::string("input ") + input + " of the shuffle has no channel " + w.layer + "." + w.channel,
                 has.empty() ? "it has no channels at all" : "it has " + has};
}

/// The name under which a wire's channel is added to a layer.
std::string new_name(const std::string& typed)
{
    const int slot = slot_word(typed);
    static const char* names[4] = {"R", "G", "B", "A"};
    const bool word = typed == "red" || typed == "green" || typed == "blue" || typed == "alpha";
    return word && slot >= 0 ? names[slot] : typed;
}

/// What a layer of the result is made of, by channel name.
struct Building {
    Layer layer;
    std::map<std::string, ChannelRoute> channels;
};

Building begin(const std::string& name, const OpContext& c)
{
    Building b;
    const Layer* old = c.connected(0) ? c.inputs[0]->layer(name) : nullptr;
    if (old) {
        b.layer = *old;
        for (const std::string& channel : old->channels)
            b.channels[channel] = {ChannelRoute::Kind::Channel, 0, 0, name, channel_slot(*old, channel)};
    } else {
        b.layer.name = name;
    }
    return b;
}

/// Gives the layer its channels in their usual order, and marks it as data where its name says so.
void arrange(Layer& layer)
{
    std::vector<std::string> full;
    for (const std::string& channel : layer.channels)
        full.push_back(layer.name == main_layer ? channel : layer.name + "." + channel);
    const std::vector<Layer> made = layers_from_channels(full);
    if (made.size() == 1) layer.channels = made.front().channels, layer.data = layer.data || made.front().data;
}

} // namespace

Result<std::vector<Wire>> parse_wires(const std::string& text)
{
    std::vector<Wire> wires;
    size_t at = 0;
    while ((at = text.find_first_not_of(separators, at)) != std::string::npos) {
        const size_t end = std::min(text.find_first_of(separators, at), text.size());
        TESSERA_TRY(wire, parse_wire(std::string_view(text).substr(at, end - at)));
        wires.push_back(std::move(wire));
        at = end;
    }
    return wires;
}

Result<Routing> routed(const std::vector<Wire>& wires, const OpContext& c)
{
    std::map<std::string, Building> building;
    std::vector<std::string> order;
    Routing out;
    for (const Wire& w : wires) {
        TESSERA_TRY(source, source_of(w, c));
        if (!building.contains(w.to_layer)) {
            building[w.to_layer] = begin(w.to_layer, c);
            order.push_back(w.to_layer);
        }
        Building& b = building[w.to_layer];
        std::string channel = own_name(b.layer, w.to_channel);
        const bool nothing = source == ChannelRoute{} && w.kind == ChannelRoute::Kind::Channel;
        if (channel.empty() && nothing) continue; // an absent channel routed to an absent channel
        if (channel.empty()) {
            channel = new_name(w.to_channel);
            if (b.layer.channels.size() == 4)
                return Error{ErrorKind::InvalidArgument,
                             "the layer " + w.to_layer + " would get a fifth channel, " + channel,
                             "write to one of its own channels, or to another layer"};
            b.layer.channels.push_back(channel);
        }
        b.channels[channel] = source;
    }
    if (c.connected(0)) out.layers = c.inputs[0]->layers;
    for (const std::string& name : order) {
        Building& b = building[name];
        if (b.layer.channels.empty()) continue;
        arrange(b.layer);
        const auto it =
            std::find_if(out.layers.begin(), out.layers.end(), [&](const Layer& l) { return l.name == name; });
        if (it != out.layers.end())
            *it = b.layer;
        else if (name == main_layer)
            out.layers.insert(out.layers.begin(), b.layer);
        else
            out.layers.push_back(b.layer);
        auto& slots = out.routes[name];
        for (const auto& [channel, route] : b.channels) {
            slots[size_t(channel_slot(b.layer, channel))] = route;
            out.uses_a |= route.kind == ChannelRoute::Kind::Channel && route.port == 1;
        }
    }
    return out;
}

} // namespace tessera
