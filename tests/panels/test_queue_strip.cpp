// The strip of a render's frames, and its words.
#include "app/panels/queue/frame_strip.h"
#include <doctest/doctest.h>

namespace tessera::tests {

namespace {

WriterRecord writer(const std::string& states)
{
    WriterRecord w{"Write1", "/o/a.####.exr", false, {}, {}};
    for (size_t i = 0; i < states.size(); ++i) {
        const char c = states[i];
        const FrameState state = c == 'd'   ? FrameState::Done
                                 : c == 's' ? FrameState::Skipped
                                 : c == 'r' ? FrameState::Rendering
                                 : c == 'f' ? FrameState::Failed
                                            : FrameState::Waiting;
        w.frames.push_back({int(i) + 1, state, state == FrameState::Done ? 0.5f : 0});
        if (c == 'f') w.messages[int(i) + 1] = "no space left";
    }
    return w;
}

std::string states_of(const std::vector<StripPart>& parts)
{
    std::string text;
    for (const StripPart& part : parts)
        text += part.state == FrameState::Done        ? 'd'
                : part.state == FrameState::Skipped   ? 's'
                : part.state == FrameState::Rendering ? 'r'
                : part.state == FrameState::Failed    ? 'f'
                                                      : 'w';
    return text;
}

} // namespace

TEST_CASE("wide frames are cells of their own, narrow ones of one state run together")
{
    const WriterRecord w = writer("ddrw");
    const auto cells = strip_parts({&w}, 100);
    CHECK(states_of(cells) == "ddrw");
    CHECK(cells[1].from == doctest::Approx(0.25));
    CHECK(cells.back().to == 1);
    CHECK(states_of(strip_parts({&w}, 10)) == "drw");
    CHECK(strip_parts({}, 100).empty());
    CHECK(strip_parts({&w}, 0).empty());
}

TEST_CASE("where frames share a column the one that needs attention shows")
{
    std::string states(1000, 'd');
    states[500] = 'f';
    states[999] = 'w';
    const WriterRecord w = writer(states);
    const auto parts = strip_parts({&w}, 100);
    CHECK(states_of(parts) == "dfdw");
    CHECK(parts.front().from == 0);
    CHECK(parts.back().to == 1);
    for (size_t i = 1; i < parts.size(); ++i) CHECK(parts[i].from == doctest::Approx(parts[i - 1].to));
    CHECK(parts[1].from == doctest::Approx(0.5));
    CHECK(parts[1].to == doctest::Approx(0.51));
}

TEST_CASE("the frame under the pointer")
{
    const WriterRecord a = writer("df"), b = writer("ww");
    CHECK(strip_text(strip_hit({&a, &b}, 0.1f)) == "Write1, frame 1: done in 0.50 s");
    CHECK(strip_text(strip_hit({&a, &b}, 0.3f)) == "Write1, frame 2: failed\nno space left");
    CHECK(strip_hit({&a, &b}, 0.99f).writer == &b);
    CHECK(strip_hit({&a, &b}, 0.99f).frame->frame == 2);
    CHECK(!strip_hit({&a, &b}, 1).frame);
    CHECK(!strip_hit({&a, &b}, -0.1f).frame);
    CHECK(!strip_hit({}, 0.5f).frame);
    CHECK(strip_text({}).empty());
}

TEST_CASE("a render in words")
{
    Job job;
    job.request.writers = {"A", "B"};
    job.request.frames = "1-48";
    job.request.level = 1;
    CHECK(request_text(job.request) == "A, B \xc2\xb7 frames 1-48 \xc2\xb7 1/2 size");
    job.request.frames = "-5";
    job.request.level = 0;
    CHECK(request_text(job.request) == "A, B \xc2\xb7 frame -5");
    CHECK(progress_text(job) == "waiting");
    job.state = JobState::Running;
    CHECK(progress_text(job) == "starting");
    job.writers = {writer("ddfw")};
    CHECK(progress_text(job) == "rendering \xc2\xb7 2 of 4 frames \xc2\xb7 75 %, 1 failed");
    job.seconds_left = 8, job.frames_per_second = 2.5, job.memory = 640ull << 20;
    CHECK(pace_text(job) == "0:08 left \xc2\xb7 2.50 fps \xc2\xb7 0.50 s a frame \xc2\xb7 640 MiB");
    job.state = JobState::Done;
    job.writers = {writer("dds")};
    CHECK(progress_text(job) == "done \xc2\xb7 3 frames, 1 up to date");
}

} // namespace tessera::tests
