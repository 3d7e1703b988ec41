#include "app/editor/log_book.h"
#include "core/base/trace.h"
#include <ctime>
#include <fstream>

namespace tessera {

namespace fs = std::filesystem;

namespace {

constexpr size_t most_entries = 5000;

const char* word_of(NoticeLevel level)
{
    return level == NoticeLevel::Error ? "error  " : level == NoticeLevel::Warning ? "warning" : "info   ";
}

std::string formatted(std::chrono::system_clock::time_point time, const char* format)
{
    const std::time_t seconds = std::chrono::system_clock::to_time_t(time);
    std::tm local{};
    ::localtime_r(&seconds, &local);
    char text[40];
    return std::string(text, std::strftime(text, sizeof text, format, &local));
}

} // namespace

std::string time_of_day(std::chrono::system_clock::time_point time)
{
    return formatted(time, "%H:%M:%S");
}

std::string log_line(const LogEntry& entry)
{
    std::string line = formatted(entry.time, "%Y-%m-%d %H:%M:%S") + "  " + word_of(entry.level) + "  ";
    if (!entry.source.empty()) line += entry.source + ": ";
    line += entry.text;
    if (entry.times > 1) line += "  (" + std::to_string(entry.times) + " times)";
    return line;
}

LogBook::LogBook(fs::path folder, uint64_t largest) : folder_(std::move(folder)), largest_(largest)
{
    if (!folder_.empty()) thread_ = std::thread([this] { write_lines(); });
}

LogBook::~LogBook()
{
    to_write_.close();
    if (thread_.joinable()) thread_.join();
}

void LogBook::add(LogEntry entry)
{
    ++revision_;
    if (!folder_.empty()) to_write_.push(log_line(entry));
    if (!entries_.empty()) {
        LogEntry& last = entries_.back();
        if (last.text == entry.text && last.source == entry.source && last.level == entry.level) {
            ++last.times;
            last.time = entry.time;
            return;
        }
    }
    entries_.push_back(std::move(entry));
    if (entries_.size() > most_entries) entries_.pop_front();
}

void LogBook::follow(const Notices& notices)
{
    const auto& all = notices.all();
    if (all.empty() || all.back().number <= followed_) return;
    auto it = all.end();
    while (it != all.begin() && std::prev(it)->number > followed_) --it;
    for (; it != all.end(); ++it) {
        // One that was there and has come again since has a new number: only the repetitions are new.
        const uint64_t begun = it->number - uint64_t(it->times) + 1;
        const int again = int(it->number - std::max(followed_, begun - 1));
        for (int i = 0; i < again; ++i) add({it->level, "", it->text, it->time});
    }
    followed_ = all.back().number;
}

void LogBook::write_lines()
{
    name_thread("log");
    // A log that cannot be written is no reason to disturb anyone: the panel has the lines, and says where the file is.
    std::error_code none;
    fs::create_directories(folder_, none);
    const fs::path path = folder_ / "tessera.log";
    std::ofstream file(path, std::ios::app | std::ios::binary);
    const auto known = fs::file_size(path, none);
    uint64_t size = none ? 0 : known;
    while (const auto line = to_write_.pop()) {
        if (size + line->size() > largest_) {
            file.close();
            fs::rename(path, folder_ / "tessera.log.1", none);
            file.open(path, std::ios::trunc | std::ios::binary);
            size = 0;
        }
        file << *line << '\n' << std::flush;
        size += line->size() + 1;
    }
}

} // namespace tessera
