#pragma once
// The first half of resolving (internal to core/eval): nodes at frames, their parameters and geometry.
#include "core/eval/flat_map.h"
#include "core/eval/program.h"
#include "core/eval/resolver.h"
#include <deque>
#include <map>
#include <memory_resource>

namespace tessera {

/// A graph as seen from one place: the root graph, or a group's graph entered through that group node.
struct Scope {
    const Scope* parent = nullptr;
    const Node* group = nullptr;
    const Graph* graph = nullptr;
    std::string prefix; ///< "Group1."
};

/// What resolving asks of a node's value, worked out once: an edited node is another value at another address.
struct NodeFacts {
    NodePtr node; ///< held, so that its address is not used again
    const OpDesc* op = nullptr;
    bool structural = false; ///< a group, or an Input or Output: followed, not evaluated
    bool disabled = false;
    bool depends = false;    ///< some parameter is an expression or a link
    std::vector<NodeId> inputs; ///< by port of `op`, 0 where not connected; without `op` the first connection
    std::shared_ptr<const Sampled> constant; ///< null when a parameter is animated
};
using FactsPtr = std::shared_ptr<const NodeFacts>;

/// Facts of nodes, kept from one request to the next.
class ParamCache : public std::enable_shared_from_this<ParamCache> {
public:
    /// The facts of a node, without parameters where it is new. The reference lasts until the next call.
    const FactsPtr& facts(const NodePtr& node);
    /// Remembers the parameters of a node that is not animated.
    void put(const FactsPtr& facts, std::shared_ptr<const Sampled> constant);
    /// The program of this structure (planner_emit.cpp), to be set where it is null. Lasts until the next call.
    ProgramPtr& program(const Key& structure);
    size_t evals = 0; ///< nodes at frames in the last request, which the next one makes room for

private:
    struct Hash {
        size_t operator()(const Node* n) const { return reinterpret_cast<uintptr_t>(n) >> 4; }
    };
    struct KeyHash {
        size_t operator()(const Key& k) const { return size_t(k.low); }
    };
    FlatMap<const Node*, FactsPtr, Hash> entries_;
    FlatMap<Key, ProgramPtr, KeyHash> programs_;
};

/// How a layer of a node is made: as nothing, as another recipe's result, or as an instance of its own from others'.
/// Recipes lie in the state's memory and are found from their node, so that the walk hashes nothing.
struct Recipe {
    enum class Kind : uint8_t { Zero, Forward, Build } kind = Kind::Zero;
    enum class State : uint8_t { Fresh, Open, Done } state = State::Fresh;
    bool mixed = false;
    bool identical = false; ///< Forward: the operator says that it does nothing
    bool composite = false; ///< Build: args[0] is the expansion's result, only mask and mix are applied
    int instance = -1;      ///< once made
    NodeEval* eval = nullptr;
    std::string_view layer;
    Recipe* next = nullptr;    ///< of the same node, for another layer
    Recipe* forward = nullptr; ///< null is zero, here and below
    std::span<Recipe*> args;
    std::span<int> ports;
    Recipe* mask = nullptr;     ///< Build: null: none
    Recipe* original = nullptr; ///< Build: what the result is mixed with
    std::array<float, 4> mix{1, 1, 1, 1};
};

/// Everything a Resolved keeps alive, and the walk that fills it. Contexts are lent, since making one costs an allocation
/// and every hook of every node wants one.
class EvalState {
public:
    EvalState(Request request, std::shared_ptr<ParamCache> cache);
    EvalState(const EvalState&) = delete;
    EvalState& operator=(const EvalState&) = delete;

    /// The node of the request; null (with no error) when it leads to nothing connected.
    Result<NodeEval*> target();
    /// The same node at another frame.
    Result<NodeEval*> at_frame(NodeEval* eval, double frame);
    /// Parameter struct of `eval`'s node at another frame.
    Result<std::shared_ptr<const void>> params_at(const NodeEval* eval, double frame);
    const Request& request() const { return request_; }
    size_t size() const { return evals_.size(); }

    /// A context that is given back when it goes out of scope. Hooks may call back into the state, which lends others.
    class Context {
    public:
        Context(const EvalState& state, const NodeEval& eval, std::string_view layer, int level);
        Context(const EvalState& state, const Instance& instance, int level);
        ~Context() { --state_.lent_; }
        Context(const Context&) = delete;
        Context& operator=(const Context&) = delete;
        const OpContext& operator*() const { return context_; }

    private:
        const EvalState& state_;
        OpContext& context_;
    };
    void fill(OpContext& context, const NodeEval& eval, std::string_view layer, int level) const;

    /// Another snapshot, in which every node that has been evaluated is in its place.
    void take_project(ProjectPtr project);

    /// Memory for lists that live as long as the state, every entry T().
    template <class T> std::span<T> list(size_t count)
    {
        if (!count) return {};
        T* first = static_cast<T*>(memory_.allocate(count * sizeof(T), alignof(T)));
        std::uninitialized_value_construct_n(first, count);
        return {first, count};
    }
    /// The one copy of a layer's name.
    std::string_view layer_name(std::string_view name);

    /// The kernel or table an operator makes for an instance; asked once for all nodes that agree in everything the hook
    /// is told, which saves a tree of a thousand merges from putting together a thousand texts.
    Result<KernelPtr> kernel_of(const NodeEval& eval, std::string_view layer);
    Result<TablePtr> table_of(const NodeEval& eval, std::string_view layer);

    ProgramPtr& program(const Key& structure) { return cache_->program(structure); }

private:
    friend class ValueUpdate;
    struct Place { ///< to be used at once: the next look into the cache may move its facts
        const Scope* scope = nullptr;
        const FactsPtr* facts = nullptr;
        explicit operator bool() const { return facts; }
    };

    Result<NodeEval*> eval(const Place& place, double frame);
    NodeEval* find_or_make(const Place& place, double frame);
    /// Runs the next stage; pushes what must be finished first. True when `e` is done.
    bool advance(NodeEval& e, std::vector<NodeEval*>& stack);
    bool begin(NodeEval& e, std::vector<NodeEval*>& stack);
    bool begin_route(NodeEval& e, std::vector<NodeEval*>& stack);
    void connect(NodeEval& e);
    void finish(NodeEval& e);
    void finish_info(NodeEval& e);
    Status finish_composite(NodeEval& e, std::shared_ptr<const ImageInfo>& info);

    const Scope* root_scope(GraphId graph);
    const Scope* child_scope(const Scope* parent, const Node& group);
    /// Follows groups, group inputs and disabled groups to the node that makes the image.
    Place follow(const Scope* scope, NodeId node);

    void fill_project(OpContext& context) const;
    enum class Hook { Info, Kernel, Table };
    /// What a hook is told about `e` as a key; the zero key where equal keys may not share an answer.
    Key question(const NodeEval& e, std::string_view layer, Hook hook) const;

    Request request_;
    std::shared_ptr<ParamCache> cache_;
    std::pmr::monotonic_buffer_resource memory_;
    std::deque<Scope> scopes_;
    std::map<std::pair<const Scope*, NodeId>, const Scope*> children_;
    std::deque<NodeEval> evals_;
    struct EvalKey {
        const Scope* scope = nullptr;
        NodeId node = 0;
        double frame = 0;
        bool operator==(const EvalKey&) const = default;
    };
    struct EvalHash {
        size_t operator()(const EvalKey& k) const
        {
            return (reinterpret_cast<uintptr_t>(k.scope) >> 4) ^ (size_t(k.node) * 0xC2B2AE3D27D4EB4Full) ^
                   (std::hash<double>()(k.frame) << 1);
        }
    };
    FlatMap<EvalKey, NodeEval*, EvalHash> by_place_;
    std::deque<std::string> layers_;
    struct KeyHash {
        size_t operator()(const Key& k) const { return size_t(k.low); }
    };
    FlatMap<Key, std::shared_ptr<const ImageInfo>, KeyHash> infos_;
    FlatMap<Key, KernelPtr, KeyHash> kernels_;
    FlatMap<Key, TablePtr, KeyHash> tables_;
    mutable std::deque<OpContext> contexts_; ///< lent out as a stack
    mutable size_t lent_ = 0;

    struct NodeHash {
        size_t operator()(NodeId n) const { return n; }
    };
    FlatMap<NodeId, NodeEval*, NodeHash> by_node_; ///< heads of lists by next_of_node; filled by the first edit
    std::vector<NodeEval*> depending_;             ///< evals with an expression or a link
    size_t indexed_ = 0; ///< evals in by_node_
    struct Spare { ///< what an edit replaced, to be written over by a later one
        const NodeEval* owner = nullptr;
        std::shared_ptr<Sampled> values;
        std::shared_ptr<NodeFacts> facts;
    };
    std::vector<Spare> spare_;
};

/// Samples the parameters of a node at a frame into `into`, which holds a struct made by `op` (or nothing yet).
Status sample_node(const Project& project, const Scope& scope, const Node& node, const OpDesc& op, double frame,
                   Sampled& into);
/// The parameters of a node of an expansion; `into` as above.
void sample_values(const OpDesc& op, const std::map<std::string, Value>& values, Sampled& into);

/// The state of what resolve() gave.
inline EvalState& state_of(const Resolved& resolved) { return *static_cast<EvalState*>(resolved.state.get()); }

/// The content key of an instance whose inputs have theirs.
Key instance_key(const std::vector<Instance>& instances, const Instance& instance);

} // namespace tessera
