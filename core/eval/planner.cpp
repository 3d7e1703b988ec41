#include "core/eval/planner.h"
#include "core/eval/cost_model.h"
#include <algorithm>

namespace tessera {

Planner::Planner(const Resolved& resolved, const Rect& region, int level, const PlanOptions& options)
    : resolved_(resolved), state_of_(state_of(resolved)), all_(resolved.instances), level_(level), options_(options)
{
    plan_.level = level;
    plan_.region = region;
}

Result<Plan> Planner::run()
{
    if (resolved_.target < 0) return std::move(plan_);
    target_ = size_t(resolved_.target);
    count_ = target_ + 1;
    windows_.resize(count_);
    for (size_t i = 0; i < count_; ++i) windows_[i] = all_[i].window(level_);
    roi_.resize(count_);
    roi_[target_] = intersected(plan_.region, window(target_));
    if (roi_[target_].empty()) return std::move(plan_);
    state_.assign(count_, State::Unused);
    group_.assign(count_, -1);
    image_.assign(count_, -1);
    pass_lists_.resize(count_);
    backward();
    group();
    weigh();
    TESSERA_CHECK(schedule());
    plan_.result = image_[target_];
    plan_.images[size_t(plan_.result)].last_use = int(plan_.steps.size());
    measure();
    if (options_.cost) predict(plan_, resolved_, *options_.cost);
    return std::move(plan_);
}

// ---- which instances, and where --------------------------------------------------------------------------------------

void Planner::want(int i, const Rect& area)
{
    if (i >= 0) roi_[size_t(i)] = united(roi_[size_t(i)], intersected(area, window(size_t(i))));
}

/// Geometry backward, and prune: nothing is asked of the inputs of what is cached.
void Planner::backward()
{
    for (size_t i = count_; i-- > 0;) {
        if (roi_[i].empty()) continue;
        const Instance& instance = all_[i];
        if (options_.cached && options_.cached(instance.key, level_, roi_[i])) {
            state_[i] = State::Cached;
            continue;
        }
        state_[i] = State::Compute;
        if (stored(i)) roi_[i] = intersected(tile_aligned(roi_[i]), window(i));
        if (instance.op->kind == OpKind::Area && instance.op->roi) {
            const EvalState::Context context(state_of_, instance, level_);
            for (size_t a = 0; a < instance.args.size(); ++a)
                want(instance.args[a], instance.op->roi(instance.eval->params(), *context, instance.ports[a], roi_[i]));
        } else {
            for (const int a : instance.args) want(a, roi_[i]);
        }
        want(instance.mix_with, roi_[i]);
        want(instance.mask, roi_[i]);
    }
}

// ---- fuse ------------------------------------------------------------------------------------------------------------

PassList& Planner::passes(size_t i)
{
    auto& list = pass_lists_[i];
    if (!list) {
        list = std::make_unique<PassList>(roi_[i]);
        all_[i].op->passes(all_[i].eval->params(), *EvalState::Context(state_of_, all_[i], level_), *list);
    }
    return *list;
}

/// The last pass of an area operator can sit inside a pixel kernel when it writes the whole result by gathering.
bool Planner::area_tail_fits(size_t i)
{
    const PassList& list = passes(i);
    if (list.dispatches().empty()) return false;
    const PassList::Dispatch& last = list.dispatches().back();
    if (last.kernel->form != KernelForm::Gather || last.write.kind != AreaImage::Kind::Output || last.area != roi_[i])
        return false;
    return std::none_of(last.reads.begin(), last.reads.end(),
                        [](const AreaImage& r) { return r.kind == AreaImage::Kind::Output; });
}

bool Planner::fusible(size_t i)
{
    return is_pixel(i) || (all_[i].op->kind == OpKind::Area && area_tail_fits(i));
}

/// Puts `i` into the one group that all its consumers are in, where it can go there.
bool Planner::joins(size_t i, int inputs)
{
    const Use& use = uses_[i];
    if (!options_.fuse || i == target_ || stored(i) || !use.one || !use.same_pixel || use.group < 0) return false;
    Group& g = groups_[size_t(use.group)];
    const bool area = !is_pixel(i);
    if (g.operators >= options_.max_group || g.leaves - 1 + std::max(inputs, area ? 2 : 0) > options_.max_images) return false;
    if (!fusible(i)) return false;
    if (area) {
        const PassList::Dispatch& last = passes(i).dispatches().back();
        if (std::find(g.gathers.begin(), g.gathers.end(), last.kernel->key) != g.gathers.end()) return false;
        g.gathers.push_back(last.kernel->key);
        inputs = std::max(inputs, int(last.reads.size()));
    }
    group_[i] = use.group;
    ++g.operators;
    g.leaves += inputs - 1;
    return true;
}

/// Fuse: each instance joins the one group all its consumers are in, when they read it at their own pixel.
void Planner::group()
{
    uses_.assign(count_, {});
    for (size_t i = count_; i-- > 0;) {
        if (state_[i] != State::Compute || is_reader(i)) continue;
        int inputs = 0;
        inputs_of(i, [&](size_t a, bool) { inputs += state_[a] != State::Unused; });
        if (!joins(i, inputs)) {
            group_[i] = int(groups_.size());
            groups_.push_back({.root = i, .leaves = inputs});
        }
        const bool alone = all_[i].op->kind == OpKind::Area;
        inputs_of(i, [&](size_t a, bool same_pixel) {
            Use& u = uses_[a];
            if (u.group < 0) u.group = group_[i];
            else if (u.group != group_[i]) u.one = false;
            if (!same_pixel || alone) u.same_pixel = false;
        });
    }
    collect_members();
}

void Planner::collect_members()
{
    size_t first = 0;
    for (Group& g : groups_) {
        g.first_member = first;
        first += size_t(g.operators);
    }
    members_.resize(first);
    for (size_t i = 0; i < count_; ++i)
        if (group_[i] >= 0) {
            Group& g = groups_[size_t(group_[i])];
            members_[g.first_member + g.members++] = i;
        }
}

std::span<const size_t> Planner::members(size_t root) const
{
    const Group& g = groups_[size_t(group_[root])];
    return {members_.data() + g.first_member, g.members};
}

// ---- schedule --------------------------------------------------------------------------------------------------------

void Planner::find_needs(size_t root)
{
    needs_.clear();
    for (const size_t m : members(root))
        inputs_of(m, [&](size_t a, bool) {
            if (state_[a] != State::Unused && is_image(a) && std::find(needs_.begin(), needs_.end(), a) == needs_.end())
                needs_.push_back(a);
        });
    // The last one goes first: what its peak exceeds its result by is then not on top of the others' results.
    std::sort(needs_.begin(), needs_.end(), [&](size_t a, size_t b) {
        const uint64_t x = need_[a] - own_[a], y = need_[b] - own_[b];
        if (x != y) return x < y;
        return own_[a] != own_[b] ? own_[a] < own_[b] : a > b;
    });
}

uint64_t Planner::scratch_bytes(size_t i)
{
    uint64_t bytes = 0;
    for (const size_t m : members(i))
        if (!is_pixel(m))
            for (const Rect& r : passes(m).scratches()) bytes += DeviceImage::bytes(r);
    return bytes;
}

/// What every image needs at most while it is made, as if the graph were a tree.
void Planner::weigh()
{
    need_.assign(count_, 0);
    own_.assign(count_, 0);
    for (size_t i = 0; i < count_; ++i) {
        if (!is_image(i)) continue;
        own_[i] = need_[i] = DeviceImage::bytes(roi_[i]);
        if (group_[i] < 0) continue;
        find_needs(i);
        uint64_t held = 0;
        for (size_t k = needs_.size(); k-- > 0;) {
            need_[i] = std::max(need_[i], held + need_[needs_[k]]);
            held += own_[needs_[k]];
        }
        need_[i] = std::max(need_[i], held + own_[i] + scratch_bytes(i));
    }
}

/// Depth first from the target, inputs in the order that find_needs gives.
Status Planner::schedule()
{
    std::vector<size_t> stack{target_};
    std::vector<bool> open(count_, false);
    while (!stack.empty()) {
        const size_t i = stack.back();
        if (image_[i] >= 0) {
            stack.pop_back();
            continue;
        }
        if (open[i] || group_[i] < 0) {
            stack.pop_back();
            TESSERA_CHECK(emit(i));
            continue;
        }
        open[i] = true;
        find_needs(i);
        for (const size_t a : needs_)
            if (image_[a] < 0) stack.push_back(a);
    }
    return {};
}

/// Most memory alive at once, were every image made at its first use and given back after its last.
void Planner::measure()
{
    std::vector<int> first(plan_.images.size(), -1);
    for (size_t s = 0; s < plan_.steps.size(); ++s)
        if (int& f = first[size_t(plan_.steps[s].image)]; f < 0) f = int(s);
    std::vector<int64_t> change(plan_.steps.size() + 2, 0);
    for (size_t i = 0; i < plan_.images.size(); ++i) {
        const PlanImage& image = plan_.images[i];
        plan_.largest_image = std::max(plan_.largest_image, image.bytes());
        if (first[i] < 0) continue;
        change[size_t(first[i])] += int64_t(image.bytes());
        change[size_t(image.last_use) + 1] -= int64_t(image.bytes());
    }
    int64_t now = 0;
    for (const int64_t c : change) {
        now += c;
        plan_.peak_bytes = std::max(plan_.peak_bytes, uint64_t(std::max<int64_t>(now, 0)));
    }
}

Result<Plan> make_plan(const Resolved& resolved, const Rect& region, int level, const PlanOptions& options)
{
    return Planner(resolved, region, level, options).run();
}

} // namespace tessera
