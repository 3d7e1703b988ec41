// The decoding processes: what happens to the application when one of them crashes, hangs or is killed.
#include "core/media/worker_pool.h"
#include "tests/media/support.h"
#include <atomic>
#include <chrono>
#include <csignal>
#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <thread>

using namespace tessera;
using namespace tessera::test;

namespace {

const std::string program = std::string(TESSERA_BINARY) + "/tessera-media-worker";

WorkerPool::Options options(const std::string& worker = program)
{
    WorkerPool::Options o;
    o.program = worker;
    o.workers = 2;
    return o;
}

/// A program that plays a worker that goes wrong in one way.
std::string bad_worker(const TemporaryFolder& folder, const std::string& behaviour)
{
    const std::string path = folder / "worker.sh";
    // its greeting: an empty message, eight zero bytes
    put_bytes(path, "#!/bin/bash\nprintf '\\0\\0\\0\\0\\0\\0\\0\\0' >&3\nread -r -N 1 -u 3\n" + behaviour + "\n");
    ::chmod(path.c_str(), 0755);
    return path;
}

bool runs(int process)
{
    if (::kill(process, 0) != 0) return false;
    std::ifstream in("/proc/" + std::to_string(process) + "/stat");
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    const size_t state = text.rfind(')');
    return state != std::string::npos && text.substr(state + 2, 1) != "Z";
}

template <class Condition> bool soon(const Condition& condition)
{
    for (int i = 0; i < 400; ++i) {
        if (condition()) return true;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
}

} // namespace

TEST_CASE("a worker decodes one file after the other")
{
    WorkerPool pool(options());
    const std::string path = data("exr/gaffer/rgb.100x100.png");
    const auto file = pool.read_info(path, {});
    REQUIRE_MESSAGE(file.ok(), (file.ok() ? "" : file.error().text()));
    const auto first = pool.process_ids();
    REQUIRE(first.size() == 1);
    const auto image = pool.read_layer(path, *file, file->sources[0], {0, 0, 100, 100}, {});
    REQUIRE(image.ok());
    CHECK(pool.process_ids() == first);
    CHECK(image->region == Rect{0, 0, 100, 100});
}

TEST_CASE("a worker that crashes costs one read")
{
    TemporaryFolder folder;
    const std::string path = data("exr/gaffer/rgb.100x100.png");
    for (const auto& [behaviour, expected] :
         {std::pair{"kill -ABRT $$", "signal 6"}, std::pair{"kill -SEGV $$", "signal 11"},
          std::pair{"exit 7", "status 7"}}) {
        INFO(std::string(behaviour));
        WorkerPool pool(options(bad_worker(folder, behaviour)));
        const auto file = pool.read_info(path, {});
        REQUIRE(!file.ok());
        INFO(file.error().text());
        CHECK(file.error().kind == ErrorKind::Damaged);
        CHECK(file.error().message.find(path) != std::string::npos);
        CHECK(file.error().message.find(expected) != std::string::npos);
        CHECK(pool.process_ids().empty());
    }
    const auto file = WorkerPool(options()).read_info(path, {});
    CHECK(file.ok());
}

TEST_CASE("a worker that hangs is stopped after its time")
{
    TemporaryFolder folder;
    WorkerPool pool(options(bad_worker(folder, "sleep 100")));
    ReadLimits limits;
    limits.seconds = 0.3;
    const auto start = std::chrono::steady_clock::now();
    const auto file = pool.read_info(data("exr/gaffer/rgb.100x100.png"), limits);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    REQUIRE(!file.ok());
    CHECK(file.error().kind == ErrorKind::Timeout);
    CHECK(file.error().text().find("within 0.3 seconds") != std::string::npos);
    CHECK(seconds < 10);
    CHECK(pool.process_ids().empty());
}

TEST_CASE("a worker that sends nonsense is not believed")
{
    TemporaryFolder folder;
    for (const char* reply :
         {"head -c 64 /dev/zero >&3; sleep 1", "printf '\\377\\377\\377\\377\\377\\377\\377\\377' >&3; sleep 1",
          "printf '\\12\\0\\0\\0\\0\\0\\0\\0\\0\\0\\377\\377\\377\\377\\377\\377\\377\\377' >&3; sleep 1"}) {
        INFO(std::string(reply));
        WorkerPool pool(options(bad_worker(folder, reply)));
        const auto file = pool.read_info(data("exr/gaffer/rgb.100x100.png"), {});
        REQUIRE(!file.ok());
        CHECK(file.error().kind == ErrorKind::Damaged);
    }
}

TEST_CASE("a worker killed between two files is replaced without an error")
{
    WorkerPool pool(options());
    const std::string path = data("exr/gaffer/rgb.100x100.png");
    REQUIRE(pool.read_info(path, {}).ok());
    const int first = pool.process_ids().at(0);
    ::kill(first, SIGKILL);
    REQUIRE(soon([&] { return !runs(first); }));
    CHECK(pool.read_info(path, {}).ok());
    REQUIRE(pool.process_ids().size() == 1);
    CHECK(pool.process_ids()[0] != first);
}

TEST_CASE("a worker that has refused a file is replaced")
{
    WorkerPool pool(options());
    REQUIRE(pool.read_info(data("exr/gaffer/rgb.100x100.png"), {}).ok());
    const int first = pool.process_ids().at(0);
    CHECK(!pool.read_info(data("hostile/oiio-dpx/crash-badusersize.dpx"), {}).ok());
    CHECK(!runs(first));
    CHECK(pool.read_info(data("exr/gaffer/rgb.100x100.png"), {}).ok());
}

TEST_CASE("memory beyond the limit is an error that names the file")
{
    TemporaryFolder folder;
    const HostImage pixels = ramp({0, 0, 4000, 2000});
    WriteRequest r = request_for(folder / "large.webp", pixels); // decoded as a whole by its library
    REQUIRE(write_image(r).ok());
    WorkerPool pool(options());
    ReadLimits limits;
    limits.bytes = 4 << 20;
    const auto file = pool.read_info(r.path, limits);
    const auto fine = pool.read_info(r.path, {});
    REQUIRE(fine.ok());
    const auto image = pool.read_layer(r.path, *fine, fine->sources[0], {0, 0, 10, 10}, limits);
    const bool refused = !file.ok() || !image.ok();
    REQUIRE(refused);
    const Error& error = file.ok() ? image.error() : file.error();
    CHECK(error.text().find(r.path) != std::string::npos);
    CHECK(pool.read_layer(r.path, *fine, fine->sources[0], {0, 0, 10, 10}, {}).ok());
}

TEST_CASE("a missing worker program is an error that says so")
{
    WorkerPool pool(options("/nowhere/tessera-media-worker"));
    const auto file = pool.read_info(data("exr/gaffer/rgb.100x100.png"), {});
    REQUIRE(!file.ok());
    CHECK(file.error().kind == ErrorKind::NotFound);
    CHECK(file.error().text().find("TESSERA_MEDIA_WORKER") != std::string::npos);
}

TEST_CASE("workers end with the application, however it ends")
{
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t application = ::fork();
    if (application == 0) {
        WorkerPool pool(options());
        const bool read = pool.read_info(data("exr/gaffer/rgb.100x100.png"), {}).ok();
        const int worker = read ? pool.process_ids().at(0) : 0;
        if (::write(ends[1], &worker, sizeof worker) != sizeof worker) ::_exit(1);
        ::pause();
    }
    int worker = 0;
    REQUIRE(::read(ends[0], &worker, sizeof worker) == sizeof worker);
    REQUIRE(worker > 0);
    CHECK(runs(worker));
    ::kill(application, SIGKILL);
    ::waitpid(application, nullptr, 0);
    CHECK(soon([&] { return !runs(worker); }));
    ::close(ends[0]), ::close(ends[1]);
}

TEST_CASE("many threads share few workers")
{
    WorkerPool pool(options());
    const std::string path = data("exr/gaffer/rgb.100x100.png");
    const auto file = pool.read_info(path, {});
    REQUIRE(file.ok());
    const auto whole = pool.read_layer(path, *file, file->sources[0], {0, 0, 100, 100}, {});
    REQUIRE(whole.ok());
    std::atomic<int> right = 0;
    {
        std::vector<std::jthread> team;
        for (int t = 0; t < 6; ++t)
            team.emplace_back([&, t] {
                for (int i = 0; i < 5; ++i) {
                    const Rect part{t * 3, i * 7, t * 3 + 40, i * 7 + 30};
                    const auto image = pool.read_layer(path, *file, file->sources[0], part, {});
                    if (image && identical(*image, cropped(*whole, part))) ++right;
                }
            });
    }
    CHECK(right == 30);
    CHECK(pool.process_ids().size() <= 2);
}
