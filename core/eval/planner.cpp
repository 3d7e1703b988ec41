#include "core/eval/plan.h"
#include <algorithm>
#include <cmath>

namespace tessera {

namespace {

/// Plans one rectangle. The steps below are the stages of the design: geometry backward, prune at cached tiles, fuse,
/// schedule, emit. Instances are numbered so that inputs come first, so walking downwards meets consumers before inputs.
class Planner {
public:
    Planner(const Resolved& resolved, const Rect& region, int level, const PlanOptions& options)
        : resolved_(resolved), all_(resolved.instances), level_(level), options_(options), count_(all_.size()),
          roi_(count_), state_(count_, State::Unused), group_(count_, -1), image_(count_, -1)
    {
        plan_.level = level;
        plan_.region = region;
    }

    Result<Plan> run()
    {
        if (resolved_.target < 0) return std::move(plan_);
        target_ = size_t(resolved_.target);
        roi_[target_] = intersected(plan_.region, window(target_));
        if (roi_[target_].empty()) return std::move(plan_);
        backward();
        group();
        TESSERA_CHECK(schedule());
        plan_.result = image_[target_];
        plan_.images[size_t(plan_.result)].last_use = int(plan_.steps.size());
        measure();
        return std::move(plan_);
    }

private:
    enum class State { Unused, Compute, Cached };

    Rect window(size_t i) const { return all_[i].window(level_); }
    bool stored(size_t i) const { return i < options_.store.size() && options_.store[i]; }
    bool is_pixel(size_t i) const { return all_[i].op->kind == OpKind::Pixel; }

    void want(int i, const Rect& area)
    {
        if (i >= 0) roi_[size_t(i)] = united(roi_[size_t(i)], intersected(area, window(size_t(i))));
    }

    /// Geometry backward, and prune: nothing is asked of the inputs of what is cached.
    void backward()
    {
        for (size_t i = target_ + 1; i-- > 0;) {
            if (roi_[i].empty()) continue;
            const Instance& instance = all_[i];
            if (options_.cached && options_.cached(instance.key, level_, roi_[i])) {
                state_[i] = State::Cached;
                continue;
            }
            state_[i] = State::Compute;
            if (stored(i)) roi_[i] = intersected(tile_aligned(roi_[i]), window(i));
            if (instance.op->kind == OpKind::Area && instance.op->roi) {
                const OpContext context = context_of(resolved_, instance, level_);
                for (size_t a = 0; a < instance.args.size(); ++a)
                    want(instance.args[a], instance.op->roi(instance.eval->params.get(), context, instance.ports[a], roi_[i]));
            } else {
                for (const int a : instance.args) want(a, roi_[i]);
            }
            want(instance.mix_with, roi_[i]);
            want(instance.mask, roi_[i]);
        }
    }

    /// Calls f(input, at the same pixel) for every input of a computed instance.
    template <class F> void inputs_of(size_t i, F f) const
    {
        const Instance& instance = all_[i];
        if (instance.op->kind == OpKind::Reader) return;
        for (const int a : instance.args)
            if (a >= 0) f(size_t(a), is_pixel(i));
        if (instance.mix_with >= 0) f(size_t(instance.mix_with), true);
        if (instance.mask >= 0) f(size_t(instance.mask), true);
    }

    /// The last pass of an area operator can sit inside a pixel kernel when it writes the whole result by gathering.
    bool fusible(size_t i) const { return is_pixel(i) || (all_[i].op->kind == OpKind::Area && area_tail_fits(i)); }
    bool area_tail_fits(size_t i) const
    {
        const PassList& list = passes(i);
        if (list.dispatches().empty()) return false;
        const PassList::Dispatch& last = list.dispatches().back();
        if (last.kernel->form != KernelForm::Gather || last.write.kind != AreaImage::Kind::Output || last.area != roi_[i])
            return false;
        return std::none_of(last.reads.begin(), last.reads.end(),
                            [](const AreaImage& r) { return r.kind == AreaImage::Kind::Output; });
    }
    const PassList& passes(size_t i) const
    {
        auto& list = pass_lists_[i];
        if (!list) {
            list = std::make_unique<PassList>(roi_[i]);
            all_[i].op->passes(all_[i].eval->params.get(), context_of(resolved_, all_[i], level_), *list);
        }
        return *list;
    }

    /// Fuse: each instance joins the one group all its consumers are in, when they read it at their own pixel.
    void group()
    {
        struct Use {
            int group = -1;
            bool one = true, same_pixel = true;
        };
        std::vector<Use> uses(count_);
        std::vector<int> operators, leaves;
        std::vector<std::vector<Key>> gathers; // kernels of area tails in a group: each at most once
        for (size_t i = target_ + 1; i-- > 0;) {
            if (state_[i] == State::Unused) continue;
            if (state_[i] == State::Cached || all_[i].op->kind == OpKind::Reader) continue;
            int inputs = 0;
            inputs_of(i, [&](size_t a, bool) { inputs += state_[a] != State::Unused; });
            const bool area = !is_pixel(i);
            bool join = options_.fuse && i != target_ && !stored(i) && uses[i].one && uses[i].same_pixel && uses[i].group >= 0;
            if (join) {
                const size_t g = size_t(uses[i].group);
                join = operators[g] < options_.max_group && leaves[g] - 1 + std::max(inputs, area ? 2 : 0) <= options_.max_images &&
                       fusible(i);
                if (join && area) {
                    const Key& k = passes(i).dispatches().back().kernel->key;
                    join = std::find(gathers[g].begin(), gathers[g].end(), k) == gathers[g].end();
                    if (join) gathers[g].push_back(k);
                }
                if (join) {
                    group_[i] = int(g);
                    ++operators[g];
                    leaves[g] += std::max(inputs, area ? int(passes(i).dispatches().back().reads.size()) : 0) - 1;
                }
            }
            if (!join) {
                group_[i] = int(roots_.size());
                roots_.push_back(i);
                operators.push_back(1);
                leaves.push_back(inputs);
                gathers.emplace_back();
            }
            const bool alone = all_[i].op->kind == OpKind::Area;
            inputs_of(i, [&](size_t a, bool same_pixel) {
                Use& u = uses[a];
                if (u.group < 0) u.group = group_[i];
                else if (u.group != group_[i]) u.one = false;
                if (!same_pixel || alone) u.same_pixel = false;
            });
        }
        members_.resize(roots_.size());
        for (size_t i = 0; i <= target_; ++i)
            if (group_[i] >= 0) members_[size_t(group_[i])].push_back(i);
    }

    /// Depth first from the target, the input that needs most memory first, so that little is alive at once.
    Status schedule()
    {
        std::vector<size_t> stack{target_};
        std::vector<bool> open(count_, false);
        while (!stack.empty()) {
            const size_t i = stack.back();
            if (image_[i] >= 0) {
                stack.pop_back();
                continue;
            }
            if (open[i] || state_[i] == State::Cached || all_[i].op->kind == OpKind::Reader) {
                stack.pop_back();
                TESSERA_CHECK(emit(i));
                continue;
            }
            open[i] = true;
            std::vector<size_t> needs;
            for (const size_t m : members_[size_t(group_[i])])
                inputs_of(m, [&](size_t a, bool) {
                    if (state_[a] != State::Unused && is_image(a) && image_[a] < 0) needs.push_back(a);
                });
            std::sort(needs.begin(), needs.end(), [&](size_t a, size_t b) { return weight(a) < weight(b); });
            stack.insert(stack.end(), needs.begin(), needs.end());
        }
        return {};
    }
    int64_t weight(size_t i) const
    {
        return roi_[i].pixels() * (all_[i].op->kind == OpKind::Reader || state_[i] == State::Cached ? 1 : 3);
    }
    /// Computed into an image of its own (not inside another's kernel).
    bool is_image(size_t i) const
    {
        return state_[i] == State::Cached || all_[i].op->kind == OpKind::Reader ||
               (group_[i] >= 0 && roots_[size_t(group_[i])] == i);
    }

    int new_image(const Rect& region, const Rect& image_window, std::string name)
    {
        plan_.images.push_back({region, image_window, std::move(name), -1});
        return int(plan_.images.size()) - 1;
    }
    void touch(int image) { plan_.images[size_t(image)].last_use = int(plan_.steps.size()); }

    Status emit(size_t i)
    {
        const Instance& instance = all_[i];
        image_[i] = new_image(roi_[i], window(i), instance.eval->path);
        if (state_[i] == State::Cached) {
            touch(image_[i]);
            plan_.steps.push_back({PlanStep::Kind::Gather, image_[i], int(i), instance.key, {}});
            ++plan_.gathers;
            return {};
        }
        if (instance.op->kind == OpKind::Reader) {
            touch(image_[i]);
            plan_.steps.push_back({PlanStep::Kind::Source, image_[i], int(i), instance.key, {}});
            ++plan_.sources, ++plan_.operators;
        } else {
            TESSERA_CHECK(emit_group(i));
        }
        if (stored(i)) {
            touch(image_[i]);
            plan_.steps.push_back({PlanStep::Kind::Scatter, image_[i], int(i), instance.key, {}});
            ++plan_.scatters;
        }
        return {};
    }

    /// One kernel for a group, or the passes of an area operator that stands alone.
    Status emit_group(size_t root)
    {
        const auto& members = members_[size_t(group_[root])];
        plan_.operators += int(members.size());
        if (!is_pixel(root)) return emit_area(root, passes(root).dispatches().size(), nullptr);
        Builder b;
        b.pass.write = image_[root];
        b.pass.area = roi_[root];
        b.root_window = window(root);
        for (const size_t m : members) {
            if (is_pixel(m)) emit_pixel(m, root, b);
            else TESSERA_CHECK(emit_tail(m, root, b));
            b.pass.instances.push_back(int(m));
        }
        finish_pass(std::move(b));
        return {};
    }

    struct Builder {
        Program program;
        PlanPass pass;
        Rect root_window;
        std::vector<std::pair<int, int>> slots; ///< plan image, slot
        std::vector<std::pair<size_t, int>> steps; ///< instance, step
        size_t table_floats = 0;

        int slot(int image)
        {
            for (const auto& [known, s] : slots)
                if (known == image) return s;
            slots.push_back({image, program.images});
            pass.reads.push_back(image);
            return program.images++;
        }
        int add_table(const TablePtr& table)
        {
            const int offset = int(table_floats);
            pass.tables.push_back(table);
            table_floats += (table->data.size() + 3) & ~size_t(3);
            return offset;
        }
    };

    /// The step that gives an instance's colour at the pixel: already there, or a load of its image.
    int step_of(int instance, Builder& b)
    {
        if (instance < 0 || state_[size_t(instance)] == State::Unused) return -1;
        const size_t i = size_t(instance);
        for (const auto& [known, step] : b.steps)
            if (known == i) return step;
        ProgramStep load;
        load.kind = ProgramStep::Kind::Load;
        load.image = b.slot(image_[i]);
        load.clip = !window(i).contains(b.root_window);
        b.program.steps.push_back(std::move(load));
        const int step = int(b.program.steps.size()) - 1;
        b.steps.push_back({i, step});
        return step;
    }

    void emit_pixel(size_t i, size_t root, Builder& b)
    {
        const Instance& instance = all_[i];
        ProgramStep call;
        call.kind = ProgramStep::Kind::Call;
        call.kernel = instance.kernel;
        for (const int a : instance.args) call.args.push_back(step_of(a, b));
        call.args.resize(size_t(instance.kernel->inputs), -1);
        call.unpremult = instance.unpremult;
        call.mixed = instance.mixed;
        call.mix_with = step_of(instance.mix_with, b);
        call.mask = step_of(instance.mask, b);
        call.clip = i != root && !window(i).contains(b.root_window);
        PassCall values;
        values.mix = instance.mix;
        values.mask_scale = instance.mask_scale, values.mask_offset = instance.mask_offset;
        if (instance.mask >= 0 && call.mask < 0) values.mask_scale = 0; // nothing of the mask in this rectangle
        values.window = window(i);
        Block block;
        instance.op->prepare(instance.eval->params.get(), context_of(resolved_, instance, level_), block);
        if (instance.table) block.put("table", b.add_table(instance.table));
        add_call(std::move(call), std::move(values), block, i, b);
    }

    static void add_call(ProgramStep call, PassCall values, const Block& block, size_t instance, Builder& b)
    {
        call.fields = block.fields();
        values.uniforms.assign(block.bytes().begin(), block.bytes().end());
        b.program.steps.push_back(std::move(call));
        b.steps.push_back({instance, int(b.program.steps.size()) - 1});
        b.pass.calls.push_back(std::move(values));
    }

    /// The last pass of area operator `i` as a call inside the kernel of `root`; its other passes come before.
    Status emit_tail(size_t i, size_t root, Builder& b)
    {
        const PassList& list = passes(i);
        std::vector<int> scratches;
        TESSERA_CHECK(emit_area(i, list.dispatches().size() - 1, &scratches));
        const PassList::Dispatch& last = list.dispatches().back();
        ProgramStep call;
        call.kind = ProgramStep::Kind::Call;
        call.kernel = last.kernel;
        for (const AreaImage& r : last.reads) {
            const int image = area_image(i, r, scratches);
            call.images.push_back(image < 0 ? -1 : b.slot(image));
        }
        call.clip = i != root && !window(i).contains(b.root_window);
        PassCall values;
        values.window = window(i);
        Block block = last.block;
        if (last.table) block.put("table", b.add_table(last.table));
        add_call(std::move(call), std::move(values), block, i, b);
        return {};
    }

    int area_image(size_t i, const AreaImage& image, const std::vector<int>& scratches) const
    {
        if (image.kind == AreaImage::Kind::Output) return image_[i];
        if (image.kind == AreaImage::Kind::Scratch) return scratches[size_t(image.index)];
        const Instance& instance = all_[i];
        if (size_t(image.index) >= instance.args.size()) return -1;
        const int a = instance.args[size_t(image.index)];
        return a < 0 ? -1 : image_[size_t(a)];
    }

    /// The first `count` passes of an area operator, each a launch of its own.
    Status emit_area(size_t i, size_t count, std::vector<int>* scratches_out)
    {
        const PassList& list = passes(i);
        std::vector<int> scratches;
        for (const Rect& r : list.scratches()) scratches.push_back(new_image(r, r, all_[i].eval->path + " (scratch)"));
        for (size_t k = 0; k < count; ++k) {
            const PassList::Dispatch& d = list.dispatches()[k];
            Builder b;
            b.pass.write = area_image(i, d.write, scratches);
            b.pass.area = d.area;
            b.pass.groups_x = d.groups_x, b.pass.groups_y = d.groups_y;
            b.pass.instances = {int(i)};
            ProgramStep call;
            call.kind = ProgramStep::Kind::Call;
            call.kernel = d.kernel;
            for (const AreaImage& r : d.reads) {
                const int image = area_image(i, r, scratches);
                call.images.push_back(image < 0 ? -1 : b.slot(image));
            }
            PassCall values;
            values.window = d.area;
            Block block = d.block;
            if (d.table) block.put("table", b.add_table(d.table));
            add_call(std::move(call), std::move(values), block, i, b);
            finish_pass(std::move(b));
        }
        if (scratches_out) *scratches_out = std::move(scratches);
        return {};
    }

    void finish_pass(Builder b)
    {
        b.pass.program = finish_program(std::move(b.program));
        for (const int image : b.pass.reads) touch(image);
        touch(b.pass.write);
        PlanStep step;
        step.kind = PlanStep::Kind::Pass;
        step.pass = std::move(b.pass);
        step.image = step.pass.write;
        plan_.steps.push_back(std::move(step));
        ++plan_.passes;
    }

    /// Most memory alive at once, were every image made at its first use and given back after its last.
    void measure()
    {
        std::vector<int> first(plan_.images.size(), -1);
        const auto use = [&](int image, int step) {
            if (image >= 0 && first[size_t(image)] < 0) first[size_t(image)] = step;
        };
        for (size_t s = 0; s < plan_.steps.size(); ++s) use(plan_.steps[s].image, int(s));
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

    const Resolved& resolved_;
    const std::vector<Instance>& all_;
    int level_;
    const PlanOptions& options_;
    size_t count_, target_ = 0;
    std::vector<Rect> roi_;
    std::vector<State> state_;
    std::vector<int> group_;
    std::vector<int> image_; ///< plan image of an instance
    std::vector<size_t> roots_;
    std::vector<std::vector<size_t>> members_;
    mutable std::unordered_map<size_t, std::unique_ptr<PassList>> pass_lists_;
    Plan plan_;
};

} // namespace

std::vector<TileId> tiles_over(const Key& key, int level, const Rect& rect)
{
    std::vector<TileId> tiles;
    if (rect.empty()) return tiles;
    const Rect r = tile_aligned(rect);
    for (int y = r.y0 / tile_size; y < r.y1 / tile_size; ++y)
        for (int x = r.x0 / tile_size; x < r.x1 / tile_size; ++x) tiles.push_back({key, level, x, y});
    return tiles;
}

Rect tile_aligned(const Rect& r)
{
    if (r.empty()) return {};
    const auto down = [](int v) { return (v >= 0 ? v / tile_size : -((-v + tile_size - 1) / tile_size)) * tile_size; };
    const auto up = [&](int v) { return -down(-v); };
    return {down(r.x0), down(r.y0), up(r.x1), up(r.y1)};
}

Result<Plan> make_plan(const Resolved& resolved, const Rect& region, int level, const PlanOptions& options)
{
    return Planner(resolved, region, level, options).run();
}

std::vector<bool> instances_to_store(const Resolved& resolved, const std::function<bool(const Key&)>& seen)
{
    const auto& all = resolved.instances;
    std::vector<bool> store(all.size(), false), edge(all.size(), false), visited(all.size(), false);
    std::vector<bool> recurring(all.size());
    for (size_t i = 0; i < all.size(); ++i) recurring[i] = seen(all[i].key);
    if (resolved.target < 0) return store;
    visited[size_t(resolved.target)] = true;
    for (size_t i = size_t(resolved.target) + 1; i-- > 0;) {
        if (!visited[i]) continue;
        const Instance& instance = all[i];
        const bool pixel = instance.op->kind == OpKind::Pixel;
        if (edge[i] && pixel && !store[i]) { // too cheap to keep: keep what it reads
            const auto hand_on = [&](int a) {
                if (a >= 0) edge[size_t(a)] = visited[size_t(a)] = true;
            };
            for (const int a : instance.args) hand_on(a);
            hand_on(instance.mix_with);
            hand_on(instance.mask);
            continue;
        }
        if (edge[i] && !pixel) {
            store[i] = true;
            continue;
        }
        if (recurring[i]) continue;
        const auto visit = [&](int a, bool by_area) {
            if (a < 0) return;
            visited[size_t(a)] = true;
            if (!recurring[size_t(a)]) return;
            edge[size_t(a)] = true;
            if (by_area && !all[size_t(a)].args.empty()) store[size_t(a)] = true;
        };
        for (const int a : instance.args) visit(a, !pixel);
        visit(instance.mix_with, false);
        visit(instance.mask, false);
    }
    return store;
}

} // namespace tessera
