#pragma once
// What is asked of the engine, and what it answers.
#include "core/base/image.h"
#include "core/doc/document.h"

namespace tessera {

enum class Priority { Background, Render, Viewer };

/// A request is a value: everything the answer depends on is in it.
struct Request {
    ProjectPtr project;
    GraphId graph = 0; ///< graph of the node; 0 is the root graph
    NodeId node = 0;
    double frame = 1;
    std::string view = "main";
    std::string layer{main_layer};
    std::optional<Rect> region; ///< full-resolution pixels; nothing: the format's window
    int level = 0;              ///< the answer is scaled by 2^-level
    /// Evaluate an output node (Write) as it writes: with its colour transform. False: what it passes on.
    bool as_output = false;
    bool cache_result = false;  ///< keep the answer's tiles (viewers do, renders do not)
    Priority priority = Priority::Render;
    /// Requests of one channel supersede each other: a newer one cancels those not finished. 0: never superseded.
    uint32_t channel = 0;
};

/// Work done for one request.
struct RenderStats {
    int passes = 0, chunks = 0, operators = 0; ///< operators: instances evaluated, before fusion
    int tiles_reused = 0, tiles_stored = 0, sources_loaded = 0;
    uint64_t peak_bytes = 0;   ///< device memory the plan needed at once
    uint64_t pixels_computed = 0; ///< written by passes; more than asked for where passes have intermediate images
    uint64_t bytes_moved = 0;     ///< read and written by passes, uploads, and copies to and from the cache
    int compiles = 0;             ///< programs that were not ready
    double plan_ms = 0, source_ms = 0, device_ms = 0, total_ms = 0;
};

/// What was done for one node, or for the nodes fused into one pass.
struct NodeTime {
    std::string node; ///< paths of the nodes fused into the pass, joined by "+"
    double milliseconds = 0; ///< on the device
    int passes = 0;
    /// What the passes wrote, and every image they read, once each. What a gather reads more than once is not counted,
    /// so a bandwidth from these is a lower bound.
    double bytes_read = 0, bytes_written = 0;
    double decode_milliseconds = 0; ///< of its file, on the loader's threads
    int tiles_hit = 0;              ///< cached tiles taken instead of computing
    /// Adds another's figures.
    void add(const NodeTime& other)
    {
        milliseconds += other.milliseconds, passes += other.passes;
        bytes_read += other.bytes_read, bytes_written += other.bytes_written;
        decode_milliseconds += other.decode_milliseconds, tiles_hit += other.tiles_hit;
    }
};

struct Rendered {
    HostImage pixels;  ///< of the region asked for, at the request's level; zero outside the data window
    ImageInfo info;    ///< of the node's result
    Key key;           ///< content key of the node's result for this layer
    RenderStats stats;
    std::vector<NodeTime> times;
};

} // namespace tessera
