// The recorder of traces and the memory of pixels. base has no JSON: that a trace parses is tested with the program.
#include "core/base/image.h"
#include "core/base/trace.h"
#include <algorithm>
#include <doctest/doctest.h>
#include <thread>
#include <vector>

using namespace tessera;

namespace {

size_t count(const std::string& text, const std::string& part)
{
    size_t n = 0;
    for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++n;
    return n;
}

} // namespace

TEST_CASE("a trace holds what every thread recorded while it ran, also of threads that have ended")
{
    { const TraceSpan before("not recorded"); }
    start_trace();
    constexpr int threads = 4, spans = 3000; // more than a chunk of the buffers
    std::vector<std::thread> team;
    for (int i = 0; i < threads; ++i)
        team.emplace_back([i] {
            name_thread("worker " + std::to_string(i));
            for (int k = 0; k < spans; ++k) const TraceSpan span("work", "some detail");
        });
    for (std::thread& t : team) t.join();
    trace_interval(TraceTrack::Device, "pass", "grade+blur", trace_now() - 5'000'000, trace_now());
    stop_trace();
    { const TraceSpan after("not recorded"); }
    const std::string json = trace_json();
    CHECK(count(json, "\"name\":\"work\"") == threads * spans);
    CHECK(count(json, "not recorded") == 0);
    CHECK(count(json, "\"name\":\"grade+blur\"") == 1);
    CHECK(count(json, "\"name\":\"device\"") == 1);
    for (int i = 0; i < threads; ++i) CHECK(count(json, "\"name\":\"worker " + std::to_string(i) + "\"") == 1);
    CHECK(json.find("\"lost\":0}") != std::string::npos);
    start_trace(); // a new one starts empty
    stop_trace();
    CHECK(count(trace_json(), "\"ph\":\"X\"") == 0);
}

TEST_CASE("a trace stays JSON whatever the details hold")
{
    start_trace();
    trace_interval(TraceTrack::Thread, "odd", "quote\" back\\slash\nline \xff\xfe caf\xc3\xa9", 0, 1);
    // A character of two bytes across the longest detail is left out whole.
    trace_interval(TraceTrack::Thread, "long", std::string(62, 'x') + "\xc3\xa9 and more", 0, 1);
    stop_trace();
    const std::string json = trace_json();
    CHECK(count(json, "quote\\\" back\\\\slash line ?? caf\xc3\xa9") == 1);
    CHECK(count(json, "\"" + std::string(62, 'x') + "\"") == 1);
}

TEST_CASE("pixels take the memory of images that are gone")
{
    const Rect large{0, 0, 1024, 512}; // 8 MiB
    HostImage first(large);
    CHECK(std::all_of(first.pixels.begin(), first.pixels.end(), [](float f) { return f == 0; }));
    std::fill(first.pixels.begin(), first.pixels.end(), 3.0f);
    const PixelMemory before = pixel_memory();
    first = HostImage();
    const HostImage again(large);
    CHECK(std::all_of(again.pixels.begin(), again.pixels.end(), [](float f) { return f == 0; }));
    const HostImage copy = again;
    CHECK(copy.pixels == again.pixels);
#if !defined(__SANITIZE_ADDRESS__)
    CHECK(pixel_memory().fresh <= before.fresh + 1); // the copy alone
    CHECK(before.used >= uint64_t(large.pixels()) * 16);
    limit_kept_pixel_memory(0);
    CHECK(pixel_memory().kept == 0);
    limit_kept_pixel_memory(512ull << 20);
#endif
    CHECK(HostImage::for_overwrite({3, 4, 7, 9}).pixels.size() == 4 * 5 * 4);
}
