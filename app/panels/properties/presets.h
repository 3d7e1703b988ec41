#pragma once
// Named settings of an operator, kept in a folder of the user's configuration: one file an operator, "grade.json".
#include "core/doc/edit.h"
#include <filesystem>
#include <map>

namespace tessera {

/// Presets of one operator by name; the text is a node as the clipboard has it.
using Presets = std::map<std::string, std::string>;

/// None when there is no file. Damaged where it is not one of ours; it is left as it is.
Result<Presets> load_presets(const std::filesystem::path& folder, const std::string& op);
Status save_presets(const std::filesystem::path& folder, const std::string& op, const Presets& presets);

/// The node's parameters, with their curves, expressions and links, as a preset.
Result<std::string> preset_of(const ProjectPtr& project, NodeRef node);
/// Gives a node the parameters of a preset; what the preset does not set goes back to its default. Expressions and links
/// that name what is not here are left out: their constants are taken.
struct AppliedPreset {
    ProjectPtr project;
    int left_out = 0; ///< expressions and links that could not be made
};
Result<AppliedPreset> apply_preset(const ProjectPtr& project, NodeRef node, const std::string& preset);

} // namespace tessera
