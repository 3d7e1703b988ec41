// What a job makes of what its processes say, and what it has still to do.
#include "app/queue/render_job.h"
#include <algorithm>
#include <doctest/doctest.h>

namespace tessera::tests {

namespace {

void take(Job& job, const std::string& line)
{
    const auto event = parse_event(line);
    REQUIRE_MESSAGE(event.ok(), line);
    const Status entered = enter(job, *event);
    REQUIRE_MESSAGE(entered.ok(), (entered ? "" : entered.error().text()));
}

Job started()
{
    Job job;
    job.request.frames = "1-3";
    take(job, R"({"event":"start","project":"a","device":"cpu","frames":6,"writers":[
        {"writer":"Write1","file":"/o/a.####.exr","frames":"1-3","movie":false},
        {"writer":"Movie","file":"/o/a.mov","frames":"1-3","movie":true}]})");
    return job;
}

std::string frame(const std::string& event, const std::string& writer, int number)
{
    return R"({"event":")" + event + R"(","writer":")" + writer + R"(","frame":)" + std::to_string(number) +
           R"(,"file":"/o/x","seconds":0.5,"memory":1000,"text":"it broke"})";
}

} // namespace

TEST_CASE("events become states of frames")
{
    Job job = started();
    CHECK(job.device == "cpu");
    CHECK(counts_of(job).total() == 6);
    CHECK(progress_of(job) == 0);
    take(job, frame("begin", "Write1", 1));
    CHECK(counts_of(job).rendering == 1);
    take(job, frame("frame", "Write1", 1));
    take(job, frame("skipped", "Write1", 2));
    take(job, frame("error", "Write1", 3));
    const FrameCounts counts = counts_of(job.writers[0]);
    CHECK(counts.done == 1);
    CHECK(counts.skipped == 1);
    CHECK(counts.failed == 1);
    CHECK(job.writers[0].messages.at(3) == "it broke");
    CHECK(job.message == "it broke");
    CHECK(seconds_a_frame(job) == doctest::Approx(0.5));
    CHECK(progress_of(job) == doctest::Approx(0.5));
}

TEST_CASE("what is left: frames that failed or were never made, and a movie whole or not at all")
{
    Job job;
    job.request.frames = "1-9";
    job.request.writers = {"Write1"};
    CHECK(runs_left(job) == std::vector<RenderRun>{{{"Write1"}, "1-9"}});
    job = started();
    for (int f = 1; f <= 3; ++f) take(job, frame("frame", "Movie", f));
    take(job, frame("frame", "Write1", 1));
    take(job, frame("begin", "Write1", 2));
    take(job, frame("error", "Write1", 3));
    SUBCASE("the process ends in order without the movie")
    {
        CHECK(!enter_end(job, {{}, "1-3"}, {false, 1}, true));
        CHECK(!job.crashed);
    }
    SUBCASE("the process dies")
    {
        CHECK(!enter_end(job, {{}, "1-3"}, {true, 9}, false));
        CHECK(job.crashed);
        CHECK(job.message.find("signal 9") != std::string::npos);
        CHECK(runs_left(job) == std::vector<RenderRun>{{{"Write1"}, "2,3"}, {{"Movie"}, "1-3"}});
        const auto arguments = arguments_of(job, {{"Write1"}, "2,3"}, "/q/1.tess");
        CHECK(std::count(arguments.begin(), arguments.end(), "--continue") == 1);
    }
}

TEST_CASE("arguments of the program")
{
    Job job;
    job.request = {"a", "/p/a.tess", {"A", "B.C"}, "-5--1", 2, true, false, true};
    CHECK(arguments_of(job, {{"A", "B.C"}, "-5--1"}, "/q/1.tess") ==
          std::vector<std::string>{"render", "/q/1.tess", "--json", "--background", "--frames=-5--1", "--writer=A",
                                   "--writer=B.C", "--proxy=2", "--overwrite", "--keep-going", "--recorded-as=/p/a.tess"});
}

TEST_CASE("lines that are no events, and events that make no sense, change nothing")
{
    for (const char* line : {"", "hello", "[]", "{}", "{\"event\":3}", "{\"event\":\"frame\"}", "{\"event\":\"start\"}",
                             "{\"event\":\"start\",\"writers\":[{}]}", "{\"event\":\"error\"}", "{\"event\":\"frame\",\"writer\":\"W\"}",
                             "{\"event\":\"frame\",\"writer\":\"W\",\"frame\":\"1\"}", "{\"event\":\"frame\",\"writer\":\"W\",\"frame\":1e300}"})
        CHECK_MESSAGE(!parse_event(line), line);
    CHECK(!parse_event(std::string(5000, '[')));
    CHECK(parse_event(R"({"event":"of a later version","x":1})")->kind == RenderEvent::Other);
    Job job = started();
    const auto before = job.writers;
    for (const std::string& line :
         {frame("frame", "Nobody", 1), frame("frame", "Write1", 77),
          std::string(R"({"event":"start","writers":[{"writer":"New","frames":"1-3"},{"writer":"X","frames":"no"}]})"),
          std::string(R"({"event":"start","writers":[{"writer":"New","frames":"1-9000000"}]})")}) {
        const auto event = parse_event(line);
        REQUIRE(event.ok());
        CHECK_MESSAGE(!enter(job, *event), line);
        CHECK(job.writers == before);
    }
}

TEST_CASE("times and sizes as words")
{
    CHECK(clock_text(8.4) == "0:08");
    CHECK(clock_text(750) == "12:30");
    CHECK(clock_text(3750) == "1:02:30");
    CHECK(clock_text(-1) == "0:00");
    CHECK(job_bytes_text(640ull << 20) == "640 MiB");
    CHECK(job_bytes_text(5ull << 29) == "2.5 GiB");
}

TEST_CASE("the log of a job forgets its beginning")
{
    Job job;
    for (size_t i = 0; i < most_log_lines + 10; ++i) add_log(job, std::to_string(i), false);
    CHECK(job.log.size() == most_log_lines);
    CHECK(job.log.front().text == "10");
}

} // namespace tessera::tests
