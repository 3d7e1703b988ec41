#include "app/viewer/thumbnails.h"
#include "app/viewer/derived.h"
#include "app/viewer/pictures.h"
#include "app/viewer/tile.h"
#include "app/viewer/viewer_thread.h"
#include <algorithm>
#include <cmath>
#include <mutex>
#include <set>

namespace tessera {

namespace {

constexpr uint64_t most_bytes = 64ull << 20;

uint64_t next_id()
{
    static std::atomic<uint64_t> last{0};
    return ++last;
}

/// The whole format at the first level that fits, or a little smaller.
int level_to_fit(const Format& format, int width, int height)
{
    int level = 0;
    while (level < coarsest_level &&
           (at_level(format.window(), level).width() > width || at_level(format.window(), level).height() > height))
        ++level;
    return level;
}

} // namespace

struct Thumbnails::State : std::enable_shared_from_this<State> {
    explicit State(ViewerThread& t) : thread(t) {}
    ViewerThread& thread;

    struct Place {
        GraphId graph;
        NodeId node;
        int width, height;
        auto operator<=>(const Place&) const = default;
    };
    struct Entry {
        ThumbnailWish wish; ///< the last one; `picture` may be of an earlier
        ThumbnailPtr picture;
        Key key;            ///< of `picture`
        bool asked = false; ///< the wish has been looked at, or is being
        uint64_t used = 0;
    };
    mutable std::mutex mutex; ///< guards what follows
    std::map<Place, Entry> entries;
    std::map<Key, std::pair<ThumbnailPtr, uint64_t>> by_content; ///< with when they were used
    uint64_t bytes = 0, clock = 0;
    bool wished = false; ///< something is not asked yet

    // the viewers' thread
    Deriver deriver;
    RequestId pending = 0;

    /// The entry that was looked at last among those to be made: what is on the screen now.
    std::optional<std::pair<Place, ThumbnailWish>> next()
    {
        const std::lock_guard lock(mutex);
        Entry* best = nullptr;
        Place at{};
        for (auto& [place, entry] : entries)
            if (!entry.asked && (!best || entry.used > best->used)) best = &entry, at = place;
        if (!best) return wished = false, std::nullopt;
        best->asked = true;
        return std::pair(at, best->wish);
    }

    bool step()
    {
        if (pending || !thread.engine()) return false;
        {
            const std::lock_guard lock(mutex);
            if (!wished) return false;
        }
        const auto work = next();
        if (!work) return false;
        const auto& [place, wish] = *work;
        PictureSpec spec;
        spec.project = wish.project, spec.graph = wish.graph, spec.node = wish.node, spec.frame = wish.frame;
        auto request = deriver.request(spec);
        if (!request) return put(place, wish, {}, failed(std::move(request.error()))), true;
        const auto key = thread.engine()->key(*request);
        if (!key) return put(place, wish, {}, failed(key.error())), true;
        const Key own = Hasher().add(*key).add(place.width).add(place.height).key();
        if (take_known(place, wish, own)) return true;
        const auto info = thread.engine()->info(*request);
        if (!info) return put(place, wish, {}, failed(info.error())), true;
        request->level = level_to_fit(info->format, place.width, place.height);
        request->region = info->format.window();
        request->priority = Priority::Background;
        pending = thread.submit(
            std::move(*request), [self = shared_from_this(), place = place, wish = wish, own](Result<Rendered> r) {
                self->pending = 0;
                self->put(place, wish, own, r ? self->made(r->pixels) : self->failed(std::move(r.error())));
            });
        return false; // the answer goes on
    }

    ThumbnailPtr failed(Error error)
    {
        auto t = std::make_shared<Thumbnail>();
        t->id = next_id();
        if (viewers_own(error.node)) error.node.clear();
        t->error = std::move(error);
        return t;
    }
    ThumbnailPtr made(const HostImage& pixels)
    {
        auto t = std::make_shared<Thumbnail>();
        t->id = next_id();
        t->width = pixels.region.width(), t->height = pixels.region.height();
        t->rgba = packed(pixels, pixels.region);
        return t;
    }

    bool take_known(const Place& place, const ThumbnailWish& wish, const Key& key)
    {
        ThumbnailPtr known;
        {
            const std::lock_guard lock(mutex);
            const auto it = by_content.find(key);
            if (it == by_content.end()) return false;
            it->second.second = ++clock;
            known = it->second.first;
        }
        put(place, wish, key, known);
        return true;
    }

    void put(const Place& place, const ThumbnailWish& wish, const Key& key, const ThumbnailPtr& picture)
    {
        bool changed = false;
        {
            const std::lock_guard lock(mutex);
            if (key && !picture->error && by_content.try_emplace(key, picture, ++clock).second)
                bytes += picture->rgba.size();
            if (const auto it = entries.find(place); it != entries.end()) {
                Entry& e = it->second;
                changed = e.picture != picture;
                e.picture = picture, e.key = key;
                if (e.wish.project != wish.project || e.wish.frame != wish.frame) e.asked = false;
            }
            drop_old();
        }
        if (changed) thread.wake();
    }

    /// With the mutex held.
    void drop_old()
    {
        while (bytes > most_bytes && !by_content.empty()) {
            const auto oldest =
                std::min_element(by_content.begin(), by_content.end(),
                                 [](const auto& a, const auto& b) { return a.second.second < b.second.second; });
            bytes -= oldest->second.first->rgba.size();
            by_content.erase(oldest);
        }
        constexpr size_t most_entries = 4096;
        while (entries.size() > most_entries)
            entries.erase(std::min_element(entries.begin(), entries.end(),
                                           [](const auto& a, const auto& b) { return a.second.used < b.second.used; }));
    }
};

Thumbnails::Thumbnails(Pictures& pictures) : state_(std::make_shared<State>(pictures.thread()))
{
    state_->thread.post([s = state_] {
        s->thread.add_idle(s.get(), [weak = s->weak_from_this()] {
            const auto self = weak.lock();
            return self && self->step();
        });
        s->thread.add_listener(s.get(), [weak = s->weak_from_this()] {
            const auto self = weak.lock();
            if (!self) return;
            self->pending = 0;
            const std::lock_guard lock(self->mutex);
            for (auto& [place, entry] : self->entries)
                if (!entry.picture || entry.picture->error) entry.asked = false, self->wished = true;
        });
    });
}

Thumbnails::~Thumbnails()
{
    state_->thread.post([s = state_] {
        s->thread.remove_idle(s.get());
        s->thread.remove_listener(s.get());
        if (s->pending) s->thread.cancel(s->pending);
    });
}

ThumbnailPtr Thumbnails::picture(const ThumbnailWish& wish)
{
    State& s = *state_;
    bool news = false;
    ThumbnailPtr picture;
    {
        const std::lock_guard lock(s.mutex);
        State::Entry& e = s.entries[{wish.graph, wish.node, wish.width, wish.height}];
        e.used = ++s.clock;
        if (e.wish.project != wish.project || e.wish.frame != wish.frame) {
            e.wish = wish;
            if (e.asked || !e.picture) news = !s.wished;
            e.asked = false;
            s.wished = true;
        }
        picture = e.picture;
    }
    if (news) s.thread.post([] {}); // there is something to do when nothing else is
    return picture;
}

uint64_t Thumbnails::bytes() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->bytes;
}

} // namespace tessera
