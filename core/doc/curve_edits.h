#pragma once
// Edits of whole curves, for the editors of curves and keys: each takes a project and gives a new one, as in edit.h.
// set_key and remove_key there change one key; here an operation gives the curves as they are to be, of as many
// parameters as it touches, and they change together.
#include "core/doc/edit.h"
#include <compare>
#include <utility>

namespace tessera {

/// One number of a parameter, which keys can animate, or (component 0) the lookup curve that is a parameter's value.
struct ChannelRef {
    GraphId graph = 0;
    NodeId node = 0;
    std::string param;
    int component = 0;
    NodeRef node_ref() const { return {graph, node}; }
    auto operator<=>(const ChannelRef&) const = default;
};

enum class ChannelKind { Constant, Curve, Expression, Link, Lookup };

struct Channel {
    ChannelKind kind = ChannelKind::Constant;
    CurvePtr curve;   ///< Curve and Lookup; the own curve of an Expression, if it has one; else null
    std::string text; ///< of the expression, path of the link
    double constant = 0;
    /// Range that key values must keep to; nothing where any number will do.
    std::optional<std::pair<double, double>> range;
    /// Has keys that can be edited, or can get some: what a link or an expression without a curve drives has none.
    bool takes_keys() const { return kind != ChannelKind::Link && (kind != ChannelKind::Expression || curve); }
    bool has_keys() const { return curve && !curve->empty(); }
};

/// Nothing when the project has no such node, or the node no such parameter or component.
std::optional<Channel> find_channel(const Project& project, const ChannelRef& ref);
/// How many channels a parameter of this type has: its components, 1 for a lookup curve, 0 for text and data.
int channel_count(ParamType type);
/// "Transform1.translate.x": the path from the root graph.
std::string path_of(const Project& project, const ChannelRef& ref);
/// The channel at such a path; nothing where there is none.
std::optional<ChannelRef> channel_at(const Project& project, std::string_view path);
/// The number the channel has at a frame (a lookup curve: at a position), whatever drives it.
Result<double> channel_value(const Project& project, const ChannelRef& ref, double frame);

struct CurveChange {
    ChannelRef channel;
    Curve curve;
};
/// Gives each channel its curve; values of keys are kept inside a hard range. A curve without keys makes the channel a
/// constant of the value it had at its last key (a lookup curve becomes empty). A constant gets a curve; an expression
/// with a curve of its own keeps reading it. Fails for a channel that a link or an expression without a curve drives.
Result<ProjectPtr> set_curves(const ProjectPtr& project, std::span<const CurveChange> changes);

/// Drives the channel by an expression, which may read the channel's keys as curve(t). An empty text takes the
/// expression away: the keys it read drive the channel again, without keys it becomes the constant it was.
Result<ProjectPtr> set_channel_expression(const ProjectPtr& project, const ChannelRef& ref, const std::string& text);

/// A run of samples: first, first + step, ... up to last.
struct BakeRange {
    double first = 1, last = 1, step = 1;
};
/// Most keys that one bake makes for a channel.
inline constexpr int most_baked_keys = 100000;
/// Replaces what drives the channel by keys of its values over the range; keys it has outside of the range stay.
Result<ProjectPtr> bake_channel(const ProjectPtr& project, const ChannelRef& ref, const BakeRange& range,
                                Interpolation interpolation);
/// The same with the values of an expression in place of the channel's own; it may read the channel's keys as curve(t).
Result<ProjectPtr> generate_channel(const ProjectPtr& project, const ChannelRef& ref, const std::string& expression,
                                    const BakeRange& range, Interpolation interpolation);

} // namespace tessera
