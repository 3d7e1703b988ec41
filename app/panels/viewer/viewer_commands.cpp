#include "app/panels/viewer/viewer_commands.h"
#include "app/panels/viewer/viewer_panel.h"

namespace tessera {

namespace {

using Act = std::function<void(ViewerPanel&)>;
using Ask = std::function<bool(ViewerPanel&)>;

/// Adds commands that act on the viewer used last.
class Adder {
public:
    explicit Adder(Editor& editor) : editor_(editor) {}

    void add(std::string id, std::string name, int order, std::string help, Act act, Ask checked = {},
             std::string menu = "Viewer", Ask enabled = {})
    {
        Editor& editor = editor_;
        Command c;
        c.id = "viewer." + std::move(id), c.name = std::move(name), c.menu = std::move(menu), c.order = order;
        c.help = std::move(help), c.context = "viewer";
        c.run = [&editor, act = std::move(act)] {
            if (ViewerPanel* viewer = ViewerPanel::active(editor)) act(*viewer);
        };
        c.enabled = [&editor, enabled = std::move(enabled)] {
            ViewerPanel* viewer = ViewerPanel::active(editor);
            return viewer && (!enabled || enabled(*viewer));
        };
        if (checked)
            c.checked = [&editor, checked = std::move(checked)] {
                ViewerPanel* viewer = ViewerPanel::active(editor);
                return viewer && checked(*viewer);
            };
        editor_.commands().add(std::move(c));
    }

private:
    Editor& editor_;
};

void add_inputs(Adder& a)
{
    for (int i = 0; i < 10; ++i) {
        const std::string number = std::to_string(i + 1);
        a.add(
            "input" + number, "View in input " + number, 10 + i,
            "Connects the selected node to this input of the Viewer and shows it.",
            [i](ViewerPanel& v) { v.view_input(i, false); }, [i](ViewerPanel& v) { return v.set().a == i; },
            "Viewer/Input");
        a.add(
            "b_input" + number, "View in B, input " + number, 110 + i,
            "Connects the selected node to this input and shows it in the second buffer.",
            [i](ViewerPanel& v) { v.view_input(i, true); }, {}, "Viewer/Input");
    }
}

void add_channels(Adder& a)
{
    struct Channel {
        const char *id, *name;
        ShownChannels shown;
    };
    int order = 10;
    for (const Channel& c : {Channel{"red", "Red", ShownChannels::Red},
                             {"green", "Green", ShownChannels::Green},
                             {"blue", "Blue", ShownChannels::Blue},
                             {"alpha", "Alpha", ShownChannels::Alpha},
                             {"luma", "Luminance", ShownChannels::Luminance}}) {
        a.add(
            c.id, c.name, order++, "Shows this channel alone; again: the colours.",
            [c](ViewerPanel& v) { v.toggle_channels(c.shown, false); },
            [c](ViewerPanel& v) { return v.set().look.channels == c.shown; }, "Viewer/Channels");
        a.add(
            std::string("b_") + c.id, std::string(c.name) + " of B", 100 + order, "The same for the second buffer.",
            [c](ViewerPanel& v) { v.toggle_channels(c.shown, true); },
            [c](ViewerPanel& v) { return v.set().b_channels == c.shown; }, "Viewer/Channels");
    }
    a.add(
        "matte", "Matte overlay", 50, "Lays alpha over the colours as a red veil.",
        [](ViewerPanel& v) { v.set().look.matte = !v.set().look.matte; },
        [](ViewerPanel& v) { return v.set().look.matte; }, "Viewer/Channels");
    a.add(
        "colour", "Colours", 60, "Shows red, green and blue together.",
        [](ViewerPanel& v) { v.set().look.channels = ShownChannels::Colour, v.set().look.matte = false; }, {},
        "Viewer/Channels");
    a.add(
        "next_layer", "Next layer", 200, "Shows the next layer of the picture.",
        [](ViewerPanel& v) { v.step_layer(1); }, {}, "Viewer/Channels");
    a.add(
        "previous_layer", "Previous layer", 201, "Shows the layer before.", [](ViewerPanel& v) { v.step_layer(-1); },
        {}, "Viewer/Channels");
    a.add(
        "next_view", "Next view", 210, "Shows the next view of the project, such as the other eye.",
        [](ViewerPanel& v) { v.step_view(1); }, {}, "Viewer/Channels");
    a.add(
        "previous_view", "Previous view", 211, "Shows the view before.", [](ViewerPanel& v) { v.step_view(-1); }, {},
        "Viewer/Channels");
}

void add_zoom(Adder& a)
{
    a.add("fit", "Fit", 10, "Shows all of the picture.", [](ViewerPanel& v) { v.fit(false); });
    a.add("fit_height", "Fit height", 11, "Fills the viewer's height with the picture.",
          [](ViewerPanel& v) { v.fit(true); });
    a.add("actual_size", "100 %", 12, "One pixel of the picture for one of the screen.",
          [](ViewerPanel& v) { v.zoom_to(1); });
    a.add("zoom_in", "Zoom in", 13, "To the next power of two.",
          [](ViewerPanel& v) { v.zoom_to(next_zoom(v.zoom(), true)); });
    a.add("zoom_out", "Zoom out", 14, "To the power of two before.",
          [](ViewerPanel& v) { v.zoom_to(next_zoom(v.zoom(), false)); });
}

void add_compare(Adder& a)
{
    a.add(
        "wipe", "Wipe line", 100,
        "Shows A and B on either side of a line that can be moved, turned and made transparent.",
        [](ViewerPanel& v) { v.toggle_wipe(); },
        [](ViewerPanel& v) { return v.set().compare == CompareMode::Wipe || v.set().wiped; });
    a.add("centre_wipe", "Centre the wipe", 101, "Puts the line upright into the middle of what is seen.",
          [](ViewerPanel& v) { v.centre_wipe(); });
    a.add(
        "swap_ab", "Swap A and B", 102, "Exchanges the inputs of the two buffers.",
        [](ViewerPanel& v) { v.swap_buffers(); }, {}, "Viewer",
        [](ViewerPanel& v) { return v.set().b_source == BufferSource::Input; });
    for (int i = 0; i < compare_modes; ++i)
        a.add(
            "compare" + std::to_string(i), name_of(CompareMode(i)), i, "How A and B are shown together.",
            [i](ViewerPanel& v) { v.set().compare = CompareMode(i); },
            [i](ViewerPanel& v) { return int(v.set().compare) == i; }, "Viewer/Compare");
    a.add(
        "snapshot", "Take snapshot", 103, "Keeps the picture with its project, to be compared with later.",
        [](ViewerPanel& v) { v.take_snapshot(); }, {}, "Viewer", [](ViewerPanel& v) { return v.viewed().node != 0; });
}

void add_work(Adder& a)
{
    a.add(
        "region", "Region of interest", 200, "Computes nothing outside a rectangle.",
        [](ViewerPanel& v) { v.toggle_region(); }, [](ViewerPanel& v) { return v.set().region_on; });
    a.add("new_region", "Draw a new region", 201, "The next drag over the picture draws the region of interest.",
          [](ViewerPanel& v) { v.draw_new_region(); });
    a.add(
        "clip_to_format", "Clip to format", 202, "Shows nothing beyond the format.",
        [](ViewerPanel& v) { v.set().clip_to_format = !v.set().clip_to_format; },
        [](ViewerPanel& v) { return v.set().clip_to_format; });
    a.add(
        "proxy", "Proxy", 210, "Computes at a lower resolution.",
        [](ViewerPanel& v) { v.set().proxy_on = !v.set().proxy_on; }, [](ViewerPanel& v) { return v.set().proxy_on; });
    for (int level = 0; level <= 4; ++level)
        a.add(
            "level" + std::to_string(1 << level), proxy_name(level), level, "The finest resolution that is computed.",
            [level](ViewerPanel& v) { v.set().proxy_on = level > 0, v.set().proxy = level ? level : v.set().proxy; },
            [level](ViewerPanel& v) { return v.set().proxy_on ? v.set().proxy == level : level == 0; }, "Viewer/Proxy");
    a.add(
        "pause", "Pause", 220, "Shows what there is and computes nothing.",
        [](ViewerPanel& v) { v.set().paused = !v.set().paused; }, [](ViewerPanel& v) { return v.set().paused; });
    a.add("refresh", "Refresh", 221, "Forgets what was kept of this picture and makes it again.",
          [](ViewerPanel& v) { v.refresh(); });
    a.add(
        "look_ahead", "Cache frames in the background", 222,
        "Renders the frames between in and out while nothing else is done.",
        [](ViewerPanel& v) { v.set().look_ahead = !v.set().look_ahead; },
        [](ViewerPanel& v) { return v.set().look_ahead; });
}

void add_overlays(Adder& a)
{
    a.add(
        "overlays", "Overlays", 300, "Guides and handles over the picture.",
        [](ViewerPanel& v) { v.set().overlays = !v.set().overlays; }, [](ViewerPanel& v) { return v.set().overlays; });
    a.add(
        "info", "Information line", 301, "What the picture is and the values under the pointer, below it.",
        [](ViewerPanel& v) { v.set().info = !v.set().info; }, [](ViewerPanel& v) { return v.set().info; });
    struct Guide {
        const char *id, *name, *help;
        bool Guides::*on;
    };
    int order = 0;
    for (const Guide& g :
         {Guide{"guide_format", "Format", "The outline of the format, with its size.", &Guides::format},
          {"guide_data", "Data window", "Where there are pixels, dashed, with its corners.", &Guides::data_window},
          {"guide_action", "Action safe", "93 % of the format.", &Guides::action_safe},
          {"guide_title", "Title safe", "90 % of the format.", &Guides::title_safe},
          {"guide_centre", "Centre", "A cross in the middle.", &Guides::centre},
          {"guide_thirds", "Thirds", "Lines at the thirds.", &Guides::thirds}})
        a.add(
            g.id, g.name, order++, g.help,
            [on = g.on](ViewerPanel& v) { v.set().guides.*on = !(v.set().guides.*on), v.set().overlays = true; },
            [on = g.on](ViewerPanel& v) { return v.set().guides.*on; }, "Viewer/Guides");
    a.add(
        "pixel_aspect", "Pixel aspect", 310, "Shows pixels as wide as the format says.",
        [](ViewerPanel& v) { v.set().pixel_aspect = !v.set().pixel_aspect; },
        [](ViewerPanel& v) { return v.set().pixel_aspect; });
}

void add_warnings(Adder& a)
{
    struct Warning {
        const char *id, *name, *help;
        bool ViewerLook::*on;
    };
    int order = 0;
    for (const Warning& w :
         {Warning{"clipping", "Clipping", "Scene values below 0 in blue, above 1 in red.", &ViewerLook::clipping},
          {"gamut", "Gamut", "What the display cannot show, in magenta.", &ViewerLook::gamut},
          {"false_colour", "False colour", "Bands of a stop around middle grey.", &ViewerLook::false_colour},
          {"not_finite", "NaN and infinity", "NaN in green, infinity in yellow.", &ViewerLook::not_finite}})
        a.add(
            w.id, w.name, order++, w.help, [on = w.on](ViewerPanel& v) { v.set().look.*on = !(v.set().look.*on); },
            [on = w.on](ViewerPanel& v) { return v.set().look.*on; }, "Viewer/Warnings");
    a.add("reset_look", "Reset exposure and gamma", 320, "Back to the picture as it is.",
          [](ViewerPanel& v) { v.set().look.exposure = 0, v.set().look.gamma = 1; });
}

} // namespace

void add_viewer_commands(Editor& editor)
{
    Adder a(editor);
    add_inputs(a);
    add_channels(a);
    add_zoom(a);
    add_compare(a);
    add_work(a);
    add_overlays(a);
    add_warnings(a);
    a.add("full_screen", "Full-screen viewer", 400, "The picture over the whole screen; Escape goes back.",
          [](ViewerPanel& v) { v.toggle_full_screen(); });
    add_play_commands(editor);
}

} // namespace tessera
