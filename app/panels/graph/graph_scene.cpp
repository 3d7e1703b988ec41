#include "app/panels/graph/graph_scene.h"
#include "app/panels/graph/label_text.h"
#include "core/doc/dependencies.h"
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <set>

namespace tessera {

namespace {

/// The operator's label without blanks, as names start with it.
std::string squeezed(const std::string& label)
{
    std::string text;
    for (const char c : label)
        if (std::isalnum(static_cast<unsigned char>(c))) text += char(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// True when the name says what the node is: the label and perhaps a number.
bool name_tells(const std::string& name, const OpDesc& op)
{
    std::string plain = squeezed(name);
    while (!plain.empty() && std::isdigit(static_cast<unsigned char>(plain.back()))) plain.pop_back();
    std::string label = squeezed(op.label);
    while (!label.empty() && std::isdigit(static_cast<unsigned char>(label.back()))) label.pop_back();
    return plain == label;
}

void split_lines(const std::string& text, std::vector<std::string>& lines)
{
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        lines.push_back(text.substr(at, end - at));
        at = end + 1;
    }
}

const std::string* constant_text(const Node& node, const char* param)
{
    const auto it = node.params.find(param);
    return it == node.params.end() || !it->second.constant() ? nullptr : std::get_if<std::string>(&it->second.value);
}

/// What a node is about where it has one such thing: its file, or the operation of a Merge.
std::string own_words(const Node& node)
{
    if (const std::string* file = constant_text(node, "file")) return std::filesystem::path(*file).filename().string();
    const std::string* operation = node.op == "merge" ? constant_text(node, "operation") : nullptr;
    return operation ? *operation : "";
}

constexpr size_t most_lines = 6;

/// The text, cut with an ellipsis where it is wider than `room`.
std::string cut(const std::string& text, float room, bool small, const TextWidth& width, float& wide)
{
    wide = width(text, small);
    if (wide <= room) return text;
    static constexpr std::string_view ellipsis = "\xe2\x80\xa6";
    size_t low = 0, high = text.size(); // the longest start that fits
    while (low < high) {
        const size_t middle = (low + high + 1) / 2;
        if (width(text.substr(0, middle) + std::string(ellipsis), small) <= room)
            low = middle;
        else
            high = middle - 1;
    }
    while (low > 0 && (static_cast<unsigned char>(text[low]) & 0xC0) == 0x80) --low; // not within a character
    std::string shorter = text.substr(0, low) + std::string(ellipsis);
    wide = width(shorter, small);
    return shorter;
}

void place_inputs(SceneNode& n)
{
    const int main = n.node->graph ? -1 : n.op ? main_input(*n.op) : 0;
    std::vector<size_t> others;
    for (size_t i = 0; i < n.inputs.size(); ++i) {
        SceneInput& input = n.inputs[i];
        input.at = {0, -n.size.y * 0.5};
        if (input.mask)
            input.at = {n.size.x * 0.5, 0};
        else if (int(i) != main)
            others.push_back(i);
    }
    if (n.dot || others.empty()) return;
    if (n.node->graph) { // a group's ports stand in their order
        for (size_t i = 0; i < others.size(); ++i)
            n.inputs[others[i]].at.x = n.size.x * ((double(i) + 1) / (double(others.size()) + 1) - 0.5);
        return;
    }
    // The main one is straight; the others stand beside it, left and right in turn.
    const double room = n.size.x * 0.5 - 10, widest = 28;
    const double step = std::min(widest, room / std::ceil(double(others.size()) / 2));
    for (size_t i = 0; i < others.size(); ++i) n.inputs[others[i]].at.x = step * double(i / 2 + 1) * (i % 2 ? 1 : -1);
}

void fill_inputs(const Project& project, SceneNode& n)
{
    constexpr int most_shown = 2; // image inputs without being used
    int images = 0;
    for (std::string& name : input_names(project, *n.node)) {
        SceneInput input;
        const PortDesc* port = nullptr;
        if (n.op)
            for (const PortDesc& p : n.op->inputs)
                if (p.name == name) port = &p;
        input.mask = port && port->kind == PortDesc::Kind::Mask;
        input.required = port && port->required;
        const bool used = n.node->inputs.contains(name);
        if (!input.mask) input.shown = used || (images < most_shown && !n.viewer) || n.node->graph;
        images += !input.mask;
        input.name = std::move(name);
        n.inputs.push_back(std::move(input));
    }
}

SceneNode make_node(const Project& project, const Graph& graph, const NodePtr& node, double frame,
                    const TextWidth& width, bool& live)
{
    SceneNode n;
    n.id = node->id;
    n.node = node;
    n.op = Registry::instance().find(node->op);
    n.look = look_of(graph, node->id);
    const Vec2* at = graph.positions.find(node->id);
    n.centre = at ? *at : Vec2{};
    n.dot = node->op == "dot";
    n.viewer = node->op == "viewer";
    n.output = has_output(*node);
    for (const auto& [name, param] : node->params)
        for (const ParamSource& source : param.sources) {
            n.animated = n.animated || std::holds_alternative<CurvePtr>(source);
            n.linked = n.linked || std::holds_alternative<ExpressionSource>(source) ||
                       std::holds_alternative<LinkSource>(source);
        }
    fill_inputs(project, n);
    if (n.op && !n.dot && !name_tells(node->name, *n.op)) n.lines.push_back(n.op->label), n.first_line_is_class = true;
    if (!n.op && !node->graph) n.lines.push_back(node->op), n.first_line_is_class = true;
    if (const std::string words = own_words(*node); !words.empty() && node->label.empty()) n.lines.push_back(words);
    if (!node->label.empty()) {
        live = live || node->label.find('[') != std::string::npos;
        split_lines(label_text(project, graph, *node, frame), n.lines);
    }
    if (n.lines.size() > most_lines) n.lines.resize(most_lines);
    if (n.dot) {
        n.size = {NodeMetrics::dot, NodeMetrics::dot};
    } else {
        double wide = double(width(node->name, false));
        if (n.look.thumbnail) wide = NodeMetrics::widest;
        n.size.x = std::clamp(std::ceil((wide + 28) / 8) * 8, double(NodeMetrics::width), double(NodeMetrics::widest));
        n.size.y = NodeMetrics::header + (n.lines.empty() ? 0.0 : double(n.lines.size()) * NodeMetrics::line + 6);
        if (n.look.thumbnail) {
            // The picture goes to where there is room: above what nothing comes into, else below.
            const double picture = n.size.x * 9 / 16;
            n.size.y += picture;
            n.centre.y += (n.inputs.empty() ? -0.5 : 0.5) * picture;
        }
    }
    n.title = cut(node->name, float(n.size.x) - 16, false, width, n.title_width);
    n.line_widths.resize(n.lines.size());
    const float room = n.dot ? 400.0f : float(n.size.x) - 12;
    for (size_t i = 0; i < n.lines.size(); ++i) n.lines[i] = cut(n.lines[i], room, true, width, n.line_widths[i]);
    place_inputs(n);
    return n;
}

/// Lines along links and expressions to nodes of the same graph, each pair once.
void find_links(const Project& project, const Graph& graph, Scene& scene)
{
    std::set<std::pair<int, int>> seen;
    for (size_t i = 0; i < scene.nodes.size(); ++i) {
        const SceneNode& n = scene.nodes[i];
        if (!n.linked) continue;
        for (const auto& [name, param] : n.node->params) {
            if (param.constant()) continue;
            for (size_t c = 0; c < param.sources.size(); ++c)
                each_dependency(project, {&graph, n.node.get(), name, int(c)}, [&](const ParamPart& part) {
                    const auto it = scene.index.find(part.node->id);
                    if (it == scene.index.end() || size_t(it->second) == i) return;
                    if (seen.emplace(it->second, int(i)).second) scene.links.push_back({it->second, int(i)});
                });
        }
    }
}

void connect_scene(Scene& scene)
{
    std::map<NodeId, int> first_clone;
    for (size_t i = 0; i < scene.nodes.size(); ++i) {
        SceneNode& n = scene.nodes[i];
        for (SceneInput& input : n.inputs) {
            const auto connection = n.node->inputs.find(input.name);
            if (connection == n.node->inputs.end()) continue;
            const auto source = scene.index.find(connection->second.node);
            if (source == scene.index.end()) continue;
            input.source = source->second;
            scene.nodes[size_t(input.source)].has_consumers = true;
        }
        if (!n.node->clones) continue;
        const auto [it, is_first] = first_clone.emplace(n.node->clones, int(i));
        if (is_first) continue;
        scene.clones.push_back({it->second, int(i)});
        n.clone = scene.nodes[size_t(it->second)].clone = true;
        it->second = int(i);
    }
}

void find_bounds(Scene& scene)
{
    Vec2 low{1e30, 1e30}, high{-1e30, -1e30};
    const auto take = [&](Vec2 a, Vec2 b) {
        low = {std::min(low.x, a.x), std::min(low.y, a.y)};
        high = {std::max(high.x, b.x), std::max(high.y, b.y)};
    };
    for (const SceneNode& n : scene.nodes) take(n.low(), n.high());
    for (const NotePtr& note : scene.notes) take(note->position, note->position + note->size);
    if (high.x >= low.x) scene.low = low, scene.high = high;
}

} // namespace

Scene build_scene(const Project& project, GraphId graph, double frame, const TextWidth& width)
{
    Scene scene;
    scene.graph = graph;
    const Graph* g = find_graph(project, graph);
    if (!g) return scene;
    scene.nodes.reserve(g->nodes.size());
    g->nodes.each([&](NodeId, const NodePtr& node) {
        scene.nodes.push_back(make_node(project, *g, node, frame, width, scene.live_labels));
    });
    std::stable_sort(scene.nodes.begin(), scene.nodes.end(),
                     [](const SceneNode& a, const SceneNode& b) { return a.look.z < b.look.z; });
    for (size_t i = 0; i < scene.nodes.size(); ++i) scene.index[scene.nodes[i].id] = int(i);
    g->notes.each([&](NoteId, const NotePtr& note) { scene.notes.push_back(note); });
    // Backdrops behind sticky notes; larger ones behind smaller ones that they hold.
    const auto order = [](const NotePtr& n) {
        return std::tuple(n->kind == Note::Kind::Sticky, n->z, -n->size.x * n->size.y);
    };
    std::stable_sort(scene.notes.begin(), scene.notes.end(),
                     [&](const NotePtr& a, const NotePtr& b) { return order(a) < order(b); });
    connect_scene(scene);
    find_links(project, *g, scene);
    find_bounds(scene);
    return scene;
}

} // namespace tessera
