// The layers of docs/architecture.md, held to: which folder may include what.
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace fs = std::filesystem;

namespace {

struct Rule {
    std::string folder;
    std::vector<std::string> forbidden; ///< beginnings of what stands between the quotes or brackets
};

const std::vector<std::string> vulkan{"vulkan", "volk", "glslang", "SPIRV", "spirv"};
const std::vector<std::string> windows{"imgui", "GLFW", "backends/imgui"};
/// What only the two modules hold, which the program opens when it needs them.
const std::vector<std::string> codecs{"libav", "libsw", "OpenImageIO", "core/media_ffmpeg/", "core/media_oiio/"};

std::vector<std::string> all_of(std::initializer_list<std::vector<std::string>> lists)
{
    std::vector<std::string> all;
    for (const auto& list : lists) all.insert(all.end(), list.begin(), list.end());
    return all;
}

const std::vector<Rule> rules{
    {"core", all_of({vulkan, windows, {"gpu/", "nodes/", "app/", "plugins/"}})},
    {"core/base", codecs},
    {"core/op", codecs},
    {"core/doc", codecs},
    {"core/eval", codecs},
    {"core/color", codecs},
    {"core/media", codecs},
    {"core/media_ffmpeg", {"OpenImageIO", "core/media_oiio/"}},
    {"core/media_oiio", {"libav", "libsw", "core/media_ffmpeg/"}},
    {"shaders", all_of({vulkan, windows, {"gpu/", "nodes/", "app/", "plugins/"}})},
    {"gpu", all_of({windows, {"nodes/", "app/", "plugins/"}})},
    {"nodes", all_of({vulkan, windows, codecs, {"gpu/", "app/", "plugins/"}})},
    {"plugins", all_of({vulkan, windows, codecs, {"gpu/", "app/", "nodes/"}})},
    {"app", codecs},
    {"app/cli", all_of({windows, {"app/shell/", "app/workspace/", "app/session/", "app/viewer/", "app/editor/", "app/panels/"}})},
    {"app/shell", {"core/doc/", "core/eval/", "gpu/", "nodes/", "app/editor/", "app/panels/", "app/session/", "app/viewer/"}},
    {"app/workspace", {"core/doc/", "core/eval/", "gpu/", "nodes/", "app/editor/", "app/panels/", "app/session/"}},
    {"app/session", all_of({vulkan, windows, {"gpu/", "nodes/", "app/editor/", "app/panels/", "app/shell/"}})},
    {"app/viewer", all_of({vulkan, windows, {"nodes/", "app/editor/", "app/panels/"}})},
    {"app/queue", all_of({vulkan, windows, {"gpu/", "nodes/", "app/cli/", "app/editor/", "app/panels/", "app/shell/"}})},
    {"app/widgets", {"gpu/", "nodes/", "app/editor/", "app/panels/"}},
    {"app/overlays", all_of({vulkan, {"gpu/", "nodes/", "app/editor/", "app/panels/"}})},
    {"app/editor", {"nodes/", "app/cli/"}},
    {"app/panels", {"nodes/", "app/cli/"}},
};

/// Headers too heavy to be included by ours: they stay in the .cpp files that wrap them.
const std::vector<std::string> heavy{
    "nlohmann/json.hpp", "OpenColorIO", "OpenImageIO", "OpenEXR", "libav", "libsw", "opencv", "CLI/",
    "glslang",           "ceres"};

/// What each #include line of a file names.
std::vector<std::string> includes_of(const fs::path& path)
{
    std::ifstream file(path);
    std::vector<std::string> names;
    for (std::string line; std::getline(file, line);) {
        size_t at = line.find_first_not_of(" \t");
        if (at == std::string::npos || line[at] != '#') continue;
        at = line.find_first_not_of(" \t", at + 1);
        if (at == std::string::npos || line.compare(at, 7, "include") != 0) continue;
        const size_t open = line.find_first_of("<\"", at);
        if (open == std::string::npos) continue;
        const size_t close = line.find_first_of(">\"", open + 1);
        names.push_back(line.substr(open + 1, close - open - 1));
    }
    return names;
}

std::vector<fs::path> sources_below(const std::string& folder)
{
    std::vector<fs::path> paths;
    const fs::path root = fs::path(TESSERA_SOURCE) / folder;
    if (!fs::exists(root)) return paths;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        const std::string extension = entry.path().extension().string();
        if (extension == ".h" || extension == ".cpp") paths.push_back(entry.path());
    }
    return paths;
}

bool begins_with_any(const std::string& name, const std::vector<std::string>& beginnings)
{
    for (const std::string& b : beginnings)
        if (name.starts_with(b)) return true;
    return false;
}

} // namespace

TEST_CASE("no folder includes what its layer may not")
{
    size_t seen = 0;
    for (const Rule& rule : rules) {
        for (const fs::path& path : sources_below(rule.folder)) {
            for (const std::string& name : includes_of(path)) {
                ++seen;
                CHECK_MESSAGE(!begins_with_any(name, rule.forbidden), path.string() << " includes " << name);
            }
        }
    }
    CHECK(seen > 100); // the scan itself works
}

TEST_CASE("heavy headers stay out of our headers")
{
    for (const char* folder : {"core", "gpu", "nodes", "plugins", "app"}) {
        for (const fs::path& path : sources_below(folder)) {
            if (path.extension() != ".h") continue;
            for (const std::string& name : includes_of(path))
                CHECK_MESSAGE(!begins_with_any(name, heavy), path.string() << " includes " << name);
        }
    }
}

TEST_CASE("includes are written from the root, and never relative")
{
    for (const char* folder : {"core", "gpu", "nodes", "plugins", "app"})
        for (const fs::path& path : sources_below(folder))
            for (const std::string& name : includes_of(path))
                CHECK_MESSAGE(!name.starts_with("."), path.string() << " includes " << name);
}
