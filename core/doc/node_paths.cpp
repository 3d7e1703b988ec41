#include "core/doc/node_paths.h"
#include <algorithm>

namespace tessera {
namespace {

void collect(const Project& project, const Graph& graph, const std::string& prefix, int depth, std::vector<std::string>& paths)
{
    constexpr int deepest = 32; // groups that show one another cannot be in a valid project; this bounds a strange one
    graph.nodes.each([&](NodeId, const NodePtr& node) {
        paths.push_back(prefix + node->name);
        const Graph* inner = node->graph ? find_graph(project, node->graph) : nullptr;
        if (inner && depth < deepest) collect(project, *inner, paths.back() + ".", depth + 1, paths);
    });
}

} // namespace

std::vector<std::string> node_paths(const Project& project)
{
    std::vector<std::string> paths;
    if (const Graph* root = find_graph(project, project.root)) collect(project, *root, "", 0, paths);
    std::sort(paths.begin(), paths.end());
    return paths;
}

} // namespace tessera
