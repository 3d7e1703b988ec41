#pragma once
// What a ColorConfig holds; shared by the sources of this folder.
#include "core/color/config.h"
#include <functional>
#include <map>
#include <mutex>

namespace tessera {

struct ColorConfig::State {
    std::shared_ptr<const void> ocio; ///< an OCIO::ConstConfigRcPtr
    std::string source;
    Key key;
    std::vector<ColorSpaceInfo> spaces;
    std::vector<ColorRole> roles;
    std::vector<ColorDisplay> displays;
    std::vector<std::string> looks, named_transforms;

    /// Processors by what was asked for: making one takes milliseconds, and every plan asks for the same few.
    mutable std::mutex mutex;
    mutable std::map<Key, ColorProcessor> processors;

    /// The processor kept under `request`, or what `make` returns, which is then kept.
    Result<ColorProcessor> kept(const Key& request, const std::function<Result<ColorProcessor>()>& make) const;
};

} // namespace tessera
