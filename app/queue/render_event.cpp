// Lines of `tessera render --json` as events. What comes out of a process is not trusted: anything may stand there.
#include "app/queue/render_job.h"
#include "core/doc/json_text.h"
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace tessera {

namespace {

constexpr size_t most_writers = 10'000;

Error not_an_event(const std::string& why)
{
    return {ErrorKind::Damaged, "not an event of a render: " + why, "the line is kept in the log"};
}

std::string text_at(const Json& object, const char* name)
{
    const auto it = object.find(name);
    return it != object.end() && it->is_string() ? it->get<std::string>() : std::string();
}

double number_at(const Json& object, const char* name)
{
    const auto it = object.find(name);
    const double number = it != object.end() && it->is_number() ? it->get<double>() : 0;
    return std::isfinite(number) ? number : 0;
}

Status read_frame(const Json& object, RenderEvent& event)
{
    const double frame = number_at(object, "frame");
    event.has_frame = object.contains("frame") && object["frame"].is_number() && std::abs(frame) < 2e9;
    event.frame = event.has_frame ? int(std::lround(frame)) : 0;
    event.writer = text_at(object, "writer");
    event.file = text_at(object, "file");
    event.seconds = std::clamp(number_at(object, "seconds"), 0.0, 1e9);
    event.memory = uint64_t(std::clamp(number_at(object, "memory"), 0.0, 1e18));
    const bool needs = event.kind == RenderEvent::Begin || event.kind == RenderEvent::Frame || event.kind == RenderEvent::Skipped;
    if (needs && (!event.has_frame || event.writer.empty())) return not_an_event("it names no frame of a writer");
    return {};
}

Status read_start(const Json& object, RenderEvent& event)
{
    event.device = text_at(object, "device");
    const auto writers = object.find("writers");
    if (writers == object.end() || !writers->is_array() || writers->empty() || writers->size() > most_writers)
        return not_an_event("it names no writers");
    for (const Json& w : *writers) {
        if (!w.is_object() || text_at(w, "writer").empty() || text_at(w, "frames").empty())
            return not_an_event("a writer without a name or frames");
        const auto movie = w.find("movie");
        event.writers.push_back({text_at(w, "writer"), text_at(w, "file"), text_at(w, "frames"),
                                 movie != w.end() && movie->is_boolean() && movie->get<bool>()});
    }
    return {};
}

} // namespace

Result<RenderEvent> parse_event(const std::string& line)
{
    TESSERA_TRY(object, parsed_json(line, "the line"));
    if (!object.is_object()) return not_an_event("no object");
    static const std::map<std::string, RenderEvent::Kind> kinds{
        {"start", RenderEvent::Start},     {"begin", RenderEvent::Begin},  {"frame", RenderEvent::Frame},
        {"skipped", RenderEvent::Skipped}, {"error", RenderEvent::Failed}, {"refused", RenderEvent::Refused},
        {"done", RenderEvent::Done}};
    const std::string name = text_at(object, "event");
    if (name.empty()) return not_an_event("it has no name");
    RenderEvent event;
    const auto kind = kinds.find(name);
    if (kind == kinds.end()) return event; // of a later version
    event.kind = kind->second;
    event.text = text_at(object, "text");
    event.message = text_at(object, "message");
    event.error_kind = text_at(object, "kind");
    if ((event.kind == RenderEvent::Failed || event.kind == RenderEvent::Refused) && event.text.empty())
        return not_an_event("an error without words");
    TESSERA_CHECK(read_frame(object, event));
    if (event.kind == RenderEvent::Start) TESSERA_CHECK(read_start(object, event));
    if (event.kind == RenderEvent::Done) {
        if (const auto outputs = object.find("outputs"); outputs != object.end() && outputs->is_object())
            for (const auto& [writer, what] : outputs->items()) event.complete.push_back(writer);
        const auto interrupted = object.find("interrupted");
        event.interrupted = interrupted != object.end() && interrupted->is_boolean() && interrupted->get<bool>();
    }
    return event;
}

} // namespace tessera
