#include "app/panels/viewer/viewer_compare.h"
#include "core/doc/project_file.h"
#include <algorithm>
#include <filesystem>

namespace tessera {

namespace fs = std::filesystem;

namespace {

constexpr const char* backups_folder = ".backups";

/// A backup's relative paths start where the project's own do.
Result<ProjectPtr> read_version(const std::string& path)
{
    TESSERA_TRY(loaded, load_project(path));
    const fs::path folder = fs::path(path).parent_path();
    if (folder.filename() != backups_folder) return loaded.project;
    auto moved = std::make_shared<Project>(*loaded.project);
    moved->folder = folder.parent_path().string();
    return ProjectPtr(std::move(moved));
}

} // namespace

std::vector<std::string> versions_beside(const std::string& path)
{
    constexpr size_t most = 100;
    std::vector<std::pair<fs::file_time_type, std::string>> found;
    std::error_code error;
    const auto look = [&](const fs::path& folder) {
        for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
            std::error_code ignored; // a file that goes away meanwhile is not listed
            if (!it->is_regular_file(ignored) || it->path().filename().string().find(".tess") == std::string::npos)
                continue;
            if (fs::equivalent(it->path(), path, ignored)) continue;
            const auto time = it->last_write_time(ignored);
            if (!ignored) found.emplace_back(time, it->path().string());
        }
    };
    if (path.empty()) return {};
    look(fs::path(path).parent_path());
    look(fs::path(path).parent_path() / backups_folder);
    std::sort(found.rbegin(), found.rend());
    if (found.size() > most) found.resize(most);
    std::vector<std::string> paths;
    for (auto& [time, file] : found) paths.push_back(std::move(file));
    return paths;
}

NodeRef same_place(const Project& project, NodeRef node, const Project& other)
{
    const std::string path = path_of(project, node.graph, node.node);
    return path.empty() ? NodeRef(0, 0) : NodeRef(find_node(other, path));
}

void ViewerCompare::list(Workers& workers, const std::string& path)
{
    if (listing) return;
    listing = true;
    workers.run([path] { return versions_beside(path); },
                [self = self_](std::vector<std::string>& found) {
                    if (!*self) return;
                    (*self)->versions = std::move(found);
                    (*self)->listing = false;
                });
}

void ViewerCompare::read(Workers& workers, const std::string& path)
{
    version_path = path, version = nullptr, problem.clear(), reading = true;
    workers.run([path] { return read_version(path); },
                [self = self_, path](Result<ProjectPtr>& loaded) {
                    if (!*self || (*self)->version_path != path) return;
                    (*self)->reading = false;
                    if (loaded)
                        (*self)->version = *loaded;
                    else
                        (*self)->problem = loaded.error().text();
                });
}

} // namespace tessera
