// The queue with the real program, and with programs that misbehave.
#include "app/queue/render_process.h"
#include "core/base/file.h"
#include "tests/queue/helpers.h"
#include <csignal>

namespace tessera::tests {

namespace {

QueueOptions options_in(const Folder& folder, const std::string& program = {})
{
    QueueOptions o;
    o.folder = folder.path / "state";
    o.program = program;
    return o;
}

/// A heavy one: each frame takes a good part of a second.
ProjectPtr slow_project(const Folder& folder)
{
    return flat_project(folder, R"({"id": 4, "name": "Checker1", "op": "checkerboard", "version": 1},
{"id": 5, "name": "Blur1", "op": "blur", "version": 1, "inputs": {"in": 4}, "params": {"size": [{"expression": "200 + frame"}, 200]}},
)" + writer(3, "Write1", "out/a.####.exr", 5), 1024);
}

/// The process that renders a copy in the folder; 0 when there is none.
pid_t process_in(const Folder& folder)
{
    std::error_code none;
    for (const auto& entry : fs::directory_iterator("/proc", none)) {
        const std::string name = entry.path().filename().string();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream in(entry.path() / "cmdline", std::ios::binary);
        const std::string line((std::istreambuf_iterator<char>(in)), {});
        if (line.find(folder.path.string()) != std::string::npos && line.find("--json") != std::string::npos)
            return pid_t(std::stol(name));
    }
    return 0;
}

char state_of(pid_t process)
{
    std::ifstream in("/proc/" + std::to_string(process) + "/stat");
    std::string text;
    std::getline(in, text);
    const size_t end = text.rfind(')');
    return end == std::string::npos || end + 2 >= text.size() ? '?' : text[end + 2];
}

size_t done_of(const RenderQueue& queue, JobId id)
{
    const auto job = job_of(queue, id);
    return job ? counts_of(*job).done : 0;
}

} // namespace

TEST_CASE("jobs are rendered one after the other; later edits and later jobs change nothing")
{
    const Folder folder;
    RenderQueue queue(options_in(folder));
    const auto project = flat_project(folder, writer(3, "Write1", "out/a.####.exr") + "," + writer(4, "Write2", "png/b.####.png"));
    JobRequest first = request();
    first.project = folder / "real.tess";
    const JobId a = queue.add(project, first);
    const JobId b = queue.add(flat_project(folder, writer(3, "Write1", "second.####.exr")), request("2"));
    REQUIRE(wait_state(queue, b, JobState::Done));
    const auto job = job_of(queue, a);
    REQUIRE(job);
    CHECK(job->state == JobState::Done);
    CHECK(counts_of(*job).done == 6);
    CHECK(job->writers.size() == 2);
    CHECK(job->writers[0].file == folder / "out/a.####.exr");
    CHECK(!job->last_file.empty());
    CHECK(job->peak_memory > 0);
    CHECK(folder.files("out") == std::vector<std::string>{"a.0001.exr", "a.0002.exr", "a.0003.exr"});
    CHECK(folder.files("png").size() == 3);
    CHECK(fs::exists(folder / "second.0002.exr"));
    const auto notes = queue.take_notes();
    REQUIRE(notes.size() == 2);
    CHECK(notes[0].level == NoticeLevel::Info);
    CHECK(notes[0].text.find("6 frames rendered") != std::string::npos);
    CHECK(!queue.running());

    // The same again may not replace the files; told to, it does.
    const JobId again = queue.add(project, request());
    REQUIRE(wait_state(queue, again, JobState::Failed));
    CHECK(job_of(queue, again)->files_exist);
    CHECK(job_of(queue, again)->message.find("--") == std::string::npos);
    queue.retry_replacing(again);
    REQUIRE(wait_state(queue, again, JobState::Done));
    queue.clear_finished();
    CHECK(wait_for([&] { return queue.view()->jobs.empty(); }));
    CHECK(wait_for([&] { return folder.files("state").size() <= 2; })); // the queue and its lock: no copy is left
}

TEST_CASE("pausing stops the process, cancelling ends it and leaves no half file")
{
    const Folder folder;
    RenderQueue queue(options_in(folder));
    const JobId id = queue.add(slow_project(folder), request("1-400"));
    const JobId next = queue.add(flat_project(folder, writer(3, "Write1", "b.####.exr")), request());
    REQUIRE(wait_for([&] { return done_of(queue, id) > 0; }));
    CHECK(queue.running());
    queue.pause(id);
    REQUIRE(wait_state(queue, id, JobState::Paused));
    const pid_t process = process_in(folder);
    REQUIRE(process > 0);
    CHECK(wait_for([&] { return state_of(process) == 'T'; }, 5));
    std::this_thread::sleep_for(std::chrono::milliseconds(150));
    const size_t at_pause = done_of(queue, id);
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    CHECK(done_of(queue, id) == at_pause);
    CHECK(job_of(queue, next)->state == JobState::Waiting);
    queue.resume(id);
    CHECK(wait_for([&] { return done_of(queue, id) > at_pause; }));
    queue.pause(id);
    queue.cancel(id); // while it is paused
    REQUIRE(wait_state(queue, id, JobState::Cancelled, 10));
    CHECK(process_in(folder) != process);
    for (const std::string& name : folder.files("out")) CHECK(name.front() != '.');
    CHECK(folder.files("out").size() >= done_of(queue, id));
    CHECK(wait_state(queue, next, JobState::Done));
}

TEST_CASE("a process that is killed is reported; the rest is rendered by another")
{
    const Folder folder;
    RenderQueue queue(options_in(folder));
    const JobId id = queue.add(slow_project(folder), request("1-20"));
    REQUIRE(wait_for([&] { return done_of(queue, id) > 0; }));
    ::kill(process_in(folder), SIGKILL);
    REQUIRE(wait_state(queue, id, JobState::Failed));
    const auto job = job_of(queue, id);
    CHECK(job->crashed);
    CHECK(job->message.find("signal 9") != std::string::npos);
    const size_t done = counts_of(*job).done;
    CHECK(done >= 1);
    CHECK(counts_of(*job).rendering == 0);
    for (const std::string& name : folder.files("out")) CHECK(name.front() != '.');
    queue.retry(id);
    REQUIRE(wait_state(queue, id, JobState::Done));
    CHECK(job_of(queue, id)->runs == 2);
    CHECK(folder.files("out").size() == 20);
}

TEST_CASE("what cannot be written is said, in the queue's own words")
{
    const Folder folder;
    std::ofstream(folder / "file") << "in the way";
    RenderQueue queue(options_in(folder));
    const JobId id = queue.add(flat_project(folder, writer(3, "Write1", "file/a.####.exr")), request());
    REQUIRE(wait_state(queue, id, JobState::Failed));
    const auto job = job_of(queue, id);
    CHECK(job->message.find(folder / "file") != std::string::npos);
    CHECK(!job->log.empty());
    const auto notes = queue.take_notes();
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].level == NoticeLevel::Error);
    const JobId none = queue.add(flat_project(folder, R"({"id": 9, "name": "C", "op": "constant", "version": 1})"), request());
    REQUIRE(wait_state(queue, none, JobState::Failed));
    CHECK(job_of(queue, none)->message.find("no writer") != std::string::npos);
}

TEST_CASE("programs that print rubbish, or are none, harm nobody")
{
    const Folder folder;
    const auto project = flat_project(folder, writer(3, "Write1", "a.####.exr"));
    {
        const std::string program = folder.script("rubbish", R"(echo hello
printf '\377\376\000binary\n'
echo '{"event":"start","device":"x","writers":[{"writer":"W","file":"/x/a.####.exr","frames":"1-2","movie":false}]}'
echo '{"event":"frame","writer":"W","frame":99}'
echo '{"event":"frame","writer":"W","frame":1,"file":"/x/a.0001.exr","seconds":1}'
echo 'to the error output' >&2
head -c 3000000 /dev/zero | tr '\0' x
echo
exit 3
)");
        RenderQueue queue(options_in(folder, program));
        const JobId id = queue.add(project, request("1-2"));
        REQUIRE(wait_state(queue, id, JobState::Failed));
        const auto job = job_of(queue, id);
        CHECK(counts_of(*job).done == 1);
        CHECK(job->message.find("status 3") != std::string::npos);
        const auto logged = [&](const std::string& text) {
            return std::any_of(job->log.begin(), job->log.end(), [&](auto& line) { return line.text.find(text) != std::string::npos; });
        };
        CHECK(logged("hello"));
        CHECK(logged("no frame 99"));
        CHECK(logged("to the error output"));
        CHECK(!queue.take_lines().empty());
    }
    RenderQueue queue({folder.path / "other", folder / "nothing here", {}, std::chrono::milliseconds(100)});
    const JobId id = queue.add(project, request());
    REQUIRE(wait_state(queue, id, JobState::Failed));
    CHECK(job_of(queue, id)->message.find("cannot start") != std::string::npos);
}

TEST_CASE("a process that does not listen is ended")
{
    const Folder folder;
    QueueOptions options = options_in(folder, folder.script("deaf", "trap '' INT\nwhile :; do sleep 0.05; done\n"));
    options.grace = std::chrono::milliseconds(200);
    RenderQueue queue(options);
    const JobId id = queue.add(flat_project(folder, writer(3, "W", "a.####.exr")), request());
    REQUIRE(wait_state(queue, id, JobState::Running));
    queue.cancel(id);
    CHECK(wait_state(queue, id, JobState::Cancelled, 5));
}

TEST_CASE("the queue outlives the application, however it ends")
{
    const Folder folder;
    const auto project = flat_project(folder, writer(3, "Write1", "out/a.####.exr"));
    JobId running = 0, waiting = 0;
    {
        const std::string program = folder.script("slow", R"(echo '{"event":"start","writers":[{"writer":"Write1","file":"/x/a","frames":"1-3"}]}'
sleep 20
)");
        QueueOptions options = options_in(folder, program);
        options.grace = std::chrono::milliseconds(100);
        RenderQueue queue(options);
        running = queue.add(project, request());
        waiting = queue.add(project, request("2"));
        REQUIRE(wait_for([&] { const auto job = job_of(queue, running); return job && !job->writers.empty(); }));
        RenderQueue second(options_in(folder, program)); // another application, at the same time
        CHECK(wait_for([&] { return second.view()->revision > 0; }));
        CHECK(second.view()->folder != queue.view()->folder);
        CHECK(second.view()->jobs.empty());
        CHECK(wait_for([&] { return fs::exists(folder / "state/queue.json"); }));
    }
    RenderQueue queue(options_in(folder));
    REQUIRE(wait_for([&] { return queue.view()->jobs.size() == 2; }));
    CHECK(queue.view()->held);
    CHECK(!queue.running());
    CHECK(job_of(queue, running)->state == JobState::Interrupted);
    CHECK(job_of(queue, waiting)->state == JobState::Waiting);
    CHECK(queue.take_notes().size() == 1);
    queue.move(waiting, 0);
    CHECK(wait_for([&] { return queue.view()->jobs[0]->id == waiting; }));
    queue.remove(waiting);
    CHECK(wait_for([&] { return queue.view()->jobs.size() == 1; }));
    queue.hold(false);
    CHECK(wait_state(queue, running, JobState::Done));
    CHECK(folder.files("out").size() == 3);
}

TEST_CASE("a damaged queue is put aside, not lost")
{
    const Folder folder;
    fs::create_directories(folder.path / "state");
    std::ofstream(folder / "state/queue.json") << "{\"format\": \"tessera-render-queue\", \"jobs\": 3}";
    RenderQueue queue(options_in(folder));
    CHECK(wait_for([&] { return queue.view()->revision > 0; }));
    const auto notes = queue.take_notes();
    REQUIRE(notes.size() == 1);
    CHECK(notes[0].level == NoticeLevel::Warning);
    CHECK(fs::exists(folder / "state/queue.json.damaged"));
}

TEST_CASE("several at once, and begun at once while the queue is held")
{
    const Folder folder;
    const std::string program = folder.script("long", "sleep 20\n");
    QueueOptions options = options_in(folder, program);
    options.grace = std::chrono::milliseconds(50);
    RenderQueue queue(options);
    queue.hold(true);
    queue.set_at_once(2);
    const auto project = flat_project(folder, writer(3, "W", "a.####.exr"));
    const JobId a = queue.add(project, request()), b = queue.add(project, request()), c = queue.add(project, request());
    REQUIRE(wait_for([&] { return queue.view()->jobs.size() == 3; }));
    CHECK(job_of(queue, a)->state == JobState::Waiting);
    queue.start(c);
    REQUIRE(wait_state(queue, c, JobState::Running));
    CHECK(job_of(queue, a)->state == JobState::Waiting);
    queue.hold(false);
    REQUIRE(wait_state(queue, a, JobState::Running));
    CHECK(job_of(queue, b)->state == JobState::Waiting);
    queue.cancel_all();
    CHECK(wait_for([&] { return !queue.running(); }, 10));
}

} // namespace tessera::tests
