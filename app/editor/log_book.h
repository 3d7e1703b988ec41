#pragma once
// Everything that was told, for the log panel and for the log file: notices, and what renders print. The file is written
// on a thread of its own and begun anew when it has grown large; the one before is kept.
#include "app/session/session.h"
#include "core/base/queue.h"
#include <filesystem>
#include <thread>

namespace tessera {

struct LogEntry {
    NoticeLevel level = NoticeLevel::Info;
    std::string source; ///< "" for the application, else the render's name
    std::string text;
    std::chrono::system_clock::time_point time;
    int times = 1; ///< how often it came in a row
};

/// "2026-05-03 14:02:11  error    shot_010: no space left".
std::string log_line(const LogEntry& entry);
/// "14:02:11", local time.
std::string time_of_day(std::chrono::system_clock::time_point time);

class LogBook {
public:
    /// Writes to FOLDER/tessera.log; empty: only remembers. `largest`: bytes after which the file is begun anew.
    explicit LogBook(std::filesystem::path folder, uint64_t largest = 1 << 20);
    ~LogBook();
    LogBook(const LogBook&) = delete;

    /// Takes over what has been told since the last call.
    void follow(const Notices& notices);
    void add(LogEntry entry);
    const std::deque<LogEntry>& entries() const { return entries_; }
    /// Counts up with every change.
    uint64_t revision() const { return revision_; }
    void clear() { entries_.clear(), ++revision_; }
    /// The file's path; "" when there is none.
    std::string file() const { return folder_.empty() ? "" : (folder_ / "tessera.log").string(); }

private:
    void write_lines();
    std::filesystem::path folder_;
    const uint64_t largest_;
    std::deque<LogEntry> entries_;
    uint64_t revision_ = 1, followed_ = 0;
    Queue<std::string> to_write_;
    std::thread thread_;
};

} // namespace tessera
