#include "app/queue/queue_file.h"
#include "core/time/frames.h"
#include "core/base/text.h"
#include "core/doc/json_text.h"
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

namespace tessera {

namespace {

constexpr const char* format_name = "tessera-render-queue";
constexpr int format_version = 1;
constexpr size_t kept_log_lines = 100;
constexpr JobId largest_id = 1ull << 53; ///< beyond it a number of JSON is no longer exact

constexpr std::pair<JobState, const char*> states[] = {
    {JobState::Waiting, "waiting"}, {JobState::Running, "running"},     {JobState::Paused, "paused"},
    {JobState::Done, "done"},       {JobState::Failed, "failed"},       {JobState::Cancelled, "cancelled"},
    {JobState::Interrupted, "interrupted"},
};

// ---- writing --------------------------------------------------------------------------------------------------------

Json json_of(const WriterRecord& writer)
{
    std::vector<int> all, done, skipped;
    Json seconds = Json::array(), failed = Json::array();
    for (const FrameRecord& f : writer.frames) {
        all.push_back(f.frame);
        if (f.state == FrameState::Skipped) skipped.push_back(f.frame);
        if (f.state == FrameState::Done) {
            done.push_back(f.frame);
            seconds.push_back(std::round(double(f.seconds) * 1000) / 1000);
        }
        if (f.state != FrameState::Failed) continue;
        const auto message = writer.messages.find(f.frame);
        failed.push_back({{"frame", f.frame}, {"message", message == writer.messages.end() ? "" : message->second}});
    }
    return {{"name", writer.name},   {"file", writer.file},          {"movie", writer.movie},
            {"seconds", seconds},    {"frames", frames_text(all)},   {"done", frames_text(done)},
            {"failed", failed},      {"skipped", frames_text(skipped)}};
}

Json json_of(const Job& job)
{
    const JobRequest& r = job.request;
    Json writers = Json::array(), log = Json::array();
    for (const WriterRecord& writer : job.writers) writers.push_back(json_of(writer));
    for (size_t i = job.log.size() > kept_log_lines ? job.log.size() - kept_log_lines : 0; i < job.log.size(); ++i) {
        const LogLine& line = job.log[i];
        const auto time = std::chrono::duration_cast<std::chrono::seconds>(line.time.time_since_epoch()).count();
        log.push_back({{"time", time}, {"text", line.text}, {"error", line.error}});
    }
    const char* state = "waiting";
    for (const auto& [value, name] : states)
        if (value == job.state) state = name;
    return {{"id", job.id},
            {"state", state},
            {"message", job.message},
            {"files_exist", job.files_exist},
            {"crashed", job.crashed || job.active()},
            {"seconds", job.seconds},
            {"peak_memory", job.peak_memory},
            {"last_file", job.last_file},
            {"last_frame", job.last_frame},
            {"runs", job.runs},
            {"writers", writers},
            {"log", log},
            {"request",
             {{"title", r.title},
              {"project", r.project},
              {"writers", r.writers},
              {"frames", r.frames},
              {"level", r.level},
              {"overwrite", r.overwrite},
              {"continue", r.resume},
              {"keep_going", r.keep_going}}}};
}

// ---- reading --------------------------------------------------------------------------------------------------------

Error damaged(const std::string& where, const std::string& what)
{
    return {ErrorKind::Damaged, "the render queue is damaged: " + where + " " + what, "it is kept under another name"};
}

/// One object of the file with the words for messages.
struct Reader {
    const Json& object;
    std::string where;

    Status text(const char* name, std::string& value, size_t most = 1 << 16) const
    {
        const auto it = object.find(name);
        if (it == object.end()) return {};
        if (!it->is_string() || it->get_ref<const std::string&>().size() > most)
            return damaged(where + "." + name, "is no text");
        value = it->get<std::string>();
        return {};
    }
    Status flag(const char* name, bool& value) const
    {
        const auto it = object.find(name);
        if (it == object.end()) return {};
        if (!it->is_boolean()) return damaged(where + "." + name, "is neither true nor false");
        value = it->get<bool>();
        return {};
    }
    template <class N> Status number(const char* name, N& value, double low, double high) const
    {
        const auto it = object.find(name);
        if (it == object.end()) return {};
        const double n = it->is_number() ? it->get<double>() : NAN;
        if (!(n >= low && n <= high)) return damaged(where + "." + name, "is not a number it can be");
        value = N(n);
        return {};
    }
    Status list(const char* name, const Json*& value, size_t most) const
    {
        static const Json none = Json::array();
        const auto it = object.find(name);
        value = it == object.end() ? &none : &*it;
        if (!value->is_array() || value->size() > most) return damaged(where + "." + name, "is no list, or too long a one");
        return {};
    }
    Status frames(const char* name, std::vector<int>& value) const
    {
        std::string list;
        TESSERA_CHECK(text(name, list, 1 << 24));
        if (list.empty()) return {};
        auto parsed = parse_frames(list);
        if (!parsed || parsed->size() > most_job_frames) return damaged(where + "." + name, "is no list of frames");
        value = std::move(*parsed);
        return {};
    }
};

Status mark(WriterRecord& writer, const std::vector<int>& frames, FrameState state, const std::string& where)
{
    for (const int number : frames) {
        FrameRecord* frame = writer.find(number);
        if (!frame) return damaged(where, "has a frame that it does not render");
        frame->state = state;
    }
    return {};
}

Status read_failed(const Reader& in, WriterRecord& writer)
{
    const Json* failed = nullptr;
    TESSERA_CHECK(in.list("failed", failed, most_job_frames));
    for (const Json& entry : *failed) {
        if (!entry.is_object()) return damaged(in.where + ".failed", "is no list of frames");
        const Reader one{entry, in.where + ".failed"};
        int number = 0;
        std::string message;
        TESSERA_CHECK(one.number("frame", number, -2e9, 2e9));
        TESSERA_CHECK(one.text("message", message));
        TESSERA_CHECK(mark(writer, {number}, FrameState::Failed, in.where));
        writer.messages[number] = message;
    }
    return {};
}

Status read_writer(const Reader& in, WriterRecord& writer)
{
    std::vector<int> all, done, skipped;
    TESSERA_CHECK(in.text("name", writer.name));
    TESSERA_CHECK(in.text("file", writer.file));
    TESSERA_CHECK(in.flag("movie", writer.movie));
    TESSERA_CHECK(in.frames("frames", all));
    TESSERA_CHECK(in.frames("done", done));
    TESSERA_CHECK(in.frames("skipped", skipped));
    if (writer.name.empty() || all.empty()) return damaged(in.where, "has no name or no frames");
    for (const int number : all) writer.frames.push_back({number});
    TESSERA_CHECK(mark(writer, done, FrameState::Done, in.where));
    TESSERA_CHECK(mark(writer, skipped, FrameState::Skipped, in.where));
    const Json* seconds = nullptr;
    TESSERA_CHECK(in.list("seconds", seconds, most_job_frames));
    for (size_t i = 0; i < done.size() && i < seconds->size(); ++i)
        if (const Json& s = (*seconds)[i]; s.is_number())
            writer.find(done[i])->seconds = float(std::clamp(s.get<double>(), 0.0, 1e9));
    return read_failed(in, writer);
}

Status read_request(const Json& object, const std::string& where, JobRequest& r)
{
    const auto it = object.find("request");
    if (it == object.end() || !it->is_object()) return damaged(where, "asks for nothing");
    const Reader in{*it, where + ".request"};
    TESSERA_CHECK(in.text("title", r.title));
    TESSERA_CHECK(in.text("project", r.project));
    TESSERA_CHECK(in.text("frames", r.frames, 1 << 24));
    TESSERA_CHECK(in.number("level", r.level, 0, 8));
    TESSERA_CHECK(in.flag("overwrite", r.overwrite));
    TESSERA_CHECK(in.flag("continue", r.resume));
    TESSERA_CHECK(in.flag("keep_going", r.keep_going));
    const auto frames = parse_frames(r.frames);
    if (!frames || frames->size() > most_job_frames) return damaged(in.where + ".frames", "is no list of frames");
    const Json* writers = nullptr;
    TESSERA_CHECK(in.list("writers", writers, 10'000));
    for (const Json& w : *writers) {
        if (!w.is_string() || w.get_ref<const std::string&>().empty()) return damaged(in.where + ".writers", "is no list of names");
        r.writers.push_back(w.get<std::string>());
    }
    return {};
}

Status read_log(const Reader& in, Job& job)
{
    const Json* log = nullptr;
    TESSERA_CHECK(in.list("log", log, most_log_lines));
    for (const Json& entry : *log) {
        if (!entry.is_object()) return damaged(in.where + ".log", "is no list of lines");
        const Reader one{entry, in.where + ".log"};
        LogLine line;
        int64_t time = 0;
        TESSERA_CHECK(one.number("time", time, 0, 1e11));
        TESSERA_CHECK(one.text("text", line.text, 1 << 20));
        TESSERA_CHECK(one.flag("error", line.error));
        line.time = std::chrono::system_clock::time_point(std::chrono::seconds(time));
        job.log.push_back(std::move(line));
    }
    return {};
}

/// What the application was doing when it ended is not being done any more.
void interrupt(Job& job)
{
    if (job.active()) {
        job.state = JobState::Interrupted;
        job.crashed = true;
        job.message = "Tessera ended while this was rendered; the frames it had finished are kept";
    }
    // A movie of which not everything is there is not there.
    for (WriterRecord& writer : job.writers) {
        const FrameCounts counts = counts_of(writer);
        if (!writer.movie || counts.done == counts.total()) continue;
        for (FrameRecord& f : writer.frames)
            if (f.state == FrameState::Done) f.state = FrameState::Waiting;
    }
}

Status read_job(const Reader& in, Job& job)
{
    TESSERA_CHECK(in.number("id", job.id, 1, double(largest_id)));
    if (job.id == 0) return damaged(in.where, "has no number");
    std::string state;
    TESSERA_CHECK(in.text("state", state));
    const auto known = std::find_if(std::begin(states), std::end(states), [&](auto& s) { return s.second == state; });
    if (known == std::end(states)) return damaged(in.where + ".state", "is not known");
    job.state = known->first;
    job.snapshot = snapshot_name(job.id);
    TESSERA_CHECK(read_request(in.object, in.where, job.request));
    TESSERA_CHECK(in.text("message", job.message));
    TESSERA_CHECK(in.flag("files_exist", job.files_exist));
    TESSERA_CHECK(in.flag("crashed", job.crashed));
    TESSERA_CHECK(in.number("seconds", job.seconds, 0, 1e12));
    TESSERA_CHECK(in.number("peak_memory", job.peak_memory, 0, 1e18));
    TESSERA_CHECK(in.text("last_file", job.last_file));
    TESSERA_CHECK(in.number("last_frame", job.last_frame, -2e9, 2e9));
    TESSERA_CHECK(in.number("runs", job.runs, 0, 1e9));
    const Json* writers = nullptr;
    TESSERA_CHECK(in.list("writers", writers, 10'000));
    size_t frames = 0;
    for (size_t i = 0; i < writers->size(); ++i) {
        const std::string where = in.where + ".writers[" + std::to_string(i) + "]";
        if (!(*writers)[i].is_object()) return damaged(where, "is no writer");
        TESSERA_CHECK(read_writer({(*writers)[i], where}, job.writers.emplace_back()));
        frames += job.writers.back().frames.size();
        if (frames > most_job_frames) return damaged(in.where, "has more than a million frames");
    }
    TESSERA_CHECK(read_log(in, job));
    interrupt(job);
    return {};
}

} // namespace

std::string snapshot_name(JobId id)
{
    return std::to_string(id) + ".tess";
}

Result<std::string> queue_text(const QueueState& queue)
{
    Json jobs = Json::array();
    for (const Job& job : queue.jobs) jobs.push_back(json_of(job));
    return written_json({{"format", format_name},
                         {"version", format_version},
                         {"held", queue.held},
                         {"at_once", queue.at_once},
                         {"jobs", jobs}});
}

Result<QueueState> queue_from_text(const std::string& text)
{
    TESSERA_TRY(json, parsed_json(text, "the render queue"));
    if (!json.is_object()) return damaged("it", "is no object");
    const Reader in{json, "queue"};
    std::string format;
    int version = 0;
    TESSERA_CHECK(in.text("format", format));
    TESSERA_CHECK(in.number("version", version, 0, 1e9));
    if (format != format_name) return damaged("it", "is a file of another kind");
    if (version > format_version)
        return Error{ErrorKind::Unsupported, "the render queue was written by a later version of Tessera",
                     "it is kept under another name"};
    QueueState queue;
    TESSERA_CHECK(in.flag("held", queue.held));
    TESSERA_CHECK(in.number("at_once", queue.at_once, 1, most_at_once));
    const Json* jobs = nullptr;
    TESSERA_CHECK(in.list("jobs", jobs, most_jobs));
    std::set<JobId> ids;
    for (size_t i = 0; i < jobs->size(); ++i) {
        const std::string where = "job " + std::to_string(i + 1);
        if (!(*jobs)[i].is_object()) return damaged(where, "is no object");
        Job& job = queue.jobs.emplace_back();
        TESSERA_CHECK(read_job({(*jobs)[i], where}, job));
        if (!ids.insert(job.id).second) return damaged(where, "is there twice");
    }
    return queue;
}

} // namespace tessera
