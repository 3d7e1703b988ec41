#include "app/session/import.h"
#include "core/media/sequence.h"
#include "core/op/description.h"
#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <set>

namespace tessera {

namespace fs = std::filesystem;

namespace {

constexpr double node_spacing = 144, node_height = 56; ///< room that a node takes, in graph units
constexpr int deepest = 12;
constexpr size_t most_entries = 200'000;

constexpr std::array endings{".exr",  ".sxr",  ".dpx",  ".cin",  ".tif",  ".tiff", ".png",  ".jpg", ".jpeg", ".jp2",
                             ".hdr",  ".tga",  ".bmp",  ".psd",  ".webp", ".gif",  ".heic", ".avif", ".sgi", ".rgb",
                             ".ppm",  ".pfm",  ".pgm",  ".iff",  ".pic",  ".cr2",  ".nef",  ".arw", ".dng",  ".mov",
                             ".mp4",  ".m4v",  ".mkv",  ".avi",  ".mxf",  ".webm", ".mpg",  ".mpeg", ".y4m"};

std::string lower(std::string text)
{
    for (char& c : text) c = char(std::tolower(static_cast<unsigned char>(c)));
    return text;
}

/// Names of the files in a folder.
std::vector<std::string> names_in(const fs::path& folder, std::error_code& error)
{
    std::vector<std::string> names;
    for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error))
        if (it->is_regular_file(error)) names.push_back(it->path().filename().string());
    return names;
}

/// "plate.0001.exr" and "plate_v2" to a node's name: what is before the first pattern, number or dot.
std::string name_for(const std::string& path)
{
    std::string stem = fs::path(path).filename().string();
    stem = stem.substr(0, stem.find_first_of(".#%"));
    std::string name;
    for (const char c : stem)
        if (std::isalnum(static_cast<unsigned char>(c)) || c == '_') name += c;
        else if (!name.empty() && name.back() != '_') name += '_';
    while (!name.empty() && name.back() == '_') name.pop_back();
    if (name.empty() || std::isdigit(static_cast<unsigned char>(name[0]))) name = "Read" + name;
    return name;
}

/// A sequence's frames or a file exists.
bool exists_on_disk(const std::string& path)
{
    std::error_code error;
    if (!is_sequence(path)) return fs::exists(path, error);
    return find_sequence(path).ok();
}

/// How many folders at the end of two paths are the same.
int common_folders(const fs::path& a, const fs::path& b)
{
    int common = 0;
    fs::path p = a.parent_path(), q = b.parent_path();
    while (!p.filename().empty() && p.filename() == q.filename()) ++common, p = p.parent_path(), q = q.parent_path();
    return common;
}

} // namespace

bool is_media_name(std::string_view name)
{
    const std::string ending = lower(fs::path(name).extension().string());
    return std::find(endings.begin(), endings.end(), ending) != endings.end();
}

Dropped sort_dropped(const std::vector<fs::path>& paths)
{
    Dropped result;
    std::map<fs::path, std::vector<std::string>> folders; // files asked for, by folder
    std::error_code error;
    for (const fs::path& path : paths) {
        if (fs::is_directory(path, error)) {
            std::error_code failed;
            auto names = names_in(path, failed);
            if (failed) result.problems.push_back(path.string() + " cannot be read: " + failed.message());
            auto& list = folders[path];
            list.insert(list.end(), names.begin(), names.end());
        } else if (is_sequence(path.string()) && find_sequence(path.string()).ok()) {
            result.media.push_back(path.string()); // chosen as a sequence
        } else if (fs::exists(path, error)) {
            folders[path.parent_path()].push_back(path.filename().string());
        } else {
            result.problems.push_back(path.string() + " is not there");
        }
    }
    for (auto& [folder, wanted] : folders) {
        std::set<std::string> names(wanted.begin(), wanted.end());
        std::vector<std::string> media;
        for (const std::string& name : names) {
            if (lower(fs::path(name).extension().string()) == ".tess") result.projects.push_back((folder / name).string());
            else if (is_media_name(name)) media.push_back(name);
        }
        // A single frame stands for its sequence: fold it together with its neighbours.
        std::vector<std::string> all = names_in(folder, error);
        std::erase_if(all, [](const std::string& n) { return !is_media_name(n); });
        for (const ListingEntry& entry : fold(all)) {
            const bool wanted_entry =
                entry.frames.empty() ? std::binary_search(media.begin(), media.end(), entry.name)
                                     : std::any_of(entry.frames.begin(), entry.frames.end(), [&](int f) {
                                           return std::binary_search(media.begin(), media.end(), path_at(entry.name, f));
                                       });
            if (wanted_entry) result.media.push_back((folder / entry.name).string());
        }
        for (const std::string& name : names)
            if (!is_media_name(name) && lower(fs::path(name).extension().string()) != ".tess" && wanted.size() < 20)
                result.problems.push_back(name + " is neither an image, a movie nor a project");
    }
    return result;
}

std::string project_relative(const Project& project, const std::string& path)
{
    if (project.folder.empty()) return path;
    const fs::path relative = fs::path(path).lexically_relative(project.folder);
    if (relative.empty() || *relative.begin() == "..") return path;
    return relative.generic_string();
}

Result<Imported> import_media(const ProjectPtr& project, GraphId graph, const std::vector<std::string>& media, Vec2 at)
{
    Imported result{project, {}};
    const Graph* g = find_graph(*project, graph);
    if (!g) return Error{ErrorKind::NotFound, "the graph is not there any more", "choose another one"};
    const double width = node_spacing * double(media.size() - 1);
    double x = at.x - width / 2;
    const auto taken = [&] {
        bool overlaps = false;
        g->positions.each([&](NodeId, const Vec2& p) {
            overlaps |= p.x > x - node_spacing && p.x < x + width + node_spacing && std::abs(p.y - at.y) < node_height;
        });
        return overlaps;
    };
    for (int tries = 0; tries < 100 && taken(); ++tries) x += node_spacing / 2;
    for (const std::string& path : media) {
        const NodeId id = result.project->next_node;
        TESSERA_TRY(added, add_node(result.project, graph, "read", {x, at.y}, name_for(path)));
        TESSERA_TRY(set, set_param(added, {graph, id}, "file", Value(project_relative(*project, path))));
        result.project = set;
        result.nodes.push_back(id);
        x += node_spacing;
    }
    return result;
}

std::vector<MissingFile> find_missing(const Project& project)
{
    std::vector<MissingFile> missing;
    project.graphs.each([&](GraphId graph_id, const GraphPtr& graph) {
        graph->nodes.each([&](NodeId id, const NodePtr& node) {
            const OpDesc* op = Registry::instance().find(node->op);
            if (!op || op->kind == OpKind::Output) return;
            for (const ParamDesc& param : op->params) {
                const auto set = node->params.find(param.name);
                if (param.type != ParamType::File || set == node->params.end() || !set->second.constant()) continue;
                const auto* text = std::get_if<std::string>(&set->second.value);
                if (!text || text->empty()) continue;
                const auto path = resolved_path(project, *text);
                if (path && exists_on_disk(*path)) continue;
                missing.push_back({graph_id, id, param.name, path_of(project, graph_id, id), path ? *path : *text});
            }
        });
    });
    return missing;
}

std::map<std::string, std::string> search_folder(const std::vector<MissingFile>& missing, const fs::path& folder,
                                                 const std::function<bool()>& stop)
{
    std::map<std::string, std::string> found;
    std::map<std::string, std::vector<const MissingFile*>> by_name;
    for (const MissingFile& m : missing) by_name[fs::path(m.path).filename().string()].push_back(&m);
    std::map<std::string, int> score;
    const auto offer = [&](const fs::path& candidate, const std::string& name) {
        const auto it = by_name.find(name);
        if (it == by_name.end()) return;
        for (const MissingFile* m : it->second) {
            const int common = common_folders(candidate, m->path);
            const auto best = score.find(m->path);
            if (best != score.end() && best->second >= common) continue;
            score[m->path] = common;
            found[m->path] = candidate.string();
        }
    };
    size_t seen = 0;
    std::vector<std::pair<fs::path, int>> todo{{folder, 0}};
    while (!todo.empty() && !stop() && seen < most_entries) {
        const auto [at, depth] = todo.back();
        todo.pop_back();
        std::error_code error;
        std::vector<std::string> names;
        for (fs::directory_iterator it(at, fs::directory_options::skip_permission_denied, error), end;
             !error && it != end && seen < most_entries; it.increment(error)) {
            ++seen;
            std::error_code failed;
            if (it->is_directory(failed) && !it->is_symlink(failed)) {
                if (depth < deepest) todo.emplace_back(it->path(), depth + 1);
            } else {
                names.push_back(it->path().filename().string());
            }
        }
        for (const std::string& name : names) offer(at / name, name);
        for (const auto& [name, wanted] : by_name)
            if (is_sequence(name) && std::any_of(names.begin(), names.end(), [&](const std::string& n) {
                    return n.starts_with(name.substr(0, name.find_first_of("#%$")));
                }) && find_sequence((at / name).string()).ok())
                offer(at / name, name);
    }
    return found;
}

Result<ProjectPtr> relink(const ProjectPtr& project, const std::vector<MissingFile>& missing,
                          const std::map<std::string, std::string>& found)
{
    ProjectPtr result = project;
    for (const MissingFile& m : missing) {
        const auto it = found.find(m.path);
        if (it == found.end()) continue;
        TESSERA_TRY(set, set_param(result, {m.graph, m.node}, m.param, Value(project_relative(*project, it->second))));
        result = set;
    }
    return result;
}

} // namespace tessera
