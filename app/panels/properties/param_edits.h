#pragma once
// Edits of one parameter in one or several nodes at once, as the panel makes them. All are pure: they give a project.
#include "core/doc/edit.h"
#include "core/op/description.h"
#include <span>

namespace tessera {

/// The nodes that an edit goes to; the first is the one whose values are shown.
using EditTargets = std::vector<NodeRef>;

/// Sets component `i` of a parameter to a number at a frame: the key of this frame where a curve drives it, else the
/// constant. `i` < 0: every component.
Result<ProjectPtr> edit_number(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, int i,
                               double number, double frame);
/// As edit_number with typed text that works on each node's own value ("*2").
Result<ProjectPtr> edit_relative(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, int i,
                                 const std::string& text, double frame);
/// Sets several components at once (a colour's red, green and blue).
Result<ProjectPtr> edit_numbers(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param,
                                std::span<const double> numbers, double frame);
/// Sets the whole value to a constant.
Result<ProjectPtr> edit_value(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, const Value& value);

/// Keys every component (or `i`) at a frame with the value it has there; what an expression or link drives is left.
Result<ProjectPtr> add_keys(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, double frame, int i = -1);
Result<ProjectPtr> remove_keys(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, double frame, int i = -1);
/// Back to a constant: the value it has at the frame.
Result<ProjectPtr> make_constant(const ProjectPtr& project, const EditTargets& targets, const ParamDesc& param, double frame);
Result<ProjectPtr> reset_params(const ProjectPtr& project, const EditTargets& targets, std::span<const std::string> params);

/// How a parameter's components are driven, for its colours and its key button.
struct ParamState {
    bool changed = false;    ///< from the default
    bool animated = false;   ///< a component has a curve
    bool key_here = false;   ///< a component has a key at the frame
    bool all_keys_here = false; ///< every component with a curve has one
    bool driven = false;     ///< a component has an expression or a link
};
ParamState state_of(const Param* set, double frame);
enum class DrivenBy { Constant, Curve, Key, Expression, Link }; ///< Key: a curve with a key at the frame
DrivenBy driven_by(const Param* set, int component, double frame);

/// Nodes among `selected` that have the same operator as `shown`, with `shown` first; only `shown` where it is not
/// itself among them.
EditTargets targets_of(const Project& project, NodeRef shown, std::span<const NodeId> selected);

/// The value as one line of text for the clipboard, and back: numbers separated by blanks or commas, with or without
/// brackets; text for what is text. Fails where there are too few or too many numbers.
std::string clipboard_text(const Value& value);
Result<Value> value_of_text(const ParamDesc& param, const std::string& text);

} // namespace tessera
