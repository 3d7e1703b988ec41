#include "nodes/merge/inputs.h"
#include <algorithm>

namespace tessera {

void add_layers(ImageInfo& to, const ImageInfo& from, const std::function<bool(const Layer&)>& data)
{
    for (const Layer& layer : from.layers) {
        const auto it =
            std::find_if(to.layers.begin(), to.layers.end(), [&](const Layer& l) { return l.name == layer.name; });
        if (layer.data && (it != to.layers.end() || !data || !data(layer))) continue;
        if (it == to.layers.end()) {
            if (layer.name == main_layer)
                to.layers.insert(to.layers.begin(), layer);
            else
                to.layers.push_back(layer);
            continue;
        }
        std::vector<std::string> full;
        for (const std::string& c : it->channels) full.push_back(it->name + "." + c);
        for (const std::string& c : layer.channels)
            if (channel_slot(*it, c) < 0) full.push_back(it->name + "." + c);
        if (full.size() == it->channels.size() || full.size() > 4) continue;
        // A channel must keep its slot: pixels are already there.
        const Layer wider = layers_from_channels(full).front();
        const bool kept = std::all_of(it->channels.begin(), it->channels.end(), [&](const std::string& c) {
            return channel_slot(wider, c) == channel_slot(*it, c);
        });
        const bool fits = std::all_of(layer.channels.begin(), layer.channels.end(), [&](const std::string& c) {
            return channel_slot(wider, c) == channel_slot(layer, c);
        });
        if (kept && fits) it->channels = wider.channels;
    }
}

Rect combined_window(BoxChoice choice, const ImageInfo* b, const std::vector<const ImageInfo*>& as)
{
    Rect a;
    for (const ImageInfo* info : as) a = united(a, info->data_window);
    const Rect main = b ? b->data_window : Rect{};
    switch (choice) {
    case BoxChoice::Union: return united(a, main);
    case BoxChoice::Intersection: {
        if (as.empty()) return main;
        Rect common = b ? main : as.front()->data_window;
        for (const ImageInfo* info : as) common = intersected(common, info->data_window);
        return common;
    }
    case BoxChoice::A: return as.empty() ? main : a;
    case BoxChoice::B: return b ? main : a;
    }
    return {};
}

void add_range(ImageInfo& to, const ImageInfo& from)
{
    to.first_frame = std::min(to.first_frame, from.first_frame);
    to.last_frame = std::max(to.last_frame, from.last_frame);
}

int last_connected(const OpContext& context, int count)
{
    for (int i = count - 1; i >= 0; --i)
        if (context.connected(size_t(i))) return i;
    return -1;
}

bool has_alpha(const Layer& layer)
{
    for (const char* name : {"A", "a", "alpha"})
        if (channel_slot(layer, name) == 3) return true;
    return false;
}

} // namespace tessera
