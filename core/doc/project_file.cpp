#include "core/doc/project_file.h"
#include "core/base/file.h"
#include "core/doc/draft.h"
#include "core/doc/project_json.h"
#include <filesystem>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

namespace fs = std::filesystem;

/// A project of 100,000 nodes with long curves stays well below this.
constexpr uint64_t largest_file = uint64_t(512) << 20;

std::string folder_of(const std::string& file)
{
    return fs::absolute(file).lexically_normal().parent_path().string();
}

/// A path as it is written into a file in `folder`, when relative paths started from `old_folder` so far.
std::string rebased(const std::string& path, const std::string& old_folder, const std::string& folder)
{
    if (path.empty() || path.find("${") != std::string::npos) return path;
    fs::path full(path);
    if (full.is_relative()) {
        if (old_folder.empty() || old_folder == folder) return path;
        full = fs::path(old_folder) / full;
    }
    full = full.lexically_normal();
    const fs::path relative = full.lexically_relative(folder);
    if (relative.empty() || *relative.begin() == "..") return full.string();
    return relative.string();
}

std::optional<Node> with_rebased_paths(const Node& node, const std::string& old_folder, const std::string& folder)
{
    std::optional<Node> copy;
    for (const auto& [name, param] : node.params) {
        const auto info = param_info(node, name);
        const auto* path = std::get_if<std::string>(&param.value);
        if (!path || !info || info->type != ParamType::File) continue;
        std::string moved = rebased(*path, old_folder, folder);
        if (moved == *path) continue;
        if (!copy) copy = node;
        copy->params[name].value = std::move(moved);
    }
    return copy;
}

ProjectPtr in_folder(const ProjectPtr& project, const std::string& folder)
{
    Draft draft(project);
    const std::string& old_folder = project->folder;
    project->graphs.each([&](GraphId id, const GraphPtr& graph) {
        graph->nodes.each([&](NodeId, const NodePtr& node) {
            if (auto moved = with_rebased_paths(*node, old_folder, folder)) draft.put(id, std::move(*moved));
        });
    });
    draft.project->settings.color_config = rebased(project->settings.color_config, old_folder, folder);
    draft.project->folder = folder;
    return draft.done();
}

} // namespace

Result<std::string> to_json_text(const Project& project)
{
    return written_json(project_json(project));
}

Result<LoadedProject> from_json_text(std::string_view text, const std::string& name)
{
    TESSERA_TRY(json, parsed_json(text, name));
    ReadContext context{name, {}};
    TESSERA_CHECK(migrate(json, context));
    TESSERA_TRY(project, read_project(json, context));
    return LoadedProject{std::move(project), std::move(context.warnings)};
}

Result<LoadedProject> load_project(const std::string& path)
{
    TESSERA_TRY(text, read_file(path, largest_file));
    TESSERA_TRY(loaded, from_json_text(text, path));
    auto placed = std::make_shared<Project>(*loaded.project);
    placed->folder = folder_of(path);
    return LoadedProject{std::move(placed), std::move(loaded.warnings)};
}

Result<ProjectPtr> save_project(const ProjectPtr& project, const std::string& path)
{
    ProjectPtr placed = in_folder(project, folder_of(path));
    TESSERA_TRY(text, to_json_text(*placed));
    TESSERA_CHECK(write_file(path, text));
    return placed;
}

} // namespace tessera
