#pragma once
// The menu that Tab opens: operators by a few letters, the last used first; with no letters, by category.
#include "app/editor/editor.h"

namespace tessera {

class CreateMenu {
public:
    /// Opens it at a place of the screen.
    void open(ImVec2 at) { at_ = at, opening_ = true; }
    bool is_open() const { return open_; }
    /// Draws it; the operator chosen, once.
    std::string draw(Editor& editor);

private:
    ImVec2 at_{};
    bool opening_ = false, open_ = false;
    std::string query_;
    int chosen_ = 0;
};

} // namespace tessera
