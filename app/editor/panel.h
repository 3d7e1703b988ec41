#pragma once
// A panel: one tab of the dock.
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace tessera {

class Editor;

class Panel {
public:
    virtual ~Panel() = default;
    /// Draws into the current ImGui child window, which has no padding.
    virtual void draw(Editor& editor) = 0;
    /// A title of its own ("Viewer 2: Grade3"); "" for the kind's.
    virtual std::string title() const { return {}; }
    /// What it keeps between sessions, as a JSON object; "" for nothing.
    virtual std::string state() const { return {}; }
    /// Takes back what state() gave; what it does not understand is ignored.
    virtual void restore(const std::string& /*state*/) {}
    int slot_number = 1; ///< which one of its kind it is; set when it is made
};

/// A kind of panel that can be opened.
struct PanelKind {
    std::string kind;  ///< "viewer"
    std::string title; ///< "Viewer"
    const char* icon = "";
    bool several = false; ///< more than one may be open
    std::function<std::unique_ptr<Panel>(Editor&)> make;
};

} // namespace tessera
