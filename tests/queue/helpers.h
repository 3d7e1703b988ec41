#pragma once
// A folder, small projects, and waiting for the queue.
#include "app/queue/render_queue.h"
#include "core/doc/project_file.h"
#include <algorithm>
#include <doctest/doctest.h>
#include <filesystem>
#include <fstream>
#include <sys/stat.h>
#include <thread>

namespace tessera::tests {

namespace fs = std::filesystem;

/// A fresh folder that goes away at the end.
struct Folder {
    fs::path path;
    Folder()
    {
        std::string pattern = (fs::temp_directory_path() / "tessera_queue_XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()));
        path = pattern;
    }
    ~Folder()
    {
        std::error_code none;
        fs::permissions(path, fs::perms::owner_all, none);
        fs::remove_all(path, none);
    }
    std::string operator/(const std::string& name) const { return (path / name).string(); }
    /// Names of files in it and below, sorted.
    std::vector<std::string> files(const std::string& below) const
    {
        std::vector<std::string> names;
        std::error_code none;
        for (const auto& entry : fs::recursive_directory_iterator(path / below, none))
            if (entry.is_regular_file()) names.push_back(entry.path().filename().string());
        std::sort(names.begin(), names.end());
        return names;
    }
    std::string script(const std::string& name, const std::string& text) const
    {
        const std::string file = *this / name;
        std::ofstream(file) << "#!/bin/sh\n" << text;
        ::chmod(file.c_str(), 0755);
        return file;
    }
};

/// A flat picture of `width` x `width`, and the nodes of `more` (JSON objects); its folder is `folder`.
inline ProjectPtr flat_project(const Folder& folder, const std::string& more, int width = 32)
{
    const std::string side = std::to_string(width);
    const std::string text = R"({"schema": 2, "settings": {"name": "flat", "format": {"width": )" + side +
                             R"(, "height": )" + side + R"(, "pixel_aspect": 1}, "first_frame": 1, "last_frame": 3},
"root": 1, "next_node": 100, "next_graph": 10, "graphs": [{"id": 1, "nodes": [
{"id": 1, "name": "Constant1", "op": "constant", "version": 1, "params": {"color": [{"expression": "frame / 10"}, 0.2, 0.3, 1]}},
)" + more + "]}]}\n";
    auto loaded = from_json_text(text);
    REQUIRE_MESSAGE(loaded.ok(), (loaded ? "" : loaded.error().text()));
    auto project = std::make_shared<Project>(*loaded->project);
    project->folder = folder.path.string();
    return project;
}

inline std::string writer(int id, const std::string& name, const std::string& file, int input = 1)
{
    return R"({"id": )" + std::to_string(id) + R"(, "name": ")" + name + R"(", "op": "write", "version": 1, "inputs": {"in": )" +
           std::to_string(input) + R"(}, "params": {"file": ")" + file + R"(", "create_directories": true}})";
}

inline JobRequest request(const std::string& frames = "1-3")
{
    JobRequest r;
    r.title = "flat";
    r.frames = frames;
    return r;
}

/// Looks until `done` says so, at most `seconds`.
template <class F> bool wait_for(F done, double seconds = 60)
{
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    while (std::chrono::steady_clock::now() < until) {
        if (done()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return done();
}

inline std::shared_ptr<const Job> job_of(const RenderQueue& queue, JobId id)
{
    for (const auto& job : queue.view()->jobs)
        if (job->id == id) return job;
    return nullptr;
}

inline bool wait_state(const RenderQueue& queue, JobId id, JobState state, double seconds = 60)
{
    return wait_for([&] {
        const auto job = job_of(queue, id);
        return job && job->state == state;
    }, seconds);
}

} // namespace tessera::tests
