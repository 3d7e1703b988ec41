#pragma once
// The application behind its window: everything panels share, and the frame that draws them.
#include "app/editor/colour_pick.h"
#include "app/editor/palette.h"
#include "app/editor/panel.h"
#include "app/editor/preferences.h"
#include "app/session/playback.h"
#include "app/session/session.h"
#include "app/session/tasks.h"
#include "app/shell/ui.h"
#include "app/viewer/evaluation.h"
#include "app/workspace/dock_view.h"

namespace tessera {

struct EditorOptions {
    std::string project; ///< opened at the start; "" for the start page
    std::filesystem::path config, state; ///< folders; empty: the user's
    bool validation = false;
    int width = 0, height = 0; ///< 0: as it was
    std::vector<PanelKind> panels; ///< what can be opened
};

class Editor {
public:
    static Result<std::unique_ptr<Editor>> open(const EditorOptions& options);
    ~Editor();

    /// Runs until the user quits.
    Status run();

    Ui& ui() { return *ui_; }
    Session& session() { return *session_; }
    Notices& notices() { return notices_; }
    Selection& selection() { return selection_; }
    Playback& playback() { return playback_; }
    /// The frame shown, as expressions and curves take it.
    double frame_number() const { return playback_.frame(); }
    Tasks& tasks() { return tasks_; }
    /// The eyedropper between colour fields and viewers.
    ColourPick& colour_pick() { return colour_pick_; }
    /// Null until the device is open.
    Engine* engine() { return evaluation_->engine(); }
    Evaluation& evaluation() { return *evaluation_; }
    Commands& commands() { return commands_; }
    Preferences& preferences() { return preferences_; }
    /// The key of a command as text, for tooltips.
    std::string key_of(std::string_view command) const { return preferences_.keys.text_of(command); }
    /// Opens a panel of the kind, or brings it to the front.
    void show_panel(const std::string& kind);
    /// The panel of a kind and number, when it has been made; null otherwise.
    Panel* find_panel(const std::string& kind, int number = 1);
    template <class P> P* find(const std::string& kind, int number = 1)
    {
        return dynamic_cast<P*>(find_panel(kind, number));
    }
    std::vector<PanelKind>& panel_kinds() { return kinds_; }

private:
    Editor() = default;
    Status frame(double wait);
    void add_commands();
    void draw_top_bar(float height);
    void draw_menu(const std::string& path);
    void draw_status_bar();
    void draw_toasts();
    void handle_keys();
    void remake_fonts();
    Panel* panel_of(const PanelSlot& slot);
    Layout& layout();

    std::unique_ptr<Window> window_;
    std::unique_ptr<Ui> ui_;
    Notices notices_;
    std::unique_ptr<Session> session_;
    Selection selection_;
    Playback playback_;
    Tasks tasks_;
    ColourPick colour_pick_;
    std::unique_ptr<Evaluation> evaluation_;
    Commands commands_;
    Preferences preferences_;
    std::filesystem::path config_, state_;
    std::vector<PanelKind> kinds_;
    std::map<std::string, std::unique_ptr<Panel>> panels_; ///< by slot id
    DockView dock_;
    Palette palette_;
    float made_scale_ = 0;
    bool quitting_ = false;
};

} // namespace tessera
