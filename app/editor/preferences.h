#pragma once
// What the user has chosen for the application, kept in one JSON file. Fields it does not know are kept.
#include "app/shell/theme.h"
#include "app/workspace/commands.h"
#include "app/workspace/layout.h"
#include <filesystem>

namespace tessera {

struct Preferences {
    ThemeKind theme = ThemeKind::Dark;
    double interface_scale = 1;      ///< 0.75 to 2, on top of the display's own scale
    std::string key_preset = "Nuke"; ///< what `keys` started from
    KeyMap keys = make_key_map("Nuke");
    int backups = 10;
    double vram_gib = 0, ram_gib = 0; ///< budgets; 0: the engine's choice
    double preview_gib = 1;           ///< of finished pictures kept for playing
    double disk_gib = 0;              ///< of cached pixels on disk; 0: none
    std::string device;               ///< what to compute on, as `--device`; "": the fastest kind there is
    std::string surround = "theme";   ///< of the viewer: "black", "theme", "grey"
    std::vector<std::string> recent_projects; ///< newest first
    std::vector<std::string> recent_nodes;    ///< operator ids, last used first
    std::string workspace = "Compositing";
    std::vector<NamedLayout> workspaces = built_in_layouts();
    int window_width = 1600, window_height = 900;
    bool maximized = false;
    std::string extra; ///< JSON of unknown fields
};

/// Reads the file; defaults for what it lacks. Errors name the file; the caller goes on with defaults and tells.
Result<Preferences> load_preferences(const std::filesystem::path& file);
Status save_preferences(const Preferences& preferences, const std::filesystem::path& file);
/// $XDG_CONFIG_HOME/tessera, else ~/.config/tessera.
std::filesystem::path config_folder();
/// $XDG_STATE_HOME/tessera, else ~/.local/state/tessera: recovery copies and the log.
std::filesystem::path state_folder();

} // namespace tessera
