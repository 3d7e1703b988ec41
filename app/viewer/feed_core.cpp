#include "app/viewer/feed_core.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// A value dragged that has rested for this long is refined before it is let go.
constexpr double rest_seconds = 0.3;
/// Wishes for other pictures that follow one another as quickly as this are a drag.
constexpr double rapid_seconds = 0.15;

} // namespace

FeedCore::FeedCore(ViewerThread& thread) : thread_(thread) {}

// ---- from and to the interface's thread -----------------------------------------------------------------------------

void FeedCore::want(std::optional<PictureWish> wish, uint64_t serial)
{
    const std::lock_guard lock(mutex_);
    newest_ = std::move(wish);
    newest_serial_ = serial;
    if (std::exchange(posted_, true)) return;
    thread_.post([self = weak_from_this()] {
        if (const auto core = self.lock()) core->take_wish();
    });
}

bool FeedCore::output(uint64_t& revision, FeedOutput& into) const
{
    const std::lock_guard lock(mutex_);
    if (output_.state.revision == revision) return false;
    revision = output_.state.revision;
    into = output_;
    return true;
}

void FeedCore::publish()
{
    FeedOutput next;
    if (wish_ && picture_) {
        const int wanted = level();
        next.tiles = shown_.drawn(wanted);
        const Rect visible = visible_at(wanted);
        const bool ours = shown_.newest() == picture_->generation;
        state_.whole = ours && shown_.covers(picture_->generation, wanted, visible);
        state_.complete =
            ours && picture_->spec == wish_->picture && shown_.finest(picture_->generation, wanted, visible) == wanted;
        const TileRange range = tiles_over(visible);
        int there = 0;
        for (int y = range.y0; y < range.y1; ++y)
            for (int x = range.x0; x < range.x1; ++x) there += shown_.has(picture_->generation, wanted, x, y);
        state_.progress = range.count() ? double(there) / range.count() : 1;
        if (ours) {
            state_.frame = picture_->spec.frame;
            state_.key = picture_->facts.key;
            state_.level = std::max(wanted, shown_.finest(picture_->generation, wanted, visible));
        }
        state_.info = picture_->facts.info;
        const bool busy = count([](const Job& j) { return j.kind != JobKind::Ahead; }) > 0;
        state_.busy_since = busy ? picture_->asked : 0;
    }
    next.state = state_;
    next.cached = cached_;
    next.serial = wishes_;
    {
        const std::lock_guard lock(mutex_);
        next.state.revision = state_.revision = output_.state.revision + 1;
        output_ = std::move(next);
    }
    thread_.wake();
}

// ---- wishes ---------------------------------------------------------------------------------------------------------

void FeedCore::open()
{
    channel_ = thread_.take_channel();
    const auto self = weak_from_this();
    thread_.add_listener(this, [self] {
        if (const auto core = self.lock()) core->engine_changed();
    });
    thread_.add_idle(this, [self] {
        const auto core = self.lock();
        return core && core->look_ahead();
    });
}

void FeedCore::close()
{
    thread_.remove_listener(this);
    thread_.remove_idle(this);
    cancel([](const Job&) { return true; });
    thread_.give_channel(channel_);
    wish_.reset();
}

void FeedCore::engine_changed()
{
    jobs_.clear(); // nobody answers them any more
    picture_.reset();
    if (wish_) {
        state_.error.reset();
        if (begin()) step();
        publish();
    }
}

void FeedCore::take_wish()
{
    std::optional<PictureWish> wish;
    {
        const std::lock_guard lock(mutex_);
        posted_ = false;
        wish = newest_;
        wishes_ = newest_serial_;
    }
    if (!wish) {
        cancel([](const Job&) { return true; });
        wish_.reset(), picture_.reset();
        shown_.clear();
        const uint64_t revision = state_.revision;
        state_ = {};
        state_.revision = revision;
        return publish();
    }
    const bool same = wish_ && wish_->picture == wish->picture;
    const double now = ViewerThread::seconds_now();
    // Scrubbing through time or turning a viewer's own knobs is not told as a drag, and is one all the same.
    const bool rapid = wish_ && !same && !wish->playing && now - changed_at_ < rapid_seconds;
    if (!same) changed_at_ = now;
    const bool moved = moving_;
    moving_ = wish->dragging || rapid || (moving_ && same && !settled_ && wish_->dragging == wish->dragging);
    if (moving_ && !moved) quick_ms_.fill(0); // what was slow may be cached now
    if (!same || !moving_) settled_ = !moving_;
    wish_ = std::move(wish);
    ahead_full_ = false;
    if (quick()) settle_later();
    if (!picture_ || !(picture_->spec == wish_->picture) || picture_->refresh != wish_->refresh) {
        if (!begin()) return publish();
    }
    step();
    publish();
}

void FeedCore::settle_later()
{
    const uint64_t now = wishes_;
    const auto when = ViewerThread::Clock::now() + std::chrono::milliseconds(int(rest_seconds * 1e3));
    thread_.post_at(when, [self = weak_from_this(), now] {
        const auto core = self.lock();
        if (!core || core->wishes_ != now || !core->wish_) return;
        core->settled_ = true;
        core->step();
        core->publish();
    });
}

bool FeedCore::begin()
{
    if (!thread_.engine()) {
        if (thread_.why_not()) fail(*thread_.why_not());
        return false;
    }
    const bool fresh = keys_.follow(wish_->picture, wish_->refresh);
    if (fresh) { // what was rendered ahead is of a former state
        thread_.cache().next_epoch();
        cancel([](const Job& j) { return j.kind == JobKind::Ahead; });
    }
    if (quick()) thread_.defer_idle(rest_seconds);
    // While a value is dragged or the film plays, a request under way is finished before the next: superseding each
    // would show nothing at all. Frames that are cached are shown meanwhile.
    const bool flowing = (quick() || wish_->playing) && count([&](const Job& j) {
                                                            return j.kind == JobKind::Quick ||
                                                                   (wish_->playing && j.kind != JobKind::Ahead);
                                                        }) > 0;
    auto picture = std::make_shared<Picture>();
    picture->spec = wish_->picture;
    picture->refresh = wish_->refresh;
    picture->asked = ViewerThread::seconds_now();
    auto request = deriver_.request(picture->spec);
    if (!request) return fail(std::move(request.error())), false;
    picture->request = std::move(*request);
    thread_.cache().set_play_head(picture->spec.frame, wish_->ahead.direction);
    const bool refreshed = picture_ && picture_->refresh != wish_->refresh;
    const FrameFacts* known = keys_.find(picture->spec.frame);
    if (known && known->key)
        picture->facts = *known;
    else if (quick() && wish_->dragging && picture_ && picture_->facts.info)
        picture->facts.info = picture_->facts.info; // until the answer tells
    else if (auto status = look_up(*picture); !status)
        return fail(std::move(status.error())), false;
    if (refreshed && picture->facts.key) thread_.cache().drop(picture->facts.key);
    if (flowing && !is_cached(picture->facts)) return false;
    if (!flowing) cancel([](const Job& j) { return j.kind != JobKind::Ahead; });
    picture->generation = ++generation_;
    picture_ = std::move(picture);
    state_.error.reset();
    return true;
}

/// The key and what the picture is.
Status FeedCore::look_up(Picture& picture)
{
    TESSERA_TRY(facts, ask_facts(picture.request));
    picture.facts = facts;
    keys_.put(picture.spec.frame, std::move(facts));
    return {};
}

Result<FrameFacts> FeedCore::ask_facts(const Request& request)
{
    FrameFacts facts;
    TESSERA_TRY(key, thread_.engine()->key(request));
    facts.key = key;
    if (picture_ && picture_->facts.key == key && picture_->facts.info) {
        facts.info = picture_->facts.info;
        return facts;
    }
    TESSERA_TRY(info, thread_.engine()->info(request));
    facts.info = std::make_shared<const ImageInfo>(std::move(info));
    return facts;
}

void FeedCore::fail(Error error)
{
    if (viewers_own(error.node)) error.node.clear();
    cancel([](const Job& j) { return j.kind != JobKind::Ahead; });
    state_.error = std::move(error);
    state_.frame = wish_->picture.frame;
    state_.busy_since = 0;
    state_.complete = state_.whole = false;
    picture_.reset();
}

// ---- what to do next ------------------------------------------------------------------------------------------------

Rect FeedCore::visible_of(const Rect& bounds, int level) const
{
    Rect seen = intersected(wish_->visible, bounds);
    if (wish_->roi) seen = intersected(seen, *wish_->roi);
    return seen.empty() ? Rect{} : intersected(at_level(seen, level), at_level(bounds, level));
}

Rect FeedCore::visible_at(int level) const
{
    return picture_ ? visible_of(picture_->facts.bounds(), level) : Rect{};
}

void FeedCore::step()
{
    if (!wish_ || !picture_ || !thread_.engine()) return;
    const bool whole = show_cached();
    shown_.prune(level(), visible_at(level()));
    if (whole) {
        if (!wish_->playing) cancel([](const Job& j) { return j.kind != JobKind::Ahead; });
        return;
    }
    if (wish_->paused) return;
    if (quick())
        ask_quick();
    else
        ask_fine();
}

/// Takes what the cache has of the wished level. True when nothing of it is missing.
bool FeedCore::show_cached()
{
    const int wanted = level();
    const TileRange range = tiles_over(visible_at(wanted));
    bool whole = true;
    for (int y = range.y0; y < range.y1; ++y)
        for (int x = range.x0; x < range.x1; ++x) {
            if (shown_.has(picture_->generation, wanted, x, y)) continue;
            TilePtr tile = picture_->facts.key ? thread_.cache().find(picture_->facts.key, wanted, x, y) : nullptr;
            if (tile)
                shown_.add(picture_->generation, std::move(tile));
            else
                whole = false;
        }
    if (picture_->facts.key) thread_.cache().touch(picture_->facts.key, picture_->spec.frame);
    return whole;
}

/// The level that is expected to answer in time.
int FeedCore::quick_level() const
{
    constexpr double in_time = 30, too_slow = 45;   // milliseconds
    constexpr int first_guess = 2, most_coarse = 3; // levels beyond the wanted one
    constexpr double per_level = 4;                 // a level has a quarter of the pixels of the one before
    constexpr double next_guess = 2;                // and takes at least this much less of the time
    const int wanted = level();
    if (quick_level_ < 0) {
        int guess = wanted + (pixel_ms_ >= 0 ? 0 : first_guess);
        double ms = pixel_ms_ * double(visible_at(wanted).pixels());
        for (; ms > in_time && guess < wanted + first_guess; ms /= per_level) ++guess;
        return std::min(guess, coarsest_level);
    }
    int next = std::clamp(quick_level_, wanted, coarsest_level);
    const double now = quick_ms_[size_t(next)];
    const double finer = next > 0 ? quick_ms_[size_t(next - 1)] : 0;
    if (now > too_slow)
        ++next;
    else if (now > 0 && next > wanted && (finer > 0 ? finer : now * next_guess) < in_time)
        --next;
    return std::min({next, wanted + most_coarse, coarsest_level});
}

void FeedCore::ask_quick()
{
    if (count([](const Job& j) { return j.kind == JobKind::Quick; })) return;
    const int wanted = level();
    if (shown_.newest() == picture_->generation && shown_.finest(picture_->generation, wanted, visible_at(wanted)) >= 0)
        return; // waits for the next value, or for rest
    cancel([](const Job& j) { return j.kind != JobKind::Ahead; });
    const int at = quick_level();
    quick_level_ = at;
    const TileRange r = tiles_over(visible_at(at));
    Rect area = united(tile_rect(r.x0, r.y0), tile_rect(r.x1 - 1, r.y1 - 1));
    area = intersected(area, at_level(picture_->facts.bounds(), at));
    submit(JobKind::Quick, picture_, at, area, Priority::Viewer);
}

void FeedCore::ask_fine()
{
    constexpr double piece_ms = 500, quick_enough_ms = 80;
    constexpr int coarser = 2, most_pieces = 2;
    const int wanted = level();
    const Rect visible = visible_at(wanted), bounds = at_level(picture_->facts.bounds(), wanted);
    const int under_way = count([&](const Job& j) { return j.kind == JobKind::Fine || j.kind == JobKind::Coarse; });
    if (under_way >= most_pieces) return;
    const auto of_this = [&](const Job& j) { return j.picture->generation == picture_->generation; };
    if (wish_->playing && under_way && !count(of_this)) return;
    // An answer rendered ahead, or to a drag, is as good.
    if (count([&](const Job& j) {
            return j.picture->facts.key == picture_->facts.key && picture_->facts.key && j.level == wanted &&
                   j.kind == JobKind::Ahead && j.area.contains(visible);
        }))
        return;
    const bool nothing_there = shown_.finest(picture_->generation, wanted, visible) < 0;
    const double expected = pixel_ms_ < 0 ? 1e9 : pixel_ms_ * double(visible.pixels());
    if (nothing_there && expected > quick_enough_ms && wanted + coarser <= coarsest_level && !wish_->playing) {
        if (count([&](const Job& j) { return j.kind == JobKind::Coarse && of_this(j); })) return;
        const int at = wanted + coarser;
        const TileRange r = tiles_over(visible_at(at));
        const Rect area = united(tile_rect(r.x0, r.y0), tile_rect(r.x1 - 1, r.y1 - 1));
        return submit(JobKind::Coarse, picture_, at, intersected(area, at_level(picture_->facts.bounds(), at)),
                      Priority::Viewer);
    }
    std::vector<Rect> missing;
    const TileRange range = tiles_over(visible);
    for (int y = range.y0; y < range.y1; ++y)
        for (int x = range.x0; x < range.x1; ++x) {
            const Rect area = intersected(tile_rect(x, y), bounds);
            const bool asked =
                count([&](const Job& j) { return of_this(j) && j.level == wanted && j.area.contains(area); });
            if (!asked && !shown_.has(picture_->generation, wanted, x, y)) missing.push_back(area);
        }
    if (missing.empty()) return;
    const double affordable = pixel_ms_ > 0 ? piece_ms / pixel_ms_ : 4.0 * shown_tile * shown_tile;
    const double most_pixels = wish_->playing ? 1e18 : affordable;
    const std::vector<Rect> pieces = pieces_of(missing, visible, most_pixels);
    for (size_t i = 0; i < pieces.size() && int(i) < most_pieces - under_way; ++i)
        submit(JobKind::Fine, picture_, wanted, pieces[i], Priority::Viewer);
}

} // namespace tessera
