#include "app/viewer/probe.h"
#include "app/viewer/derived.h"
#include "app/viewer/pictures.h"
#include "app/viewer/viewer_thread.h"
#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

namespace tessera {

ProbeValues measured(const HostImage& image, const Rect& area, bool& not_finite)
{
    ProbeValues v;
    std::array<int64_t, 4> counts{};
    v.low.fill(std::numeric_limits<double>::infinity());
    v.high.fill(-std::numeric_limits<double>::infinity());
    const Rect part = intersected(area, image.region);
    for (int y = part.y0; y < part.y1; ++y)
        for (int x = part.x0; x < part.x1; ++x) {
            const float* p = image.at(x, y);
            for (size_t c = 0; c < 4; ++c) {
                if (!std::isfinite(p[c])) {
                    not_finite = true;
                    continue;
                }
                v.average[c] += p[c];
                v.low[c] = std::min(v.low[c], double(p[c]));
                v.high[c] = std::max(v.high[c], double(p[c]));
                ++counts[c];
            }
        }
    for (size_t c = 0; c < 4; ++c) {
        if (counts[c])
            v.average[c] /= double(counts[c]);
        else
            v.average[c] = v.low[c] = v.high[c] = std::numeric_limits<double>::quiet_NaN();
    }
    return v;
}

int code_value(double shown, int bits)
{
    const double most = double((1 << bits) - 1);
    return std::isnan(shown) ? 0 : int(std::floor(std::clamp(shown, 0.0, 1.0) * most + 0.5));
}

Hsv hsv(double r, double g, double b)
{
    const double high = std::max({r, g, b}), low = std::min({r, g, b}), range = high - low;
    Hsv out;
    out.value = high;
    out.saturation = high != 0 ? range / high : 0;
    if (!(range > 0)) return out;
    double sixth = high == r ? (g - b) / range : high == g ? 2 + (b - r) / range : 4 + (r - g) / range;
    if (sixth < 0) sixth += 6;
    out.hue = sixth * 60;
    return out;
}

/// A wish is answered by two small requests, of the node and of its picture; a newer wish waits for them, so that a
/// pointer that keeps moving gets answers all the same.
struct Probe::State : std::enable_shared_from_this<State> {
    explicit State(ViewerThread& t) : thread(t) {}
    ViewerThread& thread;

    mutable std::mutex mutex; ///< guards what follows
    std::optional<ProbeWish> newest;
    std::shared_ptr<const ProbeResult> result;
    bool posted = false, busy = false;
    uint64_t revision = 0;

    // the viewers' thread
    Deriver deriver;
    std::optional<ProbeWish> asked;
    std::shared_ptr<ProbeResult> making;
    std::vector<RequestId> pending;

    void want(std::optional<ProbeWish> wish)
    {
        const std::lock_guard lock(mutex);
        if (newest == wish) return;
        newest = std::move(wish);
        busy = newest.has_value();
        if (std::exchange(posted, true)) return;
        thread.post([self = shared_from_this()] { self->begin(); });
    }

    void begin()
    {
        std::optional<ProbeWish> wish;
        {
            const std::lock_guard lock(mutex);
            posted = false;
            wish = newest;
        }
        if (!pending.empty()) return; // takes the newest when they are answered
        if (!wish) return asked.reset();
        if (wish == asked) { // and answered
            const std::lock_guard lock(mutex);
            busy = false;
            return;
        }
        if (!thread.engine()) return;
        asked = wish;
        making = std::make_shared<ProbeResult>();
        making->area = wish->area;
        making->frame = wish->picture.frame;
        if (wish->area.empty() || !wish->picture.project) return finish();
        auto derived = deriver.request(wish->picture);
        if (!derived) {
            making->error = std::move(derived.error());
            return finish();
        }
        constexpr int64_t most_pixels = 512 * 512;
        Rect area = wish->area;
        while (area.pixels() > most_pixels && making->level < coarsest_level)
            area = at_level(wish->area, ++making->level);
        ask(plain_request(wish->picture), true);
        ask(std::move(*derived), false);
    }

    void ask(Request request, bool scene)
    {
        request.region = asked->area;
        request.level = making->level;
        request.priority = Priority::Viewer;
        request.cache_result = scene; // what is around the pointer is asked for next
        auto id = std::make_shared<RequestId>(0);
        *id = thread.submit(std::move(request), [self = shared_from_this(), id, scene](Result<Rendered> answer) {
            std::erase(self->pending, *id);
            self->take(scene, std::move(answer));
        });
        pending.push_back(*id);
    }

    void take(bool scene, Result<Rendered> answer)
    {
        if (!answer) {
            making->error = std::move(answer.error());
            if (viewers_own(making->error->node)) making->error->node.clear();
        } else if (scene) {
            const Rendered& r = *answer;
            making->scene = measured(r.pixels, r.pixels.region, making->not_finite);
            making->outside = intersected(asked->area, r.info.data_window).empty();
            if (const Layer* layer = r.info.layer(asked->picture.layer)) making->layer = *layer;
        } else {
            bool ignored = false;
            making->shown = measured(answer->pixels, answer->pixels.region, ignored);
        }
        if (pending.empty()) finish();
    }

    void finish()
    {
        bool more = false;
        {
            const std::lock_guard lock(mutex);
            making->revision = ++revision;
            result = std::move(making);
            more = newest && newest != asked;
            busy = more;
        }
        making = nullptr;
        thread.wake();
        if (more) begin();
    }

    void engine_changed()
    {
        pending.clear();
        asked.reset();
        making = nullptr;
        begin();
    }
};

Probe::Probe(Pictures& pictures) : state_(std::make_shared<State>(pictures.thread()))
{
    state_->thread.post([s = state_] {
        s->thread.add_listener(s.get(), [weak = s->weak_from_this()] {
            if (const auto self = weak.lock()) self->engine_changed();
        });
    });
}

Probe::~Probe()
{
    state_->thread.post([s = state_] {
        s->thread.remove_listener(s.get());
        for (const RequestId id : s->pending) s->thread.cancel(id);
        s->pending.clear();
    });
}

void Probe::want(const ProbeWish& wish)
{
    state_->want(wish);
}

void Probe::want_nothing()
{
    state_->want(std::nullopt);
}

std::shared_ptr<const ProbeResult> Probe::result() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->result;
}

bool Probe::busy() const
{
    const std::lock_guard lock(state_->mutex);
    return state_->busy;
}

} // namespace tessera
