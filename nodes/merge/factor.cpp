#include "nodes/merge/factor.h"

namespace tessera {

Result<Factor> factor_of(const FactorParams& p, const OpContext& c)
{
    static const char* names[4][2] = {{"red", "R"}, {"green", "G"}, {"blue", "B"}, {"alpha", "A"}};
    const size_t dot = p.multiply_by.rfind('.');
    const std::string layer = dot == std::string::npos ? std::string(main_layer) : p.multiply_by.substr(0, dot);
    const std::string channel = dot == std::string::npos ? p.multiply_by : p.multiply_by.substr(dot + 1);
    for (int slot = 0; slot < 4; ++slot)
        if (layer == main_layer && (channel == names[slot][0] || channel == names[slot][1])) return Factor{layer, slot};
    const Layer* found = c.connected(0) ? c.inputs[0]->layer(layer) : nullptr;
    const int slot = found ? channel_slot(*found, channel) : -1;
    if (slot >= 0) return Factor{layer, slot};
    return Error{ErrorKind::NotFound, "the input has no channel \"" + p.multiply_by + "\" to multiply or divide by",
                 "choose alpha, red, green, blue or a LAYER.CHANNEL of the input"};
}

Result<std::vector<Need>> factor_needs(const FactorParams& p, const OpContext& c)
{
    TESSERA_TRY(f, factor_of(p, c));
    return std::vector<Need>{{0, c.frame, std::string(c.layer)}, {0, c.frame, f.layer}};
}

void put_factor(const FactorParams& p, const OpContext& c, Block& u)
{
    const auto f = factor_of(p, c);
    const Factor factor = f ? *f : Factor{}; // an error has already come from `needs`
    u.put("slot", factor.slot);
    u.put("keep", factor.layer == c.layer ? factor.slot : -1);
    u.put("invert", p.invert);
}

Result<ImageInfo> factor_info(const FactorParams& p, const OpContext& c, AlphaState after)
{
    if (!c.connected(0)) return ImageInfo{.format = c.project_format, .frames_per_second = c.frames_per_second};
    TESSERA_TRY(f, factor_of(p, c));
    ImageInfo info = *c.inputs[0];
    if (f.layer == main_layer && f.slot == 3 && !p.invert && info.alpha != AlphaState::Opaque) info.alpha = after;
    return info;
}

} // namespace tessera
