#include "core/doc/project_json.h"
#include "core/doc/validate.h"
#include <limits>
#include <nlohmann/json.hpp>

namespace tessera {

Error ReadContext::error(const std::string& path, const std::string& problem, const std::string& remedy) const
{
    return {.kind = ErrorKind::Damaged,
            .message = file + ", " + (path.empty() ? "/" : path) + ": " + problem,
            .remedy = remedy,
            .file = file};
}

Result<Fields> Fields::of(const Json& json, std::string path, const ReadContext& context)
{
    if (!json.is_object()) return context.error(path, "is not an object", "correct it there");
    Fields f;
    f.json_ = &json, f.path_ = std::move(path), f.context_ = &context;
    return f;
}

const Json* Fields::take(const std::string& name)
{
    taken_.insert(name);
    const auto it = json_->find(name);
    return it == json_->end() ? nullptr : &*it;
}

Json Fields::rest() const
{
    Json rest = Json::object();
    for (auto it = json_->begin(); it != json_->end(); ++it)
        if (!taken_.contains(it.key())) rest[it.key()] = *it;
    return rest;
}

Status Fields::read(const std::string& name, bool& target)
{
    const Json* j = take(name);
    if (j && !j->is_boolean()) return context_->error(path(name), "is not true or false", "correct it there");
    if (j) target = j->get<bool>();
    return {};
}

namespace {

template <class T> Status read_whole(const Json* j, const std::string& path, const ReadContext& c, T& target)
{
    if (!j) return {};
    constexpr double low = double(std::numeric_limits<T>::min()), high = double(std::numeric_limits<T>::max());
    const bool fits = j->is_number_integer() && j->get<double>() >= low && j->get<double>() <= high;
    if (!fits)
        return c.error(path, "is not a whole number from " + shortest_text(low) + " to " + shortest_text(high),
                       "correct it there");
    target = j->get<T>();
    return {};
}

} // namespace

Status Fields::read(const std::string& name, int& target)
{
    return read_whole(take(name), path(name), *context_, target);
}
Status Fields::read(const std::string& name, uint32_t& target)
{
    return read_whole(take(name), path(name), *context_, target);
}

Status Fields::read(const std::string& name, double& target)
{
    const Json* j = take(name);
    if (j && !j->is_number()) return context_->error(path(name), "is not a number", "correct it there");
    if (j) target = j->get<double>();
    return {};
}

Status Fields::read(const std::string& name, std::string& target)
{
    const Json* j = take(name);
    if (j && !j->is_string()) return context_->error(path(name), "is not a text", "correct it there");
    if (j) target = j->get<std::string>();
    return {};
}

namespace {

/// The error of a rule at a place in the file.
Error placed(const ReadContext& c, const std::string& path, const Error& e)
{
    return c.error(path, e.message, e.remedy);
}

Status read_params(const Json& json, const std::string& path, Node& node, ReadContext& c, Json& unknown)
{
    if (!json.is_object()) return c.error(path, "is not an object", "correct it there");
    const OpDesc* op = Registry::instance().find(node.op);
    for (auto it = json.begin(); it != json.end(); ++it) {
        const std::string& name = it.key();
        const std::string at = path + '/' + name;
        const ParamDesc* desc = op ? op->param(name) : nullptr;
        if (!desc) {
            if (op)
                c.warnings.push_back(node.name + ": operator '" + node.op + "' has no parameter '" + name +
                                     "'; it is kept, without effect");
            auto guess = op ? std::nullopt : guessed_param(*it);
            if (guess)
                node.params[name] = std::move(*guess);
            else
                unknown[name] = *it;
            continue;
        }
        Json rest;
        TESSERA_TRY(param, read_param(*it, at, {desc->type, desc->fallback, desc}, c, rest));
        if (!rest.empty()) unknown[name] = std::move(rest);
        auto checked = checked_value(node, name, param.value);
        if (!checked) return placed(c, at, checked.error());
        param.value = std::move(*checked);
        for (const ParamSource& source : param.sources)
            if (auto status = check_source(node, name, source); !status) return placed(c, at, status.error());
        node.params[name] = std::move(param);
    }
    return {};
}

Status read_inputs(const Json& json, const std::string& path, Node& node, const ReadContext& c)
{
    TESSERA_TRY(f, Fields::of(json, path, c));
    for (auto it = json.begin(); it != json.end(); ++it) {
        Connection connection;
        TESSERA_CHECK(f.read(it.key(), connection.node));
        node.inputs[it.key()] = connection;
    }
    return {};
}

} // namespace

Result<Node> read_node(const Json& json, const std::string& path, ReadContext& c)
{
    TESSERA_TRY(f, Fields::of(json, path, c));
    Node node;
    TESSERA_CHECK(f.read("id", node.id));
    TESSERA_CHECK(f.read("op", node.op));
    TESSERA_CHECK(f.read("version", node.op_version));
    TESSERA_CHECK(f.read("name", node.name));
    TESSERA_CHECK(f.read("disabled", node.disabled));
    TESSERA_CHECK(f.read("label", node.label));
    TESSERA_CHECK(f.read("graph", node.graph));
    TESSERA_CHECK(f.read("clones", node.clones));
    if (node.id == 0 || node.id == std::numeric_limits<NodeId>::max())
        return c.error(path + "/id", "is missing or is not the number of a node",
                       "give every node a number of its own, from 1 up");
    if (node.op.empty()) return c.error(path + "/op", "is missing", "name the node's operator");
    if (auto status = check_name(node.name); !status) return placed(c, path + "/name", status.error());
    if (auto status = check_text("the label", node.label); !status) return placed(c, path + "/label", status.error());

    const OpDesc* op = Registry::instance().find(node.op);
    if (!op)
        c.warnings.push_back(node.name + ": the operator '" + node.op + "' is not known; the node is kept as it is");
    else if (node.op_version > op->version)
        c.warnings.push_back(node.name + ": was made by a newer version of the operator '" + node.op + "'");
    const Json* params = f.take("params");
    const Json* inputs = f.take("inputs");
    Json unknown = Json::object();
    if (params) TESSERA_CHECK(read_params(*params, path + "/params", node, c, unknown));
    if (inputs) TESSERA_CHECK(read_inputs(*inputs, path + "/inputs", node, c));
    Json rest = f.rest();
    if (!unknown.empty()) rest["params"] = std::move(unknown);
    node.extra = extra_text(rest);
    return node;
}

Result<std::shared_ptr<Graph>> read_graph(const Json& json, const std::string& path, ReadContext& c)
{
    TESSERA_TRY(f, Fields::of(json, path, c));
    auto graph = std::make_shared<Graph>();
    TESSERA_CHECK(f.read("id", graph->id));
    if (graph->id == 0 || graph->id == std::numeric_limits<GraphId>::max())
        return c.error(path + "/id", "is missing or is not the number of a graph",
                       "give every graph a number of its own, from 1 up");
    const Json* nodes = f.take("nodes");
    if (!nodes || !nodes->is_array())
        return c.error(path + "/nodes", "is not an array", "list the graph's nodes there");
    for (size_t i = 0; i < nodes->size(); ++i) {
        const std::string at = path + "/nodes/" + std::to_string(i);
        TESSERA_TRY(node, read_node((*nodes)[i], at, c));
        if (graph->nodes.contains(node.id))
            return c.error(at + "/id", "node " + std::to_string(node.id) + " is there twice",
                           "give every node a number of its own");
        if (graph->names.contains(node.name))
            return c.error(at + "/name", "two nodes of the graph are called '" + node.name + "'",
                           "give every node a name of its own");
        graph->names.set(node.name, node.id);
        const NodeId id = node.id;
        graph->nodes.set(id, std::make_shared<const Node>(std::move(node)));
    }
    graph->extra = extra_text(f.rest());
    return graph;
}

} // namespace tessera
