#include "app/editor/preferences.h"
#include "core/media/atomic_file.h"
#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>

namespace tessera {

namespace fs = std::filesystem;
using nlohmann::json;

namespace {

fs::path home_folder(const char* variable, const char* otherwise)
{
    const char* set = std::getenv(variable);
    if (set && *set) return fs::path(set) / "tessera";
    const char* home = std::getenv("HOME");
    return fs::path(home && *home ? home : "/tmp") / otherwise / "tessera";
}

template <class T> void take(json& j, const char* name, T& value)
{
    const auto it = j.find(name);
    if (it == j.end()) return;
    try {
        value = it->get<T>();
    } catch (const json::exception&) {
        return; // of another type: the default stays, and the next save mends it
    }
    j.erase(it);
}

constexpr size_t most_recent = 30;

} // namespace

fs::path config_folder()
{
    return home_folder("XDG_CONFIG_HOME", ".config");
}

fs::path state_folder()
{
    return home_folder("XDG_STATE_HOME", ".local/state");
}

Result<Preferences> load_preferences(const fs::path& file)
{
    Preferences p;
    std::error_code error;
    if (!fs::exists(file, error)) return p;
    std::ifstream in(file, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    json j = json::parse(text.str(), nullptr, false);
    if (!in || !j.is_object())
        return Error{ErrorKind::Damaged, "the preferences in " + file.string() + " cannot be read",
                     "they start anew; remove the file to silence this", {}, file};
    std::string theme = "dark";
    take(j, "theme", theme);
    p.theme = theme == "light" ? ThemeKind::Light : ThemeKind::Dark;
    take(j, "interface_scale", p.interface_scale);
    p.interface_scale = std::clamp(p.interface_scale, 0.75, 2.0);
    take(j, "key_preset", p.key_preset);
    take(j, "backups", p.backups), take(j, "vram_gib", p.vram_gib), take(j, "ram_gib", p.ram_gib);
    take(j, "preview_gib", p.preview_gib), take(j, "disk_gib", p.disk_gib), take(j, "device", p.device);
    take(j, "surround", p.surround);
    take(j, "recent_projects", p.recent_projects), take(j, "recent_nodes", p.recent_nodes);
    take(j, "workspace", p.workspace);
    take(j, "window_width", p.window_width), take(j, "window_height", p.window_height);
    take(j, "maximized", p.maximized);
    p.window_width = std::clamp(p.window_width, 320, 16384), p.window_height = std::clamp(p.window_height, 200, 16384);
    p.keys = make_key_map(p.key_preset);
    if (const auto keys = j.find("keys"); keys != j.end()) {
        if (auto map = KeyMap::from_json(keys->dump())) p.keys = *map;
        j.erase(keys);
    }
    if (const auto spaces = j.find("workspaces"); spaces != j.end() && spaces->is_object()) {
        for (const auto& [name, layout] : spaces->items()) {
            auto made = layout_from_json(layout.dump());
            if (!made || panels_of(*made).empty()) continue;
            const auto it = std::find_if(p.workspaces.begin(), p.workspaces.end(),
                                         [&, n = name](const NamedLayout& w) { return w.name == n; });
            if (it != p.workspaces.end()) it->layout = std::move(*made);
            else p.workspaces.push_back({name, std::move(*made)});
        }
        j.erase("workspaces");
    }
    if (!j.empty()) p.extra = j.dump();
    return p;
}

Status save_preferences(const Preferences& p, const fs::path& file)
{
    json j = p.extra.empty() ? json::object() : json::parse(p.extra, nullptr, false);
    if (!j.is_object()) j = json::object();
    j["theme"] = p.theme == ThemeKind::Light ? "light" : "dark";
    j["interface_scale"] = p.interface_scale;
    j["key_preset"] = p.key_preset;
    if (!(p.keys == make_key_map(p.key_preset))) j["keys"] = json::parse(p.keys.to_json());
    j["backups"] = p.backups, j["vram_gib"] = p.vram_gib, j["ram_gib"] = p.ram_gib, j["surround"] = p.surround;
    const auto first = [](std::vector<std::string> list) {
        if (list.size() > most_recent) list.resize(most_recent);
        return list;
    };
    j["preview_gib"] = p.preview_gib, j["disk_gib"] = p.disk_gib, j["device"] = p.device;
    j["recent_projects"] = first(p.recent_projects), j["recent_nodes"] = first(p.recent_nodes);
    j["workspace"] = p.workspace;
    j["window_width"] = p.window_width, j["window_height"] = p.window_height, j["maximized"] = p.maximized;
    json spaces = json::object();
    for (const NamedLayout& w : p.workspaces) spaces[w.name] = json::parse(layout_to_json(w.layout));
    j["workspaces"] = std::move(spaces);
    const std::string text = j.dump(1) + "\n";
    TESSERA_TRY(out, AtomicFile::create(file.string(), {.create_folders = true, .overwrite = true}));
    out.write(text.data(), text.size());
    auto done = out.commit();
    if (!done) return std::move(done.error());
    return {};
}

} // namespace tessera
