// Commands of the application itself: edits, the window, workspaces, how it looks.
#include "app/editor/editor.h"
#include "app/editor/project_files.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

void Editor::add_commands()
{
    const auto add = [this](std::string id, std::string name, std::string menu, int order, std::string help,
                            std::function<void()> run, std::function<bool()> enabled = {}) {
        Command c;
        c.id = std::move(id), c.name = std::move(name), c.menu = std::move(menu), c.order = order;
        c.help = std::move(help), c.run = std::move(run), c.enabled = std::move(enabled);
        commands_.add(std::move(c));
    };
    add("edit.undo", "Undo", "Edit", 10, "Takes the last edit back.",
        [this] {
            const std::string label = session_->history().undo_label();
            session_->undo();
            notices_.add(NoticeLevel::Info, "Undone: " + label);
        },
        [this] { return session_->history().can_undo(); });
    add("edit.redo", "Redo", "Edit", 20, "Does again what was taken back.",
        [this] {
            const std::string label = session_->history().redo_label();
            session_->redo();
            notices_.add(NoticeLevel::Info, "Done again: " + label);
        },
        [this] { return session_->history().can_redo(); });
    add("palette.open", "Find a command", "Help", 10, "Every command, by a few letters of its name.", [this] { palette_.open(); });
    add("help.start_page", "Start page", "Help", 20, "Recent projects and samples.",
        [this] { start_shown_ = true; });
    add("preferences.open", "Preferences", "Edit", 900, "How the application looks, its memory, its keys.",
        [this] { show_panel("preferences"); });
    add("project.settings", "Project settings", "Edit", 890, "Format, frame rate, range and colour management of the project.",
        [this] { show_panel("project"); });
    files_->add_commands();
    add_window_commands();
    add_render_commands();
}

void Editor::add_window_commands()
{
    const auto add = [this](std::string id, std::string name, std::string menu, int order, std::string help,
                            std::function<void()> run, std::function<bool()> checked = {}) {
        Command c;
        c.id = std::move(id), c.name = std::move(name), c.menu = std::move(menu), c.order = order;
        c.help = std::move(help), c.run = std::move(run), c.checked = std::move(checked);
        commands_.add(std::move(c));
    };
    add("window.full_screen", "Full screen", "Window", 10, "The window over the whole screen, or back.",
        [this] { window_->toggle_full_screen(); }, [this] { return window_->full_screen(); });
    add("panel.maximize", "Maximise the panel", "Window", 20, "The panel under the pointer over the whole window, or back.",
        [this] { dock_.toggle_maximized(dock_.focused()); }, [this] { return !dock_.maximized().empty(); });
    add("panel.close", "Close the panel", "Window", 30, "Closes the panel that has the keys.",
        [this] { (void)remove_panel(layout(), dock_.focused()); });
    int order = 0;
    for (const PanelKind& kind : kinds_)
        add("panel." + kind.kind, kind.title, "Window/Panels", order += 1, "Opens the panel, or brings it to the front.",
            [this, id = kind.kind] { show_panel(id); });
    for (const PanelKind& kind : kinds_)
        if (kind.several)
            add("panel.new_" + kind.kind, "New " + kind.title, "Window/Panels", 100 + (order += 1), "One more of them.",
                [this, id = kind.kind] {
                    start_shown_ = false;
                    insert_panel(layout(), {id, free_number(layout(), id), {}}, dock_.focused(), DropSide::Centre);
                });
    order = 0;
    for (const NamedLayout& w : preferences_.workspaces)
        add("workspace." + w.name, w.name, "Window/Workspace", order += 1, "Changes to this workspace.",
            [this, name = w.name] {
                keep_panel_states();
                preferences_.workspace = name;
                start_shown_ = false;
            },
            [this, name = w.name] { return preferences_.workspace == name; });
    add("workspace.reset", "Reset the workspace", "Window/Workspace", 210, "The panels of this workspace as they came.",
        [this] { reset_workspace(); });
    add("workspace.new", "New workspace\xe2\x80\xa6", "Window/Workspace", 220, "Keeps this arrangement under a name of its own.",
        [this] { new_workspace(); });
    add("workspace.remove", "Remove the workspace", "Window/Workspace", 230, "Removes a workspace of your own.", [this] {
        const auto own = built_in_layouts();
        const std::string name = preferences_.workspace;
        if (std::any_of(own.begin(), own.end(), [&](const NamedLayout& w) { return w.name == name; })) {
            notices_.add(NoticeLevel::Warning, name + " came with the application and stays. Reset it instead.");
            return;
        }
        std::erase_if(preferences_.workspaces, [&](const NamedLayout& w) { return w.name == name; });
        commands_.remove("workspace." + name);
        preferences_.workspace = preferences_.workspaces.front().name;
    });
    for (const double scale : {0.75, 1.0, 1.25, 1.5, 1.75, 2.0})
        add("interface.scale" + std::to_string(int(scale * 100)), std::to_string(int(scale * 100)) + " %", "View/Interface size",
            int(scale * 10), "How large type and controls are, on top of the display's own scale.",
            [this, scale] {
                preferences_.interface_scale = scale;
                forced_scale_ = 0;
                apply_look();
            },
            [this, scale] { return preferences_.interface_scale == scale; });
    for (const auto& [kind, name] : {std::pair{ThemeKind::Dark, "Dark"}, std::pair{ThemeKind::Light, "Light"}})
        add(std::string("theme.") + (kind == ThemeKind::Dark ? "dark" : "light"), name, "View/Theme", int(kind), "",
            [this, kind = kind] {
                preferences_.theme = kind;
                apply_look();
            },
            [this, kind = kind] { return preferences_.theme == kind; });
}

void Editor::reset_workspace()
{
    for (NamedLayout& built_in : built_in_layouts())
        if (built_in.name == preferences_.workspace) {
            layout() = std::move(built_in.layout);
            return;
        }
    notices_.add(NoticeLevel::Info, preferences_.workspace + " is your own; there is nothing to go back to.");
}

void Editor::new_workspace()
{
    workspace_name_.clear();
    Question q;
    q.title = "Keep this arrangement as a workspace";
    q.body = [this](const Ui&) {
        if (ImGui::IsWindowAppearing()) ImGui::SetKeyboardFocusHere();
        ImGui::SetNextItemWidth(-1);
        ImGui::InputTextWithHint("##name", "Name", &workspace_name_);
    };
    q.choices.push_back({"Keep", [this] {
        const std::string name = workspace_name_.substr(0, 24);
        const auto same = [&](const NamedLayout& w) { return w.name == name; };
        const auto& all = preferences_.workspaces;
        if (name.empty() || std::any_of(all.begin(), all.end(), same)) {
            notices_.add(NoticeLevel::Warning, "A workspace needs a name that no other has.");
            return;
        }
        keep_panel_states();
        preferences_.workspaces.push_back({name, layout()});
        preferences_.workspace = name;
        add_window_commands();
    }, true});
    q.choices.push_back({"Cancel", {}});
    dialogs_.ask(std::move(q));
}

} // namespace tessera
