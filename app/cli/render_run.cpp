#include "app/cli/render_run.h"
#include "core/time/frames.h"
#include "app/cli/interrupt.h"
#include "core/base/queue.h"
#include "core/base/trace.h"
#include <algorithm>
#include <set>
#include <thread>

namespace tessera {
namespace {

using Clock = std::chrono::steady_clock;

// Often enough for a smooth bar and for Ctrl+C to be answered at once, seldom enough to cost nothing.
constexpr std::chrono::milliseconds look_every{50};
// Frames handed to the engine: one on the device, one behind it so that it never idles, one to cover the hand-over; and
// one for each encoder, since where there are many cores each decodes a frame. The engine itself prepares no more of
// them than its decoders and its memory allow.
constexpr size_t frames_ahead = 3;

/// One frame of one writer on its way.
struct Task {
    size_t target = 0;
    int frame = 0;
    Clock::time_point begun;
    std::vector<RequestId> requests;
    size_t waiting = 0; ///< layers not yet answered
    std::optional<Error> error;
    FramePixels pixels;
    std::vector<FramePart> parts;
    std::vector<Key> keys; ///< by part
    uint64_t bytes = 0;
    std::vector<NodeTime> times;
    double encode_milliseconds = 0;
};
using TaskPtr = std::shared_ptr<Task>;

/// What threads hand to the one that runs the render.
struct Mailbox {
    std::mutex mutex;
    std::condition_variable changed;
    std::vector<TaskPtr> rendered; ///< every layer answered
    std::vector<std::pair<TaskPtr, Status>> encoded;
    void notify() { changed.notify_one(); }
};

class Run {
public:
    Run(Engine& engine, ProjectPtr project, std::vector<RenderTarget> targets, const RunOptions& options,
        Reporter& reporter)
        : engine_(engine), project_(std::move(project)), targets_(std::move(targets)), options_(options),
          reporter_(reporter), states_(targets_.size())
    {
    }

    Result<RenderSummary> render();

private:
    /// What the run knows of a target besides what was asked.
    struct TargetState {
        std::vector<int> ordered;     ///< ordered targets: frames still to be encoded, lowest first
        std::map<int, TaskPtr> early; ///< ordered targets: rendered before their turn
        size_t next = 0;              ///< index into `ordered`
        bool failed = false;
        std::vector<int> written;
        std::unique_ptr<Queue<TaskPtr>> queue; ///< ordered targets have a queue and a thread of their own
    };

    Status prepare_outputs();
    std::vector<WriterReport> writer_reports() const;
    Status report_profile();
    void render_wave(int order);
    void line_up(int order);
    void start_encoders(int order);
    void encode_from(Queue<TaskPtr>& queue);
    void submit_ready_frames();
    Result<TaskPtr> prepare(size_t target, int frame);
    void submit(const TaskPtr& task);
    void wait_a_moment();
    void take_rendered();
    void take_encoded();
    void hand_over(const TaskPtr& task);
    void encoded(const TaskPtr& task, const Status& status);
    void frame_failed(size_t target, Error error);
    void stop();
    void close_outputs(int order);
    void close_output(size_t target);
    Progress progress();
    double now() const { return std::chrono::duration<double>(Clock::now() - started_).count(); }
    bool room_for_more() const;

    Engine& engine_;
    ProjectPtr project_;
    std::vector<RenderTarget> targets_;
    const RunOptions options_;
    Reporter& reporter_;
    std::vector<TargetState> states_;
    std::vector<std::pair<size_t, int>> line_; ///< (target, frame) as they are rendered in this wave
    size_t next_ = 0;                          ///< index into line_
    size_t total_ = 0;                         ///< frames of all waves
    double share_ = 1;                         ///< frames of the shot for each frame of a writer
    std::shared_ptr<Mailbox> mailbox_ = std::make_shared<Mailbox>();
    std::vector<TaskPtr> in_engine_;
    size_t in_encoders_ = 0;
    uint64_t pending_bytes_ = 0;
    bool stopping_ = false;
    std::atomic<bool> drop_ = false;        ///< encoders leave what is queued
    std::unique_ptr<Queue<TaskPtr>> queue_; ///< of every output of the wave that needs no order
    std::vector<std::jthread> encoders_;
    Clock::time_point started_ = Clock::now();
    Pace pace_;
    RenderSummary summary_;
    int last_frame_ = 0;
    std::map<std::string, NodeTime> times_;
    std::map<std::string, double> encode_times_; ///< milliseconds, by writer
};

Result<RenderSummary> Run::render()
{
    TESSERA_CHECK(prepare_outputs());
    std::set<int> orders, shot;
    for (const RenderTarget& target : targets_) {
        orders.insert(target.order);
        shot.insert(target.frames.begin(), target.frames.end());
        total_ += target.frames.size();
    }
    if (total_ > 0) share_ = double(shot.size()) / double(total_);
    summary_.writers = targets_.size();
    reporter_.start(project_->settings.name, engine_.device_caps().name, total_, writer_reports());
    for (const int order : orders)
        if (!stopping_) render_wave(order);
    summary_.missing = total_ - std::min(total_, summary_.written + summary_.skipped + summary_.failed);
    summary_.seconds = now();
    if (summary_.seconds > 0) summary_.frames_per_second = share_ * double(summary_.written) / summary_.seconds;
    summary_.peak_memory = peak_resident_bytes();
    if (!engine_.device_caps().cpu) summary_.peak_device_memory = engine_.stats().vram_peak;
    if (options_.profile) TESSERA_CHECK(report_profile());
    return summary_;
}

Status Run::report_profile()
{
    Profile profile;
    for (auto& [node, time] : times_) profile.nodes.push_back(std::move(time));
    std::sort(profile.nodes.begin(), profile.nodes.end(), [](const NodeTime& a, const NodeTime& b) {
        return a.milliseconds + a.decode_milliseconds > b.milliseconds + b.decode_milliseconds;
    });
    profile.encode_milliseconds = std::move(encode_times_);
    TESSERA_TRY(copy, engine_.measure_copy());
    profile.copy_bandwidth = copy;
    reporter_.profile(profile);
    return {};
}

Status Run::prepare_outputs()
{
    for (RenderTarget& target : targets_)
        if (auto status = target.output->prepare(target.frames); !status)
            return std::move(status.error().at_node(target.writer));
    return {};
}

std::vector<WriterReport> Run::writer_reports() const
{
    std::vector<const RenderTarget*> ordered;
    for (const RenderTarget& target : targets_) ordered.push_back(&target);
    std::stable_sort(ordered.begin(), ordered.end(), [](auto* a, auto* b) { return a->order < b->order; });
    std::vector<WriterReport> reports;
    for (const RenderTarget* t : ordered)
        reports.push_back({t->writer, t->output->place(), frames_text(t->frames), t->output->ordered()});
    return reports;
}

/// Everything of the targets of one order, until their files are complete: the next ones may read them.
void Run::render_wave(int order)
{
    line_up(order);
    start_encoders(order);
    while (!interrupted() && (next_ < line_.size() || !in_engine_.empty() || in_encoders_ > 0)) {
        submit_ready_frames();
        wait_a_moment();
        take_rendered();
        take_encoded();
        reporter_.tick(progress());
    }
    if (interrupted()) {
        summary_.interrupted = true;
        drop_ = true;
        stop();
    }
    close_outputs(order);
}

/// Frame by frame, all writers of a frame together: what they share is then still in the cache.
void Run::line_up(int order)
{
    line_.clear();
    next_ = 0;
    for (size_t t = 0; t < targets_.size(); ++t) {
        if (targets_[t].order != order) continue;
        for (const int frame : targets_[t].frames) line_.push_back({t, frame});
        if (targets_[t].output->ordered()) states_[t].ordered = targets_[t].frames;
    }
    std::stable_sort(line_.begin(), line_.end(), [](auto& a, auto& b) { return a.second < b.second; });
}

void Run::start_encoders(int order)
{
    queue_ = std::make_unique<Queue<TaskPtr>>();
    bool unordered = false;
    for (size_t t = 0; t < targets_.size(); ++t) {
        if (targets_[t].order != order) continue;
        if (!targets_[t].output->ordered()) {
            unordered = true;
            continue;
        }
        states_[t].queue = std::make_unique<Queue<TaskPtr>>();
        encoders_.emplace_back([this, t, queue = states_[t].queue.get()] {
            name_thread("encode " + targets_[t].writer);
            encode_from(*queue);
        });
    }
    if (unordered)
        for (int i = 0; i < std::max(1, options_.encoders); ++i)
            encoders_.emplace_back([this, i] {
                name_thread("encode " + std::to_string(i + 1));
                encode_from(*queue_);
            });
}

void Run::encode_from(Queue<TaskPtr>& queue)
{
    while (const auto task = queue.pop()) {
        if (drop_) continue;
        const RenderTarget& target = targets_[(*task)->target];
        const std::string frame = target.writer + " frame " + std::to_string((*task)->frame);
        const auto start = Clock::now();
        Status status = [&] {
            const TraceSpan span("encode", frame);
            return target.output->write((*task)->pixels);
        }();
        (*task)->encode_milliseconds = std::chrono::duration<double, std::milli>(Clock::now() - start).count();
        (*task)->pixels.layers.clear(); // the next frame can have their memory
        std::lock_guard lock(mailbox_->mutex);
        mailbox_->encoded.push_back({*task, std::move(status)});
        mailbox_->notify();
    }
}

bool Run::room_for_more() const
{
    if (in_engine_.size() >= frames_ahead + encoders_.size()) return false;
    size_t on_their_way = in_engine_.size() + in_encoders_;
    for (const TargetState& state : states_) on_their_way += state.early.size();
    if (on_their_way == 0) return true;
    // Encoders that are all busy are the bottleneck: more frames would only wait, and take memory.
    return on_their_way < frames_ahead + encoders_.size() && pending_bytes_ < options_.pending_bytes;
}

void Run::submit_ready_frames()
{
    while (next_ < line_.size() && room_for_more() && !interrupted()) {
        const auto [target, frame] = line_[next_++];
        if (states_[target].failed) continue;
        auto task = prepare(target, frame);
        if (!task) {
            frame_failed(target, std::move(task.error().at_frame(frame).at_node(targets_[target].writer)));
            continue;
        }
        if (!*task) continue;
        reporter_.begun(targets_[target].writer, frame);
        submit(*task);
    }
}

/// What has to be rendered for a frame; null when there is nothing to do.
Result<TaskPtr> Run::prepare(size_t index, int frame)
{
    RenderTarget& target = targets_[index];
    auto task = std::make_shared<Task>();
    task->target = index;
    task->frame = frame;
    task->begun = Clock::now();
    TESSERA_TRY(parts, frame_parts(engine_, project_, target, frame, task->pixels.info));
    if (options_.skip_done) {
        TESSERA_TRY(key, expected_key(engine_, project_, target, frame, options_.level));
        if (target.output->up_to_date(frame, key)) {
            ++summary_.skipped;
            last_frame_ = frame;
            states_[index].written.push_back(frame);
            reporter_.skipped({target.writer, target.output->file(frame), frame, 0}, progress());
            return TaskPtr();
        }
    }
    task->pixels.frame = frame;
    const Rect window = at_level(task->pixels.info.format.window(), options_.level);
    task->pixels.info.format.width = window.width();
    task->pixels.info.format.height = window.height();
    for (const FramePart& part : parts) {
        task->pixels.layers.push_back({part.view, part.layer, {}});
        task->bytes += DeviceImage::bytes(at_level(part.region, options_.level));
    }
    task->parts = std::move(parts);
    task->keys.resize(task->parts.size());
    return task;
}

void Run::submit(const TaskPtr& task)
{
    const RenderTarget& target = targets_[task->target];
    task->waiting = task->parts.size();
    in_engine_.push_back(task);
    pending_bytes_ += task->bytes;
    for (size_t i = 0; i < task->parts.size(); ++i) {
        Request request = part_request(project_, target, task->frame, task->parts[i], options_.level);
        request.cache_result = targets_.size() > 1; // the next writer very likely starts from the same image
        const auto answered = [mailbox = mailbox_, task, i](Result<Rendered> answer) {
            std::lock_guard lock(mailbox->mutex);
            if (!answer) {
                if (!task->error) task->error = std::move(answer.error());
            } else {
                task->pixels.layers[i].pixels = std::move(answer->pixels);
                task->keys[i] = answer->key;
                task->times.insert(task->times.end(), answer->times.begin(), answer->times.end());
            }
            if (--task->waiting > 0) return;
            mailbox->rendered.push_back(task);
            mailbox->notify();
        };
        task->requests.push_back(engine_.submit(std::move(request), answered));
    }
}

void Run::wait_a_moment()
{
    std::unique_lock lock(mailbox_->mutex);
    if (in_engine_.empty() && in_encoders_ == 0) return;
    mailbox_->changed.wait_for(lock, look_every,
                               [&] { return !mailbox_->rendered.empty() || !mailbox_->encoded.empty(); });
}

void Run::take_rendered()
{
    std::vector<TaskPtr> tasks;
    {
        std::lock_guard lock(mailbox_->mutex);
        tasks.swap(mailbox_->rendered);
    }
    for (const TaskPtr& task : tasks) {
        std::erase(in_engine_, task);
        if (task->error) {
            pending_bytes_ -= task->bytes;
            const bool ours = stopping_ && task->error->kind == ErrorKind::Cancelled;
            if (!ours)
                frame_failed(task->target,
                             std::move(task->error->at_frame(task->frame).at_node(targets_[task->target].writer)));
            continue;
        }
        for (const NodeTime& time : task->times) {
            NodeTime& sum = times_[time.node];
            sum.node = time.node;
            sum.add(time);
        }
        task->pixels.key =
            frame_key(task->parts, task->keys, targets_[task->target].output->encoding(), options_.level);
        hand_over(task);
    }
}

/// To the encoders: at once, or when its turn has come.
void Run::hand_over(const TaskPtr& task)
{
    TargetState& state = states_[task->target];
    if (state.failed) {
        pending_bytes_ -= task->bytes;
        return;
    }
    if (!state.queue) {
        ++in_encoders_;
        queue_->push(task);
        return;
    }
    state.early[task->frame] = task;
    while (state.next < state.ordered.size()) {
        const auto it = state.early.find(state.ordered[state.next]);
        if (it == state.early.end()) break;
        ++in_encoders_;
        state.queue->push(it->second);
        state.early.erase(it);
        ++state.next;
    }
}

void Run::take_encoded()
{
    std::vector<std::pair<TaskPtr, Status>> done;
    {
        std::lock_guard lock(mailbox_->mutex);
        done.swap(mailbox_->encoded);
    }
    for (const auto& [task, status] : done) encoded(task, status);
}

void Run::encoded(const TaskPtr& task, const Status& status)
{
    --in_encoders_;
    pending_bytes_ -= task->bytes;
    encode_times_[targets_[task->target].writer] += task->encode_milliseconds;
    const RenderTarget& target = targets_[task->target];
    if (!status) {
        Error error = status.error();
        return frame_failed(task->target, std::move(error.at_frame(task->frame).at_node(target.writer)));
    }
    ++summary_.written;
    last_frame_ = task->frame;
    states_[task->target].written.push_back(task->frame);
    pace_.frame_done(now());
    const double seconds = std::chrono::duration<double>(Clock::now() - task->begun).count();
    reporter_.written({target.writer, target.output->file(task->frame), task->frame, seconds}, progress());
}

void Run::frame_failed(size_t index, Error error)
{
    // A movie has no place for a frame that is not there, so the rest of it is not worth rendering.
    if (targets_[index].output->ordered()) {
        if (states_[index].failed) return;
        states_[index].failed = true;
        for (const auto& [frame, task] : states_[index].early) pending_bytes_ -= task->bytes;
        states_[index].early.clear();
    }
    ++summary_.failed;
    reporter_.failed(error, targets_[index].writer, progress());
    if (!options_.keep_going) stop();
}

/// No new frames; what the engine works on is cancelled, what is rendered is still written.
void Run::stop()
{
    if (stopping_) return;
    stopping_ = true;
    next_ = line_.size();
    std::vector<RequestId> requests;
    for (const TaskPtr& task : in_engine_)
        requests.insert(requests.end(), task->requests.begin(), task->requests.end());
    for (const RequestId id : requests) engine_.cancel(id);
}

void Run::close_outputs(int order)
{
    queue_->close();
    for (TargetState& state : states_)
        if (state.queue) state.queue->close();
    encoders_.clear(); // joins
    take_encoded();
    for (size_t t = 0; t < targets_.size(); ++t)
        if (targets_[t].order == order) close_output(t);
}

void Run::close_output(size_t index)
{
    RenderTarget& target = targets_[index];
    TargetState& state = states_[index];
    const bool complete = state.written.size() == target.frames.size();
    if (complete || !target.output->ordered()) {
        if (const Status status = target.output->finish(); !status) {
            Error error = status.error();
            summary_.written -= std::min<size_t>(1, state.written.size()); // the failure counts once
            frame_failed(index, std::move(error.at_node(target.writer)));
            state.written.clear();
        }
    } else {
        target.output->abandon();
        summary_.written -= state.written.size(); // its frames went with the file
        state.written.clear();
    }
    std::sort(state.written.begin(), state.written.end());
    if (!state.written.empty()) summary_.outputs[target.writer] = target.output->description(state.written);
}

Progress Run::progress()
{
    Progress p;
    p.done = summary_.written + summary_.skipped + summary_.failed;
    p.total = total_;
    p.frame = last_frame_;
    p.elapsed = now();
    p.frames_per_second = share_ * pace_.frames_per_second(p.elapsed);
    p.seconds_left = pace_.seconds_left(p.total - std::min(p.total, p.done), p.elapsed);
    p.memory = resident_bytes();
    if (!engine_.device_caps().cpu) p.memory += engine_.stats().vram_used;
    return p;
}

} // namespace

Result<RenderSummary> run_render(Engine& engine, ProjectPtr project, std::vector<RenderTarget> targets,
                                 const RunOptions& options, Reporter& reporter)
{
    return Run(engine, std::move(project), std::move(targets), options, reporter).render();
}

} // namespace tessera
