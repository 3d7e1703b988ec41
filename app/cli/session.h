#pragma once
// What most subcommands begin with: a project with changes from the command line, and an engine on a device.
#include "core/doc/node_paths.h"
#include "core/eval/engine.h"
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tessera {

/// A project and how it is changed before use; the file itself stays as it is.
struct ProjectFlags {
    std::string path;
    std::vector<std::string> sets;  ///< NODE.PARAM=VALUE
    std::vector<std::string> reads; ///< NODE=PATH
};
/// PROJECT, --set and --read.
void add_project_flags(CLI::App& command, ProjectFlags& flags);

struct EngineFlags {
    std::string device;
    int threads = 0;                   ///< 0: one a core
    std::string ram, vram, disk_cache; ///< as typed; empty: the engine's own choice
    bool no_fuse = false;
};
/// --device, --threads, --ram, --vram, --disk-cache and --no-fuse.
void add_engine_flags(CLI::App& command, EngineFlags& flags);

/// Reads the project and applies the changes.
Result<ProjectPtr> open_project(const ProjectFlags& flags);

/// One --set. The left side is the path of a parameter, or of one component of it ("Blur1.size.x"); "Blur1.disabled"
/// switches a node off and on. Errors name the nodes, parameters or choices that come nearest.
Result<ProjectPtr> apply_set(const ProjectPtr& project, const std::string& assignment);
/// One --read: another file for a node that reads one. A relative path starts at the working folder.
Result<ProjectPtr> apply_read(const ProjectPtr& project, const std::string& assignment);

/// The node at a path; NotFound with the nearest paths.
Result<NodePlace> node_named(const Project& project, const std::string& path);

/// Opens the device on a thread of its own, so that it is ready about when the project has been read: finding the
/// drivers takes longer than all else at start. Ends when the device is open.
class EngineStart {
public:
    explicit EngineStart(const EngineFlags& flags);
    /// Waits for the device and starts an engine on it. Call it once. InvalidArgument for flags that make no sense, and
    /// the errors of open_device.
    Result<std::unique_ptr<Engine>> engine();

private:
    EngineOptions options_;
    Status flags_;
    std::future<Result<std::unique_ptr<Device>>> device_;
};

/// Opens the device and starts an engine on it.
Result<std::unique_ptr<Engine>> open_engine(const EngineFlags& flags);
/// Bytes that frames on their way may take: `usual`, or what --ram gives when that is less.
Result<uint64_t> host_budget_of(const EngineFlags& flags, uint64_t usual);
/// The number of threads that the flag means.
int thread_count_of(const EngineFlags& flags);

/// Relative to the working folder, as everything typed on a command line.
std::string absolute_path(const std::string& path);

} // namespace tessera
