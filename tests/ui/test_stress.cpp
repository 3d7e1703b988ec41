// Seeded hands: what nobody would do on purpose, at length, with undo and redo checked on the way.
#include "app/panels/viewer/viewer_panel.h"
#include "tests/ui/driver.h"
#include <cstdlib>
#include <doctest/doctest.h>
#include <fstream>
#include <random>
#include <unistd.h>

namespace tessera::tests {

namespace {

uint64_t resident_bytes()
{
    std::ifstream file("/proc/self/statm");
    uint64_t size = 0, resident = 0;
    file >> size >> resident;
    return resident * uint64_t(sysconf(_SC_PAGESIZE));
}

class Wild {
public:
    Wild(Driver& d, unsigned seed) : d_(d), random_(seed) {}

    void act()
    {
        static const char* const keys[] = {"B", "G", "T", "M", "K", "D", "L", "F", ".", "1", "2", "Up", "Down", "Delete",
                                           "Ctrl+A", "Ctrl+C", "Ctrl+V", "Ctrl+G", "Ctrl+Z", "Ctrl+Shift+Z", "Shift+X",
                                           "Alt+C", "Left", "Right", "Home", "Ctrl+Up", "Escape"};
        switch (random_() % 8) {
        case 0: return d_.click(point());
        case 1: return d_.drag(point(), point(), 3);
        case 2: return d_.wheel(point(), random_() % 2 ? 1.0f : -1.0f);
        case 3: return undo_and_redo();
        default: break;
        }
        d_.focus(random_() % 5 ? "graph#1" : "viewer#1");
        d_.press(keys[random_() % std::size(keys)]);
        // Names being typed and menus that were opened end here, so that keys go on meaning what they say.
        if (random_() % 3 == 0) d_.press("Escape");
    }

private:
    ImVec2 point()
    {
        // Not the top line: its menus open files, and quit.
        const ImVec2 size = ImGui::GetIO().DisplaySize;
        return {float(random_() % unsigned(size.x)), 40 + float(random_() % unsigned(std::max(1.0f, size.y - 64)))};
    }
    void undo_and_redo()
    {
        Session& session = d_->session();
        if (!session.history().can_undo()) return;
        session.seal();
        const ProjectPtr before = session.project();
        d_.run("edit.undo");
        if (session.history().can_redo()) d_.run("edit.redo");
        CHECK(session.project() == before);
    }
    Driver& d_;
    std::mt19937 random_;
};

} // namespace

TEST_CASE("hundreds of random actions")
{
    // TESSERA_UI_ACTIONS: more of them, for as long as one likes.
    const char* wanted = std::getenv("TESSERA_UI_ACTIONS");
    const int actions = wanted ? std::atoi(wanted) : 250;
    Driver d({.width = 1000, .height = 640});
    d.focus("graph#1");
    for (const char* key : {"G", "B", "T", "M"}) d.press(key);
    Wild wild(d, 7);
    const double began = now();
    uint64_t early = 0;
    for (int i = 0; i < actions; ++i) {
        INFO("action " << i);
        wild.act();
        REQUIRE(!d->quitting());
        if (i == actions / 4) early = resident_bytes();
    }
    MESSAGE(actions << " actions in " << now() - began << " s, worst frame " << d.take_worst_frame() << " ms, memory "
                    << early / 1000000 << " MB after a quarter, " << resident_bytes() / 1000000 << " MB at the end");
    for (int i = 0; i < 20000 && d->session().history().can_undo(); ++i) d->session().undo();
    CHECK(d.graph().nodes.empty());
}

TEST_CASE("figures" * doctest::skip())
{
    shared_display();
    const double began = now();
    Driver d({.project = TESSERA_SOURCE "/samples/greenscreen/greenscreen.tess", .width = 1920, .height = 1080,
              .validation = false});
    REQUIRE(d.wait([&] { return d.graph().nodes.size() > 5; }));
    REQUIRE(d.wait([&] {
        ViewerPanel* viewer = ViewerPanel::active(*d);
        return viewer && viewer->feed().state().whole;
    }, 60));
    MESSAGE("first whole picture after " << now() - began << " s");
    REQUIRE(d.wait_for_picture(120));
    MESSAGE("fine picture after " << now() - began << " s");
    const auto frames = [&](const std::string& what, double seconds, const std::function<void(int)>& each) {
        std::vector<double> times;
        const double end = now() + seconds;
        for (int i = 0; now() < end; ++i) {
            each(i);
            d.step();
            times.push_back(d->window().frame_milliseconds());
        }
        std::sort(times.begin(), times.end());
        MESSAGE(what << ": " << times.size() << " frames, median " << times[times.size() / 2] << " ms, 95 % "
                     << times[times.size() * 95 / 100] << ", worst " << times.back() << "; "
                     << double(times.size()) / seconds << " frames a second");
    };
    frames("idle", 4, [](int) {});
    d.select({"MatchLight"});
    const NodeRef grade{d->selection().graph(), d.node("MatchLight")};
    frames("dragging a slider", 8, [&](int i) {
        const double v = 0.8 + 0.4 * (i % 50) / 50;
        d->session().apply(set_param(d->session().project(), grade, "gamma", Value(Color{float(v), float(v), float(v), 1})),
                           "Gamma", "drag");
    });
    d->session().seal();
    d.run("panel.scopes");
    d.wait_for_picture(60);
    frames("with a scope, the picture as it is", 3, [](int) {});
    frames("with a scope, playing", 6, [&](int i) {
        if (i == 0) d.run("play.forward");
    });
    d.run("play.stop");
    d.focus("graph#1");
    const ImVec2 middle = d.middle_of("graph#1");
    frames("panning the graph", 3, [&](int i) {
        d.hands().buttons[2] = true;
        d.hands().pointer = {middle.x + float(i % 40), middle.y};
    });
    d.hands().buttons[2] = false;
}

} // namespace tessera::tests
