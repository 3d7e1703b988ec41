#pragma once
// The command palette: every command, found by a few letters.
#include "app/shell/ui.h"
#include "app/workspace/commands.h"

namespace tessera {

class Palette {
public:
    void open() { opening_ = true; }
    /// Draws it when it is open; runs what is chosen.
    void draw(const Ui& ui, Commands& commands, const KeyMap& keys);

private:
    bool opening_ = false;
    std::string query_;
    int chosen_ = 0;
};

} // namespace tessera
