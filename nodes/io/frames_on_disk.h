#pragma once
// Which frames of a sequence exist, asked for at every evaluation of a Read: the folder is listed again only when it
// has changed.
#include "core/media/sequence.h"

namespace tessera {

/// The frames of `pattern`. A folder's listing is kept until the folder's time of change or `reload` differs.
Result<SequenceRange> frames_on_disk(const std::string& pattern, int reload);

} // namespace tessera
