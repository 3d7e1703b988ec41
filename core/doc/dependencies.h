#pragma once
// Which parameters a parameter's value is made of, as far as it can be told without evaluating it.
#include "core/doc/references.h"
#include <functional>
#include <set>
#include <tuple>

namespace tessera {

/// One number of a parameter (component 0 for what has no components).
struct ParamPart {
    const Graph* graph = nullptr;
    const Node* node = nullptr;
    std::string param;
    int component = 0;
};

/// Visits the parts that links and expressions of `part` name. Paths that name nothing are passed over: they are an
/// error of evaluation.
void each_dependency(const Project& project, const ParamPart& part, const std::function<void(const ParamPart&)>& visit);

/// Finds parameters whose value depends on itself, whatever branch an expression takes. What one call has found to be
/// free of cycles the next ones do not visit again.
class DependencyCheck {
public:
    explicit DependencyCheck(const Project& project) : project_(project) {}
    /// The error names the way round.
    Status check(const Graph& graph, const Node& node, std::string_view param);

private:
    using Key = std::tuple<const Node*, std::string, int>;
    struct Level {
        ParamPart part;
        std::vector<ParamPart> dependencies;
        size_t next = 0;
    };
    static Key key_of(const ParamPart& p) { return {p.node, p.param, p.component}; }
    void push(const ParamPart& part);
    Status from(const ParamPart& start);
    Error cycle(const ParamPart& again) const;

    const Project& project_;
    std::vector<Level> stack_;
    std::set<Key> seen_, open_;
};

} // namespace tessera
