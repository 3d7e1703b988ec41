// The open project: edits, its file, versions and backups, and the copy that outlives a crash.
#include "app/session/session.h"
#include "core/doc/project_file.h"
#include <csignal>
#include <doctest/doctest.h>
#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace tessera::tests {

namespace fs = std::filesystem;

namespace {

struct Folder {
    Folder()
    {
        std::string pattern = (fs::temp_directory_path() / "tessera_session_XXXXXX").string();
        REQUIRE(mkdtemp(pattern.data()));
        path = pattern;
    }
    ~Folder()
    {
        std::error_code none;
        fs::permissions(path, fs::perms::owner_all, none);
        fs::remove_all(path, none);
    }
    std::string file(const std::string& name) const { return (path / name).string(); }
    fs::path path;
};

Result<ProjectPtr> with_node(const ProjectPtr& project, const char* op)
{
    return add_node(project, project->root, op, {});
}

size_t node_count(const Project& project)
{
    return find_graph(project, project.root)->nodes.size();
}

} // namespace

TEST_CASE("an edit is one step; an error is told and changes nothing")
{
    Notices notices;
    Session session({}, notices);
    CHECK(session.saved());
    const uint64_t before = session.revision();
    CHECK(session.apply(with_node(session.project(), "blur"), "Add Blur"));
    CHECK(session.revision() > before);
    CHECK_FALSE(session.saved());
    CHECK_FALSE(session.apply(with_node(session.project(), "no_such_operator"), "Add"));
    REQUIRE(notices.all().size() == 1);
    CHECK(notices.all().back().level == NoticeLevel::Error);
    CHECK(session.history().undo_label() == "Add Blur");
    session.undo();
    CHECK(node_count(*session.project()) == 0);
    session.redo();
    CHECK(node_count(*session.project()) == 1);
    session.go_to(0);
    CHECK(node_count(*session.project()) == 0);
}

TEST_CASE("the same notice in a row is counted, not repeated")
{
    Notices notices;
    for (int i = 0; i < 3; ++i) notices.add(NoticeLevel::Warning, "again");
    REQUIRE(notices.all().size() == 1);
    CHECK(notices.all().front().times == 3);
}

TEST_CASE("saving, versions and backups")
{
    const Folder folder;
    Notices notices;
    Session session({.backups = 2}, notices);
    CHECK_FALSE(session.save().ok());
    CHECK(session.apply(with_node(session.project(), "blur"), "Add"));
    REQUIRE(session.save_as(folder.file("shot_v009.tess")).ok());
    CHECK(session.saved());
    CHECK(session.name() == "shot_v009");
    REQUIRE(session.save_new_version().ok());
    CHECK(session.path() == folder.file("shot_v010.tess"));
    for (int i = 0; i < 4; ++i) {
        CHECK(session.apply(with_node(session.project(), "grade"), "Add"));
        REQUIRE(session.save().ok());
    }
    size_t backups = 0;
    for (const auto& entry : fs::directory_iterator(folder.path / ".backups"))
        backups += entry.path().filename().string().starts_with("shot_v010");
    CHECK(backups >= 1);
    CHECK(backups <= 2);
    const auto loaded = load_project(folder.file("shot_v010.tess"));
    REQUIRE(loaded.ok());
    CHECK(node_count(*loaded->project) == 5);
}

TEST_CASE("what a worker saved counts as saved; edits made meanwhile stay unsaved")
{
    const Folder folder;
    Notices notices;
    Session session({}, notices);
    CHECK(session.apply(with_node(session.project(), "blur"), "Add"));
    REQUIRE(session.save_as(folder.file("a.tess")).ok());
    CHECK(session.apply(with_node(session.project(), "blur"), "Add"));
    const ProjectPtr snapshot = session.project();
    const auto written = save_project(snapshot, folder.file("a.tess"));
    REQUIRE(written.ok());
    SUBCASE("nothing happened meanwhile")
    {
        CHECK(session.saved_by_worker(snapshot, *written, folder.file("a.tess")));
        CHECK(session.saved());
    }
    SUBCASE("an edit happened meanwhile")
    {
        CHECK(session.apply(with_node(session.project(), "grade"), "Add"));
        CHECK(session.saved_by_worker(snapshot, *written, folder.file("a.tess")));
        CHECK_FALSE(session.saved());
        session.undo();
        CHECK(session.saved());
    }
}

TEST_CASE("an unreadable project is refused and the open one stays")
{
    const Folder folder;
    std::ofstream(folder.file("bad.tess")) << "{ \"schema\": 2, \"graphs\": [";
    Notices notices;
    Session session({}, notices);
    CHECK(session.apply(with_node(session.project(), "blur"), "Add"));
    const Status status = session.open(folder.file("bad.tess"));
    REQUIRE_FALSE(status.ok());
    CHECK(status.error().text().find("bad.tess") != std::string::npos);
    CHECK(node_count(*session.project()) == 1);
    CHECK_FALSE(session.open(folder.file("none.tess")).ok());
}

TEST_CASE("an application that is killed leaves its last edits; the next one gets them back")
{
    const Folder folder;
    const fs::path copies = folder.path / "recovery";
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        Notices notices;
        Session session({copies}, notices);
        session.apply(with_node(session.project(), "blur"), "Add");
        session.apply(with_node(session.project(), "grade"), "Add");
        // The copy is at most two seconds behind.
        for (int i = 0; i < 100; ++i) {
            usleep(50'000);
            std::error_code none;
            if (fs::exists(copies, none) && !fs::is_empty(copies, none)) break;
        }
        usleep(200'000);
        kill(getpid(), SIGKILL);
    }
    int how = 0;
    waitpid(child, &how, 0);
    REQUIRE(WIFSIGNALED(how));
    const auto left = Recovery::find(copies);
    REQUIRE(left.size() == 1);
    CHECK(left.front().project_path.empty());
    Notices notices;
    Session session({copies}, notices);
    REQUIRE(session.restore(left.front()).ok());
    CHECK(node_count(*session.project()) >= 1);
    CHECK_FALSE(session.saved());
    session.close();
}

TEST_CASE("a running application's copy is not offered; a damaged one says so")
{
    const Folder folder;
    const fs::path copies = folder.path / "recovery";
    Notices notices;
    {
        Session session({copies}, notices);
        session.apply(with_node(session.project(), "blur"), "Add");
        CHECK(Recovery::find(copies).empty());
        session.close();
    }
    CHECK(Recovery::find(copies).empty());
}

TEST_CASE("a recovery folder that cannot be written is told")
{
    const Folder folder;
    std::ofstream(folder.file("recovery")) << "a file where the folder should be";
    Notices notices;
    Recovery recovery(folder.path / "recovery", std::chrono::milliseconds(1));
    recovery.offer(make_project(), "");
    recovery.flush();
    CHECK(recovery.problem().has_value());
}

TEST_CASE("the selection forgets what is gone")
{
    auto project = make_project();
    const auto added = add_node(project, project->root, "blur", {});
    REQUIRE(added.ok());
    Selection selection;
    selection.check(**added);
    CHECK(selection.graph() == project->root);
    selection.nodes = {1, 99};
    selection.last = 99;
    selection.path.push_back(77);
    selection.check(**added);
    CHECK(selection.nodes == std::set<NodeId>{1});
    CHECK(selection.last == 1);
    CHECK(selection.path.size() == 1);
}

} // namespace tessera::tests
