// The engine's side of a feed: asking, taking answers, and looking ahead of the play head.
#include "app/viewer/feed_core.h"
#include <algorithm>
#include <cmath>

namespace tessera {

// ---- the engine -----------------------------------------------------------------------------------------------------

void FeedCore::submit(JobKind kind, PicturePtr picture, int level, const Rect& area, Priority priority)
{
    if (area.empty()) return;
    Request r = picture->request;
    r.region = Rect{area.x0 << level, area.y0 << level, area.x1 << level, area.y1 << level};
    r.level = level;
    r.priority = priority;
    // A channel has the engine patch its last plan; requests that stand beside one another must not supersede each
    // other.
    r.channel = kind == JobKind::Quick ? channel_ : 0;
    Job job{0, kind, std::move(picture), level, area, ViewerThread::seconds_now()};
    auto& kept = jobs_.emplace_back(std::move(job));
    kept.id = thread_.submit(std::move(r), [self = weak_from_this(), at = &kept](Result<Rendered> answer) {
        const auto core = self.lock();
        if (!core) return;
        const auto it = std::find_if(core->jobs_.begin(), core->jobs_.end(), [&](const Job& j) { return &j == at; });
        if (it == core->jobs_.end()) return;
        Job answered = std::move(*it);
        core->jobs_.erase(it);
        core->answered(std::move(answered), std::move(answer));
    });
}

void FeedCore::cancel(const std::function<bool(const Job&)>& which)
{
    std::erase_if(jobs_, [&](const Job& j) {
        if (!which(j)) return false;
        thread_.cancel(j.id);
        return true;
    });
}

int FeedCore::count(const std::function<bool(const Job&)>& which) const
{
    return int(std::count_if(jobs_.begin(), jobs_.end(), which));
}

void FeedCore::answered(Job job, Result<Rendered> answer)
{
    if (!wish_) return;
    const bool ours = picture_ && job.picture == picture_;
    if (!answer) {
        if (answer.error().kind == ErrorKind::Cancelled) return;
        if (job.kind == JobKind::Ahead) { // told when the play head comes there
            keys_.put(job.picture->spec.frame, FrameFacts{});
        } else if (ours) {
            fail(std::move(answer.error()));
            state_.frame = job.picture->spec.frame;
        }
    } else {
        learn(job, *answer);
        keep(job, *answer);
    }
    // A wish may have waited for this answer.
    if (picture_ ? !(picture_->spec == wish_->picture) : !state_.error) (void)begin();
    step();
    publish();
}

void FeedCore::keep(const Job& job, const Rendered& answer)
{
    Picture& picture = *job.picture;
    picture.facts.key = answer.key;
    // The answer's own information: what was lent while dragging may be another's.
    picture.facts.info = std::make_shared<const ImageInfo>(answer.info);
    const bool shown = job.kind != JobKind::Ahead && picture.generation >= shown_.newest();
    const Rect bounds = at_level(picture.facts.bounds(), job.level);
    cut(answer.pixels, job.level, bounds, [&](int x, int y, TilePtr tile) {
        thread_.cache().put(answer.key, picture.spec.frame, job.level, x, y, tile);
        if (shown) shown_.add(picture.generation, std::move(tile));
    });
    if (job.kind == JobKind::Ahead) {
        ahead_full_ = !thread_.cache().covers(answer.key, job.level, job.area);
        return;
    }
    for (const NodeTime& time : answer.times) {
        const auto same = std::find_if(picture.times.begin(), picture.times.end(),
                                       [&](const NodeTime& t) { return t.node == time.node; });
        if (same != picture.times.end())
            same->add(time);
        else
            picture.times.push_back(time);
    }
    thread_.times().add(picture.times);
    state_.milliseconds = (ViewerThread::seconds_now() - picture.asked) * 1e3;
}

void FeedCore::learn(const Job& job, const Rendered& answer)
{
    const double ms = (ViewerThread::seconds_now() - job.submitted) * 1e3;
    const bool cold = answer.stats.compiles > 0 || answer.stats.sources_loaded > 0 || answer.stats.tiles_stored > 0;
    if (job.kind == JobKind::Fine && job.area.pixels() > 0) pixel_ms_ = ms / double(job.area.pixels());
    if (job.kind != JobKind::Quick) return;
    // A first answer fills caches and compiles; the next one tells.
    if (!cold || was_cold_) quick_ms_[size_t(job.level)] = ms;
    was_cold_ = cold && !was_cold_;
}

// ---- ahead of the play head -----------------------------------------------------------------------------------------

bool FeedCore::look_ahead()
{
    if (!wish_ || !picture_ || !picture_->facts.key || !thread_.engine() || wish_->paused || quick()) return false;
    const bool busy = count([](const Job& j) { return j.kind != JobKind::Ahead; }) > 0;
    if (busy && !wish_->playing) return false;
    const Rect visible = visible_at(level());
    if (visible.empty()) return false;
    const size_t fit = size_t(thread_.cache().budget() / uint64_t(visible.pixels() * 4));
    const int head = int(std::lround(wish_->picture.frame));
    if (wish_->ahead.enabled && fit > 1 && !ahead_full_)
        for (const int frame : by_usefulness(wish_->ahead, head, fit - 1)) {
            const FrameFacts* known = keys_.find(frame);
            if (!known) return find_facts(frame), true;
            if (!known->key || is_cached(*known)) continue;
            if (count([](const Job& j) { return j.kind == JobKind::Ahead; })) break;
            render_ahead(frame, *known);
            break;
        }
    // The ruler also shows frames that lie the other way.
    for (int frame = wish_->ahead.first; frame <= wish_->ahead.last; ++frame)
        if (!keys_.find(frame)) return find_facts(frame), true;
    find_cached_frames();
    return false;
}

bool FeedCore::is_cached(const FrameFacts& facts) const
{
    return facts.key && thread_.cache().covers(facts.key, level(), visible_of(facts.bounds(), level()));
}

FeedCore::PicturePtr FeedCore::picture_at(int frame) const
{
    auto picture = std::make_shared<Picture>(*picture_);
    picture->spec.frame = picture->request.frame = frame;
    picture->times.clear();
    return picture;
}

void FeedCore::find_facts(int frame)
{
    auto facts = ask_facts(picture_at(frame)->request);
    if (facts) thread_.cache().touch(facts->key, frame);
    keys_.put(frame, facts ? std::move(*facts) : FrameFacts{});
}

void FeedCore::render_ahead(int frame, const FrameFacts& facts)
{
    auto picture = picture_at(frame);
    picture->facts = facts;
    const int at = level();
    const TileRange r = tiles_over(visible_of(facts.bounds(), at));
    const Rect area = united(tile_rect(r.x0, r.y0), tile_rect(r.x1 - 1, r.y1 - 1));
    submit(JobKind::Ahead, std::move(picture), at, intersected(area, at_level(facts.bounds(), at)),
           Priority::Background);
}

void FeedCore::find_cached_frames()
{
    std::vector<FrameRange> cached;
    for (int frame = wish_->ahead.first; frame <= wish_->ahead.last; ++frame) {
        const FrameFacts* facts = keys_.find(frame);
        if (!facts || !is_cached(*facts)) continue;
        if (!cached.empty() && cached.back().last == frame - 1)
            cached.back().last = frame;
        else
            cached.push_back({frame, frame});
    }
    if (cached == cached_) return;
    cached_ = std::move(cached);
    publish();
}

} // namespace tessera
