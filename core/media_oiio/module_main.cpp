// The one name that tessera-media-oiio.so shows to the outside.
#include "core/media_oiio/oiio_module.h"

extern "C" [[gnu::visibility("default")]] const tessera::OiioModule* tessera_media_oiio(uint64_t stamp)
{
    static constexpr tessera::OiioModule module{tessera::write_with_oiio};
    return stamp == tessera::media_module_stamp() ? &module : nullptr;
}
