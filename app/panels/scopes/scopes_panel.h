#pragma once
// Histogram, waveform, parade and vectorscope of what the viewer shows, counted by the graphics card whenever that
// changes and painted to the panel's size.
#include "app/editor/editor.h"
#include "app/panels/scopes/graticule.h"
#include "app/panels/scopes/scope_grid.h"

namespace tessera {

class ViewerPanel;

class ScopesPanel final : public Panel {
public:
    explicit ScopesPanel(Editor& editor) : editor_(editor) {}
    ~ScopesPanel() override;
    void draw(Editor& editor) override;
    std::string state() const override;
    void restore(const std::string& state) override;

    ScopeKind kind() const { return kind_; }
    void show(ScopeKind kind) { kind_ = kind; }
    /// How often the picture was counted.
    uint64_t counts() const { return counts_; }

private:
    void draw_header(const Ui& ui, ImVec2 low, float width);
    void draw_options(const Ui& ui);
    bool take_picture(const ViewerPanel& viewer);
    void draw_scope(const Ui& ui, const ViewerPanel& viewer, ImVec2 low, ImVec2 high);
    Status prepare();
    Status paint(const Ui& ui, const ScopeArea& area);
    float zoom() const { return kind_ == ScopeKind::Vectorscope ? zoom_ : 1; }

    /// What the trace in the texture was painted for.
    struct Painted {
        uint64_t count = 0;
        ScopeKind kind = ScopeKind::Histogram;
        int width = 0, height = 0;
        float gain = 0, zoom = 0;
        bool operator==(const Painted&) const = default;
    };
    Editor& editor_;
    std::unique_ptr<ScopePasses> passes_;
    ScopeGrid grid_; ///< counted last
    Rect area_;      ///< of the picture that the grid lies over
    Painted painted_;
    TextureId texture_ = 0;
    uint64_t counts_ = 0;
    ScopeKind kind_ = ScopeKind::Histogram;
    float gain_ = 1, zoom_ = 1;
    std::string problem_; ///< why nothing can be counted
};

} // namespace tessera
