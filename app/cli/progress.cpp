#include "app/cli/progress.h"
#include "app/cli/text.h"
#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace tessera {
namespace {

constexpr int widest_bar = 40;
constexpr int narrowest_bar = 8;    // below this the numbers alone say more
constexpr int default_columns = 80;

int columns_of(std::FILE* out)
{
    winsize size{};
    if (ioctl(fileno(out), TIOCGWINSZ, &size) == 0 && size.ws_col > 0) return size.ws_col;
    return default_columns;
}

nlohmann::json to_json(const FrameReport& r, const char* event, const Progress& p)
{
    return {{"event", event},
            {"writer", r.writer},
            {"frame", r.frame},
            {"file", r.file},
            {"seconds", r.seconds},
            {"done", p.done},
            {"total", p.total},
            {"frames_per_second", p.frames_per_second},
            {"seconds_left", p.seconds_left},
            {"memory", p.memory}};
}

/// What programs that read the events tell apart.
const char* kind_name(ErrorKind kind)
{
    switch (kind) {
    case ErrorKind::InvalidArgument: return "invalid";
    case ErrorKind::NotFound: return "not_found";
    case ErrorKind::Damaged: return "damaged";
    case ErrorKind::Unsupported: return "unsupported";
    case ErrorKind::OutOfMemory: return "out_of_memory";
    case ErrorKind::DeviceLost: return "device_lost";
    case ErrorKind::DiskFull: return "disk_full";
    case ErrorKind::Permission: return "permission";
    case ErrorKind::Exists: return "exists";
    case ErrorKind::Cancelled: return "cancelled";
    case ErrorKind::Timeout: return "timeout";
    }
    return "invalid";
}

nlohmann::json to_json(const Error& error, const char* event)
{
    nlohmann::json object{{"event", event},       {"kind", kind_name(error.kind)}, {"node", error.node},
                          {"file", error.file},   {"message", error.message},      {"remedy", error.remedy},
                          {"text", error.text()}};
    if (error.frame) object["frame"] = *error.frame;
    return object;
}

std::string dump(const nlohmann::json& object)
{
    // File names need not be UTF-8; a line of JSON has to be.
    return object.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace

std::string progress_line(const Progress& p, int columns)
{
    std::string numbers =
        "frame " + std::to_string(p.frame) + "  " + std::to_string(p.done) + "/" + std::to_string(p.total);
    if (p.frames_per_second > 0)
        numbers += "  " + fixed_text(p.frames_per_second, p.frames_per_second < 10 ? 2 : 1) + " fps";
    if (p.seconds_left >= 0) numbers += "  " + duration_text(p.seconds_left) + " left";
    numbers += "  " + size_text(p.memory);
    const int width = std::min(widest_bar, columns - int(numbers.size()) - 5); // brackets, gap and the cursor's column
    std::string line;
    if (width >= narrowest_bar) {
        const double share = p.total ? double(p.done) / double(p.total) : 1;
        const int full = std::clamp(int(share * width), 0, width);
        line = "[" + std::string(size_t(full), '#') + std::string(size_t(width - full), '.') + "]  ";
    }
    return (line + numbers).substr(0, size_t(std::max(1, columns - 1)));
}

ReportStyle style_for(std::FILE* out)
{
    return isatty(fileno(out)) ? ReportStyle::Bar : ReportStyle::Lines;
}

Reporter::Reporter(ReportStyle style, std::FILE* out) : style_(style), out_(out) {}

Reporter::~Reporter()
{
    clear_bar();
}

void Reporter::clear_bar()
{
    if (!bar_shown_) return;
    std::fputs("\r\x1b[K", out_);
    std::fflush(out_);
    bar_shown_ = false;
}

void Reporter::line(const std::string& text)
{
    if (style_ == ReportStyle::Quiet) return;
    clear_bar();
    std::fprintf(out_, "%s\n", text.c_str());
    std::fflush(out_);
}

void Reporter::start(const std::string& project, const std::string& device, size_t frames,
                     const std::vector<WriterReport>& writers)
{
    started_ = true;
    if (style_ != ReportStyle::Json)
        return line("Rendering " + counted(frames, "frame") + " of " + project + " on " + device);
    nlohmann::json list = nlohmann::json::array();
    for (const WriterReport& w : writers)
        list.push_back({{"writer", w.writer}, {"file", w.file}, {"frames", w.frames}, {"movie", w.movie}});
    line(dump({{"event", "start"}, {"project", project}, {"device", device}, {"frames", frames}, {"writers", list}}));
}

void Reporter::begun(const std::string& writer, int frame)
{
    if (style_ == ReportStyle::Json) line(dump({{"event", "begin"}, {"writer", writer}, {"frame", frame}}));
}

void Reporter::written(const FrameReport& r, const Progress& p)
{
    if (style_ == ReportStyle::Json) return line(dump(to_json(r, "frame", p)));
    if (style_ == ReportStyle::Bar) return tick(p);
    line(r.writer + " frame " + std::to_string(r.frame) + " (" + std::to_string(p.done) + "/" +
         std::to_string(p.total) + ", " + fixed_text(r.seconds, 2) + " s): " + r.file);
}

void Reporter::skipped(const FrameReport& r, const Progress& p)
{
    if (style_ == ReportStyle::Json) return line(dump(to_json(r, "skipped", p)));
    if (style_ == ReportStyle::Lines)
        line(r.writer + " frame " + std::to_string(r.frame) + " is up to date: " + r.file);
}

void Reporter::failed(const Error& error, const std::string& writer, const Progress& p)
{
    if (style_ == ReportStyle::Json) {
        nlohmann::json object = to_json(error, "error");
        object["writer"] = writer;
        return line(dump(object));
    }
    clear_bar();
    std::fprintf(stderr, "tessera: %s\n", error.text().c_str());
    tick(p);
}

void Reporter::refused(const Error& error)
{
    if (style_ == ReportStyle::Json && !started_) line(dump(to_json(error, "refused")));
}

void Reporter::tick(const Progress& progress)
{
    if (style_ != ReportStyle::Bar) return;
    std::fprintf(out_, "\r%s\x1b[K", progress_line(progress, columns_of(out_)).c_str());
    std::fflush(out_);
    bar_shown_ = true;
}

void Reporter::profile(const Profile& profile)
{
    // Bytes by milliseconds are what the passes moved a second at least; nothing where the device gives no times.
    const auto bandwidth = [](const NodeTime& t) {
        return t.milliseconds > 0 ? (t.bytes_read + t.bytes_written) / t.milliseconds * 1e3 : 0;
    };
    if (style_ == ReportStyle::Json) {
        for (const NodeTime& t : profile.nodes)
            line(dump({{"event", "time"},
                       {"node", t.node},
                       {"milliseconds", t.milliseconds},
                       {"passes", t.passes},
                       {"bytes_read", t.bytes_read},
                       {"bytes_written", t.bytes_written},
                       {"bytes_per_second", bandwidth(t)},
                       {"of_copy", profile.copy_bandwidth > 0 ? bandwidth(t) / profile.copy_bandwidth : 0},
                       {"decode_milliseconds", t.decode_milliseconds},
                       {"tiles_hit", t.tiles_hit}}));
        for (const auto& [writer, milliseconds] : profile.encode_milliseconds)
            line(dump({{"event", "encode_time"}, {"writer", writer}, {"milliseconds", milliseconds}}));
        return;
    }
    double total = 0;
    for (const NodeTime& t : profile.nodes) total += t.milliseconds;
    TextTable table;
    table.row({"ms", "share", "passes", "read", "written", "GB/s", "of copy", "decode ms", "tiles hit", "nodes"});
    for (const NodeTime& t : profile.nodes) {
        const bool timed = t.milliseconds > 0;
        table.row({fixed_text(t.milliseconds, 1), fixed_text(total > 0 ? 100 * t.milliseconds / total : 0, 1) + " %",
                   std::to_string(t.passes), size_text(uint64_t(t.bytes_read)), size_text(uint64_t(t.bytes_written)),
                   timed ? fixed_text(bandwidth(t) * 1e-9, 1) : "-",
                   timed && profile.copy_bandwidth > 0
                       ? fixed_text(100 * bandwidth(t) / profile.copy_bandwidth, 0) + " %"
                       : "-",
                   t.decode_milliseconds > 0 ? fixed_text(t.decode_milliseconds, 1) : "-",
                   t.tiles_hit ? std::to_string(t.tiles_hit) : "-", t.node});
    }
    clear_bar();
    std::fprintf(out_, "Time on the device, which copies %.1f GB/s, and of decoding:\n%s", profile.copy_bandwidth * 1e-9,
                 table.text(2).c_str());
    for (const auto& [writer, milliseconds] : profile.encode_milliseconds)
        std::fprintf(out_, "%s: %s ms of encoding\n", writer.c_str(), fixed_text(milliseconds, 1).c_str());
}

void Reporter::finish(const RenderSummary& s)
{
    if (style_ == ReportStyle::Json)
        return line(dump({{"event", "done"},
                          {"written", s.written},
                          {"skipped", s.skipped},
                          {"failed", s.failed},
                          {"missing", s.missing},
                          {"seconds", s.seconds},
                          {"frames_per_second", s.frames_per_second},
                          {"peak_memory", s.peak_memory},
                          {"peak_device_memory", s.peak_device_memory},
                          {"outputs", s.outputs},
                          {"interrupted", s.interrupted}}));
    std::string text = s.interrupted ? "Stopped: " : s.failed || s.missing ? "Not complete: " : "Done: ";
    text += counted(s.written, "frame") + " written" +
            (s.writers > 1 ? " by " + std::to_string(s.writers) + " writers" : "") + " in " + fixed_text(s.seconds, 1) +
            " s (" + fixed_text(s.frames_per_second, 2) + (s.writers > 1 ? " frames of the shot a second)" : " fps)");
    if (s.skipped) text += ", " + std::to_string(s.skipped) + " up to date";
    if (s.failed) text += ", " + std::to_string(s.failed) + " failed";
    if (s.missing) text += ", " + std::to_string(s.missing) + " not made";
    text += "; peak memory " + size_text(s.peak_memory);
    if (s.peak_device_memory) text += " and " + size_text(s.peak_device_memory) + " on the device";
    line(text);
    for (const auto& [writer, what] : s.outputs) line("  " + writer + ": " + what);
}

uint64_t resident_bytes()
{
    std::ifstream file("/proc/self/statm");
    uint64_t size = 0, resident = 0;
    file >> size >> resident;
    return resident * uint64_t(sysconf(_SC_PAGESIZE));
}

uint64_t peak_resident_bytes()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return uint64_t(usage.ru_maxrss) * 1024;
}

} // namespace tessera
