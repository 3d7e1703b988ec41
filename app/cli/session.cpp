#include "app/cli/session.h"
#include "app/cli/text.h"
#include "app/cli/values.h"
#include "core/base/pixel_memory.h"
#include "core/base/text.h"
#include "core/doc/edit.h"
#include "core/doc/project_file.h"
#include "core/media/program_files.h"
#include "core/op/description.h"
#include "gpu/device.h"
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <thread>

namespace tessera {
namespace {

/// A path of a node, and what is left of the text behind it.
struct SplitPath {
    NodePlace place;
    std::string rest;
};

/// The longest beginning of the path that names a node.
SplitPath split_at_node(const Project& project, const std::string& path)
{
    for (size_t dot = path.rfind('.'); dot != std::string::npos && dot > 0; dot = path.rfind('.', dot - 1))
        if (const NodePlace place = find_node(project, std::string_view(path).substr(0, dot)))
            return {place, path.substr(dot + 1)};
    return {{}, path};
}

/// 0 to 3 of x, y, z, w or r, g, b, a; -1 for anything else or beyond the type's components.
int component_of(ParamType type, const std::string& name)
{
    if (name.size() != 1 || type == ParamType::Matrix) return -1;
    const size_t at = std::string_view(type == ParamType::Color ? "rgba" : "xyzw").find(name[0]);
    return at != std::string_view::npos && int(at) < component_count(type) ? int(at) : -1;
}

Error no_param(const Node& node, const OpDesc& op, const std::string& name)
{
    std::vector<std::string> names;
    for (const ParamDesc& p : op.params) names.push_back(p.name);
    names.push_back("disabled");
    return {ErrorKind::NotFound, node.name + " (" + op.id + ") has no parameter '" + name + "'",
            "did you mean " + quoted_list(nearest(name, names, 3)) + "? `tessera nodes " + op.id + "` lists them"};
}

Result<ProjectPtr> set_named_param(const ProjectPtr& project, const SplitPath& target, const std::string& text)
{
    const Node& node = *target.place.node;
    const OpDesc* op = Registry::instance().find(node.op);
    if (!op)
        return Error{ErrorKind::Unsupported, node.name + " is of the unknown kind '" + node.op + "'",
                     "its parameters can be changed in the project file only"};
    if (target.rest == "disabled") {
        ParamDesc disabled;
        disabled.name = target.rest;
        disabled.type = ParamType::Bool;
        TESSERA_TRY(value, parse_value(disabled, text));
        return set_disabled(project, target.place, std::get<bool>(value));
    }
    const size_t dot = target.rest.find('.');
    const std::string name = target.rest.substr(0, dot);
    const ParamDesc* param = op->param(name);
    if (!param) return no_param(node, *op, name);
    if (dot == std::string::npos) {
        TESSERA_TRY(value, parse_value(*param, text));
        return set_param(project, target.place, name, value);
    }
    const int part = component_of(param->type, target.rest.substr(dot + 1));
    if (part < 0)
        return Error{ErrorKind::NotFound,
                     target.rest + " names no component of " + name + ", which is a " +
                         std::string(name_of(param->type)),
                     "components are x, y, z, w of vectors and r, g, b, a of colours"};
    ParamDesc number = *param;
    number.type = ParamType::Float;
    TESSERA_TRY(value, parse_value(number, text));
    return set_param(project, target.place, name, value, part);
}

Error bad_assignment(const char* option, const std::string& text, const char* form)
{
    return {ErrorKind::InvalidArgument, std::string(option) + " " + text + " makes no sense",
            std::string("write it as ") + option + " " + form};
}

Status parse_budget(const char* option, const std::string& text, uint64_t& bytes)
{
    if (text.empty()) return {};
    auto parsed = parse_bytes(text);
    if (!parsed)
        return Error{parsed.error().kind, std::string(option) + ": " + parsed.error().message, parsed.error().remedy};
    bytes = *parsed;
    return {};
}

/// Pixel memory kept for the next frame, at most; without --ram the pool's own limit holds, which is the same.
constexpr uint64_t most_kept = 512ull << 20;

/// The engine's options as the flags give them.
Status read_flags(const EngineFlags& flags, EngineOptions& options)
{
    options.fuse = !flags.no_fuse;
    options.io_threads = thread_count_of(flags);
    TESSERA_CHECK(parse_budget("--ram", flags.ram, options.ram_cache));
    TESSERA_TRY(frames, host_budget_of(flags, options.host_budget));
    options.host_budget = frames;
    if (!flags.ram.empty()) limit_kept_pixel_memory(std::min(frames, most_kept));
    TESSERA_CHECK(parse_budget("--vram", flags.vram, options.vram_budget));
    TESSERA_CHECK(parse_budget("--disk-cache", flags.disk_cache, options.disk_cache));
    if (options.disk_cache) options.cache_folder = cache_folder() + "/tiles";
    return {};
}

} // namespace

Result<uint64_t> host_budget_of(const EngineFlags& flags, uint64_t usual)
{
    uint64_t ram = usual;
    TESSERA_CHECK(parse_budget("--ram", flags.ram, ram));
    return std::min(usual, ram);
}

void add_project_flags(CLI::App& command, ProjectFlags& flags)
{
    command.add_option("PROJECT", flags.path, "The project file (.tess)")->required();
    command
        .add_option("--set", flags.sets,
                    "NODE.PARAM=VALUE: change a parameter for this run; vectors and colours as 1,2 or (1,2); also "
                    "NODE.PARAM.x and NODE.disabled. May be given several times")
        ->allow_extra_args(false)
        ->type_name("NODE.PARAM=VALUE");
    command.add_option("--read", flags.reads, "NODE=PATH: another file for a Read node. May be given several times")
        ->allow_extra_args(false)
        ->type_name("NODE=PATH");
}

void add_engine_flags(CLI::App& command, EngineFlags& flags)
{
    command
        .add_option("--device", flags.device,
                    "What to render on: discrete, integrated, cpu, a number or part of a name of `tessera devices`; "
                    "left out: the fastest kind there is")
        ->type_name("DEVICE");
    command
        .add_option("--threads", flags.threads, "Threads for decoding, encoding and a software device; 0: one a core")
        ->check(CLI::Range(0, 1024))
        ->type_name("N");
    command.add_option("--ram", flags.ram, "Memory for cached pixels, and for frames on their way, such as 2G")->type_name("BYTES");
    command.add_option("--vram", flags.vram, "Memory of the device to use at most, such as 4G")->type_name("BYTES");
    command.add_option("--disk-cache", flags.disk_cache, "Space on disk for cached pixels, such as 20G; 0: none")
        ->type_name("BYTES");
    command.add_flag("--no-fuse", flags.no_fuse, "One pass for each operator, to measure what fusing them saves");
}

Result<ProjectPtr> open_project(const ProjectFlags& flags)
{
    TESSERA_TRY(loaded, load_project(absolute_path(flags.path)));
    for (const std::string& warning : loaded.warnings) std::fprintf(stderr, "tessera: warning: %s\n", warning.c_str());
    ProjectPtr project = loaded.project;
    for (const std::string& text : flags.sets) {
        TESSERA_TRY(changed, apply_set(project, text));
        project = changed;
    }
    for (const std::string& text : flags.reads) {
        TESSERA_TRY(changed, apply_read(project, text));
        project = changed;
    }
    return project;
}

Result<ProjectPtr> apply_set(const ProjectPtr& project, const std::string& assignment)
{
    const size_t equals = assignment.find('=');
    if (equals == 0 || equals == std::string::npos) return bad_assignment("--set", assignment, "NODE.PARAM=VALUE");
    const std::string path = assignment.substr(0, equals);
    const SplitPath target = split_at_node(*project, path);
    if (!target.place) {
        const size_t dot = path.rfind('.');
        if (dot == std::string::npos || find_node(*project, path))
            return bad_assignment("--set", assignment, "NODE.PARAM=VALUE");
        return std::move(node_named(*project, path.substr(0, dot)).error());
    }
    return set_named_param(project, target, assignment.substr(equals + 1));
}

Result<ProjectPtr> apply_read(const ProjectPtr& project, const std::string& assignment)
{
    const size_t equals = assignment.find('=');
    if (equals == 0 || equals == std::string::npos) return bad_assignment("--read", assignment, "NODE=PATH");
    TESSERA_TRY(place, node_named(*project, assignment.substr(0, equals)));
    const OpDesc* op = Registry::instance().find(place.node->op);
    const ParamDesc* file = op && op->kind != OpKind::Output ? op->param("file") : nullptr;
    if (!file || file->type != ParamType::File)
        return Error{ErrorKind::InvalidArgument, place.node->name + " (" + place.node->op + ") does not read a file",
                     "--read takes a Read node; other parameters are changed with --set"};
    return set_param(project, place, file->name, Value(absolute_path(assignment.substr(equals + 1))));
}

Result<NodePlace> node_named(const Project& project, const std::string& path)
{
    if (const NodePlace place = find_node(project, path)) return place;
    const std::vector<std::string> paths = node_paths(project);
    if (paths.empty())
        return Error{ErrorKind::NotFound, "there is no node '" + path + "': the project is empty", "add nodes to it"};
    return Error{ErrorKind::NotFound, "there is no node '" + path + "' in the project",
                 "did you mean " + quoted_list(nearest(path, paths, 3)) + "?"};
}

EngineStart::EngineStart(const EngineFlags& flags) : flags_(read_flags(flags, options_))
{
    if (!flags_) return;
    // Mesa's software device has no other way to be told; a choice the user made in the environment stays.
    if (flags.threads > 0) setenv("LP_NUM_THREADS", std::to_string(flags.threads).c_str(), 0);
    const DeviceOptions chosen{.prefer = flags.device, .memory_budget = options_.vram_budget};
    options_.reopen_device = [chosen]() -> Result<std::shared_ptr<Device>> {
        TESSERA_TRY(again, open_device(chosen));
        return std::shared_ptr<Device>(std::move(again));
    };
    device_ = std::async(std::launch::async, [chosen] { return open_device(chosen); });
}

Result<std::unique_ptr<Engine>> EngineStart::engine()
{
    TESSERA_CHECK(flags_);
    TESSERA_TRY(device, device_.get());
    return std::make_unique<Engine>(std::shared_ptr<Device>(std::move(device)), options_);
}

Result<std::unique_ptr<Engine>> open_engine(const EngineFlags& flags)
{
    return EngineStart(flags).engine();
}

int thread_count_of(const EngineFlags& flags)
{
    return flags.threads > 0 ? flags.threads : int(std::max(1u, std::thread::hardware_concurrency()));
}

std::string absolute_path(const std::string& path)
{
    std::error_code error;
    const auto absolute = std::filesystem::absolute(path, error);
    return error ? path : absolute.lexically_normal().string();
}

} // namespace tessera
