#pragma once
// Other parameter values for nodes that have been resolved (internal to core/eval; replan.h says when).
#include "core/eval/node_eval.h"

namespace tessera {

using NodePlaces = std::vector<std::pair<GraphId, NodeId>>;

/// One edit on its way into a state. Everything is put in place first, since hooks look at the state; what turns out to
/// reach further than values is taken back.
class ValueUpdate {
public:
    ValueUpdate(EvalState& state, const Request& next);
    ~ValueUpdate();
    ValueUpdate(const ValueUpdate&) = delete;
    ValueUpdate& operator=(const ValueUpdate&) = delete;

    /// Takes the changed nodes' values over; false when they reach further, and then nothing has been done.
    bool run(const NodePlaces& changed, const std::vector<Instance>& instances);
    /// Some node at some frame has other values.
    bool any() const;
    /// Takes the new table of an instance, if it has one.
    void give_table(size_t n, Instance& instance);
    /// Forgets which nodes at frames have new values.
    void settle();

private:
    struct Update {
        NodeEval* eval = nullptr;
        GraphId graph = 0;
        std::shared_ptr<const Sampled> values; ///< the new ones, and once in place the former ones
        FactsPtr facts;
        bool edited = true, placed = false;
    };
    using Tables = std::vector<std::pair<size_t, TablePtr>>;
    static thread_local std::vector<Update> kept_updates; ///< their memory serves every edit
    static thread_local Tables kept_tables;

    /// Finds nodes at frames by their node.
    void index();
    static const NodePtr* find(const Project& project, GraphId graph, NodeId id);
    /// The nodes at frames to be sampled again.
    bool gather(const NodePlaces& changed);
    /// Places for new values: what the edit before the last one left, else new ones.
    EvalState::Spare blank(const NodeEval& e);
    /// Samples every update and puts it in place; what composite operators are made of is added on the way.
    bool sample();
    bool sample_node_of(Update& u);
    /// Compares what a composite operator is made of now with what it was, and adds the parts that got other values.
    bool expand(NodeEval& e);
    /// Facts of the new value of the node. They are its own, not the cache's: a slider would fill that.
    static void describe(const NodeFacts& former, const NodePtr& node, NodeFacts& into);
    static void swap(Update& u);
    /// Nothing but values is different. The new values are in place, `u` has the former ones.
    bool harmless(const Update& u);
    bool info_holds(NodeEval& e);
    /// Kernels are the same, and tables (which are values) of the same size.
    bool structure_holds(const std::vector<Instance>& instances);
    /// Former values and facts that nobody else holds are written over by the next edit of the same node.
    void keep_spares();

    EvalState& state_;
    const Request& next_;
    ProjectPtr former_;
    std::vector<Update>& updates_;
    Tables& tables_;
};

} // namespace tessera
