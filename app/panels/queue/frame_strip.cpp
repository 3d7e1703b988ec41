#include "app/panels/queue/frame_strip.h"
#include <algorithm>
#include <cstdio>

namespace tessera {

namespace {

constexpr const char* dot = " \xc2\xb7 ";

int attention(FrameState state)
{
    switch (state) {
    case FrameState::Failed: return 4;
    case FrameState::Rendering: return 3;
    case FrameState::Waiting: return 2;
    case FrameState::Done: return 1;
    case FrameState::Skipped: return 0;
    }
    return 0;
}

size_t count_of(const std::vector<const WriterRecord*>& writers)
{
    size_t count = 0;
    for (const WriterRecord* writer : writers) count += writer->frames.size();
    return count;
}

std::string number(double value, int digits)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

} // namespace

std::vector<StripPart> strip_parts(const std::vector<const WriterRecord*>& writers, int columns, int least_cell)
{
    const size_t total = count_of(writers);
    std::vector<StripPart> parts;
    if (total == 0 || columns <= 0) return parts;
    const bool cells = total * size_t(least_cell) <= size_t(columns);
    const size_t buckets = std::min(total, size_t(columns));
    size_t index = 0;
    for (const WriterRecord* writer : writers)
        for (const FrameRecord& frame : writer->frames) {
            const size_t bucket = index * buckets / total;
            const float from = float(bucket) / float(buckets), to = float(bucket + 1) / float(buckets);
            ++index;
            if (!parts.empty() && parts.back().to == to) { // another frame in the same column
                StripPart& last = parts.back();
                if (attention(frame.state) <= attention(last.state)) continue;
                if (last.from == from) {
                    last.state = frame.state;
                    continue;
                }
                last.to = from; // the column was joined to the part before it
            } else if (!cells && !parts.empty() && parts.back().state == frame.state) {
                parts.back().to = to;
                continue;
            }
            parts.push_back({from, to, frame.state});
        }
    return parts;
}

StripHit strip_hit(const std::vector<const WriterRecord*>& writers, float share)
{
    const size_t total = count_of(writers);
    if (total == 0 || !(share >= 0 && share < 1)) return {};
    size_t index = std::min(total - 1, size_t(double(share) * double(total)));
    for (const WriterRecord* writer : writers) {
        if (index < writer->frames.size()) return {writer, &writer->frames[index]};
        index -= writer->frames.size();
    }
    return {};
}

std::string strip_text(const StripHit& hit)
{
    if (!hit.frame) return {};
    std::string text = hit.writer->name + ", frame " + std::to_string(hit.frame->frame) + ": " + text_of(hit.frame->state);
    if (hit.frame->state == FrameState::Done && hit.frame->seconds > 0)
        text += " in " + number(double(hit.frame->seconds), 2) + " s";
    if (const auto why = hit.writer->messages.find(hit.frame->frame); why != hit.writer->messages.end()) text += "\n" + why->second;
    return text;
}

std::string request_text(const JobRequest& request)
{
    std::string text;
    for (size_t i = 0; i < request.writers.size() && i < 3; ++i) text += (i ? ", " : "") + request.writers[i];
    if (request.writers.size() > 3) text += " and " + std::to_string(request.writers.size() - 3) + " more";
    if (request.writers.empty()) text = "all writers";
    const bool several = request.frames.find_first_of("-,", 1) != std::string::npos;
    text += dot + std::string(several ? "frames " : "frame ") + request.frames;
    if (request.level > 0) text += dot + ("1/" + std::to_string(1 << std::min(request.level, 8))) + " size";
    if (request.overwrite) text += dot + std::string("replaces files");
    else if (request.resume) text += dot + std::string("keeps files that are up to date");
    return text;
}

std::string progress_text(const Job& job)
{
    const FrameCounts counts = counts_of(job);
    const auto of_total = [&](size_t n) {
        return std::to_string(n) + " of " + std::to_string(counts.total()) + (counts.total() == 1 ? " frame" : " frames");
    };
    if (job.stopping) return "stopping";
    std::string text = text_of(job.state);
    if (job.state == JobState::Running && counts.total() == 0) return "starting";
    if (job.state == JobState::Done) {
        text += dot + std::to_string(counts.done + counts.skipped) + (counts.total() == 1 ? " frame" : " frames");
        if (counts.skipped) text += ", " + std::to_string(counts.skipped) + " up to date";
        return text;
    }
    if (counts.total()) text += dot + of_total(counts.done + counts.skipped);
    if (job.active() && counts.total()) text += dot + std::to_string(counts.finished() * 100 / counts.total()) + " %";
    if (counts.failed) text += ", " + std::to_string(counts.failed) + " failed";
    return text;
}

std::string pace_text(const Job& job)
{
    std::string text;
    const auto add = [&](const std::string& part) { text += (text.empty() ? "" : dot) + part; };
    if (job.active() && job.seconds_left >= 0) add(clock_text(job.seconds_left) + " left");
    else if (job.seconds > 0) add(clock_text(job.seconds));
    if (job.active() && job.frames_per_second > 0) add(number(job.frames_per_second, job.frames_per_second < 10 ? 2 : 1) + " fps");
    if (const double seconds = seconds_a_frame(job); seconds > 0) add(number(seconds, seconds < 10 ? 2 : 1) + " s a frame");
    if (job.active() && job.memory) add(job_bytes_text(job.memory));
    else if (job.peak_memory) add("at most " + job_bytes_text(job.peak_memory));
    return text;
}

} // namespace tessera
