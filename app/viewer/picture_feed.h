#pragma once
// The pictures of one viewer (or of one of its two buffers), tile by tile as they are finished.
//
// Every frame of the interface: feed.want(wish); for (const auto& tile : feed.take(budget)) upload it under tile.id;
// for (id : feed.take_dropped()) free its texture; then draw feed.shown() in order. Everything else happens on other
// threads; Pictures' `wake` is called when there is something to take.
#include "app/viewer/picture.h"
#include "core/base/result.h"
#include "core/eval/request.h"
#include "core/media/sequence.h"
#include <functional>
#include <memory>
#include <span>
#include <vector>

namespace tessera {

class Pictures;

/// A finished tile to be uploaded.
struct TilePixels {
    uint64_t id = 0; ///< never used again
    int width = 0, height = 0;
    std::shared_ptr<const std::vector<uint8_t>> rgba; ///< 8-bit RGBA, opaque, rows top-down, width * height * 4 bytes
};

/// A tile to be drawn: its picture covers `area`, y up, in pixels of level `level`; a pixel there is 2^level
/// full-resolution pixels a side.
struct ShownTile {
    uint64_t id = 0;
    int level = 0;
    Rect area;
    double left() const { return std::ldexp(double(area.x0), level); } ///< and so on, in full-resolution pixels
    double right() const { return std::ldexp(double(area.x1), level); }
    double bottom() const { return std::ldexp(double(area.y0), level); }
    double top() const { return std::ldexp(double(area.y1), level); }
};

struct FeedState {
    double busy_since = 0;                 ///< seconds of the steady clock; 0: nothing is being computed
    double progress = 1;                   ///< of what is visible at the wanted level, 0 to 1
    std::optional<Error> error;            ///< why the wished picture is not there: node, file, frame and remedy
    std::shared_ptr<const ImageInfo> info; ///< of the node viewed; null until it is known
    double frame = 0;                      ///< of the picture shown
    bool complete = false;                 ///< the wish is shown whole, as finely as it can be
    bool whole = false;                    ///< every visible pixel shows the wished frame, perhaps coarsely
    int level = 0;                         ///< finest level shown of it
    Key key;                               ///< content key of the picture shown
    double milliseconds = 0;               ///< from asking to the last answer taken, of the last picture computed
    uint64_t revision = 0;                 ///< counts up with every change
};

class PictureFeed {
public:
    explicit PictureFeed(Pictures& pictures);
    ~PictureFeed(); ///< cancels what is pending; the textures are the caller's
    PictureFeed(const PictureFeed&) = delete;
    PictureFeed& operator=(const PictureFeed&) = delete;

    /// A newer wish supersedes the older one. Costs nothing when it is the same as the last.
    void want(const PictureWish& wish);
    /// Shows nothing and computes nothing.
    void want_nothing();
    /// Tiles to upload now, at most `bytes` of them (but one at least), visible ones first.
    std::vector<TilePixels> take(uint64_t bytes);
    /// Tiles that are no longer drawn, since the last call.
    std::vector<uint64_t> take_dropped();
    /// What to draw, in this order: what comes later covers what is below it.
    std::span<const ShownTile> shown() const;
    const FeedState& state() const;
    /// True once the picture of `frame` can be drawn without a hole: playing every frame goes on then.
    bool shows(double frame) const;
    /// Frames of the look-ahead's range whose picture is cached at the wished level, in order. Refreshed in the
    /// background.
    const std::vector<FrameRange>& cached() const;

private:
    struct Hands;
    std::unique_ptr<Hands> hands_;
};

} // namespace tessera
