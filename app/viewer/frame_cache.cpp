#include "app/viewer/frame_cache.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {
/// A frame behind the play head is worth as much as one this many times as far ahead of it.
constexpr double behind = 3;
/// Farther than any frame: what belongs to a former state of the project.
constexpr double former = 1e9;
} // namespace

uint64_t FrameCache::place(int level, int x, int y)
{
    return uint64_t(level) << 48 | uint64_t(uint32_t(x) & 0xffffff) << 24 | uint64_t(uint32_t(y) & 0xffffff);
}

double FrameCache::uselessness(const Picture& p) const
{
    const double ahead = (p.frame - head_) * (direction_ < 0 ? -1 : 1);
    const double distance = ahead >= 0 ? ahead : -ahead * (direction_ == 0 ? 1 : behind);
    return p.epoch == epoch_ ? distance : former + double(epoch_ - p.epoch) + distance * 1e-6;
}

TilePtr FrameCache::find(const Key& picture, int level, int x, int y)
{
    const auto p = pictures_.find(picture);
    if (p == pictures_.end()) return nullptr;
    const auto t = p->second.tiles.find(place(level, x, y));
    return t == p->second.tiles.end() ? nullptr : t->second;
}

bool FrameCache::covers(const Key& picture, int level, const Rect& area) const
{
    const auto p = pictures_.find(picture);
    if (p == pictures_.end()) return area.empty();
    const TileRange range = tiles_over(area);
    for (int y = range.y0; y < range.y1; ++y)
        for (int x = range.x0; x < range.x1; ++x)
            if (!p->second.tiles.contains(place(level, x, y))) return false;
    return true;
}

bool FrameCache::put(const Key& picture, double frame, int level, int x, int y, TilePtr tile)
{
    const uint64_t bytes = tile->rgba.size();
    touch(picture, frame);
    const auto here = pictures_.find(picture);
    if (here != pictures_.end() && here->second.tiles.contains(place(level, x, y))) return true;
    const double worth = uselessness({frame, epoch_, {}});
    if (used_ + bytes > budget_ && !make_room(bytes, worth, &picture)) return false;
    Picture& p = pictures_[picture];
    p.frame = frame, p.epoch = epoch_;
    p.tiles.emplace(place(level, x, y), std::move(tile));
    used_ += bytes;
    return true;
}

void FrameCache::touch(const Key& picture, double frame)
{
    const auto p = pictures_.find(picture);
    if (p == pictures_.end()) return;
    // A picture that serves several frames counts as the nearest of them.
    const bool nearer = p->second.epoch != epoch_ || std::abs(frame - head_) < std::abs(p->second.frame - head_);
    if (nearer) p->second.frame = frame;
    p->second.epoch = epoch_;
}

bool FrameCache::make_room(uint64_t bytes, double worth, const Key* keep)
{
    while (used_ + bytes > budget_) {
        auto worst = pictures_.end();
        double most = worth;
        for (auto p = pictures_.begin(); p != pictures_.end(); ++p) {
            if (keep && p->first == *keep) continue;
            if (const double u = uselessness(p->second); u > most) most = u, worst = p;
        }
        if (worst == pictures_.end()) return false;
        drop(Key(worst->first));
    }
    return true;
}

void FrameCache::drop(const Key& picture)
{
    const auto p = pictures_.find(picture);
    if (p == pictures_.end()) return;
    for (const auto& [at, tile] : p->second.tiles) used_ -= tile->rgba.size();
    pictures_.erase(p);
}

void FrameCache::clear()
{
    pictures_.clear();
    used_ = 0;
}

void FrameCache::set_budget(uint64_t bytes)
{
    budget_ = bytes;
    if (!make_room(0, -1, nullptr)) clear();
}

} // namespace tessera
