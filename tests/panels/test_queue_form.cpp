// What is asked before a render, and the log of what was told.
#include "app/editor/log_book.h"
#include "app/editor/render_form.h"
#include "app/panels/log/log_panel.h"
#include "core/base/file.h"
#include "core/doc/project_file.h"
#include <doctest/doctest.h>
#include <filesystem>

namespace tessera::tests {

namespace fs = std::filesystem;

namespace {

ProjectPtr project()
{
    const auto loaded = from_json_text(R"({"schema": 2, "settings": {"name": "a", "first_frame": 1, "last_frame": 48},
"root": 1, "next_node": 100, "next_graph": 10, "graphs": [{"id": 1, "nodes": [
{"id": 1, "name": "Constant1", "op": "constant", "version": 1},
{"id": 2, "name": "Write1", "op": "write", "version": 1, "inputs": {"in": 1}, "params": {"file": "/o/a.####.exr"}},
{"id": 3, "name": "Write2", "op": "write", "version": 1, "inputs": {"in": 1}, "params": {"file": "/o/a.mov"}},
{"id": 4, "name": "Write3", "op": "write", "version": 1, "inputs": {"in": 1}},
{"id": 5, "name": "Write4", "op": "write", "version": 1, "disabled": true, "inputs": {"in": 1}, "params": {"file": "/o/b.####.exr"}},
{"id": 6, "name": "Write5", "op": "write", "version": 1, "params": {"file": "/o/c.####.exr"}}]}]})");
    REQUIRE_MESSAGE(loaded.ok(), (loaded ? "" : loaded.error().text()));
    return loaded->project;
}

} // namespace

TEST_CASE("writers that cannot be rendered say why and stay off")
{
    const auto writers = writers_of(*project(), {});
    REQUIRE(writers.size() == 5);
    CHECK(writers[0].on);
    CHECK(!writers[0].movie);
    CHECK(writers[0].file == "/o/a.####.exr");
    CHECK(writers[1].on);
    CHECK(writers[1].movie);
    CHECK(!writers[2].on);
    CHECK(writers[2].problem.find("no file") != std::string::npos);
    CHECK(writers[3].problem == "is disabled");
    CHECK(writers[4].problem == "is not connected");
    const auto chosen = writers_of(*project(), {"Write2", "Write4"});
    CHECK(!chosen[0].on);
    CHECK(chosen[1].on);
    CHECK(!chosen[3].on);
    CHECK(writers_among(*project(), 1, {1, 3, 77}) == std::vector<std::string>{"Write2"});
}

TEST_CASE("a form becomes a request, or says what is missing")
{
    RenderForm form;
    form.first = 1, form.last = 48, form.in = 10, form.out = 10, form.current = 7;
    CHECK(!request_of(form));
    form.writers = writers_of(*project(), {});
    CHECK(request_of(form)->frames == "1-48");
    CHECK(frames_summary(form) == "48 frames");
    CHECK(request_of(form)->writers == std::vector<std::string>{"Write1", "Write2"});
    form.frames = FrameChoice::InOut;
    CHECK(request_of(form)->frames == "10");
    CHECK(frames_summary(form) == "1 frame");
    form.frames = FrameChoice::Current;
    CHECK(request_of(form)->frames == "7");
    form.frames = FrameChoice::Other;
    for (const char* text : {"", "one", "5-1", "1-4000000000", "1-9000000"}) {
        form.other = text;
        CHECK_MESSAGE(!request_of(form), text);
    }
    form.other = "3,1-2, 9-15x3";
    form.existing = ExistingFiles::Continue, form.level = 2, form.keep_going = false;
    const auto request = request_of(form);
    REQUIRE(request.ok());
    CHECK(request->frames == "1-3,9-15x3");
    CHECK(request->resume);
    CHECK(!request->overwrite);
    CHECK(request->level == 2);
    CHECK(!request->keep_going);
    for (auto& writer : form.writers) writer.on = false;
    CHECK(request_of(form).error().message == "no writer is chosen");
}

TEST_CASE("the log follows notices, counts repetitions, and is kept in a file that does not grow for ever")
{
    std::string folder = (fs::temp_directory_path() / "tessera_log_XXXXXX").string();
    REQUIRE(mkdtemp(folder.data()));
    {
        LogBook log(folder, 400);
        Notices notices;
        log.follow(notices);
        CHECK(log.entries().empty());
        notices.add(NoticeLevel::Info, "saved");
        notices.add(NoticeLevel::Error, "broke");
        notices.add(NoticeLevel::Error, "broke");
        log.follow(notices);
        log.follow(notices);
        REQUIRE(log.entries().size() == 2);
        CHECK(log.entries()[1].times == 2);
        notices.add(NoticeLevel::Error, "broke");
        log.follow(notices);
        CHECK(log.entries()[1].times == 3);
        log.add({NoticeLevel::Info, "shot", "begins frames 1-3", std::chrono::system_clock::now()});
        for (int i = 0; i < 20; ++i) log.add({NoticeLevel::Info, "", "line " + std::to_string(i), std::chrono::system_clock::now()});
        LogFilter filter;
        filter.info = false;
        CHECK(filtered_log(log.entries(), filter) == std::vector<size_t>{1});
        CHECK(filtered_log(log.entries(), {true, true, true, "SHOT frames"}) == std::vector<size_t>{2});
        CHECK(filtered_log(log.entries(), {true, true, true, "shot nothing"}).empty());
    }
    const auto kept = read_file(folder + "/tessera.log", 1000), before = read_file(folder + "/tessera.log.1", 1000);
    REQUIRE(kept.ok());
    REQUIRE(before.ok());
    CHECK(kept->find("line 19") != std::string::npos);
    CHECK(kept->size() <= 400);
    fs::remove_all(folder);
}

} // namespace tessera::tests
