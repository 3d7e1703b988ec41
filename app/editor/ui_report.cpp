#include "app/editor/ui_report.h"
#include "app/editor/editor.h"
#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>

namespace tessera {

std::unique_ptr<UiReport> UiReport::from_environment()
{
    const char* path = std::getenv("TESSERA_UI_REPORT");
    std::FILE* file = path && *path ? std::fopen(path, "a") : nullptr;
    return file ? std::unique_ptr<UiReport>(new UiReport(file)) : nullptr;
}

UiReport::~UiReport()
{
    std::fclose(file_);
}

void UiReport::note(Editor& editor)
{
    ++frames_;
    worst_ = std::max(worst_, editor.window().frame_milliseconds());
    const Session& session = editor.session();
    size_t nodes = 0;
    session.project()->graphs.each([&](GraphId, const GraphPtr& graph) { nodes += graph->nodes.size(); });
    const auto& recent = editor.commands().recent();
    const auto& notices = editor.notices().all();
    nlohmann::json state{{"inputs", editor.window().inputs()},
                         {"revision", session.revision()},
                         {"saved", session.saved()},
                         {"path", session.path()},
                         {"nodes", nodes},
                         {"commands", editor.commands().runs()},
                         {"last", recent.empty() ? "" : recent.front()},
                         {"focused", editor.focused_panel()},
                         {"popup", ImGui::IsPopupOpen("", ImGuiPopupFlags_AnyPopupId | ImGuiPopupFlags_AnyPopupLevel)},
                         {"typing", ImGui::GetIO().WantTextInput},
                         {"start_page", editor.start_page_shown()},
                         {"workspace", editor.preferences().workspace},
                         {"play_frame", editor.frame_number()},
                         {"tasks", editor.tasks().running().size()},
                         {"notice", notices.empty() ? "" : notices.back().text},
                         {"validation", editor.window().graphics().take_validation_message()},
                         {"engine", editor.engine() != nullptr}};
    const double time = ImGui::GetTime();
    const std::string line = state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (line == last_ && time - written_ < 1) return;
    last_ = line, written_ = time;
    state["frame"] = frames_;
    state["frame_ms"] = editor.window().frame_milliseconds();
    state["worst_ms"] = std::exchange(worst_, 0.0);
    const std::string text = state.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
    std::fwrite(text.data(), 1, text.size(), file_);
    std::fflush(file_);
}

} // namespace tessera
