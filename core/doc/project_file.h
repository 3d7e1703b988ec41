#pragma once
// Project files (.tess): JSON text as docs/project-format.md describes it.
#include "core/doc/document.h"
#include <string_view>

namespace tessera {

struct LoadedProject {
    ProjectPtr project;
    /// What was kept though it is not understood, or will fail when it is evaluated; one sentence each.
    std::vector<std::string> warnings;
};

/// Reads a project. Any file gives either a project that keeps every rule of core/doc/validate.h or an error that names
/// the file, the place (line and column of damaged JSON, else the JSON path) and a remedy. The project's folder is the
/// file's.
Result<LoadedProject> load_project(const std::string& path);

/// Writes a project and gives it back as it is on disk: with the file's folder as its own, paths below that folder
/// relative to it, and other relative paths (they started from the old folder) absolute. The file is replaced only when
/// all of it has been written.
Result<ProjectPtr> save_project(const ProjectPtr& project, const std::string& path);

/// The text of a project file. The same project always gives the same text.
Result<std::string> to_json_text(const Project& project);
/// The project in the text of a file; `name` stands for the file in messages. Its folder is empty.
Result<LoadedProject> from_json_text(std::string_view text, const std::string& name = "project");

} // namespace tessera
