#pragma once
// Small pictures of nodes: rendered when somebody looks at them, behind everything else, kept by their content.
#include "app/viewer/picture.h"
#include "core/base/result.h"
#include <memory>
#include <vector>

namespace tessera {

struct Thumbnail {
    uint64_t id = 0; ///< of these pixels; never used again (a texture's name)
    int width = 0, height = 0;
    std::vector<uint8_t> rgba;  ///< 8-bit, opaque, rows top-down
    std::optional<Error> error; ///< why there is no picture (then it has no pixels)
};
using ThumbnailPtr = std::shared_ptr<const Thumbnail>;

struct ThumbnailWish {
    ProjectPtr project;
    GraphId graph = 0;
    NodeId node = 0;
    double frame = 1;
    int width = 160, height = 90; ///< fits into
};

class Pictures;

class Thumbnails {
public:
    explicit Thumbnails(Pictures& pictures);
    ~Thumbnails();
    Thumbnails(const Thumbnails&) = delete;
    Thumbnails& operator=(const Thumbnails&) = delete;

    /// The node's picture: null until there is one, the former one while an edit's is being made. Call it each frame
    /// for what is on the screen, and only for that; it never waits.
    ThumbnailPtr picture(const ThumbnailWish& wish);
    /// Bytes kept.
    uint64_t bytes() const;

private:
    struct State;
    std::shared_ptr<State> state_;
};

} // namespace tessera
