#include "core/base/image.h"
#include <algorithm>
#include <map>

namespace tessera {

namespace {

/// The slot a channel of this name belongs to by convention; -1 when any free one will do.
int preferred_slot(std::string_view channel)
{
    static constexpr std::string_view names[4][5] = {{"R", "r", "red", "x", "X"},
                                                     {"G", "g", "green", "y", "Y"},
                                                     {"B", "b", "blue", "z", "Z"},
                                                     {"A", "a", "alpha", "w", "W"}};
    for (int slot = 0; slot < 4; ++slot)
        for (std::string_view n : names[slot])
            if (n == channel) return slot;
    if (channel == "u" || channel == "U") return 0;
    if (channel == "v" || channel == "V") return 1;
    return -1;
}

/// Slot of every channel of a layer: conventional places where they are free and not contested, then the rest in order.
/// A layer whose channels do not start at slot 0 (a lone "Z") is packed from 0.
std::array<int, 4> slots_of(const std::vector<std::string>& channels)
{
    std::array<int, 4> slots{-1, -1, -1, -1};
    std::array<bool, 4> taken{};
    const size_t count = std::min<size_t>(channels.size(), 4);
    const bool packed = std::none_of(channels.begin(), channels.begin() + std::ptrdiff_t(count),
                                     [](const auto& c) { return preferred_slot(c) == 0 || preferred_slot(c) == 3; });
    if (!packed)
        for (size_t i = 0; i < count; ++i)
            if (const int s = preferred_slot(channels[i]); s >= 0 && !taken[size_t(s)])
                slots[i] = s, taken[size_t(s)] = true;
    for (size_t i = 0; i < count; ++i) {
        if (slots[i] >= 0) continue;
        const int s = int(std::find(taken.begin(), taken.end(), false) - taken.begin());
        slots[i] = s, taken[size_t(s)] = true;
    }
    return slots;
}

std::string root_layer(const std::string& channel)
{
    if (channel == "R" || channel == "G" || channel == "B" || channel == "A" || channel == "r" || channel == "g" ||
        channel == "b" || channel == "a" || channel == "red" || channel == "green" || channel == "blue" ||
        channel == "alpha")
        return std::string(main_layer);
    if (channel == "Z" || channel == "ZBack") return "depth";
    return channel;
}

bool data_layer(std::string_view name)
{
    return name == "depth" || name.starts_with("crypto") || name.starts_with("Crypto") || name.starts_with("uCrypto");
}

} // namespace

int channel_slot(const Layer& layer, std::string_view channel)
{
    const auto slots = slots_of(layer.channels);
    for (size_t i = 0; i < layer.channels.size() && i < 4; ++i)
        if (layer.channels[i] == channel) return slots[i];
    return -1;
}

std::vector<Layer> layers_from_channels(const std::vector<std::string>& names)
{
    std::vector<Layer> layers;
    std::map<std::string, std::vector<std::string>> members;
    std::vector<std::string> order;
    for (const std::string& full : names) {
        const size_t dot = full.rfind('.');
        std::string layer = dot == std::string::npos ? root_layer(full) : full.substr(0, dot);
        std::string channel = dot == std::string::npos ? full : full.substr(dot + 1);
        auto& list = members[layer];
        if (list.empty()) order.push_back(layer);
        list.push_back(std::move(channel));
    }
    std::stable_partition(order.begin(), order.end(), [](const std::string& n) { return n == main_layer; });
    for (const std::string& name : order) {
        auto& list = members[name];
        std::stable_sort(list.begin(), list.end(), [](const std::string& a, const std::string& b) {
            const auto rank = [](int s) { return s < 0 ? 4 : s; };
            return rank(preferred_slot(a)) < rank(preferred_slot(b));
        });
        for (size_t first = 0, part = 1; first < list.size(); first += 4, ++part) {
            Layer l{part == 1 ? name : name + "#" + std::to_string(part), {}, data_layer(name)};
            for (size_t i = first; i < std::min(first + 4, list.size()); ++i) l.channels.push_back(list[i]);
            layers.push_back(std::move(l));
        }
    }
    return layers;
}

const Metadatum* find_metadata(const Metadata& metadata, std::string_view name)
{
    const auto it = std::find_if(metadata.begin(), metadata.end(), [&](const auto& m) { return m.name == name; });
    return it == metadata.end() ? nullptr : &*it;
}

const Layer* ImageInfo::layer(std::string_view name) const
{
    const auto it = std::find_if(layers.begin(), layers.end(), [&](const Layer& l) { return l.name == name; });
    return it == layers.end() ? nullptr : &*it;
}

} // namespace tessera
