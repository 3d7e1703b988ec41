#include "nodes/color/ocio.h"
#include <cstdlib>
#include <filesystem>
#include <map>
#include <mutex>

namespace tessera {

namespace {

/// Size and time of change of a configuration file; zero for the built-in one.
struct FileState {
    uintmax_t size = 0;
    std::filesystem::file_time_type time{};
    bool operator==(const FileState&) const = default;
};

FileState state_of(const std::string& path)
{
    std::error_code code;
    FileState s;
    s.size = std::filesystem::file_size(path, code);
    if (!code) s.time = std::filesystem::last_write_time(path, code);
    return code ? FileState{} : s;
}

/// Configurations and transforms are slow to make (milliseconds to a second) and asked for at every frame.
struct Cache {
    std::mutex mutex;
    std::map<std::string, std::pair<FileState, ColorConfig>> configs;
    std::map<Key, ColorProcessor> processors;
    static constexpr size_t most_processors = 256;
};

Cache& cache()
{
    static Cache c;
    return c;
}

/// The table's floats are hashed once: the same processor gives the same shared table.
struct Tables {
    std::mutex mutex;
    std::map<Key, TablePtr> by_processor;
};

Tables& tables()
{
    static Tables t;
    return t;
}

} // namespace

Result<std::string> expanded_path(const OpContext& context, std::string_view text)
{
    std::string out;
    for (size_t at = 0; at < text.size();) {
        const size_t close = text.substr(at).starts_with("${") ? text.find('}', at) : std::string_view::npos;
        if (close == std::string_view::npos) {
            out += text[at++];
            continue;
        }
        const std::string name(text.substr(at + 2, close - at - 2));
        const auto value = context.variable ? context.variable(name) : std::nullopt;
        if (!value)
            return Error{ErrorKind::NotFound,
                         "the variable ${" + name + "} in \"" + std::string(text) + "\" is not set",
                         "set it in the project's variables or in the environment"};
        out += *value;
        at = close + 1;
    }
    if (out.empty() || context.project_folder.empty() || std::filesystem::path(out).is_absolute()) return out;
    return (std::filesystem::path(context.project_folder) / out).lexically_normal().string();
}

Result<ColorConfig> config_for(const OpContext& context)
{
    std::string setting(context.color_config);
    if (setting.empty() || setting == "$OCIO" || setting == "${OCIO}") {
        const char* path = std::getenv("OCIO");
        setting = path && *path ? path : "builtin";
    } else if (setting != "builtin") {
        TESSERA_TRY(path, expanded_path(context, setting));
        setting = path;
    }
    const FileState now = setting == "builtin" ? FileState{} : state_of(setting);
    Cache& c = cache();
    std::lock_guard lock(c.mutex);
    const auto it = c.configs.find(setting);
    if (it != c.configs.end() && it->second.first == now) return it->second.second;
    TESSERA_TRY(config, ColorConfig::load(setting));
    c.configs.insert_or_assign(setting, std::make_pair(now, config));
    return config;
}

Result<ColorProcessor> cached_processor(const OpContext& context, const Key& what,
                                        const std::function<Result<ColorProcessor>(const ColorConfig&)>& make)
{
    TESSERA_TRY(config, config_for(context));
    const Key key = Hasher().add(config.key()).add(what).key();
    Cache& c = cache();
    {
        std::lock_guard lock(c.mutex);
        if (const auto it = c.processors.find(key); it != c.processors.end()) return it->second;
    }
    TESSERA_TRY(processor, make(config));
    std::lock_guard lock(c.mutex);
    if (c.processors.size() >= Cache::most_processors) c.processors.clear();
    return c.processors.insert_or_assign(key, std::move(processor)).first->second;
}

Result<ColorContext> parse_color_context(std::string_view text)
{
    ColorContext out;
    size_t at = 0;
    while (at < text.size()) {
        size_t end = text.find_first_of(" ,\t\n", at);
        if (end == std::string_view::npos) end = text.size();
        const std::string_view item = text.substr(at, end - at);
        at = end + 1;
        if (item.empty()) continue;
        const size_t equals = item.find('=');
        if (equals == std::string_view::npos || equals == 0)
            return Error{ErrorKind::InvalidArgument,
                         "the colour context item \"" + std::string(item) + "\" is not NAME=VALUE",
                         "write items like SHOT=sc01, separated by blanks"};
        out.emplace_back(item.substr(0, equals), item.substr(equals + 1));
    }
    return out;
}

Result<KernelPtr> color_kernel(const ColorProcessor& processor)
{
    TESSERA_TRY(gpu, processor.gpu());
    // Named by the transform, so that two operators with the same one share a kernel.
    const std::string name = gpu->function + "_px";
    const std::string base = gpu->table.empty() ? "0u" : "uint(u.table)";
    return make_kernel(name, KernelForm::Pixel,
                       gpu->glsl + "\nvec4 " + name + "(vec4 c, " + name + "_u u, Px px) { return " + gpu->function +
                           "(c, " + base + "); }\n",
                       1);
}

Result<TablePtr> color_table(const ColorProcessor& processor)
{
    TESSERA_TRY(gpu, processor.gpu());
    if (gpu->table.empty()) return TablePtr{};
    Tables& t = tables();
    std::lock_guard lock(t.mutex);
    if (t.by_processor.size() >= Cache::most_processors) t.by_processor.clear();
    TablePtr& table = t.by_processor[processor.key()];
    if (!table) table = make_table(gpu->table);
    return table;
}

std::string space_or_working(const OpContext& context, const std::string& name)
{
    return name.empty() ? std::string(context.working_space) : name;
}

} // namespace tessera
