#include "core/eval/job.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// A chunk is not made smaller than this on a side.
constexpr int smallest_chunk = 16;

/// Rectangles in rows from the bottom up; one that continues the one below it is joined with it.
std::vector<Rect> joined_rows(std::vector<Rect> runs)
{
    std::vector<Rect> joined;
    for (const Rect& r : runs) {
        const auto below = std::find_if(joined.begin(), joined.end(), [&](const Rect& j) {
            return j.x0 == r.x0 && j.x1 == r.x1 && j.y1 == r.y0;
        });
        if (below != joined.end()) below->y1 = r.y1;
        else joined.push_back(r);
    }
    return joined;
}

/// The same place of the same result, perhaps of another snapshot.
bool same_view(const Request& a, const Request& b)
{
    return a.graph == b.graph && a.node == b.node && a.frame == b.frame && a.view == b.view && a.layer == b.layer &&
           a.level == b.level && a.cache_result && b.cache_result;
}

double ms_since(Job::Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Job::Clock::now() - start).count();
}

void note(SeenKeys& seen, const Key& key, const Key& result)
{
    const auto [it, first] = seen.try_emplace(key, result);
    if (!first && it->second != result) it->second = Key{};
}

PlanOptions plan_options(const EngineOptions& options, Machinery& m, const std::vector<bool>& store)
{
    PlanOptions p;
    p.fuse = options.fuse;
    p.max_images = std::max(2, m.device->caps().max_images);
    p.cached = [&m](const Key& key, int level, const Rect& rect) { return m.tiles->covers(key, level, rect); };
    p.store = store;
    p.cost = &m.cost;
    return p;
}

} // namespace

Status Job::begin(const EngineOptions& options, ParamCache& params, SeenKeys& seen,
                  std::optional<Former> former)
{
    const auto start = Clock::now();
    const TraceSpan span("resolve");
    const std::optional<Key> shown =
        former && same_view(former->request, request_) ? std::optional(former->resolved.key) : std::nullopt;
    if (!former || !take(std::move(*former), seen)) {
        TESSERA_TRY(resolved, resolve(request_, {options.concatenate}, params));
        resolved_ = std::move(resolved);
        decide_what_to_keep(seen);
    }
    if (shown && *shown != resolved_.key) superseded_ = shown;
    region_ = at_level(request_.region.value_or(resolved_.info->format.window()), request_.level);
    if (region_.empty())
        return Error{ErrorKind::InvalidArgument, "the region asked for is empty", "ask for at least one pixel"};
    layout(options, {region_});
    stats_.plan_ms += ms_since(start);
    return {};
}

void Job::decide_what_to_keep(SeenKeys& seen)
{
    store_ = instances_to_store(resolved_, [&](const Key& k) {
        const auto it = seen.find(k);
        return it != seen.end() && it->second != resolved_.key;
    });
    if (request_.cache_result && resolved_.target >= 0) store_[size_t(resolved_.target)] = true;
    constexpr size_t most_seen = 200'000; // keys remembered; forgetting costs one recomputation
    if (seen.size() > most_seen) seen.clear();
    for (const Instance& i : resolved_.instances) note(seen, i.key, resolved_.key);
}

bool Job::take(Former former, SeenKeys& seen)
{
    const auto changes = refresh(former.resolved, former.request, request_);
    if (!changes) return false;
    resolved_ = std::move(former.resolved);
    patched_ = former.planned && request_.cache_result == former.request.cache_result && patch(former.plan, resolved_, *changes);
    if (!patched_) {
        decide_what_to_keep(seen);
        return true;
    }
    plan_ = std::move(former.plan);
    for (size_t i = 0; i < changes->size(); ++i)
        if ((*changes)[i] != Change::None) note(seen, resolved_.instances[i].key, resolved_.key);
    return true;
}

bool Job::still_right(Machinery& m) const
{
    for (const PlanStep& step : plan_.steps) {
        if (step.kind == PlanStep::Kind::Pass && !m.device->compiled(step.pass.program)) return false;
        if (step.kind == PlanStep::Kind::Gather &&
            !m.tiles->covers(step.key, plan_.level, plan_.images[size_t(step.image)].region))
            return false;
    }
    // Undo comes back to values whose answer may be cached as a whole.
    return resolved_.target < 0 || !m.tiles->covers(resolved_.key, plan_.level, plan_.region);
}

std::optional<Former> Job::leave()
{
    if (!begun() || !resolved_.state) return std::nullopt;
    // Also of a request that was cancelled: during a fast drag most are.
    const bool whole = plan_.region == region_ && (chunks_recorded_ == 1 || prepared_ || patched_);
    return Former{request_, std::move(resolved_), std::move(plan_), whole};
}

void Job::layout(const EngineOptions& options, const std::vector<Rect>& areas)
{
    chunks_.clear();
    std::vector<Rect> open(areas.rbegin(), areas.rend());
    while (!open.empty()) {
        const Rect r = open.back();
        open.pop_back();
        if (options.chunk_limit && uint64_t(r.pixels()) > options.chunk_limit && (r.width() > 1 || r.height() > 1)) {
            Rect a = r, b = r;
            if (r.height() >= r.width()) a.y1 = b.y0 = r.y0 + r.height() / 2;
            else a.x1 = b.x0 = r.x0 + r.width() / 2;
            open.push_back(b);
            open.push_back(a);
        } else {
            chunks_.push_back(r);
        }
    }
}

void Job::find_cached(const EngineOptions& options, Machinery& m)
{
    if (looked_) return;
    looked_ = true;
    if (!request_.cache_result || resolved_.target < 0) return;
    m.tiles->revive(resolved_.key);
    if (superseded_) m.tiles->supersede(*superseded_, request_.level, region_);
    const Rect window = resolved_.instances[size_t(resolved_.target)].window(request_.level);
    std::vector<Rect> missing; // runs of tiles along a row
    for (const TileId& id : tiles_over(resolved_.key, request_.level, region_)) {
        if (!intersected(intersected(id.rect(), region_), window).empty() && m.tiles->holds(id)) {
            reuse_.push_back(id);
            continue;
        }
        const Rect r = intersected(id.rect(), region_);
        if (!missing.empty() && missing.back().y0 == r.y0 && missing.back().x1 == r.x0) missing.back().x1 = r.x1;
        else missing.push_back(r);
    }
    if (reuse_.empty()) return;
    missing = joined_rows(std::move(missing));
    constexpr size_t most_pieces = 16; // more are not worth their fixed costs
    if (missing.size() > most_pieces) {
        reuse_.clear();
        return;
    }
    layout(options, missing);
    if (chunks_.empty()) chunks_.push_back(Rect{});
}

Status Job::take_cached(Machinery& m)
{
    if (reuse_.empty()) return {};
    const Rect window = resolved_.instances[size_t(resolved_.target)].window(request_.level);
    NodeTime reused;
    reused.node = resolved_.instances[size_t(resolved_.target)].eval->path;
    for (const TileId& id : reuse_) {
        const Rect visible = intersected(id.rect(), region_), part = intersected(visible, window);
        clear_outside(visible, part);
        TESSERA_CHECK(m.tiles->read(id, part, out_));
        ++reused.tiles_hit, ++stats_.tiles_reused;
        stats_.bytes_moved += DeviceImage::bytes(part);
    }
    add_time(reused);
    reuse_.clear();
    return {};
}

bool Job::retry_plan()
{
    prepared_ = false;
    if (!reuse_.empty()) { // one of them has gone: do all of the work
        reuse_.clear();
        chunks_.assign(1, region_);
    }
    return ++replans_ < 8;
}

bool Job::split()
{
    prepared_ = false;
    const Rect r = chunks_.front();
    if (r.empty() || std::max(r.width(), r.height()) < 2 * smallest_chunk) return false;
    Rect a = r, b = r;
    // The longer side is halved: what a piece needs around it, and what a turned one needs besides, is least for squares.
    const bool rows = r.height() >= r.width() || r.width() < 2 * smallest_chunk;
    const int middle = rows ? r.y0 + r.height() / 2 : r.x0 + r.width() / 2;
    const int aligned = (middle + tile_size / 2) / tile_size * tile_size;
    const int low = rows ? r.y0 : r.x0, high = rows ? r.y1 : r.x1;
    const int at = aligned > low && aligned < high ? aligned : middle;
    if (rows) a.y1 = b.y0 = at;
    else a.x1 = b.x0 = at;
    chunks_.pop_front();
    chunks_.push_front(b);
    chunks_.push_front(a);
    return true;
}

void Job::rewind()
{
    prepared_ = false;
    waits_.clear();
    compiles_.clear();
    reuse_.clear();
    chunks_.assign(1, region_);
    chunks_recorded_ = chunks_done_ = 0;
}

Status Job::prepare(const EngineOptions& options, Machinery& m, Loader& loader)
{
    const auto start = Clock::now();
    const TraceSpan span("plan");
    find_cached(options, m);
    if (chunks_.front().empty()) {
        prepared_ = true;
        return {};
    }
    if (patched_ && chunks_.front() == plan_.region && still_right(m)) {
        patched_ = false;
        planned_at_ = m.tiles->stored();
        prepared_ = true;
        stats_.plan_ms += ms_since(start);
        return {};
    }
    patched_ = false;
    TESSERA_CHECK(plan_chunk(options, m));
    planned_at_ = m.tiles->stored();
    std::vector<Wait> waits;
    compiles_.clear();
    for (size_t s = 0; s < plan_.steps.size(); ++s) {
        const PlanStep& step = plan_.steps[s];
        if (step.kind == PlanStep::Kind::Source) {
            const Instance& instance = resolved_.instances[size_t(step.instance)];
            const Layer* layer = instance.eval->info->layer(instance.layer);
            waits.push_back({int(s), instance.key,
                             loader.load(*instance.source, plan_.images[size_t(step.image)].region, plan_.level,
                                         layer && layer->data)});
        } else if (step.kind == PlanStep::Kind::Pass && !m.device->compiled(step.pass.program)) {
            compiles_.push_back(loader.compile(m.device, step.pass.program));
            ++stats_.compiles;
        }
    }
    waits_ = std::move(waits);
    prepared_ = true;
    stats_.plan_ms += ms_since(start);
    return {};
}

Status Job::plan_chunk(const EngineOptions& options, Machinery& m)
{
    if (store_.empty() && request_.cache_result && resolved_.target >= 0) { // the former request's plan did not serve
        store_.assign(resolved_.instances.size(), false);
        store_[size_t(resolved_.target)] = true;
    }
    const PlanOptions p = plan_options(options, m, store_);
    for (;;) {
        TESSERA_TRY(plan, make_plan(resolved_, chunks_.front(), request_.level, p));
        const bool too_large =
            plan.peak_bytes > m.pool->budget() || plan.largest_image > m.device->caps().max_image_bytes;
        if ((too_large || worth_halving(plan, p)) && split()) continue;
        if (too_large) {
            const double needed = double(std::max(plan.peak_bytes, plan.largest_image)) / (1 << 20);
            return Error{ErrorKind::OutOfMemory,
                         "even a small piece of the picture needs " + std::to_string(int64_t(needed)) +
                             " MiB of device memory at once, and " + std::to_string(m.pool->budget() >> 20) +
                             " MiB may be used",
                         "give more with --vram, or use smaller filter sizes"};
        }
        plan_ = std::move(plan);
        return {};
    }
}

/// A viewer's request gives way to a newer one between chunks. Where halves need nearly as much as the whole (a wide
/// filter, a rotation), cutting would only make everybody wait longer.
bool Job::worth_halving(const Plan& whole, const PlanOptions& options) const
{
    constexpr double most_share = 0.6; // of the whole's time, for a half
    if (request_.priority != Priority::Viewer || options.cost->chunk_pixels(whole) >= whole.region.pixels()) return false;
    Rect half = whole.region;
    half.y1 = half.y0 + half.height() / 2 / tile_size * tile_size;
    if (half.empty()) return false;
    const auto plan = make_plan(resolved_, half, request_.level, options);
    const double share = double(half.pixels()) / double(whole.region.pixels());
    return plan.ok() && plan->milliseconds <= whole.milliseconds * share * 2 * most_share;
}

size_t Job::pending() const
{
    const auto waits = std::count_if(waits_.begin(), waits_.end(), [](const Wait& w) { return !w.load->done.load(); });
    const auto compiles = std::count_if(compiles_.begin(), compiles_.end(), [](const auto& c) { return !c->done.load(); });
    return size_t(waits + compiles);
}

std::string Job::label_of(const PlanPass& pass) const
{
    std::string label;
    for (const int i : pass.instances) {
        const std::string& path = resolved_.instances[size_t(i)].eval->path;
        if (label == path || label.ends_with("+" + path)) continue;
        if (!label.empty()) label += '+';
        label += path;
    }
    return label;
}

Status Job::run_step(const PlanStep& step, Machinery& m, std::vector<DeviceImage>& images,
                     std::unordered_map<uint32_t, PassOwner>& owners, uint32_t& next_tag)
{
    if (step.kind == PlanStep::Kind::Source) {
        const auto wait = std::find_if(waits_.begin(), waits_.end(), [&](const Wait& w) { return &plan_.steps[size_t(w.step)] == &step; });
        assert(wait != waits_.end());
        const Instance& instance = resolved_.instances[size_t(step.instance)];
        Load& load = *wait->load;
        if (!load.pixels) {
            Error error = load.pixels.error();
            return std::move(error.at_node(instance.eval->path).at_frame(instance.eval->frame));
        }
        stats_.source_ms += load.milliseconds;
        ++stats_.sources_loaded;
        stats_.bytes_moved += plan_.images[size_t(step.image)].bytes();
        NodeTime decoded;
        decoded.node = instance.eval->path;
        decoded.decode_milliseconds = load.milliseconds;
        add_time(decoded);
        return m.device->upload(images[size_t(step.image)], *load.pixels, images[size_t(step.image)].region);
    }
    if (step.kind == PlanStep::Kind::Gather) {
        const PlanImage& image = plan_.images[size_t(step.image)];
        NodeTime reused;
        reused.node = image.name;
        reused.tiles_hit = int(tiles_over(step.key, plan_.level, image.region).size());
        add_time(reused);
        stats_.bytes_moved += 2 * image.bytes();
        return m.tiles->gather(step.key, plan_.level, images[size_t(step.image)]);
    }
    if (step.kind == PlanStep::Kind::Scatter) {
        const uint64_t before = m.tiles->stored();
        TESSERA_CHECK(m.tiles->scatter(step.key, plan_.level, images[size_t(step.image)], images[size_t(step.image)].window,
                                       step.milliseconds));
        stats_.tiles_stored += int(m.tiles->stored() - before);
        stats_.bytes_moved += 2 * TileStore::tile_bytes * (m.tiles->stored() - before);
        return {};
    }
    Pass pass;
    pass.program = step.pass.program;
    for (const int r : step.pass.reads) pass.reads.push_back(images[size_t(r)]);
    pass.write = images[size_t(step.pass.write)];
    pass.area = step.pass.area;
    pass.calls = step.pass.calls;
    pass.tables = step.pass.tables;
    pass.scale = float(std::ldexp(1.0, -plan_.level));
    pass.groups_x = step.pass.groups_x, pass.groups_y = step.pass.groups_y;
    pass.tag = next_tag++;
    PassOwner& owner = owners[pass.tag];
    owner.job = id_;
    owner.features = features_of(plan_, step);
    NodeTime& time = owner.time;
    time.node = label_of(step.pass);
    time.passes = 1;
    time.bytes_written = double(DeviceImage::bytes(pass.area));
    for (const DeviceImage& read : pass.reads) time.bytes_read += double(DeviceImage::bytes(read.region));
    stats_.pixels_computed += uint64_t(pass.area.pixels());
    stats_.bytes_moved += uint64_t(time.bytes_written + time.bytes_read);
    auto status = m.device->run(pass);
    if (!status) {
        const NodeEval& e = *resolved_.instances[size_t(step.pass.instances.back())].eval;
        return std::move(status.error().at_node(e.path).at_frame(e.frame));
    }
    return {};
}

Status Job::make_answer()
{
    if (out_) return {};
    try {
        out_ = std::make_shared<HostImage>(HostImage::for_overwrite(region_));
    } catch (const std::bad_alloc&) {
        return Error{ErrorKind::OutOfMemory,
                     "there is not enough memory for an image of " + std::to_string(region_.width()) + "x" +
                         std::to_string(region_.height()) + " pixels",
                     "render a smaller region or at a proxy level"};
    }
    return {};
}

uint64_t Job::host_bytes() const
{
    uint64_t bytes = out_ ? out_->pixels.size() * sizeof(float) : DeviceImage::bytes(region_);
    for (const Wait& w : waits_) bytes += plan_.images[size_t(plan_.steps[size_t(w.step)].image)].bytes();
    return bytes;
}

void Job::clear_outside(const Rect& chunk, const Rect& computed)
{
    const auto clear = [&](const Rect& r) {
        if (r.empty()) return;
        for (int y = r.y0; y < r.y1; ++y) std::fill_n(out_->at(r.x0, y), size_t(r.width()) * 4, 0.0f);
    };
    if (computed.empty()) return clear(chunk);
    clear({chunk.x0, chunk.y0, chunk.x1, computed.y0});
    clear({chunk.x0, computed.y1, chunk.x1, chunk.y1});
    clear({chunk.x0, computed.y0, computed.x0, computed.y1});
    clear({computed.x1, computed.y0, chunk.x1, computed.y1});
}

Result<Ticket> Job::record(const EngineOptions&, Machinery& m, std::unordered_map<uint32_t, PassOwner>& owners,
                           uint32_t& next_tag)
{
    const TraceSpan span("record");
    assert(out_);
    std::vector<DeviceImage> images(plan_.images.size());
    std::vector<bool> held(plan_.images.size(), false);
    const auto drop_all = [&] {
        for (size_t i = 0; i < images.size(); ++i)
            if (held[i]) m.pool->release(images[i].memory);
    };
    const auto run_all = [&]() -> Status {
        TESSERA_CHECK(take_cached(m));
        if (chunks_.front().empty()) return {};
        for (size_t s = 0; s < plan_.steps.size(); ++s) {
            const PlanStep& step = plan_.steps[s];
            const size_t made = size_t(step.image);
            if (!held[made]) {
                const PlanImage& image = plan_.images[made];
                TESSERA_TRY(memory, m.pool->acquire(image.bytes()));
                images[made] = {memory, image.region, image.window};
                held[made] = true;
            }
            TESSERA_CHECK(run_step(step, m, images, owners, next_tag));
            const auto release_if_last = [&](int i) {
                if (held[size_t(i)] && plan_.images[size_t(i)].last_use <= int(s)) {
                    m.pool->release(images[size_t(i)].memory);
                    held[size_t(i)] = false;
                }
            };
            for (const int r : step.pass.reads) release_if_last(r);
            release_if_last(step.image);
        }
        if (plan_.result < 0) {
            clear_outside(chunks_.front(), {});
            return {};
        }
        const DeviceImage& result = images[size_t(plan_.result)];
        const Rect computed = intersected(result.region, chunks_.front());
        clear_outside(chunks_.front(), computed);
        return m.device->read_back(result, computed, out_);
    };
    auto status = run_all();
    drop_all();
    if (!status) return std::move(status.error());
    TESSERA_TRY(ticket, m.device->submit());
    m.tiles->submitted(ticket);
    if (!chunks_.front().empty()) {
        stats_.passes += plan_.passes;
        stats_.operators = std::max(stats_.operators, plan_.operators);
        stats_.tiles_reused += plan_.gathers;
        stats_.peak_bytes = std::max(stats_.peak_bytes, plan_.peak_bytes);
    }
    ++stats_.chunks;
    ++chunks_recorded_;
    chunks_.pop_front();
    prepared_ = false;
    waits_.clear();
    compiles_.clear();
    return ticket;
}

void Job::add_time(const NodeTime& time)
{
    NodeTime& sum = times_[time.node];
    sum.node = time.node;
    sum.add(time);
    stats_.device_ms += time.milliseconds;
}

void Job::finish(Result<void> status)
{
    if (!done_) return;
    auto done = std::move(done_);
    done_ = nullptr;
    if (!status) return done(std::move(status.error()));
    Rendered r;
    if (out_) r.pixels = std::move(*out_);
    r.info = *resolved_.info;
    r.key = resolved_.key;
    stats_.total_ms = ms_since(started_);
    r.stats = stats_;
    for (auto& [label, time] : times_) r.times.push_back(std::move(time));
    done(std::move(r));
}

} // namespace tessera
