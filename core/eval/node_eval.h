#pragma once
// The first half of resolving (internal to core/eval): nodes at frames, their parameters and geometry.
#include "core/eval/resolver.h"
#include <deque>
#include <map>
#include <unordered_map>

namespace tessera {

/// A graph as seen from one place: the root graph, or a group's graph entered through that group node.
struct Scope {
    const Scope* parent = nullptr;
    const Node* group = nullptr;
    const Graph* graph = nullptr;
    std::string prefix; ///< "Group1."
};

class ParamCache {
public:
    struct Entry {
        NodePtr node; ///< held, so that its address is not used again
        std::shared_ptr<const void> params;
        Key key;
        Standard standard;
        std::string channels;
    };
    const Entry* find(const Node* node) const
    {
        const auto it = entries_.find(node);
        return it == entries_.end() ? nullptr : &it->second;
    }
    void put(NodePtr node, Entry entry)
    {
        if (entries_.size() > 100'000) entries_.clear();
        const Node* address = node.get();
        entry.node = std::move(node);
        entries_.insert_or_assign(address, std::move(entry));
    }

private:
    std::unordered_map<const Node*, Entry> entries_;
};

/// Everything a Resolved keeps alive, and the walk that fills it.
class EvalState : public std::enable_shared_from_this<EvalState> {
public:
    EvalState(Request request, ParamCache* cache);

    /// The node of the request; null (with no error) when it leads to nothing connected.
    Result<NodeEval*> target();
    /// The same node at another frame.
    Result<NodeEval*> at_frame(NodeEval* eval, double frame);
    /// Parameter struct of `eval`'s node at another frame.
    Result<std::shared_ptr<const void>> params_at(const NodeEval* eval, double frame);
    OpContext context(const NodeEval& eval, std::string_view layer, int level) const;
    const Request& request() const { return request_; }
    void forget_cache() { cache_ = nullptr; }

    /// Takes over `next`'s project, which differs only in the nodes that `changed` names and there only in parameter values
    /// of plain pixel operators. Gives the nodes at frames that got new parameters, each with its former standard
    /// parameters; nothing when the change reaches further, and then nothing has been done.
    struct Former {
        NodeEval* eval = nullptr;
        Standard standard;
    };
    std::optional<std::vector<Former>> take_values(const Request& next, const std::vector<std::pair<GraphId, NodeId>>& changed);

private:
    struct Place {
        const Scope* scope = nullptr;
        NodePtr node;
        explicit operator bool() const { return bool(node); }
    };
    struct Sampled {
        std::shared_ptr<const void> params;
        Key key;
        Standard standard;
        std::string channels;
    };

    Result<NodeEval*> eval(const Place& place, double frame);
    NodeEval* find_or_make(const Place& place, double frame);
    /// Runs the next stage; pushes what must be finished first. True when `e` is done.
    bool advance(NodeEval& e, std::vector<NodeEval*>& stack);
    bool begin(NodeEval& e, std::vector<NodeEval*>& stack);
    bool begin_route(NodeEval& e, std::vector<NodeEval*>& stack);
    void finish(NodeEval& e);
    Status finish_composite(NodeEval& e, std::shared_ptr<const ImageInfo>& info);
    Result<Sampled> sample(const Scope& scope, const Node& node, const OpDesc& op, double frame) const;
    static Sampled sample_values(const OpDesc& op, const std::map<std::string, Value>& values);

    const Scope* root_scope(GraphId graph);
    const Scope* child_scope(const Scope* parent, const Node& group);
    /// Follows groups, group inputs and disabled groups to the node that makes the image.
    Place follow(const Scope* scope, NodeId node);
    Place source_of(const Scope* scope, const Node& node, std::string_view port);

    Request request_;
    ParamCache* cache_;
    std::deque<Scope> scopes_;
    std::map<std::pair<const Scope*, NodeId>, const Scope*> children_;
    std::deque<NodeEval> evals_;
    struct EvalKey {
        const Scope* scope;
        NodeId node;
        double frame;
        bool operator==(const EvalKey&) const = default;
    };
    struct EvalHash {
        size_t operator()(const EvalKey& k) const
        {
            return std::hash<const void*>()(k.scope) ^ (size_t(k.node) * 0x9E3779B97F4A7C15ull) ^
                   (std::hash<double>()(k.frame) << 1);
        }
    };
    std::unordered_map<EvalKey, NodeEval*, EvalHash> by_place_;
    std::unordered_map<const NodeEval*, NodePtr> nodes_;
    std::unordered_multimap<NodeId, NodeEval*> by_node_; ///< filled by the first take_values
    bool indexed_ = false, depends_ = false;             ///< depends_: some parameter is an expression or a link
};

/// The content key of an instance whose inputs have theirs.
Key instance_key(const std::vector<Instance>& instances, const Instance& instance);

/// Fills a parameter struct and its key from values by name; those not named keep their defaults.
void read_standard(const ParamDesc& param, const Value& value, Standard& standard, std::string& channels);

} // namespace tessera
