// Commands that render, and what is asked before a render begins.
#include "app/editor/editor.h"
#include "app/editor/render_form.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <imgui_stdlib.h>

namespace tessera {

namespace {

constexpr float form_width = 600, label_column = 108;
constexpr int most_rows = 7;

/// A choice drawn as the dialog's fields are.
bool choice(const Ui& ui, const char* id, int& chosen, std::initializer_list<std::string> names)
{
    const int before = chosen;
    const std::string now = chosen >= 0 && size_t(chosen) < names.size() ? *(names.begin() + chosen) : "";
    const bool open = ImGui::BeginCombo(id, now.c_str(), ImGuiComboFlags_NoArrowButton);
    const ImVec2 low = ImGui::GetItemRectMin(), high = ImGui::GetItemRectMax();
    if (open) {
        for (int i = 0; i < int(names.size()); ++i)
            if (ImGui::Selectable((names.begin() + i)->c_str(), i == chosen)) chosen = i;
        ImGui::EndCombo();
    }
    const ImVec2 sign = ImGui::CalcTextSize(icon::caret_down);
    if (!open)
        ImGui::GetWindowDrawList()->AddText({high.x - sign.x - ui.px(8), std::round((low.y + high.y - sign.y) / 2)}, ui.theme.secondary,
                                            icon::caret_down);
    return chosen != before;
}

class RenderDialog {
public:
    explicit RenderDialog(RenderForm form) : form_(std::move(form)) {}
    const RenderForm& form() const { return form_; }

    void draw(const Ui& ui)
    {
        ImGui::PushStyleColor(ImGuiCol_FrameBg, ui.theme.panel); // a question is raised, its fields lie deeper
        draw_writers(ui);
        draw_frames(ui);
        label(ui, "Size");
        choice(ui, "##size", form_.level, {"Full resolution", "1/2", "1/4", "1/8"});
        label(ui, "Existing files");
        int existing = int(form_.existing);
        if (choice(ui, "##existing", existing, {"Stop before anything is rendered", "Replace them", "Keep those up to date, replace the rest"}))
            form_.existing = ExistingFiles(existing);
        label(ui, "");
        ImGui::Checkbox("Go on with the other frames after one has failed", &form_.keep_going);
        ImGui::PopStyleColor();
        const auto request = request_of(form_);
        ImGui::SetCursorPosX(ImGui::GetCursorPosX() + ui.px(label_column + 12));
        ImGui::PushStyleColor(ImGuiCol_Text, request ? ui.theme.secondary : ui.theme.error);
        if (request) ImGui::TextUnformatted("It is rendered in the background, from the project as it is now.");
        else ImGui::TextUnformatted((std::string(icon::warning) + "  " + request.error().text()).c_str());
        ImGui::PopStyleColor();
    }

private:
    void label(const Ui& ui, const char* text) const
    {
        const float left = ImGui::GetCursorPosX();
        ImGui::SetCursorPosX(left + ui.px(label_column) - ImGui::CalcTextSize(text).x);
        ImGui::AlignTextToFramePadding();
        ImGui::TextUnformatted(text);
        ImGui::SameLine(left + ui.px(label_column + 12));
        ImGui::SetNextItemWidth(-1);
    }

    void draw_writers(const Ui& ui)
    {
        label(ui, "Writers");
        const float row = ui.px(24), rows = float(std::clamp(int(form_.writers.size()), 1, most_rows));
        ImGui::PushStyleColor(ImGuiCol_ChildBg, ui.theme.panel);
        ImGui::PushStyleColor(ImGuiCol_FrameBg, ui.theme.window);
        ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(8), ui.px(4)});
        if (ImGui::BeginChild("writers", {0, rows * (row + ImGui::GetStyle().ItemSpacing.y) + ui.px(8)}, false,
                              ImGuiWindowFlags_AlwaysUseWindowPadding)) {
            if (form_.writers.empty()) ImGui::TextDisabled("The project has no Write node.");
            for (RenderForm::Writer& writer : form_.writers) draw_writer(ui, writer);
        }
        ImGui::EndChild();
        ImGui::PopStyleVar();
        ImGui::PopStyleColor(2);
    }

    static void draw_writer(const Ui& ui, RenderForm::Writer& writer)
    {
        ImGui::BeginDisabled(!writer.problem.empty());
        ImGui::Checkbox((writer.path + "##" + writer.path).c_str(), &writer.on);
        ImGui::EndDisabled();
        ImGui::SameLine(0, ui.px(12));
        const float room = ImGui::GetContentRegionAvail().x;
        ImGui::PushStyleColor(ImGuiCol_Text, writer.problem.empty() ? ui.theme.secondary : ui.theme.warning);
        // Of a path its end says most.
        std::string text = writer.problem.empty() ? writer.file : writer.problem;
        if (writer.problem.empty() && ImGui::CalcTextSize(text.c_str()).x > room) {
            while (!text.empty() && ImGui::CalcTextSize(("\xe2\x80\xa6" + text).c_str()).x > room) {
                size_t letter = 1;
                while (letter < text.size() && (static_cast<unsigned char>(text[letter]) & 0xC0) == 0x80) ++letter;
                text.erase(0, letter);
            }
            text = "\xe2\x80\xa6" + text;
        }
        ImGui::TextUnformatted(text.c_str());
        ImGui::PopStyleColor();
        if (ImGui::IsItemHovered() && !writer.file.empty()) tooltip(ui, writer.path, "", writer.file);
    }

    void draw_frames(const Ui& ui)
    {
        label(ui, "Frames");
        const auto span = [](const char* name, int first, int last) {
            return std::string(name) + "  " + std::to_string(first) + (first == last ? "" : "\xe2\x80\x93" + std::to_string(last));
        };
        int chosen = int(form_.frames);
        ImGui::SetNextItemWidth(ui.px(232));
        const bool changed = choice(ui, "##frames", chosen,
                                    {span("The project's range", form_.first, form_.last), span("In to out", form_.in, form_.out),
                                     span("The current frame", form_.current, form_.current), "Others"});
        if (changed) {
            if (FrameChoice(chosen) == FrameChoice::Other && form_.other.empty())
                if (const auto text = frames_of(form_)) form_.other = *text;
            form_.frames = FrameChoice(chosen);
        }
        ImGui::SameLine(0, ui.px(8));
        if (form_.frames == FrameChoice::Other) {
            ImGui::SetNextItemWidth(ui.px(130));
            ImGui::InputTextWithHint("##other", "1-48,60,100-200x2", &form_.other);
            ImGui::SameLine(0, ui.px(8));
        }
        if (frames_of(form_)) ImGui::TextDisabled("%s", frames_summary(form_).c_str());
    }

    RenderForm form_;
};

} // namespace

/// The writers that are selected, in the graph shown.
std::vector<std::string> Editor::selected_writers() const
{
    return writers_among(*session_->project(), selection_.graph(), {selection_.nodes.begin(), selection_.nodes.end()});
}

void Editor::ask_render(const std::vector<std::string>& chosen)
{
    RenderForm form;
    const Project& project = *session_->project();
    form.title = session_->name(), form.project = session_->path();
    form.writers = writers_of(project, chosen);
    form.first = project.settings.first_frame, form.last = project.settings.last_frame;
    form.in = playback_.in(), form.out = playback_.out(), form.current = playback_.frame();
    if (playback_.has_in() || playback_.has_out()) form.frames = FrameChoice::InOut;
    form.existing = existing_files_, form.level = render_level_, form.keep_going = render_keep_going_;
    const auto dialog = std::make_shared<RenderDialog>(std::move(form));
    const auto send = [this, dialog](bool now) {
        auto request = request_of(dialog->form());
        if (!request) return notices_.add(request.error());
        existing_files_ = dialog->form().existing;
        render_level_ = dialog->form().level;
        render_keep_going_ = dialog->form().keep_going;
        queue_->add(session_->project(), std::move(*request), now);
        show_panel("queue");
    };
    const auto complete = [dialog] { return request_of(dialog->form()).ok(); };
    Question q;
    q.title = "Render " + session_->name();
    q.width = form_width;
    q.body = [dialog](const Ui& ui) { dialog->draw(ui); };
    q.choices.push_back({"Render now", [send] { send(true); }, true, complete});
    q.choices.push_back({"Add to the queue", [send] { send(false); }, false, complete});
    q.choices.push_back({"Cancel", {}});
    dialogs_.ask(std::move(q));
}

void Editor::render_current_frame()
{
    RenderForm form;
    form.title = session_->name(), form.project = session_->path();
    form.writers = writers_of(*session_->project(), selected_writers());
    form.frames = FrameChoice::Current, form.current = playback_.frame();
    form.existing = ExistingFiles::Replace;
    // A movie is made whole: one frame of it would replace all others.
    for (RenderForm::Writer& writer : form.writers) writer.on = writer.on && !writer.movie;
    auto request = request_of(form);
    if (!request)
        return notices_.add(NoticeLevel::Warning, "There is no writer of images that could render this frame. Select a Write node that is "
                                                  "connected and has a file; movies are rendered whole.");
    queue_->add(session_->project(), std::move(*request), true);
    show_panel("queue");
}

void Editor::add_render_commands()
{
    const auto add = [this](std::string id, std::string name, int order, std::string help, std::function<void()> run,
                            std::function<bool()> enabled = {}, std::function<bool()> checked = {}) {
        Command c;
        c.id = std::move(id), c.name = std::move(name), c.menu = "Render", c.order = order;
        c.help = std::move(help), c.run = std::move(run), c.enabled = std::move(enabled), c.checked = std::move(checked);
        commands_.add(std::move(c));
    };
    const auto rendering = [this] { return queue_->running(); };
    add("render.all", "Render all\xe2\x80\xa6", 10, "Every Write node that is not disabled, in the background.", [this] { ask_render({}); });
    add("render.selected", "Render selected\xe2\x80\xa6", 20, "The selected Write nodes, in the background.",
        [this] { ask_render(selected_writers()); });
    add("render.frame", "Render this frame", 30, "The current frame of the selected writers of images, replacing its file.",
        [this] { render_current_frame(); });
    add("queue.show", "Render queue", 110, "What is rendered, was rendered, and waits.", [this] { show_panel("queue"); });
    add("queue.hold", "Hold the queue", 120, "Begins no further renders until it is let go.",
        [this] { queue_->hold(!queue_->view()->held); }, {}, [this] { return queue_->view()->held; });
    add("queue.pause_all", "Pause all renders", 130, "Stops them where they are; they keep their memory.",
        [this] { queue_->pause_all(); }, rendering);
    add("queue.resume_all", "Resume all renders", 140, "Lets paused renders and the queue go on.", [this] { queue_->resume_all(); });
    add("queue.cancel_all", "Cancel all renders", 150, "Finished frames stay.", [this] { queue_->cancel_all(); }, rendering);
    add("queue.clear", "Clear finished renders", 160, "Takes those that are done or cancelled out of the list; their files stay.",
        [this] { queue_->clear_finished(); });
}

/// What the queue has to say goes to the notices and the log; what it renders is shown on the status line.
void Editor::follow_queue()
{
    for (QueueNote& note : queue_->take_notes()) notices_.add(note.level, std::move(note.text));
    for (QueueLine& line : queue_->take_lines())
        log_->add({line.line.error ? NoticeLevel::Error : NoticeLevel::Info, line.title, std::move(line.line.text), line.line.time});
    log_->follow(notices_);
    const auto view = queue_->view();
    if (view->revision == followed_queue_ && render_tasks_.empty()) return;
    followed_queue_ = view->revision;
    std::map<JobId, std::shared_ptr<Task>> tasks;
    for (const auto& job : view->jobs) {
        if (job->state != JobState::Running) continue;
        auto& task = tasks[job->id];
        const auto before = render_tasks_.find(job->id);
        task = before == render_tasks_.end() ? tasks_.begin("Rendering " + job->request.title) : before->second;
        if (task->cancelled() && !job->stopping) queue_->cancel(job->id);
        task->set_progress(progress_of(*job));
    }
    render_tasks_ = std::move(tasks);
}

} // namespace tessera
