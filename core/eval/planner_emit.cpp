// Emission: groups and area operators become passes. Kernels' texts depend on structure alone, so a program that has been
// put together before is found by its structure and neither built nor hashed again.
#include "core/eval/planner.h"
#include <algorithm>
#include <cstring>

namespace tessera {

// ---- putting a pass together -----------------------------------------------------------------------------------------

void Planner::Builder::begin(const Rect& window)
{
    pass = {};
    root_window = window;
    steps.clear();
    numbers.clear();
    known.clear();
    calls = table_floats = 0;
}

int Planner::Builder::slot(int image)
{
    const auto it = std::find(pass.reads.begin(), pass.reads.end(), image);
    if (it == pass.reads.end()) pass.reads.push_back(image);
    return int(std::find(pass.reads.begin(), pass.reads.end(), image) - pass.reads.begin());
}

int Planner::Builder::add_table(const TablePtr& table)
{
    const int offset = int(table_floats);
    pass.tables.push_back(table);
    table_floats += (table->data.size() + 3) & ~size_t(3);
    return offset;
}

Block& Planner::Builder::next_block()
{
    if (calls == blocks.size()) blocks.emplace_back();
    blocks[calls].clear();
    return blocks[calls];
}

/// Adds a call whose values are in the block of next_block().
void Planner::Builder::add_call(Step step, PassCall values)
{
    step.call = true;
    step.block = calls++;
    const auto bytes = blocks[step.block].bytes();
    values.uniforms.assign(bytes.begin(), bytes.end());
    steps.push_back(step);
    pass.calls.push_back(std::move(values));
}

/// A key of all that program() depends on.
Key Planner::Builder::structure(std::vector<std::byte>& bytes) const
{
    size_t at = 0;
    const auto raw = [&](const void* data, size_t size) {
        if (at + size > bytes.size()) bytes.resize(2 * (at + size));
        if (size) std::memcpy(bytes.data() + at, data, size);
        at += size;
    };
    const auto number = [&](int64_t n) { raw(&n, sizeof n); };
    number(int64_t(pass.reads.size()));
    for (const Step& s : steps) {
        number(s.call | s.clip << 1 | s.unpremult << 2 | s.mixed << 3);
        number(s.image);
        if (!s.call) continue;
        number(s.mix_with);
        number(s.mask);
        raw(&(*s.kernel)->key, sizeof(Key));
        number(int64_t(s.args));
        raw(numbers.data() + s.first_arg, s.args * sizeof(int));
        number(int64_t(s.images));
        raw(numbers.data() + s.first_image, s.images * sizeof(int));
        const auto& fields = blocks[s.block].fields();
        number(int64_t(fields.size()));
        for (const Block::Field& f : fields) {
            number(int64_t(f.name.size()) << 40 | int64_t(f.type) << 32 | f.offset);
            raw(f.name.data(), f.name.size());
        }
    }
    return hash_bytes(bytes.data(), at);
}

Program Planner::Builder::program() const
{
    Program program;
    program.images = int(pass.reads.size());
    program.steps.reserve(steps.size());
    for (const Step& s : steps) {
        ProgramStep& to = program.steps.emplace_back();
        to.kind = s.call ? ProgramStep::Kind::Call : ProgramStep::Kind::Load;
        to.image = s.image, to.clip = s.clip;
        if (!s.call) continue;
        to.kernel = *s.kernel;
        to.fields = blocks[s.block].fields();
        const int* n = numbers.data();
        to.args.assign(n + s.first_arg, n + s.first_arg + s.args);
        to.images.assign(n + s.first_image, n + s.first_image + s.images);
        to.unpremult = s.unpremult, to.mixed = s.mixed, to.mix_with = s.mix_with, to.mask = s.mask;
    }
    return program;
}

void Planner::finish_pass(Builder& b)
{
    ProgramPtr& program = state_of_.program(b.structure(bytes_));
    if (!program) program = finish_program(b.program());
    b.pass.program = program;
    for (const int image : b.pass.reads) touch(image);
    touch(b.pass.write);
    PlanStep& step = plan_.steps.emplace_back();
    step.kind = PlanStep::Kind::Pass;
    step.image = b.pass.write;
    step.pass = std::move(b.pass);
    ++plan_.passes;
}

// ---- instances -------------------------------------------------------------------------------------------------------

int Planner::new_image(const Rect& region, const Rect& image_window, std::string name)
{
    plan_.images.push_back({region, image_window, std::move(name), -1});
    return int(plan_.images.size()) - 1;
}

void Planner::add_transfer(PlanStep::Kind kind, size_t i)
{
    touch(image_[i]);
    PlanStep& step = plan_.steps.emplace_back();
    step.kind = kind, step.image = image_[i], step.instance = int(i), step.key = all_[i].key;
}

Status Planner::emit(size_t i)
{
    image_[i] = new_image(roi_[i], window(i), all_[i].eval->path);
    if (state_[i] == State::Cached) {
        add_transfer(PlanStep::Kind::Gather, i);
        ++plan_.gathers;
        return {};
    }
    if (is_reader(i)) {
        add_transfer(PlanStep::Kind::Source, i);
        ++plan_.sources, ++plan_.operators;
    } else {
        TESSERA_CHECK(emit_group(i));
    }
    if (stored(i)) {
        add_transfer(PlanStep::Kind::Scatter, i);
        ++plan_.scatters;
    }
    return {};
}

/// One kernel for a group, or the passes of an area operator that stands alone.
Status Planner::emit_group(size_t root)
{
    const auto group = members(root);
    plan_.operators += int(group.size());
    if (!is_pixel(root)) return emit_area(root, passes(root).dispatches().size(), nullptr);
    Builder& b = fused_;
    b.begin(window(root));
    b.pass.write = image_[root];
    b.pass.area = roi_[root];
    b.pass.calls.reserve(group.size());
    b.pass.instances.reserve(group.size());
    for (const size_t m : group) {
        if (is_pixel(m)) emit_pixel(m, root);
        else TESSERA_CHECK(emit_tail(m, root));
        b.pass.instances.push_back(int(m));
    }
    finish_pass(b);
    return {};
}

/// The step that gives an instance's colour at the pixel: already there, or a load of its image.
int Planner::step_of(int instance, Builder& b)
{
    if (instance < 0 || state_[size_t(instance)] == State::Unused) return -1;
    const size_t i = size_t(instance);
    for (const auto& [known, step] : b.known)
        if (known == i) return step;
    Builder::Step load;
    load.image = b.slot(image_[i]);
    load.clip = !window(i).contains(b.root_window);
    b.steps.push_back(load);
    b.known.push_back({i, int(b.steps.size()) - 1});
    return b.known.back().second;
}

void Planner::emit_pixel(size_t i, size_t root)
{
    Builder& b = fused_;
    const Instance& instance = all_[i];
    Builder::Step call;
    call.kernel = &instance.kernel;
    call.first_arg = b.numbers.size();
    call.args = size_t(instance.kernel->inputs);
    for (size_t k = 0; k < call.args; ++k)
        b.numbers.push_back(k < instance.args.size() ? step_of(instance.args[k], b) : -1);
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
    Block& block = b.next_block();
    instance.op->prepare(instance.eval->params(), *EvalState::Context(state_of_, instance, level_), block);
    if (instance.table) block.put("table", b.add_table(instance.table));
    b.add_call(call, std::move(values));
    b.known.push_back({i, int(b.steps.size()) - 1});
}

/// The last pass of area operator `i` as a call inside the kernel of `root`; its other passes come before.
Status Planner::emit_tail(size_t i, size_t root)
{
    PassList& list = passes(i);
    std::vector<int> scratches;
    TESSERA_CHECK(emit_area(i, list.dispatches().size() - 1, &scratches));
    Builder& b = fused_;
    const PassList::Dispatch& last = list.dispatches().back();
    Builder::Step call;
    call.kernel = &last.kernel;
    call.first_image = b.numbers.size();
    call.images = last.reads.size();
    for (const AreaImage& r : last.reads) {
        const int image = area_image(i, r, scratches);
        b.numbers.push_back(image < 0 ? -1 : b.slot(image));
    }
    call.clip = i != root && !window(i).contains(b.root_window);
    PassCall values;
    values.window = window(i);
    Block& block = b.next_block() = last.block;
    if (last.table) block.put("table", b.add_table(last.table));
    b.add_call(call, std::move(values));
    b.known.push_back({i, int(b.steps.size()) - 1});
    return {};
}

int Planner::area_image(size_t i, const AreaImage& image, const std::vector<int>& scratches) const
{
    if (image.kind == AreaImage::Kind::Output) return image_[i];
    if (image.kind == AreaImage::Kind::Scratch) return scratches[size_t(image.index)];
    const Instance& instance = all_[i];
    if (size_t(image.index) >= instance.args.size()) return -1;
    const int a = instance.args[size_t(image.index)];
    return a < 0 ? -1 : image_[size_t(a)];
}

/// The first `count` passes of an area operator, each a launch of its own.
Status Planner::emit_area(size_t i, size_t count, std::vector<int>* scratches_out)
{
    const PassList& list = passes(i);
    std::vector<int> scratches;
    for (const Rect& r : list.scratches()) scratches.push_back(new_image(r, r, all_[i].eval->path + " (scratch)"));
    for (size_t k = 0; k < count; ++k) {
        const PassList::Dispatch& d = list.dispatches()[k];
        Builder& b = single_;
        b.begin({});
        b.pass.write = area_image(i, d.write, scratches);
        b.pass.area = d.area;
        b.pass.groups_x = d.groups_x, b.pass.groups_y = d.groups_y;
        b.pass.instances = {int(i)};
        Builder::Step call;
        call.kernel = &d.kernel;
        call.images = d.reads.size();
        for (const AreaImage& r : d.reads) {
            const int image = area_image(i, r, scratches);
            b.numbers.push_back(image < 0 ? -1 : b.slot(image));
        }
        PassCall values;
        values.window = d.area;
        Block& block = b.next_block() = d.block;
        if (d.table) block.put("table", b.add_table(d.table));
        b.add_call(call, std::move(values));
        finish_pass(b);
    }
    if (scratches_out) *scratches_out = std::move(scratches);
    return {};
}

} // namespace tessera
