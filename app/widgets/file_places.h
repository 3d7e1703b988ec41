#pragma once
// Folders a user comes back to: favourites and the last ones used, kept in one JSON file.
#include "core/base/result.h"
#include <filesystem>
#include <string>
#include <vector>

namespace tessera {

struct FilePlaces {
    std::vector<std::string> favourites;
    std::vector<std::string> recent; ///< folders, newest first
    void used(const std::string& folder);
    bool is_favourite(const std::string& folder) const;
    void toggle_favourite(const std::string& folder);
};

/// None when there is no file. Damaged when it is not what save_places writes; it is then left as it is.
Result<FilePlaces> load_places(const std::filesystem::path& file);
Status save_places(const FilePlaces& places, const std::filesystem::path& file);

} // namespace tessera
