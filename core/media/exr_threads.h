#pragma once

namespace tessera {

/// What to give OpenEXR's files as their number of threads for `asked` (0: all cores; 1: no concurrency). Starts the
/// library's own pool, one thread a core, the first time.
int exr_threads(int asked);

} // namespace tessera
