#include "app/widgets/file_listing.h"
#include "core/media/sequence.h"
#include <algorithm>
#include <chrono>
#include <ctime>
#include <filesystem>
#include <map>
#include <system_error>

namespace tessera {

namespace {

namespace fs = std::filesystem;

char lower(char c)
{
    return c >= 'A' && c <= 'Z' ? char(c - 'A' + 'a') : c;
}

bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool ends_with_ignoring_case(std::string_view text, std::string_view ending)
{
    if (text.size() < ending.size()) return false;
    text.remove_prefix(text.size() - ending.size());
    return std::equal(text.begin(), text.end(), ending.begin(), [](char a, char b) { return lower(a) == lower(b); });
}

/// Classic matching of "*" and "?", going back to the last star only: linear in practice, never exponential.
bool fits(std::string_view pattern, std::string_view name)
{
    size_t p = 0, n = 0, star = std::string_view::npos, mark = 0;
    while (n < name.size()) {
        if (p < pattern.size() && (pattern[p] == '?' || lower(pattern[p]) == lower(name[n]))) {
            ++p, ++n;
        } else if (p < pattern.size() && pattern[p] == '*') {
            star = p++, mark = n;
        } else if (star != std::string_view::npos) {
            p = star + 1, n = ++mark;
        } else {
            return false;
        }
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

int64_t seconds_of(fs::file_time_type time)
{
    const auto system = std::chrono::file_clock::to_sys(time);
    return std::chrono::duration_cast<std::chrono::seconds>(system.time_since_epoch()).count();
}

Error folder_error(const std::string& folder, const std::error_code& code)
{
    Error e;
    e.file = folder;
    if (code == std::errc::permission_denied) {
        e.kind = ErrorKind::Permission;
        e.message = "the folder " + folder + " may not be read";
        e.remedy = "ask its owner for the right to read it, or choose another";
    } else if (code == std::errc::no_such_file_or_directory) {
        e.kind = ErrorKind::NotFound;
        e.message = "there is no folder " + folder;
        e.remedy = "check the path, or go up to one that exists";
    } else if (code == std::errc::not_a_directory) {
        e.kind = ErrorKind::InvalidArgument;
        e.message = folder + " is a file, not a folder";
        e.remedy = "choose the folder it is in";
    } else {
        e.kind = ErrorKind::Damaged;
        e.message = "the folder " + folder + " cannot be read: " + code.message();
        e.remedy = "check the disk or the network it is on, then refresh";
    }
    return e;
}

} // namespace

Listing folded(std::string folder, std::vector<FoundFile> found, bool sequences)
{
    Listing listing;
    listing.folder = std::move(folder);
    std::map<std::string, const FoundFile*> files;
    std::vector<std::string> names;
    for (const FoundFile& f : found) {
        listing.names.insert(f.name);
        if (!f.folder) files.emplace(f.name, &f), names.push_back(f.name);
        if (f.folder || !sequences) {
            FileRow row;
            row.kind = f.folder ? FileKind::Folder : FileKind::File;
            row.name = f.name, row.bytes = f.bytes, row.modified = f.modified;
            listing.rows.push_back(std::move(row));
        }
    }
    if (sequences)
        for (const ListingEntry& entry : fold(names)) {
            FileRow row;
            row.name = entry.name;
            const auto add = [&](const std::string& name) {
                const auto it = files.find(name);
                if (it == files.end()) return;
                row.bytes += it->second->bytes;
                row.modified = std::max(row.modified, it->second->modified);
            };
            if (entry.frames.empty()) {
                add(entry.name);
            } else {
                row.kind = FileKind::Sequence;
                row.first = entry.frames.front(), row.last = entry.frames.back(), row.count = int(entry.frames.size());
                for (const int frame : entry.frames) add(path_at(entry.name, frame));
            }
            listing.rows.push_back(std::move(row));
        }
    for (FileRow& row : listing.rows) row.hidden = row.name.starts_with('.');
    return listing;
}

Listing list_folder(const std::string& folder, bool sequences, const std::function<bool()>& stop)
{
    std::vector<FoundFile> found;
    std::error_code code;
    std::optional<Error> error;
    fs::directory_iterator it(folder, code);
    for (const fs::directory_iterator end; !code && it != end && !stop(); it.increment(code)) {
        FoundFile f;
        f.name = it->path().filename().string();
        std::error_code ignored; // an entry that cannot be looked at is listed by its name alone
        f.folder = it->is_directory(ignored);
        if (!f.folder) f.bytes = it->file_size(ignored);
        if (ignored) f.bytes = 0;
        const auto time = it->last_write_time(ignored);
        if (!ignored) f.modified = seconds_of(time);
        found.push_back(std::move(f));
    }
    if (code) error = folder_error(folder, code);
    Listing listing = folded(folder, std::move(found), sequences);
    listing.error = std::move(error);
    return listing;
}

bool passes(const FileRow& row, const FileFilter& filter)
{
    if (row.kind == FileKind::Folder || filter.endings.empty()) return true;
    return std::any_of(filter.endings.begin(), filter.endings.end(),
                       [&](const std::string& e) { return ends_with_ignoring_case(row.name, e); });
}

bool name_matches(std::string_view pattern, std::string_view name)
{
    if (pattern.empty()) return true;
    if (pattern.find_first_of("*?") != std::string_view::npos) return fits(pattern, name);
    const auto found = std::search(name.begin(), name.end(), pattern.begin(), pattern.end(),
                                   [](char a, char b) { return lower(a) == lower(b); });
    return found != name.end();
}

bool natural_less(std::string_view a, std::string_view b)
{
    size_t i = 0, j = 0;
    while (i < a.size() && j < b.size()) {
        if (is_digit(a[i]) && is_digit(b[j])) {
            size_t p = i, q = j;
            while (p < a.size() && is_digit(a[p])) ++p;
            while (q < b.size() && is_digit(b[q])) ++q;
            std::string_view x = a.substr(i, p - i), y = b.substr(j, q - j);
            while (x.size() > 1 && x[0] == '0') x.remove_prefix(1);
            while (y.size() > 1 && y[0] == '0') y.remove_prefix(1);
            if (x.size() != y.size()) return x.size() < y.size();
            if (x != y) return x < y;
            i = p, j = q;
            continue;
        }
        const char x = lower(a[i]), y = lower(b[j]);
        if (x != y) return static_cast<unsigned char>(x) < static_cast<unsigned char>(y);
        ++i, ++j;
    }
    if ((a.size() - i) != (b.size() - j)) return a.size() - i < b.size() - j;
    return a < b; // the same but for case or zeros: any fixed order
}

std::vector<size_t> shown_rows(const Listing& listing, const FileView& view)
{
    std::vector<size_t> shown;
    for (size_t i = 0; i < listing.rows.size(); ++i) {
        const FileRow& row = listing.rows[i];
        if (row.hidden && !view.hidden) continue;
        if (view.folders_only && row.kind != FileKind::Folder) continue;
        if (passes(row, view.filter) && name_matches(view.typed, row.name)) shown.push_back(i);
    }
    std::sort(shown.begin(), shown.end(), [&](size_t x, size_t y) {
        const FileRow &a = listing.rows[x], &b = listing.rows[y];
        const bool fa = a.kind == FileKind::Folder, fb = b.kind == FileKind::Folder;
        if (fa != fb) return fa;
        if (view.sort == FileSort::Size && a.bytes != b.bytes) return view.descending ? a.bytes > b.bytes : a.bytes < b.bytes;
        if (view.sort == FileSort::Date && a.modified != b.modified)
            return view.descending ? a.modified > b.modified : a.modified < b.modified;
        if (view.sort == FileSort::Name && view.descending) return natural_less(b.name, a.name);
        return natural_less(a.name, b.name);
    });
    return shown;
}

std::string completed_path(const std::string& typed, const Listing& listing)
{
    const size_t slash = typed.rfind('/');
    const std::string start = slash == std::string::npos ? typed : typed.substr(slash + 1);
    const std::string before = slash == std::string::npos ? "" : typed.substr(0, slash + 1);
    std::vector<const FileRow*> fitting;
    for (const FileRow& row : listing.rows)
        if (row.name.starts_with(start) && (!row.hidden || start.starts_with('.'))) fitting.push_back(&row);
    if (fitting.empty()) return typed;
    std::string common = fitting.front()->name;
    for (const FileRow* row : fitting) {
        const auto differs = std::mismatch(common.begin(), common.end(), row->name.begin(), row->name.end());
        common.erase(differs.first, common.end());
    }
    if (fitting.size() == 1 && fitting.front()->kind == FileKind::Folder) common += '/';
    return before + common;
}

std::string frames_text(const FileRow& row)
{
    if (row.kind != FileKind::Sequence) return {};
    std::string text = std::to_string(row.first) + "-" + std::to_string(row.last);
    if (row.missing()) text += " (" + std::to_string(row.missing()) + " missing)";
    return text;
}

std::string file_size_text(uint64_t bytes)
{
    static constexpr const char* units[] = {"B", "kB", "MB", "GB", "TB"};
    double size = double(bytes);
    size_t unit = 0;
    while (size >= 999.5 && unit + 1 < std::size(units)) size /= 1000, ++unit;
    char text[32];
    std::snprintf(text, sizeof text, unit == 0 || size >= 99.95 ? "%.0f %s" : "%.1f %s", size, units[unit]);
    return text;
}

std::string date_text(int64_t seconds)
{
    if (seconds == 0) return {};
    const std::time_t time = std::time_t(seconds);
    std::tm local{};
    if (!localtime_r(&time, &local)) return {};
    char text[32];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M", &local)};
}

std::string folder_of(const std::string& path)
{
    const size_t slash = path.rfind('/');
    if (slash == std::string::npos) return {};
    return slash == 0 ? "/" : path.substr(0, slash);
}

std::string name_of_path(const std::string& path)
{
    const size_t slash = path.rfind('/');
    return slash == std::string::npos ? path : path.substr(slash + 1);
}

std::string joined_path(const std::string& folder, const std::string& name)
{
    if (name.starts_with('/') || folder.empty()) return name;
    return folder.ends_with('/') ? folder + name : folder + "/" + name;
}

} // namespace tessera
