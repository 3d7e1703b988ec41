#pragma once
// The render queue on disk: what there was to render survives the application, however it ends.
#include "app/queue/render_job.h"

namespace tessera {

struct QueueState {
    std::vector<Job> jobs; ///< in their order
    bool held = false;     ///< nothing is begun
    int at_once = 1;       ///< jobs rendered side by side, 1 to most_at_once
};

inline constexpr int most_at_once = 16;
inline constexpr size_t most_jobs = 2000;

/// Text of the file. Running jobs are written as they are: who reads them finds that they were interrupted.
Result<std::string> queue_text(const QueueState& queue);
/// Reads it back: running and paused jobs become interrupted ones, frames that were being rendered wait. Errors: Damaged
/// for anything that is not such a file, with the place; nothing of it is used then. Names of copies never lead out of
/// the queue's folder.
Result<QueueState> queue_from_text(const std::string& text);

/// "17.tess".
std::string snapshot_name(JobId id);

} // namespace tessera
