// Keys between GLFW and ImGui. Scripted input: what a test's hands do takes the place of what GLFW has told ImGui, just before the frame begins.
#include "app/shell/window.h"
#define GLFW_INCLUDE_NONE
#include <GLFW/glfw3.h>
#include <algorithm>
#include <map>

namespace tessera {

namespace {

/// The key with this sign, on a keyboard of the United States.
int code_of(const std::string& name)
{
    static const std::map<std::string, int> named{
        {"Space", GLFW_KEY_SPACE},   {"Tab", GLFW_KEY_TAB},           {"Enter", GLFW_KEY_ENTER},
        {"Escape", GLFW_KEY_ESCAPE}, {"Backspace", GLFW_KEY_BACKSPACE}, {"Delete", GLFW_KEY_DELETE},
        {"Insert", GLFW_KEY_INSERT}, {"Home", GLFW_KEY_HOME},         {"End", GLFW_KEY_END},
        {"PageUp", GLFW_KEY_PAGE_UP}, {"PageDown", GLFW_KEY_PAGE_DOWN}, {"Left", GLFW_KEY_LEFT},
        {"Right", GLFW_KEY_RIGHT},   {"Up", GLFW_KEY_UP},             {"Down", GLFW_KEY_DOWN}};
    if (const auto it = named.find(name); it != named.end()) return it->second;
    if (name.size() == 1) return static_cast<unsigned char>(name[0]); // GLFW numbers these as ASCII does
    if (name.size() > 1 && name[0] == 'F') return GLFW_KEY_F1 + std::atoi(name.c_str() + 1) - 1;
    return -1;
}

} // namespace

/// A key pressed and let go between two frames is down for one of them: ImGui looks at the state of keys alone, and would
/// miss it whenever a frame takes longer than a finger.
void Window::hold_taps()
{
    ImGuiIO& io = ImGui::GetIO();
    for (const int key : std::exchange(tapped_, {})) io.KeysDown[key] = glfwGetKey(window_, key) == GLFW_PRESS;
    for (const Tap& tap : std::exchange(taps_, {})) {
        if (tap.key < 0 || tap.key >= int(std::size(io.KeysDown)) || io.KeysDown[tap.key]) continue;
        io.KeysDown[tap.key] = true;
        tapped_.push_back(tap.key);
        io.KeyCtrl = io.KeyCtrl || (tap.modifiers & GLFW_MOD_CONTROL);
        io.KeyShift = io.KeyShift || (tap.modifiers & GLFW_MOD_SHIFT);
        io.KeyAlt = io.KeyAlt || (tap.modifiers & GLFW_MOD_ALT);
    }
    if (!tapped_.empty()) keep_drawing(2);
}

void Window::take_hands()
{
    ImGuiIO& io = ImGui::GetIO();
    Hands& h = *hands_;
    const auto down = [&io](int code, bool held) {
        if (code >= 0 && code < int(std::size(io.KeysDown))) io.KeysDown[code] = held;
    };
    io.MousePos = h.pointer;
    for (int i = 0; i < 3; ++i) {
        inputs_ += h.buttons[i] && !io.MouseDown[i];
        io.MouseDown[i] = h.buttons[i];
    }
    io.MouseWheel = std::exchange(h.wheel, 0.0f);
    io.MouseWheelH = std::exchange(h.wheel_across, 0.0f);
    io.KeyCtrl = h.ctrl, io.KeyShift = h.shift, io.KeyAlt = h.alt, io.KeySuper = h.super;
    down(GLFW_KEY_LEFT_CONTROL, h.ctrl), down(GLFW_KEY_LEFT_SHIFT, h.shift), down(GLFW_KEY_LEFT_ALT, h.alt);
    for (const std::string& key : held_)
        if (!h.keys.contains(key)) down(code_of(key), false);
    for (const std::string& key : h.keys) {
        if (held_.contains(key)) continue;
        ++inputs_;
        down(code_of(key), true);
        keys_.push_back({key, h.ctrl, h.shift, h.alt, h.super, false});
    }
    held_ = h.keys;
    if (!h.text.empty()) io.AddInputCharactersUTF8(std::exchange(h.text, {}).c_str());
    io.AddFocusEvent(true);
}

} // namespace tessera
