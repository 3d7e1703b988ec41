#include "app/panels/queue/job_pictures.h"
#include "app/editor/editor.h"
#include "app/widgets/file_preview.h"
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace tessera {

namespace {

constexpr int longest_side = 192;
/// A render may write many frames a second; its picture follows this often.
constexpr double seconds_between = 0.8;
constexpr int patience = 40, look_every_us = 50'000;

/// What can be read of a job's last file: a movie only once it is whole.
std::string readable_file(const Job& job)
{
    if (job.last_file.empty()) return {};
    for (const WriterRecord& writer : job.writers)
        if (writer.movie && writer.file == job.last_file && job.unfinished()) return {};
    return job.last_file;
}

void show(Graphics& graphics, JobPictures::Picture& picture, const FilePicture& read)
{
    if (read.pixels.empty()) return;
    if (picture.width != read.width || picture.height != read.height) {
        if (picture.texture) graphics.drop_texture(picture.texture);
        picture = {};
        auto made = graphics.make_texture(read.width, read.height);
        if (!made) return; // no memory for a thumbnail: the sign of the state stays
        picture = {*made, read.width, read.height};
    }
    if (!graphics.update(picture.texture, 0, 0, read.width, read.height, read.pixels)) {
        graphics.drop_texture(picture.texture);
        picture = {};
    }
}

} // namespace

JobPictures::JobPictures(Editor& editor) : shared_(std::make_shared<Shared>())
{
    shared_->editor = &editor;
}

JobPictures::~JobPictures()
{
    for (auto& [id, entry] : shared_->entries)
        if (entry.picture.texture) shared_->editor->window().graphics().drop_texture(entry.picture.texture);
}

JobPictures::Picture JobPictures::of(const Job& job)
{
    const std::string file = readable_file(job);
    Entry& entry = shared_->entries[job.id];
    const double now = ImGui::GetTime();
    if (file.empty() || entry.busy || file == entry.asked) return entry.picture;
    if (now - entry.asked_at < seconds_between) {
        if (!job.active()) Window::wake(); // the last one is not left out
        return entry.picture;
    }
    entry.asked = file, entry.asked_at = now, entry.busy = true;
    shared_->editor->workers().run([file] { return read_picture(file, std::nullopt, longest_side); },
                                   [weak = std::weak_ptr(shared_), id = job.id](const FilePicture& read) {
                                       const auto shared = weak.lock();
                                       const auto it = shared ? shared->entries.find(id) : decltype(shared->entries.find(id)){};
                                       if (!shared || it == shared->entries.end()) return;
                                       it->second.busy = false;
                                       show(shared->editor->window().graphics(), it->second.picture, read);
                                   });
    return entry.picture;
}

void JobPictures::keep_only(const std::vector<std::shared_ptr<const Job>>& jobs)
{
    std::erase_if(shared_->entries, [&](auto& entry) {
        for (const auto& job : jobs)
            if (job->id == entry.first) return false;
        if (entry.second.picture.texture) shared_->editor->window().graphics().drop_texture(entry.second.picture.texture);
        return true;
    });
}

void open_folder(Editor& editor, const std::string& folder)
{
    editor.workers().run(
        [folder] {
            std::string program = "xdg-open", path = folder;
            char* arguments[] = {program.data(), path.data(), nullptr};
            pid_t process = -1;
            int status = -1;
            if (::posix_spawnp(&process, program.c_str(), nullptr, nullptr, arguments, environ) != 0) return false;
            // Some file managers stay in the foreground: one that is still there after a moment shows the folder.
            for (int i = 0; i < patience && ::waitpid(process, &status, WNOHANG) == 0; ++i) ::usleep(look_every_us);
            return status == -1 || (WIFEXITED(status) && WEXITSTATUS(status) == 0);
        },
        [&editor, folder](bool shown) {
            if (shown) return;
            ImGui::SetClipboardText(folder.c_str());
            editor.notices().add(NoticeLevel::Info, "There is no file manager to show " + folder + "; its path was copied.");
        });
}

} // namespace tessera
