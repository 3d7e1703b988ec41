#pragma once
// Everything that was told and printed, newest below: filtered by level and words, copied, cleared.
#include "app/editor/editor.h"

namespace tessera {

struct LogFilter {
    bool info = true, warnings = true, errors = true;
    std::string words; ///< every one of them has to be in the line, case ignored
    bool operator==(const LogFilter&) const = default;
};
/// Indices of the entries that pass.
std::vector<size_t> filtered_log(const std::deque<LogEntry>& entries, const LogFilter& filter);

class LogPanel final : public Panel {
public:
    explicit LogPanel(Editor& editor) : editor_(editor) {}
    void draw(Editor& editor) override;
    std::string state() const override;
    void restore(const std::string& state) override;

private:
    void draw_toolbar();
    void draw_row(const LogEntry& entry, size_t index);
    void draw_chosen(float height);
    void copy_shown() const;

    Editor& editor_;
    LogFilter filter_, used_;
    std::vector<size_t> shown_;
    uint64_t revision_ = 0;
    bool follow_ = true, scroll_ = true;
    size_t chosen_ = SIZE_MAX; ///< index of the entry shown whole
};

} // namespace tessera
