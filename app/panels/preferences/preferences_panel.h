#pragma once
// What the user chooses for the application: its look, memory, files, and the key of every command.
#include "app/editor/editor.h"

namespace tessera {

class PreferencesPanel final : public Panel {
public:
    explicit PreferencesPanel(Editor& editor) : editor_(editor) {}
    void draw(Editor& editor) override;

private:
    void draw_look();
    void draw_memory();
    void draw_files();
    void draw_keys();
    void draw_command(const Command& command);
    void record(const Command& command);
    bool begin_row(const char* label, const char* help);

    Editor& editor_;
    int page_ = 0;
    std::string filter_;
    std::string recording_; ///< command whose new key is waited for
    bool changed_ = false;
};

} // namespace tessera
