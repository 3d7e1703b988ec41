// The key maps the application comes with.
#include "app/workspace/commands.h"
#include <cassert>

namespace tessera {

namespace {

struct Binding {
    const char *context, *keys, *command; ///< several chords are separated by a space
};

// What compositors' hands know, by the panel it works in.
constexpr Binding nuke[] = {
    {"", "Ctrl+N", "file.new"}, {"", "Ctrl+O", "file.open"}, {"", "Ctrl+S", "file.save"},
    {"", "Ctrl+Shift+S", "file.save_as"}, {"", "Alt+Shift+S", "file.save_version"}, {"", "Ctrl+Q", "file.quit"},
    {"", "Ctrl+Z", "edit.undo"}, {"", "Ctrl+Shift+Z Ctrl+Y", "edit.redo"}, {"", "Ctrl+Shift+P", "palette.open"},
    {"", "Shift+S", "preferences.open"}, {"", "F5", "render.all"}, {"", "F7", "render.selected"},
    {"", "F2", "overlay.time"}, {"", "Ctrl+Shift+O", "node.choose_file"}, {"", "F11", "window.full_screen"}, {"", "Space", "panel.maximize"},

    {"graph", "Tab", "graph.create"}, {"graph", "T", "create.transform"}, {"graph", "M", "create.merge"},
    {"graph", "G", "create.grade"}, {"graph", "B", "create.blur"}, {"graph", "R", "create.read"},
    {"graph", "W", "create.write"}, {"graph", ".", "create.dot"},
    {"graph", "C", "create.color_correct"}, {"graph", "Shift+T", "create_branch.transform"},
    {"graph", "Shift+M", "create_branch.merge"}, {"graph", "Shift+G", "create_branch.grade"},
    {"graph", "Shift+B", "create_branch.blur"}, {"graph", "Shift+W", "create_branch.write"},
    {"graph", "Shift+Tab", "graph.create_branch"}, {"graph", "X", "palette.open"},
    {"graph", "Ctrl+Shift+F", "graph.replace"}, {"graph", "A", "graph.frame_all"}, {"graph", "Alt+B", "graph.backdrop"},
    {"graph", "Alt+N", "graph.sticky"}, {"graph", "Alt+H", "graph.hide_inputs"}, {"graph", "Ctrl+Alt+C", "graph.colour"},
    {"graph", "Ctrl+Shift+1", "graph.set_bookmark1"}, {"graph", "Ctrl+Shift+2", "graph.set_bookmark2"},
    {"graph", "Ctrl+Shift+3", "graph.set_bookmark3"}, {"graph", "Ctrl+Shift+4", "graph.set_bookmark4"},
    {"graph", "Ctrl+Shift+5", "graph.set_bookmark5"}, {"graph", "Ctrl+Shift+6", "graph.set_bookmark6"},
    {"graph", "Ctrl+Shift+7", "graph.set_bookmark7"}, {"graph", "Ctrl+Shift+8", "graph.set_bookmark8"},
    {"graph", "Ctrl+Shift+9", "graph.set_bookmark9"},
    {"graph", "Ctrl+1", "graph.go_bookmark1"}, {"graph", "Ctrl+2", "graph.go_bookmark2"},
    {"graph", "Ctrl+3", "graph.go_bookmark3"}, {"graph", "Ctrl+4", "graph.go_bookmark4"},
    {"graph", "Ctrl+5", "graph.go_bookmark5"}, {"graph", "Ctrl+6", "graph.go_bookmark6"},
    {"graph", "Ctrl+7", "graph.go_bookmark7"}, {"graph", "Ctrl+8", "graph.go_bookmark8"},
    {"graph", "Ctrl+9", "graph.go_bookmark9"},
    {"graph", "D", "graph.disable"}, {"graph", "N", "graph.rename"}, {"graph", "L", "graph.auto_layout"},
    {"graph", "F", "graph.frame"}, {"graph", "Enter", "graph.enter"}, {"graph", "Ctrl+Enter", "graph.enter_group"},
    {"graph", "Ctrl+Up", "graph.leave_group"}, {"graph", "Ctrl+F", "graph.find"}, {"graph", "Ctrl+G", "graph.group"},
    {"graph", "Ctrl+Alt+G", "graph.expand"}, {"graph", "Ctrl+Shift+X", "graph.extract"},
    {"graph", "Shift+X", "graph.swap_inputs"}, {"graph", "Alt+K", "graph.clone"}, {"graph", "Alt+Shift+K", "graph.declone"},
    {"graph", "Alt+C", "graph.duplicate"}, {"graph", "Shift+E", "overlay.expressions"}, {"graph", "Alt+P", "graph.thumbnails"},
    {"graph", "Up", "graph.walk_up"}, {"graph", "Down", "graph.walk_down"}, {"graph", "Shift+Up", "graph.extend_up"},
    {"graph", "Shift+Down", "graph.extend_down"}, {"graph", "Ctrl+A", "graph.select_all"},
    {"graph", "Backspace Delete", "graph.delete"}, {"graph", "Ctrl+C", "graph.copy"}, {"graph", "Ctrl+X", "graph.cut"},
    {"graph", "Ctrl+V", "graph.paste"}, {"graph", "+ = Keypad+", "graph.zoom_in"}, {"graph", "- Keypad-", "graph.zoom_out"},
    {"graph", "1", "viewer.input1"}, {"graph", "2", "viewer.input2"}, {"graph", "3", "viewer.input3"},
    {"graph", "4", "viewer.input4"}, {"graph", "5", "viewer.input5"}, {"graph", "6", "viewer.input6"},
    {"graph", "7", "viewer.input7"}, {"graph", "8", "viewer.input8"}, {"graph", "9", "viewer.input9"},
    {"graph", "0", "viewer.input10"},
    {"graph", "Shift+1", "viewer.b_input1"}, {"graph", "Shift+2", "viewer.b_input2"}, {"graph", "Shift+3", "viewer.b_input3"},
    {"graph", "Shift+4", "viewer.b_input4"}, {"graph", "Shift+5", "viewer.b_input5"}, {"graph", "Shift+6", "viewer.b_input6"},
    {"graph", "Shift+7", "viewer.b_input7"}, {"graph", "Shift+8", "viewer.b_input8"}, {"graph", "Shift+9", "viewer.b_input9"},
    {"graph", "Shift+0", "viewer.b_input10"},

    {"viewer", "1", "viewer.input1"}, {"viewer", "2", "viewer.input2"}, {"viewer", "3", "viewer.input3"},
    {"viewer", "4", "viewer.input4"}, {"viewer", "5", "viewer.input5"}, {"viewer", "6", "viewer.input6"},
    {"viewer", "7", "viewer.input7"}, {"viewer", "8", "viewer.input8"}, {"viewer", "9", "viewer.input9"},
    {"viewer", "0", "viewer.input10"},
    {"viewer", "Shift+1", "viewer.b_input1"}, {"viewer", "Shift+2", "viewer.b_input2"}, {"viewer", "Shift+3", "viewer.b_input3"},
    {"viewer", "Shift+4", "viewer.b_input4"}, {"viewer", "Shift+5", "viewer.b_input5"}, {"viewer", "Shift+6", "viewer.b_input6"},
    {"viewer", "Shift+7", "viewer.b_input7"}, {"viewer", "Shift+8", "viewer.b_input8"}, {"viewer", "Shift+9", "viewer.b_input9"},
    {"viewer", "Shift+0", "viewer.b_input10"}, {"viewer", "Shift+R", "viewer.b_red"}, {"viewer", "Shift+G", "viewer.b_green"},
    {"viewer", "Shift+B", "viewer.b_blue"}, {"viewer", "Shift+A", "viewer.b_alpha"}, {"viewer", "Shift+Y", "viewer.b_luma"},
    {"viewer", "Alt+5", "viewer.level16"}, {"viewer", "Shift+F11", "viewer.full_screen"}, {"viewer", "\\", "play.clear_range"},
    {"viewer", "R", "viewer.red"}, {"viewer", "G", "viewer.green"}, {"viewer", "B", "viewer.blue"},
    {"viewer", "A", "viewer.alpha"}, {"viewer", "Y", "viewer.luma"}, {"viewer", "M", "viewer.matte"},
    {"viewer", "F", "viewer.fit"}, {"viewer", "H", "viewer.fit_height"}, {"viewer", "Ctrl+1", "viewer.actual_size"},
    {"viewer", "+ = Keypad+", "viewer.zoom_in"}, {"viewer", "- Keypad-", "viewer.zoom_out"}, {"viewer", "W", "viewer.wipe"},
    {"viewer", "Shift+F", "viewer.centre_wipe"}, {"viewer", "O Q", "viewer.overlays"}, {"viewer", "U", "viewer.refresh"},
    {"viewer", "P", "viewer.pause"}, {"viewer", "Shift+W", "viewer.region"}, {"viewer", "Alt+W", "viewer.new_region"},
    {"viewer", "Ctrl+P", "viewer.proxy"}, {"viewer", "Alt+1", "viewer.level1"}, {"viewer", "Alt+2", "viewer.level2"},
    {"viewer", "Alt+3", "viewer.level4"}, {"viewer", "Alt+4", "viewer.level8"}, {"viewer", "Shift+C", "viewer.clip_to_format"},
    {"viewer", "PageDown", "viewer.next_layer"}, {"viewer", "PageUp", "viewer.previous_layer"},
    {"viewer", "Enter", "viewer.swap_ab"}, {"viewer", ";", "viewer.previous_view"}, {"viewer", "'", "viewer.next_view"},

    {"", "J", "play.backward"}, {"curves", "J", "play.backward"}, {"viewer", "K", "play.stop"},
    {"viewer", "L", "play.forward"}, {"viewer", "I", "viewer.info"},
    {"", "Left", "play.previous_frame"}, {"", "Right", "play.next_frame"}, {"", "Shift+Left", "play.back_increment"},
    {"", "Shift+Right", "play.forward_increment"}, {"", "Ctrl+Shift+Left", "play.previous_key"},
    {"", "Ctrl+Shift+Right", "play.next_key"}, {"", "Ctrl+Left Home", "play.first_frame"},
    {"", "Ctrl+Right End", "play.last_frame"}, {"", "Alt+I", "play.set_in"}, {"", "Alt+O", "play.set_out"},

    {"curves", "K", "curves.constant"}, {"curves", "L", "curves.linear"}, {"curves", "Z", "curves.smooth"},
    {"curves", "C", "curves.cubic"}, {"curves", "R", "curves.catmull_rom"}, {"curves", "H", "curves.horizontal"},
    {"curves", "X", "curves.break"}, {"curves", "Backspace Delete", "curves.delete"}, {"curves", "A", "curves.frame_all"},
    {"curves", "F", "curves.frame"}, {"curves", "Ctrl+A", "curves.select_all"}, {"curves", "Ctrl+C", "curves.copy"},
    {"curves", "Ctrl+V", "curves.paste"}, {"curves", "Ctrl+Shift+V", "curves.paste_absolute"}, {"curves", "Ctrl+X", "curves.cut"},
    {"curves", "B", "curves.bezier"}, {"curves", "N", "curves.normalised"}, {"curves", "T", "curves.box"},
    {"curves", "S", "curves.snap"}, {"curves", "Insert", "curves.insert"},
    {"curves", "Left", "curves.nudge_left"}, {"curves", "Right", "curves.nudge_right"}, {"curves", "Up", "curves.nudge_up"},
    {"curves", "Down", "curves.nudge_down"}, {"curves", "Shift+Left", "curves.nudge_far_left"},
    {"curves", "Shift+Right", "curves.nudge_far_right"}, {"curves", "Shift+Up", "curves.nudge_far_up"},
    {"curves", "Shift+Down", "curves.nudge_far_down"},
    {"dopesheet", "Backspace Delete", "dopesheet.delete"}, {"dopesheet", "A", "dopesheet.frame_all"},
    {"dopesheet", "F", "dopesheet.frame"}, {"dopesheet", "Ctrl+A", "dopesheet.select_all"},
    {"dopesheet", "Ctrl+C", "dopesheet.copy"}, {"dopesheet", "Ctrl+X", "dopesheet.cut"}, {"dopesheet", "Ctrl+V", "dopesheet.paste"},
    {"dopesheet", "Ctrl+Shift+V", "dopesheet.paste_absolute"}, {"dopesheet", "Insert", "dopesheet.insert"},
    {"dopesheet", "Left", "dopesheet.nudge_left"}, {"dopesheet", "Right", "dopesheet.nudge_right"},
    {"dopesheet", "Shift+Left", "dopesheet.nudge_far_left"}, {"dopesheet", "Shift+Right", "dopesheet.nudge_far_right"},
};

// Where Fusion's hands differ.
constexpr Binding fusion[] = {
    {"graph", "Ctrl+Space Shift+Space", "graph.create"}, {"graph", "Ctrl+P", "graph.disable"}, {"graph", "F2", "graph.rename"},
    {"graph", "Ctrl+E", "graph.enter_group"}, {"", "F9", "window.full_screen"}, {"viewer", "Ctrl+F", "viewer.fit"},
    {"viewer", "C", "viewer.colour"}, {"viewer", ",", "viewer.wipe"}, {"viewer", "Ctrl+K", "viewer.overlays"},
    {"", "Ctrl+Shift+R", "render.all"},
};

template <size_t N> void bind_all(KeyMap& map, const Binding (&bindings)[N])
{
    for (const Binding& b : bindings) {
        std::string_view rest = b.keys;
        while (!rest.empty()) {
            const size_t space = rest.find(' ');
            const auto chord = parse_chord(rest.substr(0, space));
            assert(chord.ok());
            map.bind(b.context, *chord, b.command);
            rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
        }
    }
}

} // namespace

std::vector<std::string> key_map_presets()
{
    return {"Nuke", "Fusion"};
}

KeyMap make_key_map(std::string_view preset)
{
    KeyMap map;
    bind_all(map, nuke);
    if (preset == "Fusion") bind_all(map, fusion);
    return map;
}

} // namespace tessera
