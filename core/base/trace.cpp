#include "core/base/trace.h"
#include "core/base/file.h"
#include <algorithm>
#include <cstdio>
#include <cstring>
#include <memory>
#include <mutex>
#include <pthread.h>
#include <vector>

namespace tessera {

namespace {

constexpr size_t detail_bytes = 64;
constexpr size_t events_a_chunk = 1024;
/// A thread that records more than this (100 MB) loses the rest; the trace says how many.
constexpr size_t most_chunks = 1024;

struct Event {
    const char* what;
    int64_t begin, end;
    TraceTrack track;
    char detail[detail_bytes];
};

/// One thread's events. The thread alone writes; who reads sees what `count` tells, which only grows during a trace.
struct Buffer {
    explicit Buffer(int number) : thread(number) {}
    const int thread;
    std::string name; ///< guarded by the registry's mutex
    std::unique_ptr<std::unique_ptr<Event[]>[]> chunks{new std::unique_ptr<Event[]>[most_chunks]};
    std::atomic<size_t> count{0};
    std::atomic<size_t> lost{0};
    std::atomic<uint64_t> trace{0}; ///< the trace its events belong to
};

struct Registry {
    std::mutex mutex;
    std::vector<std::unique_ptr<Buffer>> buffers; ///< of threads that ended too: their events are wanted
    std::atomic<uint64_t> trace{0};
    std::atomic<int64_t> start{0};
};

/// Never destroyed: threads may end after static objects do.
Registry& registry()
{
    static Registry& the = *new Registry;
    return the;
}

thread_local std::string own_name;
thread_local Buffer* own_buffer = nullptr;

Buffer& buffer()
{
    if (own_buffer) return *own_buffer;
    Registry& all = registry();
    std::lock_guard lock(all.mutex);
    all.buffers.push_back(std::make_unique<Buffer>(int(all.buffers.size()) + 1));
    own_buffer = all.buffers.back().get();
    own_buffer->name = own_name;
    return *own_buffer;
}

/// Bytes of the UTF-8 character that starts at `i`; 0 where there is none.
size_t character_at(std::string_view text, size_t i)
{
    const auto byte = static_cast<unsigned char>(text[i]);
    const size_t length = byte < 0x80 ? 1 : byte >= 0xC2 && byte < 0xE0 ? 2 : byte >= 0xE0 && byte < 0xF0 ? 3
                        : byte >= 0xF0 && byte < 0xF5 ? 4 : 0;
    if (length == 0 || i + length > text.size()) return 0;
    for (size_t k = 1; k < length; ++k)
        if ((static_cast<unsigned char>(text[i + k]) & 0xC0) != 0x80) return 0;
    return length;
}

/// As a JSON string. File names need not be UTF-8; what is not becomes a question mark.
void append_quoted(std::string& out, std::string_view text)
{
    out += '"';
    for (size_t i = 0; i < text.size();) {
        const size_t length = character_at(text, i);
        const char c = text[i];
        if (length == 0) out += '?';
        else if (length > 1) out += text.substr(i, length);
        else if (c == '"' || c == '\\') out += {'\\', c};
        else if (static_cast<unsigned char>(c) < 0x20) out += ' ';
        else out += c;
        i += std::max<size_t>(length, 1);
    }
    out += '"';
}

constexpr int device_row = 1000; // beyond the numbers of threads

void append_row_name(std::string& out, int row, std::string_view name)
{
    out += "{\"ph\":\"M\",\"pid\":1,\"tid\":" + std::to_string(row) + ",\"name\":\"thread_name\",\"args\":{\"name\":";
    append_quoted(out, name);
    out += "}},\n";
}

void append_event(std::string& out, const Event& e, int thread, int64_t start)
{
    char numbers[128];
    std::snprintf(numbers, sizeof numbers, "{\"ph\":\"X\",\"pid\":1,\"tid\":%d,\"ts\":%.3f,\"dur\":%.3f,\"name\":",
                  e.track == TraceTrack::Device ? device_row : thread, double(e.begin - start) * 1e-3,
                  double(std::max<int64_t>(e.end - e.begin, 0)) * 1e-3);
    out += numbers;
    // On the device the name says it all; on threads the kind of work does, and the detail is an argument.
    append_quoted(out, e.track == TraceTrack::Device && e.detail[0] ? e.detail : e.what);
    out += ",\"cat\":";
    append_quoted(out, e.what);
    if (e.track == TraceTrack::Thread && e.detail[0]) {
        out += ",\"args\":{\"of\":";
        append_quoted(out, e.detail);
        out += '}';
    }
    out += "},\n";
}

} // namespace

void name_thread(const std::string& name)
{
    pthread_setname_np(pthread_self(), name.substr(0, 15).c_str());
    own_name = name;
    if (!own_buffer) return;
    std::lock_guard lock(registry().mutex);
    own_buffer->name = name;
}

void start_trace()
{
    Registry& all = registry();
    all.start = trace_now();
    ++all.trace;
    trace_detail::on = true;
}

void stop_trace()
{
    trace_detail::on = false;
}

void trace_interval(TraceTrack track, const char* what, std::string_view detail, int64_t begin_ns, int64_t end_ns)
{
    if (!tracing()) return;
    Buffer& own = buffer();
    const uint64_t trace = registry().trace.load(std::memory_order_relaxed);
    size_t n = own.count.load(std::memory_order_relaxed);
    if (own.trace.load(std::memory_order_relaxed) != trace) {
        n = 0;
        own.lost = 0;
        own.trace.store(trace, std::memory_order_relaxed);
    }
    if (n / events_a_chunk >= most_chunks) {
        ++own.lost;
        return;
    }
    auto& chunk = own.chunks[n / events_a_chunk];
    if (!chunk) chunk.reset(new Event[events_a_chunk]);
    Event& e = chunk[n % events_a_chunk];
    e.what = what, e.begin = begin_ns, e.end = end_ns, e.track = track;
    size_t kept = std::min(detail.size(), detail_bytes - 1);
    if (kept < detail.size())
        while (kept > 0 && (static_cast<unsigned char>(detail[kept]) & 0xC0) == 0x80) --kept; // whole characters
    std::memcpy(e.detail, detail.data(), kept);
    e.detail[kept] = 0;
    own.count.store(n + 1, std::memory_order_release);
}

std::string trace_json()
{
    Registry& all = registry();
    std::lock_guard lock(all.mutex);
    const uint64_t trace = all.trace;
    const int64_t start = all.start;
    std::string out = "{\"displayTimeUnit\":\"ms\",\"traceEvents\":[\n";
    size_t lost = 0;
    append_row_name(out, device_row, "device");
    for (const auto& b : all.buffers) {
        if (b->trace.load() != trace) continue;
        const size_t count = b->count.load(std::memory_order_acquire);
        append_row_name(out, b->thread, b->name.empty() ? "thread " + std::to_string(b->thread) : b->name);
        for (size_t i = 0; i < count; ++i)
            append_event(out, b->chunks[i / events_a_chunk][i % events_a_chunk], b->thread, start);
        lost += b->lost;
    }
    out += "{\"ph\":\"M\",\"pid\":1,\"name\":\"process_name\",\"args\":{\"name\":\"tessera\"}}\n],\"lost\":" +
           std::to_string(lost) + "}\n";
    return out;
}

Status write_trace(const std::string& path)
{
    return write_file(path, trace_json());
}

} // namespace tessera
