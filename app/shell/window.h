#pragma once
// A window: GLFW, a swapchain and an ImGui context. It sleeps until something happens, so that an idle application uses
// no processor; wake() makes it draw again from any thread.
#include "app/shell/graphics.h"
#include <filesystem>
#include <functional>
#include <imgui.h>
#include <memory>
#include <set>
#include <string>

struct GLFWwindow;

namespace tessera {

struct WindowOptions {
    std::string title = "Tessera";
    int width = 1600, height = 900;
    bool maximized = false;
    bool validation = false;
};

/// A key pressed, by the sign on it under the user's keyboard layout ("A", "1", "[", "F5", "Space", "Left").
struct KeyPress {
    std::string key;
    bool ctrl = false, shift = false, alt = false, super = false;
    bool repeat = false;
};

/// What a scripted user's hands do in a frame: where the pointer is and what is held down.
struct Hands {
    ImVec2 pointer{-1, -1};
    bool buttons[3] = {};                ///< left, right, middle
    float wheel = 0, wheel_across = 0;   ///< turned since the last frame; taken by it
    bool ctrl = false, shift = false, alt = false, super = false;
    std::set<std::string> keys;          ///< as KeyPress names them
    std::string text;                    ///< typed since the last frame, UTF-8; taken by it
};

/// A side of a line: places of the window with x * point.x + y * point.y >= c are drawn. All zero: everything is.
struct ImageCut {
    float x = 0, y = 0, c = 0;
};

class Window {
public:
    /// Opens the window. NotFound when there is no display (the remedy names the commands that need none), Unsupported
    /// when no device can draw to it.
    static Result<std::unique_ptr<Window>> open(const WindowOptions& options);
    ~Window();
    Window(const Window&) = delete;
    Window& operator=(const Window&) = delete;

    Graphics& graphics() { return *graphics_; }

    /// True once the user asked to close it; stay_open() takes that back (unsaved changes).
    bool wants_to_close() const;
    void stay_open();
    void set_title(const std::string& title);
    /// The display's scale: 1 at 96 dots an inch.
    float display_scale() const { return display_scale_; }
    /// Files dropped since the last call, and where (in the window).
    std::vector<std::filesystem::path> take_dropped() { return std::exchange(dropped_, {}); }

    /// Keys pressed since the last call.
    std::vector<KeyPress> take_keys() { return std::exchange(keys_, {}); }

    /// Keys and mouse buttons pressed since the window opened.
    uint64_t inputs() const { return inputs_; }
    /// From now on the pointer and the keys are these, not the user's: tests change them between frames.
    Hands& scripted() { return hands_ ? *hands_ : *(hands_ = std::make_unique<Hands>()); }
    /// Asks the window system for another size of the window's content.
    void resize(int width, int height);

    /// Waits for events, at most `seconds` (0: only looks), then begins an ImGui frame. False when there is nothing to
    /// draw on (minimised): call again.
    Result<bool> begin(double seconds);
    /// Draws and presents what the frame holds.
    Status end();
    /// Makes a waiting begin() return. Any thread.
    static void wake();
    /// Draw this many frames more without waiting (animations, or results that arrived).
    /// What is there before anything is drawn. Surfaces of this colour need not be filled: every layer costs a software
    /// device as much as a picture does.
    void set_background(ImU32 colour) { background_ = ImGui::ColorConvertU32ToFloat4(colour); }
    void keep_drawing(int frames) { awake_ = std::max(awake_, frames); }

    /// Draws a texture into the rectangle `low`..`high` of the window, showing `uv0`..`uv1` of it, in order with what
    /// else the list draws, clipped as it is, and by `cut`.
    void image(ImDrawList& list, TextureId texture, ImVec2 low, ImVec2 high, ImVec2 uv0 = {0, 0}, ImVec2 uv1 = {1, 1},
               TextureFilter filter = TextureFilter::Linear, float opacity = 1, ImageCut cut = {});

    /// CPU time of the last frame, from begin to end without waiting, in milliseconds.
    double frame_milliseconds() const { return frame_ms_; }
    /// The font atlas was built anew: its texture is made again before the next frame.
    void fonts_changed() { fonts_stale_ = true; }
    void toggle_full_screen();
    bool full_screen() const { return full_screen_; }
    /// Called while the user resizes the window, so that it does not freeze (draws a frame).
    std::function<void()> on_refresh;

private:
    Window() = default;
    struct Frame {
        VkCommandPool pool = VK_NULL_HANDLE;
        VkCommandBuffer commands = VK_NULL_HANDLE;
        VkFence done = VK_NULL_HANDLE;
        VkSemaphore acquired = VK_NULL_HANDLE;
    };
    struct Target {
        VkImage image = VK_NULL_HANDLE;
        VkImageView view = VK_NULL_HANDLE;
        VkFramebuffer framebuffer = VK_NULL_HANDLE;
        VkSemaphore drawn = VK_NULL_HANDLE;
    };
    struct Draw {
        Window* window = nullptr;
        VkDescriptorSet set = VK_NULL_HANDLE;
        float values[12] = {}; ///< rectangle, uv rectangle, display position and size (push constants)
        float opacity = 1;
        ImageCut cut;
    };
    void take_hands();
    void hold_taps();
    static void draw_image(const ImDrawList* list, const ImDrawCmd* command);
    Status make_window(const WindowOptions& options);
    Status make_frames();
    Status make_render_pass();
    Status make_pipeline();
    Status make_swapchain();
    Status start_imgui();
    void drop_swapchain();
    Status upload_fonts();
    Status present(uint32_t index);

    std::unique_ptr<Graphics> graphics_;
    GLFWwindow* window_ = nullptr;
    VkSurfaceKHR surface_ = VK_NULL_HANDLE;
    VkSwapchainKHR swapchain_ = VK_NULL_HANDLE;
    VkSurfaceFormatKHR format_{};
    VkExtent2D extent_{};
    VkRenderPass pass_ = VK_NULL_HANDLE;
    VkPipelineLayout pipeline_layout_ = VK_NULL_HANDLE;
    VkPipeline pipeline_ = VK_NULL_HANDLE;
    std::vector<Target> targets_;
    Frame frames_[Graphics::frames_in_flight];
    int slot_ = 0;
    bool stale_ = true; ///< the swapchain no longer fits the window
    bool fonts_stale_ = true;
    bool imgui_ = false, imgui_vulkan_ = false, full_screen_ = false;
    int windowed_[4] = {100, 100, 1600, 900};
    float display_scale_ = 1;
    int awake_ = 3;
    ImVec4 background_{0.137f, 0.137f, 0.137f, 1};
    double frame_ms_ = 0, frame_began_ = 0;
    std::vector<std::filesystem::path> dropped_;
    std::vector<KeyPress> keys_;
    std::unique_ptr<Hands> hands_; ///< none: the user's own
    std::set<std::string> held_;   ///< scripted keys of the last frame
    uint64_t inputs_ = 0;
    struct Tap {
        int key = 0, modifiers = 0; ///< as GLFW has them
    };
    std::vector<Tap> taps_;   ///< keys pressed since the last frame
    std::vector<int> tapped_; ///< keys that were down for the last frame alone
    std::vector<std::unique_ptr<Draw>> draws_;
};

} // namespace tessera
