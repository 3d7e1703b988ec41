#pragma once
// The colour spaces of files, and the layers that colour transforms of whole images apply to.
#include "core/op/description.h"
#include <string>
#include <vector>

namespace tessera {

/// A layer that colour transforms apply to: the main layer, or one with red, green and blue that is not data.
bool color_layer(const Layer& layer);

/// The colour space of a file: `name`, or by the configuration's rules for file names when it is "default".
Result<std::string> file_space(const OpContext& context, const std::string& name, const std::string& file);

/// "rgb" and the names of the other layers of colour: what a colour transform of a whole image is applied to.
std::string color_channels(const std::vector<Layer>& layers);

} // namespace tessera
