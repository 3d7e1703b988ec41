#include "core/media/program_files.h"
#include <cstdlib>
#include <filesystem>
#include <unistd.h>
#include <vector>

namespace tessera {

ProgramFile program_file(const std::string& name, const char* variable)
{
    namespace fs = std::filesystem;
    std::vector<fs::path> places;
    if (const char* named = std::getenv(variable); named && *named) {
        places.push_back(named);
    } else {
        std::error_code none;
        const fs::path own = fs::read_symlink("/proc/self/exe", none).parent_path();
        for (const char* place : {".", "..", "../lib/tessera", "../libexec/tessera"})
            places.push_back((own / place / name).lexically_normal());
    }
    for (const fs::path& place : places)
        if (::access(place.c_str(), R_OK) == 0) return {place.string(), true};
    return {places.front().string(), false};
}

std::string cache_folder()
{
    if (const char* xdg = std::getenv("XDG_CACHE_HOME"); xdg && *xdg) return std::string(xdg) + "/tessera";
    if (const char* home = std::getenv("HOME"); home && *home) return std::string(home) + "/.cache/tessera";
    return (std::filesystem::temp_directory_path() / "tessera").string();
}

} // namespace tessera
