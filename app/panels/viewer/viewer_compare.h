#pragma once
// What the second buffer can show besides an input: a snapshot that was taken, and former versions of the project's
// file. Files are listed and read on other threads.
#include "app/editor/workers.h"
#include "core/doc/edit.h"
#include <memory>
#include <string>
#include <vector>

namespace tessera {

struct KeptPicture {
    ProjectPtr project; ///< null: there is none
    GraphId graph = 0;
    NodeId node = 0;
    std::string name; ///< "Grade3, 14:05"
};

/// Project files beside `path`, its backups included, without `path` itself; newest first.
std::vector<std::string> versions_beside(const std::string& path);
/// The node that stands where `node` stands in another version of the project: of the same path, else none.
NodeRef same_place(const Project& project, NodeRef node, const Project& other);

struct ViewerCompare {
    KeptPicture snapshot;
    ProjectPtr version; ///< null while it is read and when it could not be
    std::string version_path, problem;
    std::vector<std::string> versions;
    bool listing = false, reading = false;

    /// Lists the versions beside a project's file; `versions` follows.
    void list(Workers& workers, const std::string& path);
    /// Reads one; `version` or `problem` follows.
    void read(Workers& workers, const std::string& path);

    ViewerCompare() = default;
    ~ViewerCompare() { *self_ = nullptr; }
    ViewerCompare(const ViewerCompare&) = delete;

private:
    /// Answers that come after the panel is gone find it empty.
    std::shared_ptr<ViewerCompare*> self_ = std::make_shared<ViewerCompare*>(this);
};

} // namespace tessera
