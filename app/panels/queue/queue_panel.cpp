#include "app/panels/queue/queue_panel.h"
#include "app/shell/icons.h"
#include <algorithm>
#include <filesystem>

namespace tessera {

namespace {

constexpr float row_height = 76, picture_width = 96, row_gap = 4;
constexpr int shown_failures = 6, shown_lines = 8;
constexpr size_t most_strips = 3; ///< in a row; more writers share one

std::vector<const WriterRecord*> all_writers(const Job& job)
{
    std::vector<const WriterRecord*> writers;
    for (const WriterRecord& writer : job.writers) writers.push_back(&writer);
    return writers;
}

/// A word that can be pressed, in the accent; the item's right end is at `right`, which moves to its left end.
bool link(const Ui& ui, const char* label, float& right, float y, const char* tip)
{
    const ImVec2 size = ImGui::CalcTextSize(label);
    right -= size.x;
    ImGui::SetCursorScreenPos({right, y});
    const bool pressed = ImGui::InvisibleButton(label, {size.x, size.y});
    const ImU32 colour = ImGui::IsItemHovered() ? ui.theme.text : ui.theme.accent;
    ImGui::GetWindowDrawList()->AddText({right, y}, colour, label);
    tooltip(ui, label, "", tip);
    right -= ui.px(16);
    return pressed;
}

} // namespace

ImU32 colour_of(const Theme& theme, FrameState state)
{
    switch (state) {
    case FrameState::Waiting: return theme.hover;
    case FrameState::Rendering: return theme.accent;
    case FrameState::Done: return mixed(theme.good, theme.panel, 0.25f);
    case FrameState::Skipped: return mixed(theme.good, theme.panel, 0.6f);
    case FrameState::Failed: return theme.error;
    }
    return theme.hover;
}

ImU32 colour_of(const Theme& theme, JobState state)
{
    switch (state) {
    case JobState::Running: return theme.accent;
    case JobState::Done: return theme.good;
    case JobState::Failed: return theme.error;
    case JobState::Interrupted:
    case JobState::Paused: return theme.warning;
    case JobState::Waiting:
    case JobState::Cancelled: return theme.secondary;
    }
    return theme.secondary;
}

const char* icon_of(JobState state)
{
    switch (state) {
    case JobState::Waiting: return icon::clock;
    case JobState::Running: return icon::play;
    case JobState::Paused: return icon::pause;
    case JobState::Done: return icon::check;
    case JobState::Failed: return icon::error;
    case JobState::Cancelled: return icon::stop;
    case JobState::Interrupted: return icon::warning;
    }
    return icon::info;
}

std::string QueuePanel::title() const
{
    size_t active = 0;
    for (const JobPtr& job : editor_.queue().view()->jobs) active += job->active();
    return active ? "Render Queue \xe2\x80\xa2" : "";
}

void QueuePanel::draw(Editor&)
{
    const auto view = editor_.queue().view();
    if (view->revision != tidied_) pictures_.keep_only(view->jobs), tidied_ = view->revision;
    draw_toolbar(*view);
    const Ui& ui = editor_.ui();
    if (view->jobs.empty()) {
        const std::string all = editor_.key_of("render.all"), selected = editor_.key_of("render.selected");
        const std::string text = "Nothing is rendered. " + (all.empty() ? std::string("Render all") : all) +
                                 " renders every Write node, " + (selected.empty() ? std::string("Render selected") : selected) +
                                 " the selected ones, while you go on working.";
        return empty_state(ui, icon::film, text.c_str());
    }
    ImGui::PushStyleVar(ImGuiStyleVar_WindowPadding, {ui.px(8), ui.px(4)});
    if (ImGui::BeginChild("jobs", {0, 0}, false, ImGuiWindowFlags_AlwaysUseWindowPadding)) {
        ImGui::PushStyleVar(ImGuiStyleVar_ItemSpacing, {0, ui.px(row_gap)});
        for (size_t i = 0; i < view->jobs.size(); ++i) {
            ImGui::PushID(reinterpret_cast<const void*>(uintptr_t(view->jobs[i]->id)));
            draw_job(*view->jobs[i], i);
            ImGui::PopID();
        }
        ImGui::PopStyleVar();
        if (dragged_ && !ImGui::IsMouseDown(0)) editor_.queue().move(dragged_, drop_at_), dragged_ = 0;
    }
    ImGui::EndChild();
    ImGui::PopStyleVar();
}

void QueuePanel::draw_toolbar(const RenderQueue::View& view)
{
    const Ui& ui = editor_.ui();
    RenderQueue& queue = editor_.queue();
    bool running = false, paused = false, finished = false;
    size_t waiting = 0;
    for (const JobPtr& job : view.jobs) {
        running = running || job->state == JobState::Running;
        paused = paused || job->state == JobState::Paused;
        finished = finished || job->state == JobState::Done || job->state == JobState::Cancelled;
        waiting += job->state == JobState::Waiting || job->state == JobState::Interrupted;
    }
    ImGui::SetCursorPos({ui.px(8), ui.px(4)});
    if (ImGui::Button("Render\xe2\x80\xa6")) editor_.commands().run("render.all");
    tooltip(ui, "Render all", editor_.key_of("render.all"), "Asks which writers and frames, then renders in the background.");
    ImGui::SameLine(0, ui.px(8));
    if (view.held) ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.accent);
    const bool pressed = ImGui::Button(view.held ? "Start###hold" : "Hold###hold", {ui.px(52), 0});
    if (view.held) ImGui::PopStyleColor();
    if (view.held) tooltip(ui, "Start the queue", "", "Renders what waits, one after the other.");
    else tooltip(ui, "Hold the queue", "", "Begins no further renders; what is being rendered goes on.");
    if (pressed) queue.hold(!view.held);
    ImGui::SameLine(0, ui.px(4));
    if (icon_button(ui, "pause", paused && !running ? icon::play : icon::pause, nullptr, false, running || paused)) {
        if (running) queue.pause_all();
        else queue.resume_all();
    }
    tooltip(ui, running || !paused ? "Pause all" : "Resume all", "", "A paused render stops where it is, and keeps its memory.");
    ImGui::SameLine(0, ui.px(12));
    ImGui::AlignTextToFramePadding();
    ImGui::TextDisabled("At once");
    ImGui::SameLine(0, ui.px(8));
    ImGui::SetNextItemWidth(ui.px(52));
    const std::string now = std::to_string(view.at_once);
    if (ImGui::BeginCombo("##at once", now.c_str(), ImGuiComboFlags_NoArrowButton)) {
        for (const int n : {1, 2, 3, 4, 8})
            if (ImGui::Selectable(std::to_string(n).c_str(), n == view.at_once)) queue.set_at_once(n);
        ImGui::EndCombo();
    }
    tooltip(ui, "Renders at once", "", "Several share the device: each is slower, and all need memory.");
    const float left = ImGui::GetItemRectMax().x;
    const float clear = ui.px(32), end = ImGui::GetWindowPos().x + ImGui::GetWindowWidth();
    if (view.held && waiting) {
        const std::string text = "Held: " + std::to_string(waiting) + (waiting == 1 ? " render waits" : " renders wait") + " for Start";
        const float room = end - left - clear - ui.px(32);
        ImGui::SameLine(0, ui.px(16));
        ImGui::PushStyleColor(ImGuiCol_Text, ui.theme.warning);
        if (room > ui.px(40)) ImGui::TextUnformatted(shortened(text, room).c_str());
        ImGui::PopStyleColor();
    }
    ImGui::SameLine(ImGui::GetWindowWidth() - clear);
    if (icon_button(ui, "clear", icon::trash, "Clear those that are done or cancelled; their files stay", false, finished))
        queue.clear_finished();
}

// ---- a job ------------------------------------------------------------------------------------------------------------

void QueuePanel::draw_job(const Job& job, size_t position)
{
    const Ui& ui = editor_.ui();
    const bool open = open_.contains(job.id);
    const float width = ImGui::GetContentRegionAvail().x, height = ui.px(row_height);
    const float below = open ? details_height(job) : 0;
    const ImVec2 low = ImGui::GetCursorScreenPos(), high{low.x + width, low.y + height};
    ImGui::InvisibleButton("row", {width, height + below});
    ImGui::SetItemAllowOverlap();
    if (!ImGui::IsItemVisible() && dragged_ != job.id) return;
    const ImVec2 after = ImGui::GetCursorScreenPos();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const bool hovered = ImGui::IsItemHovered(ImGuiHoveredFlags_AllowWhenBlockedByActiveItem);
    list.AddRectFilled(low, {high.x, high.y + below}, hovered ? mixed(ui.theme.raised, ui.theme.hover, 0.4f) : ui.theme.raised, ui.px(3));
    if (ImGui::IsItemHovered() && ImGui::IsMouseDoubleClicked(0)) {
        if (open) open_.erase(job.id);
        else open_.insert(job.id);
    }
    drag(job, position, low, {high.x, high.y + below});
    if (ImGui::BeginPopupContextItem("menu")) {
        draw_menu(job);
        ImGui::EndPopup();
    }
    const float pad = ui.px(8);
    draw_picture(job, {low.x + pad, low.y + pad}, {low.x + pad + ui.px(picture_width), high.y - pad});
    const float right = draw_buttons(job, low, high);
    draw_lines(job, {low.x + pad + ui.px(picture_width) + ui.px(12), low.y + ui.px(6)}, {high.x - ui.px(12), high.y}, right);
    if (open) draw_details(job, {low.x, high.y}, width);
    if (job.state == JobState::Running && !job.stopping) {
        // Its clock goes on, also when nothing is heard of it.
        list.AddRectFilled(low, {low.x + ui.px(3), high.y + below}, ui.theme.accent, ui.px(3), ImDrawFlags_RoundCornersLeft);
    }
    ImGui::SetCursorScreenPos(after);
}

/// A job is taken by its row and put between others.
void QueuePanel::drag(const Job& job, size_t position, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    if (ImGui::IsItemActive() && ImGui::IsMouseDragging(0, ui.px(6))) {
        if (!dragged_) drop_at_ = position;
        dragged_ = job.id;
    }
    if (!dragged_) return;
    const float y = ImGui::GetIO().MousePos.y, middle = (low.y + high.y) / 2, gap = ui.px(row_gap);
    const bool upper = y >= low.y - gap && y < middle, lower = y >= middle && y < high.y + gap;
    if (upper) drop_at_ = position;
    if (lower) drop_at_ = position + 1;
    ImDrawList& list = *ImGui::GetWindowDrawList();
    if (upper || lower) {
        const float line = upper ? low.y - gap / 2 : high.y + gap / 2;
        list.AddRectFilled({low.x, line - ui.px(1)}, {high.x, line + ui.px(1)}, ui.theme.accent);
    }
    if (dragged_ == job.id) list.AddRect(low, high, ui.theme.accent, ui.px(3));
}

void QueuePanel::draw_picture(const Job& job, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    list.AddRectFilled(low, high, ui.theme.window, ui.px(2));
    const JobPictures::Picture picture = pictures_.of(job);
    const float width = high.x - low.x, height = high.y - low.y;
    if (picture.texture) {
        const float scale = std::min(width / float(picture.width), height / float(picture.height));
        const float w = std::round(float(picture.width) * scale), h = std::round(float(picture.height) * scale);
        const ImVec2 at{std::round(low.x + (width - w) / 2), std::round(low.y + (height - h) / 2)};
        editor_.window().image(list, picture.texture, at, {at.x + w, at.y + h});
        if (ImGui::IsMouseHoveringRect(low, high) && ImGui::IsWindowHovered())
            ImGui::SetTooltip("Frame %d\n%s", job.last_frame, job.last_file.c_str());
        return;
    }
    const char* sign = icon_of(job.state);
    const ImVec2 size = ImGui::CalcTextSize(sign);
    list.AddText({std::round(low.x + (width - size.x) / 2), std::round(low.y + (height - size.y) / 2)}, ui.theme.disabled, sign);
}

void QueuePanel::draw_lines(const Job& job, ImVec2 low, ImVec2 high, float right)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    // What it is.
    const std::string title = shortened(job.request.title, std::max(ui.px(40), (right - low.x) * 0.5f));
    float x = low.x;
    {
        const WithFont strong(ui.fonts.strong);
        list.AddText({x, low.y + ui.px(3)}, ui.theme.text, title.c_str());
        x += ImGui::CalcTextSize(title.c_str()).x + ui.px(12);
    }
    const std::string request = shortened(request_text(job.request), std::max(0.0f, right - x - ui.px(12)));
    list.AddText({x, low.y + ui.px(3)}, ui.theme.secondary, request.c_str());
    // Its frames.
    const float strip = low.y + ui.px(28);
    const float strips = ui.px(14);
    if (job.writers.size() > most_strips || job.writers.empty()) {
        draw_strip(all_writers(job), {low.x, strip}, {high.x, strip + strips});
    } else {
        const float each = strips / float(job.writers.size());
        for (size_t i = 0; i < job.writers.size(); ++i)
            draw_strip({&job.writers[i]}, {low.x, std::round(strip + each * float(i))}, {high.x, std::round(strip + each * float(i + 1))});
    }
    // How it stands.
    const float y = strip + ui.px(20);
    const std::string state = std::string(icon_of(job.state)) + "  " + progress_text(job);
    list.AddText({low.x, y}, colour_of(ui.theme, job.state), state.c_str());
    const float after = low.x + ImGui::CalcTextSize(state.c_str()).x + ui.px(16);
    float end = high.x;
    if (!job.message.empty() && !job.active()) {
        draw_remedies(job, {after, y}, high);
        return;
    }
    const std::string pace = shortened(pace_text(job), std::max(0.0f, end - after));
    list.AddText({end - ImGui::CalcTextSize(pace.c_str()).x, y}, ui.theme.secondary, pace.c_str());
}

/// Why a job is not complete, and what can be done at once.
void QueuePanel::draw_remedies(const Job& job, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    float right = high.x;
    if (job.files_exist) {
        if (link(ui, "Replace them", right, low.y, "Renders again and replaces the files that exist.")) editor_.queue().retry_replacing(job.id);
        if (link(ui, "Keep those up to date", right, low.y, "Renders again what is missing or out of date, and replaces that. Only EXR files can tell."))
            editor_.queue().retry_continuing(job.id);
    } else if (job.state == JobState::Interrupted) {
        if (link(ui, "Go on", right, low.y, "Renders the frames that are not there yet, at once.")) editor_.queue().start(job.id);
    }
    const float room = right - low.x;
    if (room < ui.px(24)) return;
    const std::string first = job.message.substr(0, job.message.find('\n'));
    const std::string text = shortened(first, room);
    ImGui::GetWindowDrawList()->AddText(low, ui.theme.text, text.c_str());
    if (ImGui::IsWindowHovered() && ImGui::IsMouseHoveringRect(low, {right, low.y + ImGui::GetTextLineHeight()})) {
        ImGui::BeginTooltip();
        ImGui::PushTextWrapPos(ui.px(420));
        ImGui::TextUnformatted(job.message.c_str());
        ImGui::PopTextWrapPos();
        ImGui::EndTooltip();
    }
}

void QueuePanel::draw_strip(const std::vector<const WriterRecord*>& writers, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float width = high.x - low.x, inset = ui.px(high.y - low.y > ui.px(10) ? 2 : 1);
    if (width < 8) return;
    list.AddRectFilled({low.x, low.y + inset}, {high.x, high.y - inset}, ui.theme.window);
    const auto parts = strip_parts(writers, int(width));
    const float gap = parts.size() > 1 && width / float(parts.size()) >= 4 ? 1.0f : 0.0f;
    for (const StripPart& part : parts) {
        const float x0 = std::round(low.x + part.from * width), x1 = std::max(x0 + 1, std::round(low.x + part.to * width) - gap);
        // The height says it as well as the colour: failed frames stand out, those that were up to date lie low.
        float y0 = low.y + inset, y1 = high.y - inset;
        if (part.state == FrameState::Failed) y0 = low.y, y1 = high.y;
        if (part.state == FrameState::Skipped) y0 = std::round((low.y + high.y) / 2);
        if (part.state == FrameState::Waiting) y0 = y1 - ui.px(2);
        list.AddRectFilled({x0, y0}, {x1, y1}, colour_of(ui.theme, part.state));
    }
    if (!ImGui::IsWindowHovered() || dragged_ || !ImGui::IsMouseHoveringRect(low, high)) return;
    const StripHit hit = strip_hit(writers, (ImGui::GetIO().MousePos.x - low.x) / width);
    if (!hit.frame) return;
    ImGui::BeginTooltip();
    ImGui::PushTextWrapPos(ui.px(420));
    ImGui::TextUnformatted(strip_text(hit).c_str());
    ImGui::PopTextWrapPos();
    ImGui::EndTooltip();
}

void QueuePanel::show_folder(const Job& job)
{
    std::string file = job.last_file;
    if (file.empty() && !job.writers.empty()) file = job.writers.front().file;
    if (!file.empty()) open_folder(editor_, std::filesystem::path(file).parent_path().string());
}

float QueuePanel::draw_buttons(const Job& job, ImVec2 low, ImVec2 high)
{
    const Ui& ui = editor_.ui();
    RenderQueue& queue = editor_.queue();
    const float side = ImGui::GetFrameHeight();
    float x = high.x - ui.px(8);
    const auto button = [&](const char* id, const char* icon, const char* name, const char* help, bool enabled = true) {
        x -= side;
        ImGui::SetCursorScreenPos({x, low.y + ui.px(4)});
        const bool pressed = icon_button(ui, id, icon, nullptr, false, enabled);
        tooltip(ui, name, "", help);
        return pressed;
    };
    const bool open = open_.contains(job.id);
    if (button("details", open ? icon::caret_down : icon::caret_right, open ? "Less" : "More", "Each writer, failed frames, and what was printed.")) {
        if (open) open_.erase(job.id);
        else open_.insert(job.id);
    }
    if (button("folder", icon::folder, "Show the folder", "Where the files are written.", !job.writers.empty())) show_folder(job);
    if (job.active()) {
        if (button("cancel", icon::close, "Cancel", "Finished frames stay, half files are removed.", !job.stopping)) queue.cancel(job.id);
        if (job.state == JobState::Paused) {
            if (button("pause", icon::play, "Resume", "Goes on where it was stopped.", !job.stopping)) queue.resume(job.id);
        } else if (button("pause", icon::pause, "Pause", "Stops the process where it is; it keeps its memory.", !job.stopping)) {
            queue.pause(job.id);
        }
        return x;
    }
    if (button("remove", icon::trash, "Remove", "Takes it out of the list; the rendered files stay.")) queue.remove(job.id);
    if (job.state == JobState::Waiting) {
        if (button("start", icon::play, "Start now", "Renders it at once, whatever else is rendered.")) queue.start(job.id);
    } else if (job.state != JobState::Done) {
        const bool begun = !job.writers.empty();
        if (button("retry", icon::refresh, begun ? "Render what is missing" : "Try again",
                   begun ? "Only frames that failed or were not made." : "With the project as it was."))
            queue.retry(job.id);
    }
    return x;
}

void QueuePanel::draw_menu(const Job& job)
{
    RenderQueue& queue = editor_.queue();
    const bool over = !job.active() && job.state != JobState::Done && job.state != JobState::Waiting;
    if (ImGui::MenuItem("Start now", nullptr, false, !job.active() && job.state != JobState::Done)) queue.start(job.id);
    if (ImGui::MenuItem("Render what is missing", nullptr, false, over)) queue.retry(job.id);
    if (ImGui::MenuItem("Render again, replacing files", nullptr, false, over)) queue.retry_replacing(job.id);
    ImGui::Separator();
    if (ImGui::MenuItem("Pause", nullptr, false, job.state == JobState::Running)) queue.pause(job.id);
    if (ImGui::MenuItem("Resume", nullptr, false, job.state == JobState::Paused)) queue.resume(job.id);
    if (ImGui::MenuItem("Cancel", nullptr, false, job.unfinished())) queue.cancel(job.id);
    ImGui::Separator();
    if (ImGui::MenuItem("To the top")) queue.move(job.id, 0);
    if (ImGui::MenuItem("Show the folder", nullptr, false, !job.writers.empty())) show_folder(job);
    if (ImGui::MenuItem("Copy what was printed", nullptr, false, !job.log.empty())) {
        std::string text;
        for (const LogLine& line : job.log) text += time_of_day(line.time) + "  " + line.text + "\n";
        ImGui::SetClipboardText(text.c_str());
    }
    ImGui::Separator();
    if (ImGui::MenuItem("Remove")) queue.remove(job.id);
}

// ---- details ------------------------------------------------------------------------------------------------------------

float QueuePanel::details_height(const Job& job) const
{
    const Ui& ui = editor_.ui();
    size_t failures = 0;
    for (const WriterRecord& writer : job.writers) failures += writer.messages.size();
    const size_t rows = std::min<size_t>(failures, shown_failures) + (failures > shown_failures);
    return ui.px(8) + ui.px(24) * float(job.writers.size()) + ui.px(20) * float(rows) +
           ui.px(18) * float(std::min<size_t>(job.log.size(), shown_lines)) + ui.px(8);
}

void QueuePanel::draw_details(const Job& job, ImVec2 low, float width)
{
    const Ui& ui = editor_.ui();
    ImDrawList& list = *ImGui::GetWindowDrawList();
    const float left = low.x + ui.px(picture_width + 20), right = low.x + width - ui.px(12);
    float y = low.y + ui.px(4);
    for (const WriterRecord& writer : job.writers) {
        const float middle = left + (right - left) * 0.5f;
        list.AddText({left, y}, ui.theme.text, shortened(writer.name, ui.px(120)).c_str());
        list.AddText({left + ui.px(128), y}, ui.theme.secondary, shortened(writer.file, middle - left - ui.px(144)).c_str());
        draw_strip({&writer}, {middle, y + ui.px(1)}, {right, y + ui.px(13)});
        y += ui.px(24);
    }
    int shown = 0;
    size_t failures = 0;
    for (const WriterRecord& writer : job.writers) {
        failures += writer.messages.size();
        for (const auto& [frame, message] : writer.messages) {
            if (shown++ >= shown_failures) break;
            const std::string text = std::string(icon::error) + "  frame " + std::to_string(frame) + ": " + message.substr(0, message.find('\n'));
            list.AddText({left, y}, ui.theme.error, shortened(text, right - left).c_str());
            y += ui.px(20);
        }
    }
    if (failures > size_t(shown_failures)) {
        list.AddText({left, y}, ui.theme.error, ("and " + std::to_string(failures - shown_failures) + " more").c_str());
        y += ui.px(20);
    }
    const WithFont small(ui.fonts.small);
    for (size_t i = job.log.size() > shown_lines ? job.log.size() - shown_lines : 0; i < job.log.size(); ++i) {
        const LogLine& line = job.log[i];
        const std::string text = time_of_day(line.time) + "   " + line.text.substr(0, line.text.find('\n'));
        list.AddText({left, y}, line.error ? ui.theme.warning : ui.theme.secondary, shortened(text, right - left).c_str());
        y += ui.px(18);
    }
}

} // namespace tessera
