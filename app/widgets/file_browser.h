#pragma once
// The window in which files are chosen: to open, to save, images and sequences, folders. Nothing in it waits for a disk:
// folders are listed and pictures are decoded on threads of their own.
#include "app/shell/ui.h"
#include "app/widgets/file_listing.h"
#include "app/widgets/file_places.h"
#include "app/widgets/file_preview.h"
#include <atomic>
#include <memory>
#include <mutex>

namespace tessera {

enum class FileMode {
    Open,   ///< a file that exists
    Media,  ///< images, movies and sequences (folded into patterns) that exist
    Save,   ///< a name, new or to be replaced
    Folder, ///< a folder
};

struct FileRequest {
    FileMode mode = FileMode::Open;
    std::string title;               ///< "Open a project"
    std::string folder;              ///< where to begin; "": where the last one was chosen, else the home folder
    std::vector<FileFilter> filters; ///< the first is on; none: all files
    std::string name;                ///< Save: the name offered; else what is selected at first
    bool several = false;            ///< Open, Media: more than one may be chosen
    bool sequences = false;          ///< fold sequences in Open and Save too (Media always does)
    std::string project_folder;      ///< listed among the places when not empty
};

class FileBrowser {
public:
    /// What was chosen: absolute paths (or patterns), never none. Not called when the user cancels.
    using Answer = std::function<void(const std::vector<std::string>& paths)>;

    /// `places_file` keeps favourites and recent folders; empty: they last as long as the browser.
    explicit FileBrowser(std::filesystem::path places_file = {});
    ~FileBrowser();
    FileBrowser(const FileBrowser&) = delete;

    /// Shows it from the next draw() on. A request that is still open is cancelled.
    void open(FileRequest request, Answer answer);
    bool is_open() const { return state_ != State::Closed; }
    /// Draws it as a window above all others while it is open. Call once a frame, always at the same place.
    void draw(const Ui& ui);

private:
    enum class State { Closed, Opening, Open };
    /// What a listing thread and the interface share.
    struct Lister {
        std::mutex mutex;
        std::optional<Listing> done;
        std::atomic<bool> stop{false};
    };
    void go(const std::string& folder);
    /// A path was typed: its folder is listed, and then what it names is chosen.
    void enter_path(const std::string& typed);
    void settle_wanted();
    void take_results(const Ui& ui);
    void filter_rows();
    void draw_path(const Ui& ui);
    void draw_places(const Ui& ui, float width, float height);
    bool draw_place(const Ui& ui, const std::string& folder, const char* icon, const std::string& label, float width);
    void draw_list(const Ui& ui, float width, float height);
    void draw_row(const Ui& ui, size_t index);
    void draw_preview(const Ui& ui, float width, float height);
    void draw_bottom(const Ui& ui);
    void draw_new_folder(const Ui& ui);
    void handle_keys();
    void select(size_t shown, bool add, bool range);
    void activate(const FileRow& row);
    void accept();
    std::vector<std::string> chosen() const;
    bool acceptable() const;
    void finish(const std::vector<std::string>& paths);
    void close();

    std::filesystem::path places_file_;
    FilePlaces places_;
    FileRequest request_;
    Answer answer_;
    State state_ = State::Closed;
    std::string folder_, path_text_, name_, completion_;
    std::vector<std::string> back_; ///< folders left, for going back
    std::shared_ptr<Lister> lister_;
    double asked_at_ = 0;
    Listing listing_;
    bool listed_ = false;
    FileView view_;
    size_t filter_ = 0;
    std::vector<size_t> shown_;
    std::set<std::string> selected_; ///< names of rows
    std::string wanted_;             ///< name to choose once the folder is listed
    std::string cursor_;             ///< name of the row the keys move
    bool scroll_to_cursor_ = false, replace_asked_ = false, focus_name_ = false, focus_list_ = false;
    std::string problem_;            ///< what the last action could not do
    std::optional<std::string> new_folder_;
    bool new_folder_fresh_ = false;
    FilePreview preview_;
    FilePicture picture_;
    std::string previewed_;
    TextureId texture_ = 0;
    Window* window_ = nullptr; ///< the one the texture belongs to
};

/// Filters for the kinds of files there are.
FileFilter project_files();
FileFilter image_files();
FileFilter any_files();

} // namespace tessera
