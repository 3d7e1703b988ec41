#include "app/shell/window.h"
#include "app/shell/window_errors.h"
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <algorithm>
#include <backends/imgui_impl_glfw.h>
#include <backends/imgui_impl_vulkan.h>
#include <cmath>
#include <cstring>

namespace tessera {

namespace {

constexpr int least_width = 320, least_height = 200;

std::string& glfw_message()
{
    static std::string last;
    return last;
}

/// The sign on a key; "" for modifiers and what has no name.
std::string name_of(int key, int scancode)
{
    switch (key) {
    case GLFW_KEY_SPACE: return "Space";
    case GLFW_KEY_TAB: return "Tab";
    case GLFW_KEY_ENTER: return "Enter";
    case GLFW_KEY_ESCAPE: return "Escape";
    case GLFW_KEY_BACKSPACE: return "Backspace";
    case GLFW_KEY_DELETE: return "Delete";
    case GLFW_KEY_INSERT: return "Insert";
    case GLFW_KEY_HOME: return "Home";
    case GLFW_KEY_END: return "End";
    case GLFW_KEY_PAGE_UP: return "PageUp";
    case GLFW_KEY_PAGE_DOWN: return "PageDown";
    case GLFW_KEY_LEFT: return "Left";
    case GLFW_KEY_RIGHT: return "Right";
    case GLFW_KEY_UP: return "Up";
    case GLFW_KEY_DOWN: return "Down";
    case GLFW_KEY_KP_ENTER: return "KeypadEnter";
    case GLFW_KEY_KP_ADD: return "Keypad+";
    case GLFW_KEY_KP_SUBTRACT: return "Keypad-";
    case GLFW_KEY_KP_MULTIPLY: return "Keypad*";
    case GLFW_KEY_KP_DIVIDE: return "Keypad/";
    case GLFW_KEY_KP_DECIMAL: return "Keypad.";
    default: break;
    }
    if (key >= GLFW_KEY_F1 && key <= GLFW_KEY_F24) return "F" + std::to_string(key - GLFW_KEY_F1 + 1);
    if (key >= GLFW_KEY_KP_0 && key <= GLFW_KEY_KP_9) return "Keypad" + std::to_string(key - GLFW_KEY_KP_0);
    const char* sign = glfwGetKeyName(key, scancode);
    if (!sign || !*sign) return "";
    std::string name = sign;
    if (name.size() == 1) name[0] = char(std::toupper(static_cast<unsigned char>(name[0])));
    return name;
}

} // namespace

Result<std::unique_ptr<Window>> Window::open(const WindowOptions& options)
{
    std::unique_ptr<Window> w(new Window);
    TESSERA_CHECK(w->make_window(options));
    TESSERA_CHECK(w->make_frames());
    TESSERA_CHECK(w->make_render_pass());
    TESSERA_CHECK(w->make_pipeline());
    TESSERA_CHECK(w->start_imgui());
    return w;
}

Status Window::make_window(const WindowOptions& options)
{
    glfwSetErrorCallback([](int, const char* message) { glfw_message() = message; });
    if (!glfwInit())
        return Error{ErrorKind::NotFound, "there is no display to open a window on (" + glfw_message() + ")",
                     "start it from a graphical session or set DISPLAY; `tessera render` and the other commands need "
                     "no display"};
    if (!glfwVulkanSupported())
        return Error{ErrorKind::Unsupported, "this display cannot show what Vulkan draws",
                     "install libvulkan1 and a driver, such as mesa-vulkan-drivers"};
    uint32_t count = 0;
    const char** extensions = glfwGetRequiredInstanceExtensions(&count);
    TESSERA_TRY(graphics, Graphics::open({extensions, count}, options.validation));
    graphics_ = std::move(graphics);
    glfwWindowHint(GLFW_CLIENT_API, GLFW_NO_API);
    glfwWindowHint(GLFW_MAXIMIZED, options.maximized);
    window_ = glfwCreateWindow(options.width, options.height, options.title.c_str(), nullptr, nullptr);
    if (!window_)
        return Error{ErrorKind::Unsupported, "the window could not be opened (" + glfw_message() + ")",
                     "check the display; `tessera render` needs none"};
    glfwSetWindowUserPointer(window_, this);
    glfwSetWindowSizeLimits(window_, least_width, least_height, GLFW_DONT_CARE, GLFW_DONT_CARE);
    glfwSetFramebufferSizeCallback(window_, [](GLFWwindow* g, int, int) {
        auto* w = static_cast<Window*>(glfwGetWindowUserPointer(g));
        w->stale_ = true;
        w->keep_drawing(3);
    });
    glfwSetWindowRefreshCallback(window_, [](GLFWwindow* g) {
        auto* w = static_cast<Window*>(glfwGetWindowUserPointer(g));
        w->keep_drawing(2);
        if (w->on_refresh) w->on_refresh();
    });
    glfwSetDropCallback(window_, [](GLFWwindow* g, int n, const char** paths) {
        auto* w = static_cast<Window*>(glfwGetWindowUserPointer(g));
        for (int i = 0; i < n; ++i) w->dropped_.emplace_back(paths[i]);
        w->keep_drawing(2);
    });
    glfwSetKeyCallback(window_, [](GLFWwindow* g, int key, int scancode, int action, int mods) {
        auto* w = static_cast<Window*>(glfwGetWindowUserPointer(g));
        w->keep_drawing(2);
        if (action == GLFW_RELEASE) return;
        ++w->inputs_;
        w->taps_.push_back({key, mods});
        const std::string name = name_of(key, scancode);
        if (name.empty()) return;
        w->keys_.push_back({name, (mods & GLFW_MOD_CONTROL) != 0, (mods & GLFW_MOD_SHIFT) != 0,
                            (mods & GLFW_MOD_ALT) != 0, (mods & GLFW_MOD_SUPER) != 0, action == GLFW_REPEAT});
    });
    glfwSetMouseButtonCallback(window_, [](GLFWwindow* g, int, int action, int) {
        auto* w = static_cast<Window*>(glfwGetWindowUserPointer(g));
        w->inputs_ += action == GLFW_PRESS;
    });
    float x = 1, y = 1;
    glfwGetWindowContentScale(window_, &x, &y);
    display_scale_ = std::clamp(x, 0.5f, 4.0f);
    DRAW_CHECK("opening the window's surface",
               glfwCreateWindowSurface(graphics_->instance(), window_, nullptr, &surface_));
    if (!graphics_->presents(surface_))
        return Error{ErrorKind::Unsupported, graphics_->name() + " cannot show pictures in this window",
                     "set TESSERA_DISPLAY_DEVICE to another device's number"};
    return {};
}

Status Window::start_imgui()
{
    IMGUI_CHECKVERSION();
    ImGui::CreateContext();
    imgui_ = true;
    ImGuiIO& io = ImGui::GetIO();
    io.IniFilename = nullptr; // the workspace is saved with the preferences
    io.LogFilename = nullptr;
    io.ConfigWindowsMoveFromTitleBarOnly = true;
    ImGui_ImplGlfw_InitForVulkan(window_, true);
    ImGui_ImplVulkan_InitInfo info{};
    info.Instance = graphics_->instance();
    info.PhysicalDevice = graphics_->physical();
    info.Device = graphics_->device();
    info.QueueFamily = graphics_->family();
    info.Queue = graphics_->queue();
    info.DescriptorPool = graphics_->descriptors();
    info.MinImageCount = info.ImageCount = 2;
    info.MSAASamples = VK_SAMPLE_COUNT_1_BIT;
    if (!ImGui_ImplVulkan_Init(&info, pass_)) return window_failed(VK_ERROR_INITIALIZATION_FAILED, "starting the interface");
    imgui_vulkan_ = true;
    return {};
}

Window::~Window()
{
    if (graphics_) {
        vkDeviceWaitIdle(graphics_->device());
        if (imgui_vulkan_) ImGui_ImplVulkan_Shutdown();
        if (imgui_) {
            ImGui_ImplGlfw_Shutdown();
            ImGui::DestroyContext();
        }
        drop_swapchain();
        const VkDevice device = graphics_->device();
        for (Frame& f : frames_) {
            if (f.pool) vkDestroyCommandPool(device, f.pool, nullptr);
            if (f.done) vkDestroyFence(device, f.done, nullptr);
            if (f.acquired) vkDestroySemaphore(device, f.acquired, nullptr);
        }
        if (swapchain_) vkDestroySwapchainKHR(device, swapchain_, nullptr);
        if (pipeline_) vkDestroyPipeline(device, pipeline_, nullptr);
        if (pipeline_layout_) vkDestroyPipelineLayout(device, pipeline_layout_, nullptr);
        if (pass_) vkDestroyRenderPass(device, pass_, nullptr);
        if (surface_) vkDestroySurfaceKHR(graphics_->instance(), surface_, nullptr);
        graphics_.reset();
    }
    if (window_) glfwDestroyWindow(window_);
    glfwTerminate();
}

bool Window::wants_to_close() const
{
    return glfwWindowShouldClose(window_);
}

void Window::stay_open()
{
    glfwSetWindowShouldClose(window_, GLFW_FALSE);
}

void Window::set_title(const std::string& title)
{
    glfwSetWindowTitle(window_, title.c_str());
}

void Window::wake()
{
    glfwPostEmptyEvent();
}

void Window::resize(int width, int height)
{
    glfwSetWindowSize(window_, width, height);
}

void Window::toggle_full_screen()
{
    if (full_screen_) {
        glfwSetWindowMonitor(window_, nullptr, windowed_[0], windowed_[1], windowed_[2], windowed_[3], GLFW_DONT_CARE);
    } else {
        GLFWmonitor* monitor = glfwGetPrimaryMonitor();
        if (!monitor) return;
        glfwGetWindowPos(window_, &windowed_[0], &windowed_[1]);
        glfwGetWindowSize(window_, &windowed_[2], &windowed_[3]);
        const GLFWvidmode* mode = glfwGetVideoMode(monitor);
        glfwSetWindowMonitor(window_, monitor, 0, 0, mode->width, mode->height, mode->refreshRate);
    }
    full_screen_ = !full_screen_;
    stale_ = true;
}

Status Window::upload_fonts()
{
    // Seldom (start, change of scale), so it waits for the device.
    const VkDevice device = graphics_->device();
    vkDeviceWaitIdle(device);
    Frame& f = frames_[slot_];
    vkResetCommandPool(device, f.pool, 0);
    VkCommandBufferBeginInfo begin{VK_STRUCTURE_TYPE_COMMAND_BUFFER_BEGIN_INFO};
    begin.flags = VK_COMMAND_BUFFER_USAGE_ONE_TIME_SUBMIT_BIT;
    DRAW_CHECK("uploading the fonts", vkBeginCommandBuffer(f.commands, &begin));
    ImGui_ImplVulkan_CreateFontsTexture(f.commands);
    DRAW_CHECK("uploading the fonts", vkEndCommandBuffer(f.commands));
    VkSubmitInfo submit{VK_STRUCTURE_TYPE_SUBMIT_INFO};
    submit.commandBufferCount = 1;
    submit.pCommandBuffers = &f.commands;
    DRAW_CHECK("uploading the fonts", vkQueueSubmit(graphics_->queue(), 1, &submit, VK_NULL_HANDLE));
    vkDeviceWaitIdle(device);
    ImGui_ImplVulkan_DestroyFontUploadObjects();
    fonts_stale_ = false;
    return {};
}

Result<bool> Window::begin(double seconds)
{
    if (awake_ > 0) {
        --awake_;
        seconds = 0;
    }
    if (seconds > 0) glfwWaitEventsTimeout(seconds);
    else glfwPollEvents();
    frame_began_ = glfwGetTime();
    int width = 0, height = 0;
    glfwGetFramebufferSize(window_, &width, &height);
    if (width == 0 || height == 0) {
        glfwWaitEventsTimeout(0.1);
        return false;
    }
    if (stale_) TESSERA_CHECK(make_swapchain());
    if (!swapchain_ || targets_.empty()) return false;
    if (fonts_stale_) TESSERA_CHECK(upload_fonts());
    ImGui_ImplVulkan_NewFrame();
    ImGui_ImplGlfw_NewFrame();
    hold_taps();
    if (hands_) take_hands();
    ImGui::NewFrame();
    draws_.clear();
    return true;
}

} // namespace tessera
