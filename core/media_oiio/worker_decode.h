#pragma once
// The worker's side: answers one request with OpenImageIO. Runs only inside tessera-media-worker.
#include <cstddef>
#include <vector>

namespace tessera {

/// Prepares OpenImageIO for a process that decodes one file at a time. Call once.
void prepare_decoder();
/// The answer to `request`; pixels go to the shared memory `memory_fd`. Ordinary failures are answers too.
std::vector<std::byte> answer(const std::vector<std::byte>& request, int memory_fd);

} // namespace tessera
