#include "app/viewer/picture_feed.h"
#include "app/viewer/feed_core.h"
#include "app/viewer/pictures.h"
#include <algorithm>
#include <unordered_set>
#include <utility>

namespace tessera {

struct PictureFeed::Hands {
    explicit Hands(ViewerThread& t) : thread(t), core(std::make_shared<FeedCore>(t)) {}

    ViewerThread& thread;
    std::shared_ptr<FeedCore> core;
    std::optional<PictureWish> wish;
    uint64_t serial = 0; ///< of the wish
    uint64_t revision = 0;
    FeedOutput latest;
    std::vector<ShownTile> drawn;    ///< what shown() gives
    std::vector<ShownTile> complete; ///< the last list of which everything was uploaded
    std::unordered_set<uint64_t> uploaded;
    std::vector<uint64_t> dropped;

    static ShownTile of(const Tile& tile) { return {tile.id, tile.level, tile.area}; }
    bool ready() const
    {
        return std::all_of(latest.tiles.begin(), latest.tiles.end(),
                           [&](const TilePtr& t) { return uploaded.contains(t->id); });
    }
    /// The newest list where all of it is uploaded; before that the former one, and over it what there is.
    void compose()
    {
        if (ready()) {
            complete.clear();
            for (const TilePtr& t : latest.tiles) complete.push_back(of(*t));
            drawn = complete;
            return drop_unused();
        }
        drawn = complete;
        for (const TilePtr& t : latest.tiles) {
            if (!uploaded.contains(t->id)) continue;
            std::erase_if(drawn, [&](const ShownTile& s) { return s.id == t->id; });
            drawn.push_back(of(*t));
        }
        drop_unused();
    }
    void drop_unused()
    {
        std::unordered_set<uint64_t> used;
        for (const ShownTile& s : drawn) used.insert(s.id);
        for (const TilePtr& t : latest.tiles) used.insert(t->id);
        std::erase_if(uploaded, [&](uint64_t id) {
            if (used.contains(id)) return false;
            dropped.push_back(id);
            return true;
        });
    }
};

PictureFeed::PictureFeed(Pictures& pictures) : hands_(std::make_unique<Hands>(pictures.thread()))
{
    hands_->thread.post([core = hands_->core] { core->open(); });
}

PictureFeed::~PictureFeed()
{
    hands_->thread.post([core = hands_->core] { core->close(); });
}

void PictureFeed::want(const PictureWish& wish)
{
    if (hands_->wish && *hands_->wish == wish) return;
    Hands& h = *hands_;
    h.wish = wish;
    h.latest.state.complete = h.latest.state.whole = false; // until it is answered
    h.core->want(wish, ++h.serial);
}

void PictureFeed::want_nothing()
{
    if (!hands_->wish) return;
    hands_->wish.reset();
    hands_->core->want(std::nullopt, ++hands_->serial);
}

std::vector<TilePixels> PictureFeed::take(uint64_t bytes)
{
    Hands& h = *hands_;
    const bool news = h.core->output(h.revision, h.latest);
    if (h.latest.serial != h.serial) h.latest.state.complete = h.latest.state.whole = false;
    std::vector<TilePixels> out;
    uint64_t taken = 0;
    for (const TilePtr& t : h.latest.tiles) {
        if (h.uploaded.contains(t->id)) continue;
        if (!out.empty() && taken + t->rgba.size() > bytes) break;
        taken += t->rgba.size();
        h.uploaded.insert(t->id);
        out.push_back({t->id, t->area.width(), t->area.height(), {t, &t->rgba}});
    }
    if (news || !out.empty()) h.compose();
    return out;
}

std::vector<uint64_t> PictureFeed::take_dropped()
{
    return std::exchange(hands_->dropped, {});
}

std::span<const ShownTile> PictureFeed::shown() const
{
    return hands_->drawn;
}

const FeedState& PictureFeed::state() const
{
    return hands_->latest.state;
}

bool PictureFeed::shows(double frame) const
{
    const FeedState& s = hands_->latest.state;
    return s.frame == frame && (s.error || (s.whole && hands_->ready()));
}

const std::vector<FrameRange>& PictureFeed::cached() const
{
    return hands_->latest.cached;
}

} // namespace tessera
