#pragma once
// The viewer: the picture of the node connected to a Viewer node's input, with its toolbar above, what is under the
// pointer and the ruler of time below. Parts of it lie in viewer_*.cpp by what they do.
#include "app/editor/editor.h"
#include "app/overlays/handles.h"
#include "app/panels/viewer/tile_textures.h"
#include "app/panels/viewer/viewer_compare.h"
#include "app/panels/viewer/viewer_state.h"
#include "app/viewer/probe.h"

namespace tessera {

class ViewerPanel final : public Panel {
public:
    explicit ViewerPanel(Editor& editor);
    void draw(Editor& editor) override;
    std::string title() const override;
    std::string state() const override { return viewer_state_json(state_); }
    void restore(const std::string& state) override { state_ = viewer_state_from(state); }

    /// The viewer that keys go to, or that they went to last; null when none is open.
    static ViewerPanel* active(Editor& editor);

    ViewerState& set() { return state_; }
    /// Connects the selected node to an input and shows it; without a selection the input alone is shown. `b`: in the
    /// second buffer.
    void view_input(int input, bool b);
    void fit(bool height_only);
    void zoom_to(double zoom); ///< about the pointer when it is over the picture, else the middle
    double zoom() const { return state_.camera.zoom; }
    void refresh() { ++refresh_; }
    void toggle_wipe();
    void centre_wipe();
    void swap_buffers();
    void step_layer(int by);
    void step_view(int by);
    void toggle_channels(ShownChannels channels, bool b);
    void toggle_region();
    void draw_new_region(); ///< the next drag draws it
    void take_snapshot();
    bool has_snapshot() const { return compare_.snapshot.project != nullptr; }
    void toggle_full_screen();
    bool full_screen() const { return full_screen_; }
    void clear_pick();
    /// True once the picture of `frame` is on the screen without a hole.
    bool shows(double frame);
    /// Keys of the selected nodes, for the ruler and for going from one to the next.
    const std::vector<double>& keys();
    const PictureFeed& feed() { return a_.feed(); }
    /// What is viewed in A; node 0 when there is nothing.
    NodeRef viewed() const { return viewed_; }
    /// For scopes: the tiles of A, the part of its format that can be seen, and the values under the pointer (else
    /// those picked; null for none).
    const TileTextures& tiles() const { return a_; }
    Rect shown_area() const { return visible(state_.camera, area_, aspect(), format()); }
    std::shared_ptr<const ProbeResult> probed() const
    {
        return hovered_ ? hover_probe_.result() : picked_ ? pick_probe_.result() : nullptr;
    }

private:
    enum class Drag { None, Pan, Zoom, Wipe, Handle, Region, NewRegion, Pick };

    // viewer_panel.cpp
    void find_viewed();
    PictureSpec spec_of(bool b) const;
    PictureWish wish_of(const PictureSpec& spec, const ViewArea& area) const;
    void ask(const ViewArea& left, const ViewArea& right);
    Rect format() const;
    double aspect() const; ///< of a pixel as it is drawn
    bool compares() const { return state_.compare != CompareMode::Off; }
    bool splits() const { return state_.compare == CompareMode::Split; }
    void draw_full_screen(Editor& editor);

    // viewer_toolbar.cpp, viewer_menus.cpp
    void draw_toolbar(const Ui& ui, ImVec2 low, float width);
    std::string input_name(int input) const;
    void input_menu(const Ui& ui, bool b);
    void compare_menu(const Ui& ui);
    void layer_menu(const Ui& ui);
    void display_menu(const Ui& ui);
    void warnings_menu(const Ui& ui);
    void guides_menu(const Ui& ui);
    void proxy_menu(const Ui& ui);
    void region_menu(const Ui& ui);
    void draw_channels(const Ui& ui);
    void draw_exposure(const Ui& ui);
    void draw_gamma(const Ui& ui);

    // viewer_picture.cpp
    void draw_picture(const Ui& ui, ImVec2 low, ImVec2 high);
    void draw_pictures(const Ui& ui, ImDrawList& list);
    void draw_guides(const Ui& ui, ImDrawList& list);
    void draw_masks(const Ui& ui, ImDrawList& list, double aspect);
    void draw_windows(const Ui& ui, ImDrawList& list);
    void draw_region(const Ui& ui, ImDrawList& list);
    void draw_wipe(const Ui& ui, ImDrawList& list);
    void draw_handles(const Ui& ui, ImDrawList& list);
    void draw_pick(const Ui& ui, ImDrawList& list);
    void draw_busy(const Ui& ui, ImDrawList& list);
    void draw_problem(const Ui& ui, ImDrawList& list, const Error& error);
    void draw_nothing(const Ui& ui);
    ImVec2 at(Vec2 image) const;

    // viewer_pointer.cpp
    void handle_pointer(const Ui& ui);
    void press(const Ui& ui, Vec2 window, Vec2 image);
    void move(const Ui& ui, Vec2 window, Vec2 image);
    void release();
    void update_handles();
    HandleNode region_node() const;
    WipeHandles wipe_on_screen(const Ui& ui) const;

    // viewer_info.cpp
    void draw_info(const Ui& ui, ImVec2 low, float width);
    void draw_pick_line(const Ui& ui, ImVec2 low, float width);
    void probe_pointer();
    void give_pick();

    Editor& editor_;
    ViewerState state_;
    TileTextures a_, b_;
    Probe hover_probe_, pick_probe_;
    ViewerCompare compare_;
    NodeId viewer_ = 0;
    GraphId graph_ = 0; ///< of the Viewer node
    NodeRef viewed_{0, 0}, viewed_b_{0, 0};
    std::string shown_name_;
    std::shared_ptr<const ImageInfo> info_; ///< the last one known of what is viewed

    ViewArea area_, split_area_;
    bool hovered_ = false, full_screen_ = false, alone_ = false;
    Vec2 pointer_; ///< image pixels
    Drag drag_ = Drag::None;
    Vec2 pressed_window_, pressed_image_, last_window_;
    ViewCamera pressed_camera_;
    Wipe pressed_wipe_;
    WipePart wipe_part_ = WipePart::None;

    NodeRef handle_owner_{0, 0};
    HandleNode handle_now_, handle_before_;
    HandleSet handles_;
    std::string hot_handle_, held_handle_;
    uint64_t handle_revision_ = 0;
    double handle_frame_ = 0;
    bool region_wanted_ = false;
    Rect pressed_region_;

    std::optional<Rect> picked_;
    bool pick_source_ = false, pick_finished_ = false, pick_given_ = true;
    uint64_t refresh_ = 0, focus_stamp_ = 0, pressed_revision_ = 0;
    bool was_down_ = false;
    std::vector<double> keys_;
    uint64_t keys_revision_ = 0;
    std::set<NodeId> keys_nodes_;
    std::string told_; ///< the problem told last (no room for a texture)
};

} // namespace tessera
