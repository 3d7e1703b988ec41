#pragma once
// The dope sheet: when things happen, without how much. Rows of keys and of clips below a ruler of frames; it shares
// its selection of keys with the curve editor. What rows hold and what drags change is pure (dope_rows.h,
// dope_clips.h).
#include "app/editor/editor.h"
#include "app/panels/curves/curve_camera.h"
#include "app/panels/dope_sheet/dope_rows.h"

namespace tessera {

class DopePanel final : public Panel, public KeysOwner {
public:
    explicit DopePanel(Editor& editor);
    void draw(Editor& editor) override;
    std::string state() const override;
    void restore(const std::string& state) override;

private:
    static constexpr float row_height = 22, bar_height = 32; ///< at 96 dots an inch

    enum class Drag { None, Pan, Scrub, Keys, Marquee, ScaleFirst, ScaleLast, MoveClip, TrimFirst, TrimLast };
    struct DragState {
        Drag kind = Drag::None;
        ImVec2 from;
        ProjectPtr base;
        KeySelection selection; ///< at its beginning
        std::pair<double, double> extent;
        NodeRef clip{0, 0};
        ClipRange range; ///< of the clip
        int by = 0;      ///< frames a clip has been dragged
        bool moved = false, applied = false;
        std::string merge;
    };
    struct Made {
        uint64_t revision = 0;
        GraphId graph = 0;
        std::set<NodeId> nodes;
        ChannelFilter filter = ChannelFilter::Animated;
        std::string search;
        bool operator==(const Made&) const = default;
    };
    /// Ranges of clips as a worker found them.
    struct FoundRange {
        ClipRange range;
        std::string problem; ///< why there is none
    };

    // dope_panel.cpp
    void refresh();
    void ask_ranges();
    const FoundRange* range_of(const DopeRow& row) const;
    void draw_labels(ImVec2 low, ImVec2 high);
    void draw_label(const DopeRow& row, ImVec2 low, float width);
    void draw_context_menu();
    // dope_draw.cpp
    void draw_rows();
    void draw_clip(const DopeRow& row, float top);
    void draw_keys(const DopeRow& row, float top);
    void draw_scale_grips();
    float row_top(size_t visible) const;
    // dope_pointer.cpp
    void handle_pointer();
    void press(ImVec2 at);
    void move(ImVec2 at);
    void release(ImVec2 at);
    void cancel_drag();
    void begin(Drag kind, ImVec2 at);
    void drag_keys(ImVec2 at);
    void drag_clip(ImVec2 at);
    void select_inside(ImVec2 a, ImVec2 b);
    const DopeRow* row_at(float y) const;
    /// Which part of the row's clip is at the pointer: MoveClip, TrimFirst, TrimLast or None.
    Drag clip_part_at(const DopeRow& row, float x) const;
    Drag grip_at(ImVec2 at) const;
    std::optional<double> time_at(const DopeRow& row, float x) const;
    // dope_commands.cpp
    void add_commands();
    bool apply(Result<SelectionEdit> edit, const std::string& label, const std::string& merge = {});
    void change(const std::string& label, const KeyTransform& transform);
    void nudge(double frames, const char* without_keys);
    void copy();
    void paste(bool absolute);
    void insert();
    void fit_view(bool selected_only);
    void ask_shift();
    void ask_scale();
    std::vector<ChannelRef> all_channels() const;

    Editor& editor_;
    ChannelFilter filter_ = ChannelFilter::Animated;
    std::string search_;
    DopeList list_;
    std::vector<size_t> visible_;
    std::optional<Made> made_;
    std::set<ChannelRef> turned_; ///< rows folded or unfolded by the user
    float label_width_ = 240, scroll_ = 0;
    Axis time_{1, 100};
    ImVec2 low_{}, high_{}; ///< of the rows, below the ruler
    bool fit_wanted_ = true, hovered_ = false;
    ImVec2 pointer_{};
    DragState drag_;
    uint64_t drags_ = 0;

    std::map<std::pair<GraphId, NodeId>, FoundRange> ranges_;
    std::optional<std::vector<NodePtr>> ranges_of_; ///< the nodes the ranges were asked of
    uint64_t ranges_revision_ = 0;
    bool ranges_asked_ = false;
};

} // namespace tessera
