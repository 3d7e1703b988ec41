#pragma once
// The textures of one picture feed: uploaded within a budget a frame, drawn in the feed's order, freed when it says so.
#include "app/panels/viewer/camera.h"
#include "app/shell/ui.h"
#include "app/viewer/picture_feed.h"
#include <unordered_map>

namespace tessera {

class TileTextures {
public:
    TileTextures(Window& window, Pictures& pictures) : window_(window), feed_(pictures) {}
    ~TileTextures();
    TileTextures(const TileTextures&) = delete;

    PictureFeed& feed() { return feed_; }
    const PictureFeed& feed() const { return feed_; }
    const FeedState& state() const { return feed_.state(); }
    /// The texture of a tile; 0 while it has none.
    TextureId texture(uint64_t tile) const
    {
        const auto it = textures_.find(tile);
        return it == textures_.end() ? 0 : it->second;
    }
    /// Takes what the feed has finished, at most `bytes`. An error when the graphics card has no room for it.
    Status upload(uint64_t bytes);
    /// Draws what there is. `wanted`: the finest level that is wanted; what is coarser is on its way and drawn softly.
    void draw(ImDrawList& list, const ViewCamera& camera, const ViewArea& area, double aspect, int wanted,
              float opacity = 1, ImageCut cut = {});

private:
    Window& window_;
    PictureFeed feed_;
    std::unordered_map<uint64_t, TextureId> textures_;
};

} // namespace tessera
