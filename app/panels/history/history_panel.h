#pragma once
// Every state of the project since it was opened: a click goes there, and back.
#include "app/editor/editor.h"

namespace tessera {

class HistoryPanel final : public Panel {
public:
    explicit HistoryPanel(Editor& editor) : editor_(editor) {}
    void draw(Editor& editor) override;

private:
    bool draw_row(size_t index);
    Editor& editor_;
    uint64_t revision_ = 0;
};

} // namespace tessera
