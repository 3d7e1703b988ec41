#include "app/panels/viewer/viewer_commands.h"
#include "app/panels/viewer/viewer_edits.h"
#include "app/panels/viewer/viewer_panel.h"
#include <cmath>

namespace tessera {

namespace {

void go_to_key(Editor& editor, bool after)
{
    const Selection& selection = editor.selection();
    const std::vector<NodeId> nodes(selection.nodes.begin(), selection.nodes.end());
    const std::vector<double> times = key_times(*editor.session().project(), selection.graph(), nodes);
    // Keys between frames count for the frame they round to.
    auto time = neighbour_key(times, editor.playback().frame(), after);
    while (time && std::lround(*time) == editor.playback().frame()) time = neighbour_key(times, *time, after);
    if (time) editor.playback().go_to(int(std::lround(*time)));
}

} // namespace

void add_play_commands(Editor& editor)
{
    const auto add = [&editor](std::string id, std::string name, int order, std::string help,
                               std::function<void(Playback&)> run, std::function<bool(const Playback&)> checked = {},
                               std::string menu = "View/Play") {
        Command c;
        c.id = "play." + std::move(id), c.name = std::move(name), c.menu = std::move(menu), c.order = order,
        c.help = std::move(help);
        c.run = [&editor, run = std::move(run)] { run(editor.playback()); };
        if (checked) c.checked = [&editor, checked = std::move(checked)] { return checked(editor.playback()); };
        editor.commands().add(std::move(c));
    };
    add(
        "forward", "Play forward", 10, "Plays; again: twice as fast.", [](Playback& p) { p.play(1); },
        [](const Playback& p) { return p.speed() > 0; });
    add(
        "backward", "Play backward", 11, "Plays backwards; again: twice as fast.", [](Playback& p) { p.play(-1); },
        [](const Playback& p) { return p.speed() < 0; });
    add("stop", "Stop", 12, "Stops playing.", [](Playback& p) { p.stop(); });
    add("next_frame", "Next frame", 100, "One frame on.", [](Playback& p) { p.stop(), p.go_to(p.frame() + 1); });
    add("previous_frame", "Previous frame", 101, "One frame back.",
        [](Playback& p) { p.stop(), p.go_to(p.frame() - 1); });
    add("forward_increment", "Forward by the increment", 102, "As many frames on as the increment says.",
        [](Playback& p) { p.stop(), p.go_to(p.frame() + p.increment); });
    add("back_increment", "Back by the increment", 103, "As many frames back as the increment says.",
        [](Playback& p) { p.stop(), p.go_to(p.frame() - p.increment); });
    add("next_key", "Next key", 104, "To the next key of the selected nodes.",
        [&editor](Playback&) { go_to_key(editor, true); });
    add("previous_key", "Previous key", 105, "To the key of the selected nodes before.",
        [&editor](Playback&) { go_to_key(editor, false); });
    add("first_frame", "First frame", 106, "To the first frame that is played.", [](Playback& p) { p.go_to(p.in()); });
    add("last_frame", "Last frame", 107, "To the last frame that is played.", [](Playback& p) { p.go_to(p.out()); });
    add("set_in", "Set in", 200, "Plays from this frame on.", [](Playback& p) { p.set_in(p.frame()); });
    add("set_out", "Set out", 201, "Plays up to this frame.", [](Playback& p) { p.set_out(p.frame()); });
    add("clear_range", "Clear in and out", 202, "Plays the project's whole range.",
        [](Playback& p) { p.set_in(std::nullopt), p.set_out(std::nullopt); });
    add(
        "loop", "Loop", 300, "Starts again at the end.", [](Playback& p) { p.mode = PlayMode::Loop; },
        [](const Playback& p) { return p.mode == PlayMode::Loop; });
    add(
        "bounce", "Bounce", 301, "Turns round at the ends.", [](Playback& p) { p.mode = PlayMode::Bounce; },
        [](const Playback& p) { return p.mode == PlayMode::Bounce; });
    add(
        "once", "Once", 302, "Stops at the end.", [](Playback& p) { p.mode = PlayMode::Once; },
        [](const Playback& p) { return p.mode == PlayMode::Once; });
    add(
        "real_time", "Real time", 310, "Leaves frames out to keep the rate.",
        [](Playback& p) { p.pace = PlayPace::RealTime; },
        [](const Playback& p) { return p.pace == PlayPace::RealTime; });
    add(
        "every_frame", "Every frame", 311, "Waits for every frame, however long it takes.",
        [](Playback& p) { p.pace = PlayPace::EveryFrame; },
        [](const Playback& p) { return p.pace == PlayPace::EveryFrame; });
}

} // namespace tessera
