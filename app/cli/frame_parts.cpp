// What of a frame goes into a file: which layers, which part of the window, and the key of it all.
#include "app/cli/render_run.h"
#include "app/cli/text.h"
#include "core/op/description.h"

namespace tessera {

Result<std::vector<FramePart>> frame_parts(Engine& engine, const ProjectPtr& project, const RenderTarget& target,
                                           int frame, ImageInfo& info)
{
    constexpr int64_t most_pixels = int64_t(1) << 28; // 16384 x 16384; our own readers take no more either
    std::vector<FramePart> parts;
    for (const std::string& view : target.views) {
        const FramePart main{view, {std::string(main_layer), {}, false}, {}};
        Request request = part_request(project, target, frame, main, 0);
        request.region.reset();
        TESSERA_TRY(of_view, engine.info(request));
        TESSERA_TRY(layers, chosen_layers(of_view, target.channels, target.data_layers));
        Rect region = target.whole_window ? of_view.data_window : of_view.format.window();
        if (region.empty()) region = {0, 0, 1, 1}; // a file has to have a pixel
        if (region.pixels() > most_pixels)
            return Error{ErrorKind::OutOfMemory,
                         "its data window is " + std::to_string(region.width()) + " x " +
                             std::to_string(region.height()) + " pixels, more than a file can hold",
                         "put a Crop before the writer"};
        for (Layer& layer : layers) parts.push_back({view, std::move(layer), region});
        if (view == target.views.front()) info = std::move(of_view);
    }
    return parts;
}

Key frame_key(const std::vector<FramePart>& parts, const std::vector<Key>& keys, const Key& encoding, int level)
{
    Hasher h;
    h.add("tessera frame").add(encoding).add(level).add(parts.size());
    for (size_t i = 0; i < parts.size(); ++i) {
        const auto& [view, layer, region] = parts[i];
        h.add(view).add(layer.name).add(layer.channels.size());
        for (const std::string& channel : layer.channels) h.add(channel);
        h.add(region.x0).add(region.y0).add(region.x1).add(region.y1).add(keys[i]);
    }
    return h.key();
}

Result<Key> expected_key(Engine& engine, const ProjectPtr& project, const RenderTarget& target, int frame, int level)
{
    ImageInfo info;
    TESSERA_TRY(parts, frame_parts(engine, project, target, frame, info));
    std::vector<Key> keys;
    for (const FramePart& part : parts) {
        TESSERA_TRY(key, engine.key(part_request(project, target, frame, part, level)));
        keys.push_back(key);
    }
    return frame_key(parts, keys, target.output->encoding(), level);
}

Result<std::vector<Layer>> chosen_layers(const ImageInfo& info, std::string_view selection, bool with_data)
{
    std::vector<Layer> chosen;
    std::vector<std::string> names;
    for (const Layer& layer : info.layers) {
        names.push_back(layer.name);
        Layer kept = layer;
        if (selection == "all" || selection.empty()) {
            if (with_data || layer.name == main_layer) chosen.push_back(std::move(kept));
            continue;
        }
        const auto slots = selected_channels(selection, layer);
        std::erase_if(kept.channels, [&](const std::string& channel) {
            const int slot = channel_slot(layer, channel);
            return slot < 0 || !slots[size_t(slot)];
        });
        if (!kept.channels.empty()) chosen.push_back(std::move(kept));
    }
    if (!chosen.empty()) return chosen;
    if (names.empty()) return Error{ErrorKind::NotFound, "there is no image to write", "connect its input"};
    return Error{ErrorKind::NotFound, "no layer matches '" + std::string(selection) + "'",
                 "the image has " + quoted_list(names)};
}

Request part_request(const ProjectPtr& project, const RenderTarget& target, int frame, const FramePart& part, int level)
{
    Request request;
    request.project = project;
    request.graph = target.graph;
    request.node = target.node;
    request.frame = frame;
    request.view = part.view;
    request.layer = part.layer.name;
    request.region = part.region;
    request.level = level;
    request.as_output = true;
    request.priority = Priority::Render;
    return request;
}

} // namespace tessera
