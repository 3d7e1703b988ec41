#pragma once
// The application behind its window: everything panels share, and the frame that draws them.
#include "app/editor/colour_pick.h"
#include "app/editor/dialogs.h"
#include "app/editor/log_book.h"
#include "app/editor/palette.h"
#include "app/editor/panel.h"
#include "app/editor/preferences.h"
#include "app/editor/render_form.h"
#include "app/editor/workers.h"
#include "app/queue/render_queue.h"
#include "app/session/playback.h"
#include "app/session/session.h"
#include "app/session/tasks.h"
#include "app/shell/ui.h"
#include "app/viewer/evaluation.h"
#include "app/viewer/pictures.h"
#include "app/workspace/dock_view.h"

namespace tessera {

class ProjectFiles;
class StartPage;

struct EditorOptions {
    std::string project; ///< opened at the start; "" for the start page
    std::filesystem::path config, state; ///< folders; empty: the user's
    bool validation = false;
    int width = 0, height = 0; ///< 0: as it was
    double scale = 0;          ///< of the interface, for this run; 0: as preferred
    std::vector<PanelKind> panels; ///< what can be opened
};

class Editor {
public:
    static Result<std::unique_ptr<Editor>> open(const EditorOptions& options);
    ~Editor();

    /// Runs until the user quits.
    Status run();
    /// Draws one frame, after waiting at most `wait` seconds for something to happen.
    Status frame(double wait);
    bool quitting() const { return quitting_; }

    Ui& ui() { return *ui_; }
    Window& window() { return *window_; }
    Session& session() { return *session_; }
    Notices& notices() { return notices_; }
    Selection& selection() { return selection_; }
    Playback& playback() { return playback_; }
    /// The frame shown, as expressions and curves take it.
    double frame_number() const { return playback_.frame(); }
    Tasks& tasks() { return tasks_; }
    Workers& workers() { return workers_; }
    /// The eyedropper between colour fields and viewers.
    ColourPick& colour_pick() { return colour_pick_; }
    /// Null until the device is open.
    Engine* engine() { return evaluation_->engine(); }
    Evaluation& evaluation() { return *evaluation_; }
    /// What viewers show: feeds, probes and thumbnails are made from it.
    Pictures& pictures() { return *pictures_; }
    Commands& commands() { return commands_; }
    Preferences& preferences() { return preferences_; }
    Dialogs& dialogs() { return dialogs_; }
    ProjectFiles& files() { return *files_; }
    RenderQueue& queue() { return *queue_; }
    LogBook& log() { return *log_; }
    /// Asks how, then renders; `writers`: paths of Write nodes that are on, empty: all.
    void ask_render(const std::vector<std::string>& writers);
    const std::filesystem::path& config_folder() const { return config_; }
    const std::filesystem::path& state_folder() const { return state_; }

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
    /// The panel that keys go to ("graph#1").
    const std::string& focused_panel() const { return dock_.focused(); }
    DockView& dock() { return dock_; }
    Layout& layout();
    /// The page with recent projects and samples, in place of the workspace.
    void show_start_page(bool shown) { start_shown_ = shown; }
    bool start_page_shown() const { return start_shown_; }
    /// Where files dropped on the window go in the graph; the graph panel sets it.
    std::function<Vec2(ImVec2 window)> drop_place;
    /// True once the picture of a frame is on the screen: playing every frame waits for it. Viewers set it.
    std::function<bool(double frame)> shows_frame;
    /// Asked first about files dropped on the window: true when it has taken them (a file field). Properties set it.
    std::function<bool(ImVec2 window, const std::vector<std::filesystem::path>& files)> take_drop;
    /// Keys pressed in the next frame run no command; held_keys() gives them (a panel is learning a key).
    void hold_keys() { hold_keys_ = true; }
    const std::vector<KeyPress>& held_keys() const { return held_keys_; }
    /// After the theme or the size of the interface has been changed.
    void apply_look();
    /// Writes the preferences, telling when that fails.
    void save_preferences_now();
    /// Called after each frame; none: nothing is.
    std::function<void()> on_frame;
    /// Leaves without asking.
    void quit() { quitting_ = true; }

private:
    Editor() = default;
    void draw_root();
    void draw_dock();
    void update();
    void play();
    void add_commands();
    void add_window_commands();
    void add_render_commands();
    void follow_queue();
    void render_current_frame();
    std::vector<std::string> selected_writers() const;
    void draw_top_bar(float height);
    void draw_menu(const std::string& path);
    void draw_workspaces(float height);
    void open_recent(const std::string& path);
    void draw_status_bar();
    void draw_toasts();
    void handle_keys();
    bool takes_key(const KeyPress& press) const;
    Panel* panel_of(const PanelSlot& slot);
    void keep_panel_states();
    void make_fonts();
    void reset_workspace();
    void new_workspace();

    std::unique_ptr<Window> window_;
    std::unique_ptr<Ui> ui_;
    Notices notices_;
    std::unique_ptr<Session> session_;
    Selection selection_;
    Playback playback_;
    Tasks tasks_;
    ColourPick colour_pick_;
    std::unique_ptr<Evaluation> evaluation_;
    std::unique_ptr<Pictures> pictures_; ///< after the engine it asks, before the panels that hold its feeds
    Commands commands_;
    Preferences preferences_;
    std::filesystem::path config_, state_;
    std::vector<PanelKind> kinds_;
    std::map<std::string, std::unique_ptr<Panel>> panels_; ///< by slot id
    DockView dock_;
    Palette palette_;
    Dialogs dialogs_;
    std::unique_ptr<ProjectFiles> files_;
    std::unique_ptr<StartPage> start_;
    double forced_scale_ = 0;
    float made_scale_ = 0;
    bool fonts_wanted_ = false;
    uint64_t toasts_dismissed_ = 0;               ///< notices up to this number are no longer shown
    bool quitting_ = false, start_shown_ = false;
    bool hold_keys_ = false;
    std::vector<KeyPress> held_keys_;
    bool menu_open_ = false, menu_seen_ = false; ///< a menu of the top line was open in the last frame, is in this one
    float menus_end_ = 0;
    uint64_t saved_changes_ = 0;
    std::string window_title_, workspace_name_;
    std::unique_ptr<LogBook> log_;
    std::unique_ptr<RenderQueue> queue_;
    std::map<JobId, std::shared_ptr<Task>> render_tasks_;
    uint64_t followed_queue_ = 0;
    ExistingFiles existing_files_ = ExistingFiles::Stop; ///< as it was chosen last, with the next two
    int render_level_ = 0;
    bool render_keep_going_ = true;
    Workers workers_; ///< last: its threads end first
};

} // namespace tessera
