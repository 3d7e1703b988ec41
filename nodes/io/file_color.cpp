#include "nodes/io/file_color.h"
#include "nodes/color/ocio.h"

namespace tessera {

bool color_layer(const Layer& layer)
{
    if (layer.data) return false;
    if (layer.name == main_layer) return true;
    const auto any = [&](std::initializer_list<const char*> names) {
        for (const char* n : names)
            if (channel_slot(layer, n) >= 0) return true;
        return false;
    };
    return any({"R", "r", "red"}) && any({"G", "g", "green"}) && any({"B", "b", "blue"});
}

std::string color_channels(const std::vector<Layer>& layers)
{
    std::string s = "rgb";
    for (const Layer& l : layers)
        if (l.name != main_layer && color_layer(l)) s += " " + l.name;
    return s;
}

Result<std::string> file_space(const OpContext& context, const std::string& name, const std::string& file)
{
    if (!name.empty() && name != "default") return name;
    TESSERA_TRY(config, config_for(context));
    TESSERA_TRY(path, expanded_path(context, file));
    return config.space_for_file(path);
}

} // namespace tessera
