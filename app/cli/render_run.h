#pragma once
// Renders frames of writers: a few requests ahead in the engine, finished frames encoded on threads of their own, in
// the order of the frames where a file needs it, and never more frames in memory than a budget allows.
#include "app/cli/output.h"
#include "app/cli/progress.h"
#include "core/eval/engine.h"

namespace tessera {

/// One writer and what is wanted of it.
struct RenderTarget {
    std::string writer; ///< path of the node
    GraphId graph = 0;
    NodeId node = 0;
    std::string channels;      ///< the writer's selection of layers and channels
    bool data_layers = false;  ///< "all" means layers of data too, and any number of layers (EXR)
    bool whole_window = false; ///< write the data window; false: the display window
    std::vector<std::string> views{"main"};
    std::vector<int> frames; ///< sorted
    int order = 0;           ///< targets with a lower one are finished first
    std::unique_ptr<Output> output;
};

struct RunOptions {
    int encoders = 2;        ///< threads that write files
    bool keep_going = false; ///< go on after a frame has failed
    bool skip_done = false;  ///< leave out frames that are up to date
    bool profile = false;    ///< gather the times of nodes
    int level = 0;
    uint64_t pending_bytes = 2ull << 30; ///< of pixels on their way from the engine to the files; one frame always goes
};

/// Renders until done, failed or interrupted, and says so to the reporter. The summary's `failed`, `missing` and
/// `interrupted` tell whether everything was written. Errors are those that no frame could escape (a folder that cannot
/// be written); nothing has been rendered then.
Result<RenderSummary> run_render(Engine& engine, ProjectPtr project, std::vector<RenderTarget> targets,
                                 const RunOptions& options, Reporter& reporter);

/// What goes into a file for one frame: every chosen layer of every view, with the part of it that is written.
struct FramePart {
    std::string view;
    Layer layer;
    Rect region; ///< full-resolution pixels
};
/// Errors: NotFound (nothing matches the writer's channels), OutOfMemory (a data window without bounds).
Result<std::vector<FramePart>> frame_parts(Engine& engine, const ProjectPtr& project, const RenderTarget& target,
                                           int frame, ImageInfo& info);
/// The key that a file carries: of each part's content, its region, and how it is written.
Key frame_key(const std::vector<FramePart>& parts, const std::vector<Key>& keys, const Key& encoding, int level);
/// The same before anything is rendered.
Result<Key> expected_key(Engine& engine, const ProjectPtr& project, const RenderTarget& target, int frame, int level);

/// The layers that the selection asks for among those of an image, in their order: "all", "rgb", "rgba", "alpha", or
/// names of layers (with wildcards) separated by blanks or commas. Of a layer, the channels that were not chosen are
/// left out. `with_data`: "all" means layers of data too; without, it means the main layer. NotFound, with the layers
/// there are, when nothing is left.
Result<std::vector<Layer>> chosen_layers(const ImageInfo& info, std::string_view selection, bool with_data);

/// The request for one part.
Request part_request(const ProjectPtr& project, const RenderTarget& target, int frame, const FramePart& part,
                     int level);

} // namespace tessera
