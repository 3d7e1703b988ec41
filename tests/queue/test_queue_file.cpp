// The queue on disk: written, read back, and refused when it is not one.
#include "app/queue/queue_file.h"
#include <doctest/doctest.h>

namespace tessera::tests {

namespace {

Job sample()
{
    Job job;
    job.id = 42;
    job.snapshot = snapshot_name(42);
    job.request = {"shot", "/p/shot.tess", {"Write1"}, "1-4", 1, true, false, true};
    job.state = JobState::Failed;
    job.message = "it broke";
    job.seconds = 12.5;
    job.peak_memory = 1 << 20;
    job.last_file = "/o/a.0002.exr";
    job.last_frame = 2;
    job.runs = 2;
    job.writers = {{"Write1", "/o/a.####.exr", false,
                    {{1, FrameState::Done, 0.25f}, {2, FrameState::Skipped}, {3, FrameState::Failed}, {4, FrameState::Waiting}},
                    {{3, "no space"}}}};
    add_log(job, "a line \xc3\xa4", true);
    return job;
}

} // namespace

TEST_CASE("a queue is read back as it was written")
{
    QueueState queue{{sample()}, true, 3};
    const auto text = queue_text(queue);
    REQUIRE(text.ok());
    const auto read = queue_from_text(*text);
    REQUIRE_MESSAGE(read.ok(), (read ? "" : read.error().text()));
    CHECK(read->held);
    CHECK(read->at_once == 3);
    REQUIRE(read->jobs.size() == 1);
    const Job& job = read->jobs[0];
    const Job wanted = sample();
    CHECK(job.id == wanted.id);
    CHECK(job.snapshot == "42.tess");
    CHECK(job.request == wanted.request);
    CHECK(job.state == JobState::Failed);
    CHECK(job.message == wanted.message);
    CHECK(job.seconds == wanted.seconds);
    CHECK(job.writers == wanted.writers);
    REQUIRE(job.log.size() == 1);
    CHECK(job.log[0].text == "a line \xc3\xa4");
    CHECK(job.log[0].error);
}

TEST_CASE("what was being rendered was interrupted, and half a movie is none")
{
    Job job = sample();
    job.state = JobState::Paused;
    job.writers[0].frames[3].state = FrameState::Rendering;
    job.writers.push_back({"Movie", "/o/a.mov", true, {{1, FrameState::Done, 1}, {2, FrameState::Rendering}}, {}});
    const auto read = queue_from_text(*queue_text({{job}, false, 1}));
    REQUIRE_MESSAGE(read.ok(), (read ? "" : read.error().text()));
    CHECK(read->jobs[0].state == JobState::Interrupted);
    CHECK(read->jobs[0].crashed);
    CHECK(runs_left(read->jobs[0]) == std::vector<RenderRun>{{{"Write1"}, "3,4"}, {{"Movie"}, "1,2"}});
}

TEST_CASE("a file that is no queue is refused with its place, and never leads out of its folder")
{
    const std::string good = *queue_text({{sample()}, false, 1});
    const auto with = [&](const std::string& old, const std::string& text) {
        std::string changed = good;
        const size_t at = changed.find(old);
        REQUIRE_MESSAGE(at != std::string::npos, old);
        return changed.replace(at, old.size(), text);
    };
    const std::string hostile[] = {
        "", "[]", "{}", "nonsense", std::string(100000, '{'), good.substr(0, good.size() / 2),
        with("tessera-render-queue", "something-else"),
        with("\"version\": 1", "\"version\": 99"),
        with("\"at_once\": 1", "\"at_once\": 1e99"),
        with("\"at_once\": 1", "\"at_once\": \"1\""),
        with("\"id\": 42", "\"id\": -1"),
        with("\"id\": 42", "\"id\": 1e300"),
        with("\"state\": \"failed\"", "\"state\": \"dancing\""),
        with("\"frames\": \"1-4\"", "\"frames\": \"1-9999999\""),
        with("\"done\": \"1\"", "\"done\": \"77\""),
        with("\"level\": 1", "\"level\": 1000000"),
        with("\"runs\": 2", "\"runs\": null"),
        with("\"last_frame\": 2", "\"last_frame\": 1e12"),
    };
    for (const std::string& text : hostile) {
        const auto read = queue_from_text(text);
        CHECK_MESSAGE(!read.ok(), text.substr(0, 200));
        if (!read) CHECK(!read.error().remedy.empty());
    }
    const auto twice = queue_text({{sample(), sample()}, false, 1});
    CHECK(!queue_from_text(*twice));
    const auto led = queue_from_text(with("\"id\": 42,", "\"id\": 42, \"snapshot\": \"../../victim\","));
    REQUIRE(led.ok());
    CHECK(led->jobs[0].snapshot == "42.tess");
}

} // namespace tessera::tests
