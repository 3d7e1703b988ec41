#pragma once
// Files that were dropped or chosen become nodes, and files that have moved are found again. Pure functions of the
// document and of listings; only `find_missing` and `search_folder` look at the disk (call them on a worker).
#include "core/doc/edit.h"
#include <filesystem>
#include <functional>
#include <map>

namespace tessera {

/// What was dropped: files as they are, folders replaced by what lies in them (one level), sequences folded into one
/// pattern where at least two files of one were given, or the folder holds more of it. Sorted, each once; what cannot be
/// read is left out and named in `problems`.
struct Dropped {
    std::vector<std::string> media;    ///< paths or patterns of images and movies
    std::vector<std::string> projects; ///< .tess
    std::vector<std::string> problems; ///< one sentence each
};
Dropped sort_dropped(const std::vector<std::filesystem::path>& paths);

/// True for names that end as images and movies do.
bool is_media_name(std::string_view name);

/// Adds a Read node for each, side by side from `at`, with names made of the files' names. Paths below the project's
/// folder are written relative to it.
struct Imported {
    ProjectPtr project;
    std::vector<NodeId> nodes;
};
Result<Imported> import_media(const ProjectPtr& project, GraphId graph, const std::vector<std::string>& media, Vec2 at);

/// A file parameter whose file is not there.
struct MissingFile {
    GraphId graph = 0;
    NodeId node = 0;
    std::string param;
    std::string node_path; ///< "Group1.Read1"
    std::string path;      ///< as the node has it, resolved
};
/// Every constant file parameter of a reading node whose file (for a sequence: every frame) is missing.
std::vector<MissingFile> find_missing(const Project& project);

/// Looks below `folder` (at most `deepest` levels and `most` entries) for files that have the names of the missing ones;
/// of several, the one whose path has most of the last folders in common. Stops early when `stop` says so.
std::map<std::string, std::string> search_folder(const std::vector<MissingFile>& missing,
                                                 const std::filesystem::path& folder,
                                                 const std::function<bool()>& stop);

/// Points the nodes at the files found: `found` maps MissingFile::path to a new path.
Result<ProjectPtr> relink(const ProjectPtr& project, const std::vector<MissingFile>& missing,
                          const std::map<std::string, std::string>& found);

/// `path` relative to the project's folder where it lies below it, else as it is.
std::string project_relative(const Project& project, const std::string& path);

} // namespace tessera
