// tessera info: what is in an image file, a movie or a project.
#include "app/cli/cli.h"
#include "core/time/frames.h"
#include "app/cli/session.h"
#include "app/cli/text.h"
#include "core/doc/project_file.h"
#include "core/media/image_file.h"
#include "core/media/sequence.h"
#include "core/op/description.h"
#include <CLI/CLI.hpp>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

namespace tessera {
namespace {

using Json = nlohmann::json;

// ---- files ---------------------------------------------------------------------------------------------------------

std::string rect_text(const Rect& r)
{
    return std::to_string(r.width()) + " x " + std::to_string(r.height()) + " from (" + std::to_string(r.x0) + ", " +
           std::to_string(r.y0) + ")";
}

/// A metadata value in at most `width` characters.
std::string value_text(const Metadatum& m, size_t width)
{
    std::string text;
    if (const auto* s = std::get_if<std::string>(&m.value))
        text = *s;
    else if (const auto* bytes = std::get_if<std::vector<std::byte>>(&m.value))
        text = counted(bytes->size(), "byte");
    else if (const auto* integers = std::get_if<std::vector<int64_t>>(&m.value))
        for (const int64_t i : *integers) text += (text.empty() ? "" : " ") + std::to_string(i);
    else
        for (const double d : std::get<std::vector<double>>(m.value))
            text += (text.empty() ? "" : " ") + to_text(Value(d));
    for (char& c : text)
        if (c == '\n' || c == '\r' || c == '\t') c = ' ';
    if (text.size() > width) text = text.substr(0, width - 3) + "...";
    return text;
}

Json value_json(const Metadatum& m)
{
    if (const auto* s = std::get_if<std::string>(&m.value)) return *s;
    if (const auto* integers = std::get_if<std::vector<int64_t>>(&m.value)) return *integers;
    if (const auto* numbers = std::get_if<std::vector<double>>(&m.value)) return *numbers;
    return counted(std::get<std::vector<std::byte>>(m.value).size(), "byte");
}

Json rect_json(const Rect& r)
{
    return {r.x0, r.y0, r.x1, r.y1};
}

Json file_json(const std::string& path, const FileInfo& file)
{
    Json parts = Json::array(), layers = Json::array(), attributes = Json::object();
    for (const PartInfo& p : file.parts) {
        Json channels = Json::array();
        for (const ChannelInfo& c : p.channels) channels.push_back({{"name", c.name}, {"type", c.type}});
        parts.push_back({{"name", p.name},
                         {"view", p.view},
                         {"data_window", rect_json(p.data_window)},
                         {"compression", p.compression},
                         {"tiled", p.tiled},
                         {"levels", p.levels},
                         {"deep", p.deep},
                         {"channels", channels}});
    }
    for (const Layer& l : file.info.layers)
        layers.push_back({{"name", l.name}, {"channels", l.channels}, {"data", l.data}});
    if (file.info.metadata)
        for (const Metadatum& m : *file.info.metadata) attributes[m.name] = value_json(m);
    return {{"file", path},
            {"format", file.format},
            {"width", file.info.format.width},
            {"height", file.info.format.height},
            {"pixel_aspect", file.info.format.pixel_aspect},
            {"data_window", rect_json(file.info.data_window)},
            {"views", file.info.views},
            {"layers", layers},
            {"parts", parts},
            {"attributes", attributes}};
}

void print_part(const PartInfo& part, size_t index)
{
    std::string line = "part " + std::to_string(index);
    if (!part.name.empty()) line += " '" + part.name + "'";
    if (!part.view.empty()) line += ", view " + part.view;
    line += ": data window " + rect_text(part.data_window);
    if (!part.compression.empty()) line += ", " + part.compression;
    if (part.tiled) line += ", tiles of " + std::to_string(part.tile_width) + " x " + std::to_string(part.tile_height);
    if (part.levels > 1) line += ", " + counted(size_t(part.levels), "level");
    if (part.deep) line += ", deep";
    std::cout << line << "\n";
    TextTable channels;
    for (const ChannelInfo& c : part.channels)
        channels.row({c.name, c.type,
                      c.x_sampling != 1 || c.y_sampling != 1
                          ? "every " + std::to_string(c.x_sampling) + " x " + std::to_string(c.y_sampling) + " pixels"
                          : ""});
    std::cout << channels.text(2);
}

void print_file(const std::string& path, const FileInfo& file)
{
    constexpr size_t attribute_width = 90;
    const Format& format = file.info.format;
    std::cout << path << "\n" << file.format << ", " << format.width << " x " << format.height;
    if (format.pixel_aspect != 1) std::cout << ", pixel aspect " << to_text(Value(format.pixel_aspect));
    std::cout << ", " << size_text(file.pixel_bytes) << " of pixels\n";
    TextTable layers;
    for (const Layer& l : file.info.layers) {
        std::string channels;
        for (const std::string& c : l.channels) channels += (channels.empty() ? "" : " ") + c;
        layers.row({l.name, channels, l.data ? "data" : ""});
    }
    std::cout << "layers:\n" << layers.text(2);
    if (file.info.views.size() > 1) {
        std::cout << "views:";
        for (const std::string& view : file.info.views) std::cout << " " << view;
        std::cout << "\n";
    }
    for (size_t i = 0; i < file.parts.size(); ++i) print_part(file.parts[i], i);
    if (!file.info.metadata || file.info.metadata->empty()) return;
    TextTable attributes;
    for (const Metadatum& m : *file.info.metadata) attributes.row({m.name, m.type, value_text(m, attribute_width)});
    std::cout << "attributes:\n" << attributes.text(2);
}

/// Of a sequence: its first frame stands for the rest.
Status info_of_file(const std::string& path, bool json)
{
    std::string file = path;
    std::optional<SequenceRange> range;
    if (is_sequence(path)) {
        TESSERA_TRY(found, find_sequence(path));
        range = found;
        file = path_at(path, found.first);
    }
    TESSERA_TRY(info, read_info(file));
    if (json) {
        Json object = file_json(file, info);
        if (range) object["frames"] = range->frames;
        std::cout << object.dump(2, ' ', false, Json::error_handler_t::replace) << "\n";
        return {};
    }
    if (range) std::cout << path << ": frames " << frames_text(range->frames) << "; the first one:\n";
    print_file(file, info);
    return {};
}

// ---- projects ------------------------------------------------------------------------------------------------------

/// The files that a node reads, as far as they can be told without evaluating.
struct FileUse {
    std::string node, path;
    std::string range;   ///< frames that are there
    std::string problem; ///< empty when all is well
};

FileUse file_use(const Project& project, const std::string& node, const NodePlace& place, const ParamDesc& param)
{
    FileUse use{node, "", "", ""};
    const auto value = value_at(project, *place.graph, *place.node, param.name, param.type, param.fallback,
                                project.settings.first_frame);
    if (!value) return use.problem = value.error().message, use;
    const auto path = resolved_path(project, std::get<std::string>(*value));
    if (!path) return use.problem = path.error().message, use;
    use.path = *path;
    if (use.path.empty()) return use.problem = "no file is chosen", use;
    std::error_code ignored;
    if (!is_sequence(use.path)) {
        if (!std::filesystem::exists(use.path, ignored)) use.problem = "missing";
        return use;
    }
    const auto found = find_sequence(use.path);
    if (!found) return use.problem = "missing", use;
    use.range = frames_text(found->frames);
    std::vector<int> absent;
    for (const FrameRange& gap : found->gaps)
        for (int f = gap.first; f <= gap.last; ++f) absent.push_back(f);
    if (!absent.empty()) use.problem = "missing frames " + frames_text(absent);
    return use;
}

struct ProjectFacts {
    std::vector<std::array<std::string, 3>> nodes; ///< path, operator, remark
    std::vector<FileUse> files;
    size_t missing = 0;
};

ProjectFacts facts_of(const Project& project)
{
    ProjectFacts facts;
    for (const std::string& path : node_paths(project)) {
        const NodePlace place = find_node(project, path);
        const OpDesc* op = Registry::instance().find(place.node->op);
        std::string remark = place.node->disabled ? "disabled" : "";
        if (!op) remark += remark.empty() ? "unknown operator" : ", unknown operator";
        facts.nodes.push_back({path, place.node->op, remark});
        if (!op || op->kind == OpKind::Output) continue; // what a writer names is made, not needed
        for (const ParamDesc& param : op->params)
            if (param.type == ParamType::File && place.node->params.contains(param.name))
                facts.files.push_back(file_use(project, path, place, param));
    }
    for (const FileUse& use : facts.files) facts.missing += !use.problem.empty();
    return facts;
}

void print_project(const std::string& path, const Project& project, const ProjectFacts& facts)
{
    const ProjectSettings& s = project.settings;
    std::cout << path << "\n"
              << (s.name.empty() ? "project" : "project '" + s.name + "'") << ": " << s.format.width << " x "
              << s.format.height << ", frames " << s.first_frame << "-" << s.last_frame << " at "
              << to_text(Value(s.frames_per_second)) << " fps, working in " << s.working_space << "\n";
    std::cout << counted(facts.nodes.size(), "node") << ":\n";
    TextTable nodes;
    for (const auto& [node, op, remark] : facts.nodes) nodes.row({node, op, remark});
    std::cout << nodes.text(2);
    if (facts.files.empty()) return;
    TextTable files;
    for (const FileUse& use : facts.files)
        files.row({use.node, use.problem.empty() ? "ok" : use.problem, use.range, use.path});
    std::cout << "files:\n" << files.text(2);
}

Json project_json(const std::string& path, const Project& project, const ProjectFacts& facts,
                  const std::vector<std::string>& warnings)
{
    Json nodes = Json::array(), files = Json::array();
    for (const auto& [node, op, remark] : facts.nodes)
        nodes.push_back({{"path", node}, {"operator", op}, {"remark", remark}});
    for (const FileUse& use : facts.files)
        files.push_back({{"node", use.node}, {"path", use.path}, {"frames", use.range}, {"problem", use.problem}});
    const ProjectSettings& s = project.settings;
    return {{"project", path},
            {"name", s.name},
            {"width", s.format.width},
            {"height", s.format.height},
            {"first_frame", s.first_frame},
            {"last_frame", s.last_frame},
            {"frames_per_second", s.frames_per_second},
            {"working_space", s.working_space},
            {"nodes", nodes},
            {"files", files},
            {"warnings", warnings}};
}

Status info_of_project(const std::string& path, bool json)
{
    TESSERA_TRY(loaded, load_project(absolute_path(path)));
    const ProjectFacts facts = facts_of(*loaded.project);
    if (json)
        std::cout << project_json(path, *loaded.project, facts, loaded.warnings)
                         .dump(2, ' ', false, Json::error_handler_t::replace)
                  << "\n";
    else
        print_project(path, *loaded.project, facts);
    if (!json)
        for (const std::string& warning : loaded.warnings) std::cout << "warning: " << warning << "\n";
    if (facts.missing == 0) return {};
    return Error{ErrorKind::NotFound,
                 counted(facts.missing, "file") + " of the project " + (facts.missing == 1 ? "has" : "have") +
                     " problems",
                 "relink with --read NODE=PATH when rendering, or in the project"};
}

} // namespace

void add_info(CLI::App& app, Command& chosen)
{
    struct Options {
        std::string path;
        bool json = false;
    };
    auto o = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "info",
        "Print what is in a file (parts, layers, windows, attributes) or a project (nodes, ranges, missing files)");
    command->add_option("FILE|PROJECT", o->path, "An image, a sequence (name.####.exr) or a project (.tess)")
        ->required();
    command->add_flag("--json", o->json, "As JSON");
    command->footer("Exit status: 0; 1 when the file cannot be read, or files of the project are missing.");
    command->callback([o, &chosen] {
        chosen = [o] {
            return o->path.ends_with(".tess") ? info_of_project(o->path, o->json) : info_of_file(o->path, o->json);
        };
    });
}

} // namespace tessera
