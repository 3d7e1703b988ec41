#pragma once
// The render queue as a list: each render with a picture of what it wrote last, its frames as a strip, how fast it goes,
// and what can be done about it.
#include "app/editor/editor.h"
#include "app/panels/queue/frame_strip.h"
#include "app/panels/queue/job_pictures.h"
#include <set>

namespace tessera {

class QueuePanel final : public Panel {
public:
    explicit QueuePanel(Editor& editor) : editor_(editor), pictures_(editor) {}
    void draw(Editor& editor) override;
    std::string title() const override;

private:
    using JobPtr = std::shared_ptr<const Job>;
    void draw_toolbar(const RenderQueue::View& view);
    void draw_job(const Job& job, size_t position);
    void draw_picture(const Job& job, ImVec2 low, ImVec2 high);
    void draw_lines(const Job& job, ImVec2 low, ImVec2 high, float right);
    void draw_strip(const std::vector<const WriterRecord*>& writers, ImVec2 low, ImVec2 high);
    /// Where the buttons begin.
    float draw_buttons(const Job& job, ImVec2 low, ImVec2 high);
    void draw_remedies(const Job& job, ImVec2 low, ImVec2 high);
    void draw_menu(const Job& job);
    void draw_details(const Job& job, ImVec2 low, float width);
    float details_height(const Job& job) const;
    void drag(const Job& job, size_t position, ImVec2 low, ImVec2 high);
    void show_folder(const Job& job);

    Editor& editor_;
    JobPictures pictures_;
    std::set<JobId> open_;   ///< with their details shown
    JobId dragged_ = 0;
    size_t drop_at_ = 0;     ///< position the dragged one would go to
    uint64_t tidied_ = 0;    ///< revision of the queue that pictures were tidied for
};

/// Colour of a state; a sign goes with it wherever it stands.
ImU32 colour_of(const Theme& theme, FrameState state);
ImU32 colour_of(const Theme& theme, JobState state);
const char* icon_of(JobState state);

} // namespace tessera
