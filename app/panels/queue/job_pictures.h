#pragma once
// Small pictures of what renders have written last, decoded on a worker.
#include "app/queue/render_job.h"
#include "app/shell/graphics.h"
#include <map>
#include <memory>

namespace tessera {

class Editor;

class JobPictures {
public:
    explicit JobPictures(Editor& editor);
    ~JobPictures();
    JobPictures(const JobPictures&) = delete;

    struct Picture {
        TextureId texture = 0; ///< 0: there is none (yet)
        int width = 0, height = 0;
    };
    /// The newest picture of a job that has been decoded; asks for a newer one now and then.
    Picture of(const Job& job);
    /// Forgets the pictures of all other jobs.
    void keep_only(const std::vector<std::shared_ptr<const Job>>& jobs);

private:
    struct Entry {
        Picture picture;
        std::string asked; ///< file
        bool busy = false;
        double asked_at = 0;
    };
    /// What answers find: nothing, once the panel is gone.
    struct Shared {
        Editor* editor = nullptr;
        std::map<JobId, Entry> entries;
    };
    std::shared_ptr<Shared> shared_;
};

/// Shows a folder in the desktop's file manager; where there is none, its path is copied and told.
void open_folder(Editor& editor, const std::string& folder);

} // namespace tessera
