#pragma once
// Finding nodes by what is written on them, and replacing that.
#include "core/doc/edit.h"
#include <set>

namespace tessera {

struct TextMatch {
    GraphId graph = 0;
    NodeId node = 0;
    std::string path;  ///< of the node, from the root graph
    std::string about; ///< what else was found: the operator's label, the file
    int score = 0;
};
/// Nodes of the whole project whose name, class, label or file holds the letters, the best first.
std::vector<TextMatch> find_text(const Project& project, const std::string& query);

struct ReplaceWhere {
    bool names = true, files = true;
    GraphId graph = 0; ///< with `nodes`: these alone; 0: everywhere
    std::set<NodeId> nodes = {};
};
/// Replaces every occurrence of `from` in the names of nodes and in their file paths. A name that would be taken gets a
/// number; one that would not be a name is an error, and so is finding nothing.
Result<ProjectPtr> replace_text(const ProjectPtr& project, const std::string& from, const std::string& to,
                                const ReplaceWhere& where);

} // namespace tessera
