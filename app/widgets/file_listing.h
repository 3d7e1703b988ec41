#pragma once
// What a file browser lists: the entries of one folder, sequences folded into one row, filtered and sorted. `list_folder`
// looks at the disk and belongs on a worker; everything else is pure.
#include "core/base/result.h"
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace tessera {

enum class FileKind { Folder, File, Sequence };

struct FileRow {
    FileKind kind = FileKind::File;
    std::string name;            ///< of a sequence: its pattern, "plate.####.exr"
    int first = 0, last = 0;     ///< frames of a sequence
    int count = 0;               ///< those of them that exist
    uint64_t bytes = 0;          ///< of a sequence: all frames together; 0 for folders
    int64_t modified = 0;        ///< seconds since 1970, of a sequence the newest
    bool hidden = false;         ///< name starts with a dot
    int missing() const { return kind == FileKind::Sequence ? last - first + 1 - count : 0; }
};

/// One name found in a folder, before folding.
struct FoundFile {
    std::string name;
    bool folder = false;
    uint64_t bytes = 0;
    int64_t modified = 0;
};

struct Listing {
    std::string folder;              ///< absolute
    std::vector<FileRow> rows;       ///< folders, files and sequences, unsorted
    std::set<std::string> names;     ///< every name there is, before folding
    std::optional<Error> error;      ///< why it could not be read (whole or to its end)
};

/// Folds files into rows; `sequences` false keeps each file a row.
Listing folded(std::string folder, std::vector<FoundFile> found, bool sequences);
/// Reads a folder. `stop` is asked between entries; a listing that was stopped is incomplete. An unreadable folder gives
/// a listing with `error`.
Listing list_folder(const std::string& folder, bool sequences, const std::function<bool()>& stop);

/// What files to show, by the end of their names (".exr"); no endings: all.
struct FileFilter {
    std::string label;
    std::vector<std::string> endings;
};
/// Folders always pass; endings are compared without regard to case.
bool passes(const FileRow& row, const FileFilter& filter);

enum class FileSort { Name, Size, Date };
struct FileView {
    FileFilter filter;
    std::string typed;  ///< part of the name, case ignored; "*" and "?" are wildcards
    FileSort sort = FileSort::Name;
    bool descending = false;
    bool hidden = false;        ///< show names with a dot in front
    bool folders_only = false;
};
/// Indices into `listing.rows` of what is shown, in order: folders first.
std::vector<size_t> shown_rows(const Listing& listing, const FileView& view);

/// "plate2" before "plate10": runs of digits compare as numbers, letters without regard to case.
bool natural_less(std::string_view a, std::string_view b);
/// `pattern` occurs in `name`, case ignored; with "*" or "?" the whole name must fit.
bool name_matches(std::string_view pattern, std::string_view name);
/// What Tab makes of a path being typed, from the names in the folder it ends in: the longest beginning that all names
/// which start as the last part does have in common, with a "/" after the only folder. `typed` itself when nothing fits.
std::string completed_path(const std::string& typed, const Listing& listing);

/// "1-48", "1-48 (2 missing)"; "" for what is not a sequence.
std::string frames_text(const FileRow& row);
/// "1.2 MB"
std::string file_size_text(uint64_t bytes);
/// "2026-03-01 14:05", local time.
std::string date_text(int64_t seconds);

/// The folder part of a path without its last "/" ("/" stays), and its name.
std::string folder_of(const std::string& path);
std::string name_of_path(const std::string& path);
std::string joined_path(const std::string& folder, const std::string& name);

} // namespace tessera
