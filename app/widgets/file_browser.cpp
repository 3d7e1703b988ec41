#include "app/widgets/file_browser.h"
#include "app/shell/icons.h"
#include "core/media/sequence.h"
#include <algorithm>
#include <cstdlib>
#include <thread>

namespace tessera {

namespace {

constexpr int picture_side = 480;

std::string home_folder()
{
    const char* home = std::getenv("HOME");
    return home && *home ? home : "/";
}

/// "/a/b/../c/" to "/a/c"; "~" is the home folder; what is not absolute starts at `base`.
std::string clean_path(std::string path, const std::string& base)
{
    if (path == "~" || path.starts_with("~/")) path = home_folder() + path.substr(1);
    if (!path.starts_with('/')) path = joined_path(base, path);
    path = std::filesystem::path(path).lexically_normal().string();
    if (path.size() > 1 && path.ends_with('/')) path.pop_back();
    return path;
}

} // namespace

FileFilter project_files()
{
    return {"Projects (.tess)", {".tess"}};
}

FileFilter image_files()
{
    return {"Images and movies",
            {".exr", ".dpx", ".cin", ".tif", ".tiff", ".png", ".jpg", ".jpeg", ".hdr", ".tga", ".bmp", ".jp2", ".psd", ".gif",
             ".webp", ".sgi", ".rgb", ".ppm", ".pfm", ".mov", ".mp4", ".mkv", ".avi", ".mxf", ".webm", ".m4v", ".mpg", ".y4m"}};
}

FileFilter any_files()
{
    return {"All files", {}};
}

FileBrowser::FileBrowser(std::filesystem::path places_file) : places_file_(std::move(places_file)), preview_([] { Window::wake(); }) {}

FileBrowser::~FileBrowser()
{
    if (lister_) lister_->stop = true;
    if (texture_ && window_) window_->graphics().drop_texture(texture_);
}

void FileBrowser::open(FileRequest request, Answer answer)
{
    request_ = std::move(request);
    answer_ = std::move(answer);
    if (request_.filters.empty()) request_.filters.push_back(any_files());
    if (auto places = load_places(places_file_)) places_ = std::move(*places);
    else problem_ = places.error().text();
    state_ = State::Opening;
    name_ = request_.name;
    selected_.clear(), cursor_.clear(), back_.clear();
    if (!name_.empty() && request_.mode != FileMode::Save) selected_ = {name_}, cursor_ = name_, scroll_to_cursor_ = true;
    view_ = {};
    filter_ = 0;
    view_.folders_only = request_.mode == FileMode::Folder;
    new_folder_.reset();
    previewed_.clear(), picture_ = {};
    replace_asked_ = false;
    focus_name_ = request_.mode == FileMode::Save, focus_list_ = !focus_name_;
    std::string folder = request_.folder;
    if (folder.empty()) folder = !request_.project_folder.empty() ? request_.project_folder
                                 : places_.recent.empty()         ? home_folder()
                                                                  : places_.recent.front();
    folder_.clear();
    go(clean_path(folder, home_folder()));
}

void FileBrowser::go(const std::string& folder)
{
    if (!folder_.empty() && folder_ != folder) {
        back_.push_back(folder_);
        selected_.clear(), cursor_.clear();
        view_.typed.clear();
    }
    folder_ = folder, path_text_ = folder;
    problem_.clear(), replace_asked_ = false;
    listed_ = false, listing_ = {}, shown_.clear();
    if (lister_) lister_->stop = true;
    // A thread that is stuck in a dead network folder is left behind: it owns all it touches.
    lister_ = std::make_shared<Lister>();
    asked_at_ = ImGui::GetCurrentContext() ? ImGui::GetTime() : 0;
    const bool fold = request_.mode == FileMode::Media || request_.sequences;
    std::thread([lister = lister_, folder, fold] {
        Listing listing = list_folder(folder, fold, [&] { return lister->stop.load(); });
        if (lister->stop) return;
        {
            const std::lock_guard lock(lister->mutex);
            lister->done = std::move(listing);
        }
        Window::wake();
    }).detach();
}

void FileBrowser::enter_path(const std::string& typed)
{
    const std::string path = clean_path(typed, folder_);
    const std::string folder = folder_of(path);
    view_.typed.clear();
    wanted_ = name_of_path(path);
    if (typed.ends_with('/') || wanted_.empty()) wanted_.clear(), go(path);
    else if (request_.mode == FileMode::Save) name_ = std::exchange(wanted_, {}), go(folder);
    else if (folder != folder_ || !listed_) go(folder);
    else filter_rows(), settle_wanted();
}

void FileBrowser::settle_wanted()
{
    const std::string name = std::exchange(wanted_, {});
    const auto row = std::find_if(listing_.rows.begin(), listing_.rows.end(), [&](const FileRow& r) { return r.name == name; });
    if (row != listing_.rows.end() && row->kind == FileKind::Folder) return go(joined_path(folder_, name));
    if (row != listing_.rows.end() || listing_.names.contains(name)) return finish({joined_path(folder_, name)});
    problem_ = joined_path(folder_, name) + " is not there.";
}

void FileBrowser::take_results(const Ui& ui)
{
    if (lister_) {
        std::optional<Listing> done;
        {
            const std::lock_guard lock(lister_->mutex);
            done = std::exchange(lister_->done, std::nullopt);
        }
        if (done) {
            listing_ = std::move(*done), listed_ = true;
            filter_rows();
            if (!wanted_.empty()) settle_wanted();
        }
    }
    if (auto picture = preview_.take()) {
        picture_ = std::move(*picture);
        Graphics& graphics = ui.window.graphics();
        if (texture_) graphics.drop_texture(std::exchange(texture_, 0));
        window_ = &ui.window;
        if (!picture_.pixels.empty()) {
            const auto made = graphics.make_texture(picture_.width, picture_.height);
            if (made) texture_ = *made;
            const Status sent = made ? graphics.update(texture_, 0, 0, picture_.width, picture_.height, picture_.pixels)
                                     : Status(made.error());
            if (!sent) picture_.problem = sent.error().text();
        }
    }
    // The selected file's picture is asked for once the keys stand still on it.
    const auto row = std::find_if(listing_.rows.begin(), listing_.rows.end(), [&](const FileRow& r) { return r.name == cursor_; });
    const std::string path = row == listing_.rows.end() ? "" : joined_path(folder_, cursor_);
    if (path != previewed_) {
        previewed_ = path, picture_ = {};
        if (!path.empty() && row->kind != FileKind::Folder && is_picture_name(path))
            preview_.ask(path, row->kind == FileKind::Sequence ? std::optional(row->first) : std::nullopt, picture_side);
    }
}

void FileBrowser::filter_rows()
{
    view_.filter = request_.filters[std::min(filter_, request_.filters.size() - 1)];
    shown_ = shown_rows(listing_, view_);
}

void FileBrowser::select(size_t shown, bool add, bool range)
{
    const FileRow& row = listing_.rows[shown_[shown]];
    const bool several = request_.several && request_.mode != FileMode::Save;
    if (several && range) {
        const auto from = std::find_if(shown_.begin(), shown_.end(), [&](size_t i) { return listing_.rows[i].name == cursor_; });
        size_t a = from == shown_.end() ? shown : size_t(from - shown_.begin()), b = shown;
        if (a > b) std::swap(a, b);
        if (!add) selected_.clear();
        for (size_t i = a; i <= b; ++i) selected_.insert(listing_.rows[shown_[i]].name);
    } else if (several && add) {
        if (!selected_.erase(row.name)) selected_.insert(row.name);
    } else {
        selected_ = {row.name};
    }
    cursor_ = row.name;
    replace_asked_ = false;
    if (request_.mode == FileMode::Save ? row.kind != FileKind::Folder : true) name_ = row.name;
}

void FileBrowser::activate(const FileRow& row)
{
    if (row.kind == FileKind::Folder) return go(joined_path(folder_, row.name));
    selected_ = {row.name}, name_ = row.name;
    accept();
}

std::vector<std::string> FileBrowser::chosen() const
{
    std::vector<std::string> paths;
    if (request_.mode == FileMode::Save) {
        if (!name_.empty()) paths.push_back(clean_path(name_, folder_));
        return paths;
    }
    for (const size_t i : shown_) { // in the order shown
        const FileRow& row = listing_.rows[i];
        if (selected_.contains(row.name) && (row.kind == FileKind::Folder) == (request_.mode == FileMode::Folder))
            paths.push_back(joined_path(folder_, row.name));
    }
    if (paths.empty() && request_.mode == FileMode::Folder && listed_ && !listing_.error) paths.push_back(folder_);
    return paths;
}

bool FileBrowser::acceptable() const
{
    return !chosen().empty();
}

void FileBrowser::accept()
{
    if (request_.mode == FileMode::Save) {
        if (name_.empty()) return;
        std::string path = clean_path(name_, folder_);
        if (listing_.names.contains(name_) && std::any_of(listing_.rows.begin(), listing_.rows.end(), [&](const FileRow& r) {
                return r.kind == FileKind::Folder && r.name == name_;
            }))
            return name_.clear(), go(path);
        if (folder_of(path) != folder_) { // a path was typed: look there first, so that nothing is replaced unseen
            name_ = name_of_path(path);
            return go(folder_of(path));
        }
        const auto& endings = request_.filters[filter_].endings;
        if (!endings.empty() && name_of_path(path).find('.') == std::string::npos) path += endings.front(), name_ = name_of_path(path);
        const bool exists = listing_.names.contains(name_of_path(path)) ||
                            std::any_of(listing_.rows.begin(), listing_.rows.end(), [&](const FileRow& r) { return r.name == name_of_path(path); });
        if (exists && !replace_asked_) return void(replace_asked_ = true);
        return finish({path});
    }
    const auto paths = chosen();
    if (!paths.empty()) return finish(paths);
    // Enter on a folder goes into it.
    for (const FileRow& row : listing_.rows)
        if (row.kind == FileKind::Folder && selected_.size() == 1 && selected_.contains(row.name)) return go(joined_path(folder_, row.name));
}

void FileBrowser::finish(const std::vector<std::string>& paths)
{
    places_.used(folder_of(paths.front()));
    // Forgetting a folder is no reason to hold up the user's choice; the next opening tells when the file is bad.
    if (auto saved = save_places(places_, places_file_); !saved) problem_ = saved.error().text();
    const Answer answer = std::move(answer_);
    close();
    if (answer) answer(paths);
}

void FileBrowser::close()
{
    state_ = State::Closed;
    answer_ = {};
    if (lister_) lister_->stop = true;
    lister_.reset();
    listing_ = {}, shown_.clear();
}

} // namespace tessera
