#pragma once
// Compiled kernels on disk. Each entry is a file of its own with a hash of its contents in front: a damaged or foreign
// file counts as absent and is written anew, and files appear whole (temporary name, then rename), so that any number
// of processes may share the folder.
#include "core/base/hash.h"
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

class DiskCache {
public:
    /// Empty `folder`: $XDG_CACHE_HOME/tessera, else ~/.cache/tessera. Where the folder cannot be made the cache is
    /// off: nothing is found and nothing is stored. Old entries beyond a few thousand are removed.
    explicit DiskCache(const std::string& folder);

    std::optional<std::vector<std::byte>> load(const std::string& name) const;
    /// A cache: a full or read-only disk costs only the compilation, so failing to store is not an error.
    void store(const std::string& name, const void* data, size_t size) const;
    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_; ///< empty when off
};

} // namespace tessera
