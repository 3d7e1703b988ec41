#include "app/editor/render_form.h"
#include "core/doc/node_paths.h"
#include "core/time/frames.h"
#include <algorithm>

namespace tessera {

namespace {

constexpr const char* writer_op = "write";

bool is_movie_name(const std::string& file)
{
    const size_t dot = file.rfind('.');
    std::string ending = dot == std::string::npos ? "" : file.substr(dot + 1);
    std::transform(ending.begin(), ending.end(), ending.begin(), [](unsigned char c) { return char(std::tolower(c)); });
    return ending == "mov" || ending == "mp4" || ending == "mkv";
}

RenderForm::Writer writer_at(const Project& project, const std::string& path, const Node& node)
{
    RenderForm::Writer writer{path, {}, {}, false, false};
    const auto param = node.params.find("file");
    const auto* file = param == node.params.end() ? nullptr : std::get_if<std::string>(&param->second.value);
    const bool computed = param != node.params.end() && !param->second.constant();
    if (computed) {
        writer.file = "set by an expression";
    } else if (file && !file->empty()) {
        const auto resolved = resolved_path(project, *file);
        writer.file = resolved ? *resolved : *file;
        if (!resolved) writer.problem = resolved.error().message;
    } else {
        writer.problem = "has no file; set it in its properties";
    }
    writer.movie = is_movie_name(writer.file);
    if (node.disabled) writer.problem = "is disabled";
    else if (!node.inputs.contains("in")) writer.problem = "is not connected";
    return writer;
}

} // namespace

std::vector<RenderForm::Writer> writers_of(const Project& project, const std::vector<std::string>& chosen)
{
    std::vector<RenderForm::Writer> writers;
    for (const std::string& path : node_paths(project)) {
        const NodePlace place = find_node(project, path);
        if (!place || place.node->op != writer_op) continue;
        RenderForm::Writer writer = writer_at(project, path, *place.node);
        const bool wanted = chosen.empty() || std::find(chosen.begin(), chosen.end(), path) != chosen.end();
        writer.on = wanted && writer.problem.empty();
        writers.push_back(std::move(writer));
    }
    return writers;
}

std::vector<std::string> writers_among(const Project& project, GraphId graph, const std::vector<NodeId>& nodes)
{
    std::vector<std::string> paths;
    for (const NodeId node : nodes)
        if (const NodePlace place = find_node(project, graph, node); place && place.node->op == writer_op)
            paths.push_back(path_of(project, graph, node));
    return paths;
}

Result<std::string> frames_of(const RenderForm& form)
{
    const auto range = [](int first, int last) {
        return first == last ? std::to_string(first) : std::to_string(first) + "-" + std::to_string(last);
    };
    switch (form.frames) {
    case FrameChoice::Project: return range(form.first, form.last);
    case FrameChoice::InOut: return range(form.in, form.out);
    case FrameChoice::Current: return std::to_string(form.current);
    case FrameChoice::Other: break;
    }
    TESSERA_TRY(frames, parse_frames(form.other));
    if (frames.size() > most_job_frames)
        return Error{ErrorKind::InvalidArgument, "more than a million frames", "render them in parts"};
    return frames_text(frames);
}

std::string frames_summary(const RenderForm& form)
{
    const auto text = frames_of(form);
    if (!text) return text.error().message;
    const auto frames = parse_frames(*text);
    const size_t count = frames ? frames->size() : 0;
    return std::to_string(count) + (count == 1 ? " frame" : " frames");
}

Result<JobRequest> request_of(const RenderForm& form)
{
    JobRequest request;
    request.title = form.title;
    request.project = form.project;
    TESSERA_TRY(frames, frames_of(form));
    request.frames = frames;
    for (const RenderForm::Writer& writer : form.writers)
        if (writer.on) request.writers.push_back(writer.path);
    if (request.writers.empty())
        return Error{ErrorKind::InvalidArgument, form.writers.empty() ? "the project has no Write node" : "no writer is chosen",
                     form.writers.empty() ? "add one after what you want to render" : "switch one on"};
    request.level = form.level;
    request.overwrite = form.existing == ExistingFiles::Replace;
    request.resume = form.existing == ExistingFiles::Continue;
    request.keep_going = form.keep_going;
    return request;
}

} // namespace tessera
