#include "app/panels/properties/media_info.h"
#include "core/media/image_file.h"
#include "core/media/movie_reader.h"
#include "core/media/sequence.h"
#include <algorithm>
#include <filesystem>

namespace tessera {

namespace {

constexpr double stale_after = 4; // seconds
constexpr size_t most_known = 64;

std::string number_text(double v)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", v);
    return text;
}

std::string size_of(const Format& f)
{
    std::string text = std::to_string(f.width) + " \xc3\x97 " + std::to_string(f.height);
    return f.pixel_aspect == 1 ? text : text + " (" + number_text(f.pixel_aspect) + ")";
}

bool is_movie(const std::string& path)
{
    static constexpr const char* endings[] = {".mov", ".mp4", ".mkv", ".avi", ".mxf", ".webm", ".m4v", ".mpg"};
    std::string low = path;
    std::transform(low.begin(), low.end(), low.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return std::any_of(std::begin(endings), std::end(endings), [&](const char* e) { return low.ends_with(e); });
}

/// "12, 15-18 and 3 more": gaps in words, at most `most` of them.
std::string gaps_text(const std::vector<FrameRange>& gaps, size_t most)
{
    std::string text;
    for (size_t i = 0; i < std::min(most, gaps.size()); ++i) {
        text += i ? ", " : "";
        text += gaps[i].first == gaps[i].last ? std::to_string(gaps[i].first) : std::to_string(gaps[i].first) + "-" + std::to_string(gaps[i].last);
    }
    if (gaps.size() > most) text += " and " + std::to_string(gaps.size() - most) + " more";
    return text;
}

void describe_still(MediaLines& lines, const std::string& file)
{
    const auto info = read_info(file);
    if (!info) {
        lines.problem = info.error().text();
        return;
    }
    std::string text = size_of(info->info.format);
    if (!info->parts.empty()) {
        const PartInfo& part = info->parts.front();
        if (!part.channels.empty()) text += ", " + part.channels.front().type;
        if (!part.compression.empty()) text += ", " + part.compression;
    }
    std::string layers;
    for (size_t i = 0; i < info->info.layers.size() && i < 4; ++i) {
        const Layer& layer = info->info.layers[i];
        if (!layers.empty()) layers += ", ";
        if (layer.name == main_layer)
            for (const std::string& c : layer.channels) layers += c;
        else layers += layer.name;
    }
    if (info->info.layers.size() > 4) layers += " and " + std::to_string(info->info.layers.size() - 4) + " more";
    if (!layers.empty()) text += ", " + layers;
    lines.text = text;
}

void describe_movie(MediaLines& lines, const std::string& file)
{
    const auto reader = MovieReader::open(file, 1);
    if (!reader) {
        lines.problem = reader.error().text();
        return;
    }
    const MovieInfo& info = reader->info();
    lines.text = size_of(info.image.format) + ", " + info.codec + ", " + std::to_string(info.bits) + " bit\n" + std::to_string(info.frame_count) + " frames at " +
                 number_text(double(info.rate_numerator) / std::max(1, info.rate_denominator)) + " fps";
    if (!info.timecode.empty()) lines.text += ", from " + info.timecode;
}

void describe_output(MediaLines& lines, const std::string& path, int first, int last)
{
    std::error_code ignored;
    const std::filesystem::path folder = std::filesystem::path(path).parent_path();
    if (!std::filesystem::is_directory(folder, ignored)) {
        lines.warning = "The folder " + folder.string() + " is not there yet.";
        return;
    }
    if (!is_sequence(path)) {
        lines.text = std::filesystem::exists(path, ignored) ? "The file is there." : "Nothing is written yet.";
        return;
    }
    const auto range = find_sequence(path);
    if (!range) {
        lines.text = "Nothing is written yet.";
        return;
    }
    const auto inside = std::count_if(range->frames.begin(), range->frames.end(), [&](int f) { return f >= first && f <= last; });
    lines.text = std::to_string(inside) + " of " + std::to_string(last - first + 1) + " frames are written.";
}

} // namespace

MediaLines describe_media(const std::string& path, bool writes, int first, int last)
{
    MediaLines lines;
    if (writes) {
        describe_output(lines, path, first, last);
        return lines;
    }
    std::string file = path;
    std::optional<SequenceRange> range;
    if (is_sequence(path)) {
        auto found = find_sequence(path);
        if (!found) {
            lines.problem = found.error().text();
            return lines;
        }
        range = std::move(*found);
        file = path_at(path, range->first);
    }
    if (is_movie(file)) describe_movie(lines, file);
    else describe_still(lines, file);
    if (range) {
        lines.text += (lines.text.empty() ? "" : "\n") + std::string("frames ") + std::to_string(range->first) + "-" + std::to_string(range->last);
        if (!range->gaps.empty()) lines.warning = "Missing: " + gaps_text(range->gaps, 4);
    }
    return lines;
}

const MediaLines* MediaInfo::of(const std::string& path, bool writes)
{
    if (path.empty()) return nullptr;
    const Project& project = *editor_.session().project();
    auto resolved = resolved_path(project, path);
    const std::string key = (resolved ? *resolved : path) + (writes ? "|w" : "|r");
    if (known_.size() > most_known) known_.clear();
    auto& known = known_[key];
    if (!known) known = std::make_shared<Known>();
    const double now = ImGui::GetTime();
    if (!known->asked && (!known->ready || now - known->at > stale_after)) {
        if (!resolved) {
            known->lines = {{}, {}, resolved.error().text()};
            known->ready = true, known->at = now;
            return &known->lines;
        }
        known->asked = true;
        const int first = project.settings.first_frame, last = project.settings.last_frame;
        editor_.workers().run([file = *resolved, writes, first, last] { return describe_media(file, writes, first, last); },
                              [state = known](MediaLines lines) {
                                  state->lines = std::move(lines);
                                  state->ready = true, state->asked = false, state->at = ImGui::GetTime();
                              });
    }
    return known->ready ? &known->lines : nullptr;
}

} // namespace tessera
