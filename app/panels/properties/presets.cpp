#include "app/panels/properties/presets.h"
#include "core/base/file.h"
#include "core/op/description.h"
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr uint64_t most_bytes = 16 << 20;

/// Operator ids of plug-ins may hold anything: file names are made of their plain letters.
std::filesystem::path file_of(const std::filesystem::path& folder, const std::string& op)
{
    std::string name;
    for (const char c : op) name += std::isalnum(static_cast<unsigned char>(c)) || c == '_' || c == '-' || c == '.' ? c : '_';
    return folder / (name + ".json");
}

} // namespace

Result<Presets> load_presets(const std::filesystem::path& folder, const std::string& op)
{
    const auto file = file_of(folder, op);
    std::error_code ignored;
    if (!std::filesystem::exists(file, ignored)) return Presets{};
    TESSERA_TRY(text, read_file(file.string(), most_bytes));
    const auto j = nlohmann::json::parse(text, nullptr, false);
    Presets presets;
    bool good = j.is_object() && j.contains("presets") && j["presets"].is_object();
    if (good)
        for (const auto& [name, preset] : j["presets"].items()) {
            good = good && preset.is_string();
            if (preset.is_string()) presets[name] = preset.get<std::string>();
        }
    if (!good)
        return Error{ErrorKind::Damaged, file.string() + " is not a file of presets", "move it away to begin with none, or mend it", {}, file.string(), {}};
    return presets;
}

Status save_presets(const std::filesystem::path& folder, const std::string& op, const Presets& presets)
{
    std::error_code ignored; // write_file says what is wrong with the folder
    std::filesystem::create_directories(folder, ignored);
    nlohmann::json j{{"presets", nlohmann::json::object()}};
    for (const auto& [name, text] : presets) j["presets"][name] = text;
    return write_file(file_of(folder, op).string(), j.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

Result<std::string> preset_of(const ProjectPtr& project, NodeRef node)
{
    const NodeId ids[] = {node.node};
    return copy_nodes(project, node.graph, ids);
}

Result<AppliedPreset> apply_preset(const ProjectPtr& project, NodeRef ref, const std::string& preset)
{
    const NodePlace target = find_node(*project, ref.graph, ref.node);
    if (!target) return Error{ErrorKind::NotFound, "the node is no longer there", "select another"};
    // Read where nothing else is, by what reads the clipboard.
    const ProjectPtr scratch = make_project(project->settings);
    TESSERA_TRY(read, paste_nodes(scratch, scratch->root, preset));
    const NodePlace source = find_node(*read, read->root, scratch->next_node);
    if (!source || source.node->op != target.node->op)
        return Error{ErrorKind::InvalidArgument, "the preset is one of another operator", "choose a preset of " + target.node->op};
    AppliedPreset applied{project, 0};
    for (const auto& [name, param] : target.node->params) {
        if (source.node->params.contains(name)) continue;
        TESSERA_TRY(next, reset_param(applied.project, ref, name));
        applied.project = next;
    }
    for (const auto& [name, param] : source.node->params) {
        TESSERA_TRY(constant, set_param(applied.project, ref, name, param.value));
        applied.project = constant;
        for (size_t i = 0; i < param.sources.size(); ++i) {
            if (std::holds_alternative<std::monostate>(param.sources[i])) continue;
            const bool whole = param.sources.size() == 1;
            auto next = set_source(applied.project, ref, name, param.sources[i], whole ? std::nullopt : std::optional(int(i)));
            if (next) applied.project = *next;
            else ++applied.left_out;
        }
    }
    return applied;
}

} // namespace tessera
