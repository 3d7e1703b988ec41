#pragma once
// What can be done in viewers and with the play head, as commands. They act on the viewer used last.
namespace tessera {

class Editor;

/// Adds them; a second call replaces them by the same.
void add_viewer_commands(Editor& editor);
void add_play_commands(Editor& editor);

} // namespace tessera
