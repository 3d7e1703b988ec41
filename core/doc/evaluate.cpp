// The value of a parameter at a frame. Constants take the short way out; everything else is evaluated component by
// component, recursively, with a stack that finds cycles and a memory of what has been evaluated, so that a net of
// links costs as many steps as it has parts.
#include "core/doc/dependencies.h"
#include "core/doc/expression.h"
#include "core/doc/validate.h"
#include <algorithm>
#include <cmath>
#include <map>
#include <tuple>

namespace tessera {

namespace {

/// How many parameters may hang on one another in a chain, and how many evaluations one value may cost.
constexpr size_t longest_chain = 200;
constexpr int most_steps = 100000;

struct Place {
    const Graph* graph;
    const Node* node;
    std::string_view param;
    ParamType type;
    const Value* fallback;
    const ParamDesc* desc;
};

class Evaluator {
public:
    explicit Evaluator(const Project& project) : project_(project) {}

    Result<Value> whole(const Place& at, double frame)
    {
        const auto it = at.node->params.find(at.param);
        if (it == at.node->params.end()) return *at.fallback;
        const Param& param = it->second;
        auto value = converted(param.value, at.type);
        if (!value) return wrong_type(at, param.value);
        if (param.constant()) return std::move(*value);
        if (const auto* link = std::get_if<LinkSource>(&param.sources[0]); link && !numeric(at.type))
            return linked_whole(at, *link, frame);
        if (at.type == ParamType::Enum) return choice(at, param, frame);
        for (int i = 0; i < component_count(at.type); ++i) {
            if (size_t(i) >= param.sources.size() || param.sources[size_t(i)].index() == 0) continue;
            TESSERA_TRY(number, component_at(at, i, frame));
            set_component(*value, i, number);
        }
        return std::move(*value);
    }

private:
    struct Step {
        const Node* node;
        const Graph* graph;
        std::string_view param;
        int component;
    };
    using Memory = std::map<std::tuple<const Node*, std::string, int, double>, double>;

    static bool numeric(ParamType type) { return component_count(type) > 0 && type != ParamType::Enum; }

    Error error_at(const Place& at, ErrorKind kind, const std::string& what, std::string remedy) const
    {
        Error e{kind, "parameter '" + std::string(at.param) + "': " + what, std::move(remedy)};
        return e.at_node(path_of(project_, at.graph->id, at.node->id));
    }
    Error wrong_type(const Place& at, const Value& value) const
    {
        return error_at(at, ErrorKind::InvalidArgument,
                        to_text(value) + " is a " + std::string(name_of(type_of(value))) + " where a " +
                            std::string(name_of(at.type)) + " is needed",
                        "set the parameter again");
    }

    /// Puts the step on the stack; an error that names the way round when it is there already.
    Status enter(const Place& at, int component)
    {
        const auto name = [&](const Step& s) {
            std::string text = path_of(project_, s.graph->id, s.node->id) + '.' + std::string(s.param);
            const auto info = param_info(*s.node, s.param);
            const std::string part = info ? component_name(info->type, s.component) : "";
            return part.empty() ? text : text + '.' + part;
        };
        const Step step{at.node, at.graph, at.param, component};
        const auto is_step = [&](const Step& s) {
            return s.node == step.node && s.param == step.param && s.component == step.component;
        };
        const auto start = std::find_if(stack_.begin(), stack_.end(), is_step);
        if (start != stack_.end()) {
            std::string way;
            for (auto s = start; s != stack_.end(); ++s) way += name(*s) + " -> ";
            return error_at(at, ErrorKind::InvalidArgument, "its value depends on itself: " + way + name(step),
                            "break the cycle by making one of these a constant");
        }
        if (stack_.size() >= longest_chain || ++steps_ > most_steps)
            return error_at(at, ErrorKind::Unsupported, "too many parameters depend on one another",
                            "make one of them a constant");
        stack_.push_back(step);
        return {};
    }

    /// Component `i` of the parameter at a frame, as a number.
    Result<double> component_at(const Place& at, int i, double frame)
    {
        const auto it = at.node->params.find(at.param);
        if (it == at.node->params.end()) return component(*at.fallback, i);
        const Param& param = it->second;
        if (size_t(i) >= param.sources.size() || param.sources[size_t(i)].index() == 0)
            return component(param.value, i);
        const auto key = std::make_tuple(at.node, std::string(at.param), i, frame);
        if (const auto known = memory_.find(key); known != memory_.end()) return known->second;
        TESSERA_CHECK(enter(at, i));
        auto result = source_at(at, param.sources[size_t(i)], i, frame);
        stack_.pop_back();
        if (!result) return std::move(result.error());
        if (!std::isfinite(*result))
            return error_at(at, ErrorKind::InvalidArgument,
                            "its value is " + shortest_text(*result) + ", not a finite number",
                            "correct what it is computed from");
        memory_.emplace(key, *result);
        return *result;
    }

    Result<double> source_at(const Place& at, const ParamSource& source, int i, double frame)
    {
        if (const auto* curve = std::get_if<CurvePtr>(&source)) return *curve ? (*curve)->at(frame) : 0.0;
        if (const auto* link = std::get_if<LinkSource>(&source)) return linked(at, *link, i, frame);
        return expression_at(at, std::get<ExpressionSource>(source), i, frame);
    }

    /// What the expression of one component can see.
    struct Scope : ExpressionScope {
        Scope(Evaluator& e, const Place& p, const ExpressionSource& s, double f) : evaluator(e), place(p), source(s)
        {
            const ProjectSettings& settings = e.project_.settings;
            frame = f, frames_per_second = settings.frames_per_second;
            first_frame = settings.first_frame, last_frame = settings.last_frame;
            width = settings.format.width, height = settings.format.height;
        }
        Result<ExpressionValue> parameter(std::string_view path, double at) override
        {
            return evaluator.referenced_value(place, path, at);
        }
        Result<ExpressionValue> curve(std::string_view path, double x) override
        {
            if (!path.empty()) return evaluator.referenced_curve(place, path, x);
            if (source.curve) return ExpressionValue{{source.curve->at(x)}, 1};
            return evaluator.error_at(place, ErrorKind::NotFound,
                                      "the expression asks for its own curve, but there is none",
                                      "set keys first, or name a parameter: curve(Node.parameter, frame)");
        }
        Evaluator& evaluator;
        const Place& place;
        const ExpressionSource& source;
    };

    Result<double> expression_at(const Place& at, const ExpressionSource& source, int i, double frame)
    {
        auto expression = compiled(source.text);
        if (!expression)
            return error_at(at, expression.error().kind, expression.error().message, expression.error().remedy);
        Scope scope(*this, at, source, frame);
        auto value = (*expression)->evaluate(scope);
        if (!value && value.error().node.empty())
            return error_at(at, value.error().kind, value.error().message, value.error().remedy);
        if (!value) return std::move(value.error());
        if (value->n > 1 && i >= value->n)
            return error_at(at, ErrorKind::InvalidArgument,
                            "the expression gives " + std::to_string(value->n) + " numbers",
                            "give as many as the parameter has components, or one");
        return value->v[value->n == 1 ? 0 : size_t(i)];
    }

    Result<ExpressionValue> referenced_value(const Place& at, std::string_view path, double frame)
    {
        TESSERA_TRY(r, referenced(at, path));
        if (!std::isfinite(frame))
            return error_at(at, ErrorKind::InvalidArgument, "it asks for a frame that is not finite", "correct it");
        const Place there = place_of(r);
        if (r.component >= 0) return single(component_at(there, r.component, frame));
        if (there.type == ParamType::Enum) return index_of(there, frame);
        return components(at, path, there.type, [&](int i) { return component_at(there, i, frame); });
    }

    Result<ExpressionValue> referenced_curve(const Place& at, std::string_view path, double x)
    {
        TESSERA_TRY(r, referenced(at, path));
        const Place there = place_of(r);
        if (there.type == ParamType::Curve) {
            TESSERA_TRY(value, whole(there, x));
            const auto& curve = std::get<CurvePtr>(value);
            return ExpressionValue{{curve ? curve->at(x) : 0}, 1};
        }
        const auto lookup = [&](int i) { return keyed(at, path, there, i, x); };
        return r.component >= 0 ? single(lookup(r.component)) : components(at, path, there.type, lookup);
    }
    /// The curve of a component at `x`, or its constant.
    Result<double> keyed(const Place& at, std::string_view path, const Place& there, int i, double x)
    {
        const auto it = there.node->params.find(there.param);
        if (it == there.node->params.end()) return component(*there.fallback, i);
        const auto& sources = it->second.sources;
        const ParamSource none;
        const ParamSource& source = size_t(i) < sources.size() ? sources[size_t(i)] : none;
        if (source.index() == 0) return component(it->second.value, i);
        const auto* expression = std::get_if<ExpressionSource>(&source);
        const auto* curve = std::get_if<CurvePtr>(&source);
        const CurvePtr found = curve ? *curve : expression ? expression->curve : nullptr;
        if (found) return found->at(x);
        return error_at(at, ErrorKind::NotFound, "'" + std::string(path) + "' has no curve",
                        "use value(" + std::string(path) + ", frame), or set keys on it");
    }

    static Result<ExpressionValue> single(Result<double> number)
    {
        if (!number) return std::move(number.error());
        return ExpressionValue{{*number}, 1};
    }
    template <class F> Result<ExpressionValue> components(const Place& at, std::string_view path, ParamType type, F f)
    {
        ExpressionValue value;
        value.n = component_count(type);
        if (value.n < 1 || value.n > 4 || !numeric(type))
            return error_at(at, ErrorKind::InvalidArgument,
                            "'" + std::string(path) + "' is a " + std::string(name_of(type)) +
                                ", not a number or a vector",
                            "use a parameter made of one to four numbers, or one entry of a matrix such as " +
                                std::string(path) + ".m00");
        for (int i = 0; i < value.n; ++i) {
            TESSERA_TRY(number, f(i));
            value.v[size_t(i)] = number;
        }
        return value;
    }
    Result<ExpressionValue> index_of(const Place& there, double frame)
    {
        auto value = whole(there, frame);
        if (!value) return std::move(value.error());
        const auto choices = there.desc ? there.desc->choices : std::vector<std::string>{};
        const auto found = std::find(choices.begin(), choices.end(), to_text(*value));
        return ExpressionValue{{double(found - choices.begin())}, 1};
    }

    Result<Reference> referenced(const Place& at, std::string_view path) const
    {
        auto r = resolve_reference(project_, *at.graph, *at.node, path);
        if (r) return r;
        return error_at(at, r.error().kind, r.error().message, r.error().remedy);
    }
    static Place place_of(const Reference& r)
    {
        return {r.place.graph, r.place.node, r.param, r.info.type, &r.info.fallback, r.info.desc};
    }

    Result<double> linked(const Place& at, const LinkSource& link, int i, double frame)
    {
        TESSERA_TRY(r, referenced(at, link.path));
        const int n = component_count(r.info.type);
        const int wanted = r.component >= 0 ? r.component : n == 1 ? 0 : i;
        if (!numeric(r.info.type) || wanted >= n)
            return error_at(at, ErrorKind::InvalidArgument,
                            "'" + link.path + "' is a " + std::string(name_of(r.info.type)) +
                                ", which has no number for it",
                            "link it to a parameter with as many components");
        return component_at(place_of(r), wanted, frame);
    }

    Result<Value> linked_whole(const Place& at, const LinkSource& link, double frame)
    {
        TESSERA_TRY(r, referenced(at, link.path));
        TESSERA_CHECK(enter(at, 0));
        auto value = whole(place_of(r), frame);
        stack_.pop_back();
        if (!value) return value;
        if (!holds(*value, at.type)) return wrong_type(at, *value);
        if (at.type == ParamType::Enum && at.desc &&
            std::find(at.desc->choices.begin(), at.desc->choices.end(), std::get<std::string>(*value)) ==
                at.desc->choices.end())
            return error_at(at, ErrorKind::InvalidArgument, "'" + to_text(*value) + "' is not one of its choices",
                            "link it to a parameter with the same choices");
        return value;
    }

    /// An enum by the index of its choice.
    Result<Value> choice(const Place& at, const Param& param, double frame)
    {
        TESSERA_CHECK(enter(at, 0));
        auto number = source_at(at, param.sources[0], 0, frame);
        stack_.pop_back();
        if (!number) return std::move(number.error());
        const size_t count = at.desc ? at.desc->choices.size() : 0;
        const double index = std::round(*number);
        if (!(index >= 0 && index < double(count)))
            return error_at(at, ErrorKind::InvalidArgument,
                            "its value is " + shortest_text(*number) + ", not the index of a choice",
                            "keep it from 0 to the number of choices less one");
        return Value(at.desc->choices[size_t(index)]);
    }

    const Project& project_;
    std::vector<Step> stack_;
    Memory memory_;
    int steps_ = 0;
};

} // namespace

Result<Value> value_at(const Project& project, const Graph& graph, const Node& node, std::string_view param,
                       ParamType type, const Value& fallback, double frame)
{
    const auto it = node.params.find(param);
    if (it == node.params.end()) return fallback;
    if (it->second.constant() && holds(it->second.value, type) && all_finite(it->second.value)) return it->second.value;
    if (!std::isfinite(frame)) {
        Error e{ErrorKind::InvalidArgument, "parameter '" + std::string(param) + "': its frame is not a finite number",
                "ask for a frame that is"};
        return e.at_node(path_of(project, graph.id, node.id));
    }
    const OpDesc* op = Registry::instance().find(node.op);
    auto value =
        Evaluator(project).whole({&graph, &node, param, type, &fallback, op ? op->param(param) : nullptr}, frame);
    if (!value) {
        value.error().at_frame(frame);
        return value;
    }
    if (const auto range = outside_hard_range(node, param, *value)) {
        Error e{ErrorKind::InvalidArgument, "parameter '" + std::string(param) + "': " + *range,
                "correct what it is computed from"};
        return e.at_node(path_of(project, graph.id, node.id)).at_frame(frame);
    }
    if (all_finite(*value)) return value;
    Error e{ErrorKind::InvalidArgument,
            "parameter '" + std::string(param) + "': " + to_text(*value) + " is not a finite number", "set it again"};
    return e.at_node(path_of(project, graph.id, node.id)).at_frame(frame);
}

} // namespace tessera
