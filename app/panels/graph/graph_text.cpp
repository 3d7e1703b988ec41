#include "app/panels/graph/graph_text.h"
#include "app/workspace/commands.h"
#include "core/doc/references.h"
#include "core/doc/validate.h"
#include <algorithm>

namespace tessera {

namespace {

std::string file_of(const Node& node)
{
    const auto it = node.params.find("file");
    const auto* text = it == node.params.end() ? nullptr : std::get_if<std::string>(&it->second.value);
    return text ? *text : "";
}

bool replace_all(std::string& text, const std::string& from, const std::string& to)
{
    bool changed = false;
    for (size_t at = text.find(from); at != text.npos; at = text.find(from, at + to.size()))
        text.replace(at, from.size(), to), changed = true;
    return changed;
}

} // namespace

std::vector<TextMatch> find_text(const Project& project, const std::string& query)
{
    std::vector<TextMatch> found;
    if (query.empty()) return found;
    project.graphs.each([&](GraphId graph, const GraphPtr& g) {
        g->nodes.each([&](NodeId id, const NodePtr& node) {
            const OpDesc* op = Registry::instance().find(node->op);
            const std::string label = op ? op->label : node->op, file = file_of(*node);
            const int by_name = fuzzy_score(query, node->name) * 2, by_class = fuzzy_score(query, label);
            const int by_label = fuzzy_score(query, node->label);
            // Long paths hold any few letters: only whole runs count.
            const int by_file = file.find(query) != file.npos ? 4 + int(query.size()) : 0;
            const int score = std::max({by_name, by_class, by_label, by_file});
            if (score <= 0) return;
            std::string about = score == by_file && score > by_name    ? file
                                : score == by_label && score > by_name ? node->label
                                                                       : label;
            found.push_back({graph, id, path_of(project, graph, id), std::move(about), score});
        });
    });
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.score > b.score; });
    return found;
}

Result<ProjectPtr> replace_text(const ProjectPtr& project, const std::string& from, const std::string& to,
                                const ReplaceWhere& where)
{
    if (from.empty()) return Error{ErrorKind::InvalidArgument, "there is no text to look for", "type it first"};
    ProjectPtr result = project;
    Status status;
    project->graphs.each([&](GraphId graph, const GraphPtr& g) {
        if (where.graph && where.graph != graph) return;
        g->nodes.each([&](NodeId id, const NodePtr& node) {
            if (!status || (where.graph && !where.nodes.contains(id))) return;
            const auto take = [&](Result<ProjectPtr> next) {
                if (next)
                    result = *next;
                else if (status)
                    status = next.error();
            };
            std::string name = node->name;
            if (where.names && replace_all(name, from, to)) {
                const Graph& now = *find_graph(*result, graph);
                if (name != node->name && find_named(now, name)) name = unique_name(now, name);
                take(rename(result, {graph, id}, name));
            }
            if (!where.files) return;
            for (const auto& [param, value] : node->params) {
                const auto info = param_info(*node, param);
                const auto* text = std::get_if<std::string>(&value.value);
                if (!info || info->type != ParamType::File || !text) continue;
                std::string file = *text;
                if (replace_all(file, from, to)) take(set_param(result, {graph, id}, param, file));
            }
        });
    });
    if (!status) return status.error();
    if (result == project)
        return Error{ErrorKind::NotFound, "'" + from + "' is nowhere in these names and files",
                     "check the spelling; case counts"};
    return result;
}

} // namespace tessera
