#pragma once
// Plans one rectangle (internal to core/eval). The stages of the design in order: geometry backward, prune at cached tiles,
// fuse, schedule, emit. Instances are numbered so that inputs come first, so walking downwards meets consumers before
// inputs and every stage but the emission is one walk over arrays.
//
// Schedule. What is to be least is the memory alive at once. For a tree of images the best order is known (Sethi and
// Ullman, for registers): finish one input after the other, first the one whose own peak exceeds what it leaves behind by
// most. Graphs are not trees, and the exact answer is then as hard as any scheduling problem; a shared input is taken as
// if it were each consumer's own, which a test compares with every possible order of small graphs. Searching was rejected:
// it gains a few per cent on graphs nobody draws and plans in more than linear time.
#include "core/eval/node_eval.h"
#include "core/eval/plan.h"

namespace tessera {

class Planner {
public:
    Planner(const Resolved& resolved, const Rect& region, int level, const PlanOptions& options);
    Result<Plan> run();

private:
    enum class State : uint8_t { Unused, Compute, Cached };

    // planner.cpp: which instances, where, and in which group.
    const Rect& window(size_t i) const { return windows_[i]; }
    bool stored(size_t i) const { return i < options_.store.size() && options_.store[i]; }
    bool is_pixel(size_t i) const { return all_[i].op->kind == OpKind::Pixel; }
    bool is_reader(size_t i) const { return all_[i].op->kind == OpKind::Reader; }
    void want(int i, const Rect& area);
    void backward();
    /// Calls f(input, at the same pixel) for every input of a computed instance.
    template <class F> void inputs_of(size_t i, F f) const
    {
        const Instance& instance = all_[i];
        if (is_reader(i)) return;
        for (const int a : instance.args)
            if (a >= 0) f(size_t(a), is_pixel(i));
        if (instance.mix_with >= 0) f(size_t(instance.mix_with), true);
        if (instance.mask >= 0) f(size_t(instance.mask), true);
    }
    bool fusible(size_t i);
    bool area_tail_fits(size_t i);
    PassList& passes(size_t i);
    void group();
    bool joins(size_t i, int inputs);
    void collect_members();

    // planner.cpp: the order.
    void weigh();
    uint64_t scratch_bytes(size_t i);
    Status schedule();
    /// Computed into an image of its own (not inside another's kernel).
    bool is_image(size_t i) const
    {
        return state_[i] == State::Cached || (state_[i] == State::Compute && is_reader(i)) ||
               (group_[i] >= 0 && groups_[size_t(group_[i])].root == i);
    }
    std::span<const size_t> members(size_t root) const;
    /// The images that the group of `root` reads, each once, into needs_.
    void find_needs(size_t root);

    // planner_emit.cpp: steps.
    int new_image(const Rect& region, const Rect& image_window, std::string name);
    void touch(int image) { plan_.images[size_t(image)].last_use = int(plan_.steps.size()); }
    void add_transfer(PlanStep::Kind kind, size_t i);
    Status emit(size_t i);
    Status emit_group(size_t root);
    void emit_pixel(size_t i, size_t root);
    Status emit_tail(size_t i, size_t root);
    Status emit_area(size_t i, size_t count, std::vector<int>* scratches_out);
    int area_image(size_t i, const AreaImage& image, const std::vector<int>& scratches) const;
    void measure();

    /// A pass being put together. Its lists keep their memory from pass to pass.
    struct Builder {
        struct Step { ///< a ProgramStep without lists of its own
            bool call = false, clip = false, unpremult = false, mixed = false;
            int image = -1, mix_with = -1, mask = -1;
            const KernelPtr* kernel = nullptr;
            size_t first_arg = 0, args = 0, first_image = 0, images = 0, block = 0;
        };
        PlanPass pass;
        Rect root_window;
        std::vector<Step> steps;
        std::vector<int> numbers;                  ///< args and images of all steps
        std::vector<std::pair<size_t, int>> known; ///< instance, its step
        std::vector<Block> blocks;                 ///< of the calls; those beyond `calls` are spare
        size_t calls = 0, table_floats = 0;

        void begin(const Rect& window);
        int slot(int image);
        int add_table(const TablePtr& table);
        Block& next_block();
        void add_call(Step step, PassCall values);
        Key structure(std::vector<std::byte>& bytes) const;
        Program program() const;
    };
    /// One for a kernel that fuses, one for the passes that go in front of it.
    Builder fused_, single_;
    int step_of(int instance, Builder& b);
    void finish_pass(Builder& b);

    const Resolved& resolved_;
    EvalState& state_of_;
    const std::vector<Instance>& all_;
    int level_;
    const PlanOptions& options_;
    size_t target_ = 0, count_ = 0; ///< instances up to the target are all there is to look at
    std::vector<Rect> windows_, roi_;
    std::vector<State> state_;
    std::vector<int> group_, image_; ///< group, and plan image, of an instance
    struct Group {
        size_t root = 0;
        int operators = 1, leaves = 0;
        size_t first_member = 0, members = 0; ///< in members_
        std::vector<Key> gathers;             ///< kernels of area operators inside: each at most once
    };
    std::vector<Group> groups_;
    struct Use { ///< who reads an instance
        int group = -1;
        bool one = true, same_pixel = true;
    };
    std::vector<Use> uses_;
    std::vector<size_t> members_;
    std::vector<uint64_t> need_, own_; ///< bytes at the peak while an image is made, and when it is there
    std::vector<size_t> needs_;
    std::vector<std::unique_ptr<PassList>> pass_lists_;
    std::vector<std::byte> bytes_;
    Plan plan_;
};

} // namespace tessera
