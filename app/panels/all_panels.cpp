#include "app/panels/all_panels.h"
#include "app/panels/curves/curves_panel.h"
#include "app/panels/dope_sheet/dope_panel.h"
#include "app/panels/graph/graph_panel.h"
#include "app/panels/history/history_panel.h"
#include "app/panels/log/log_panel.h"
#include "app/panels/preferences/preferences_panel.h"
#include "app/panels/properties/project_panel.h"
#include "app/panels/properties/properties_panel.h"
#include "app/panels/queue/queue_panel.h"
#include "app/panels/scopes/scopes_panel.h"
#include "app/panels/viewer/viewer_panel.h"
#include "app/shell/icons.h"

namespace tessera {

namespace {

template <class P> PanelKind kind(std::string id, std::string title, const char* icon, bool several = false)
{
    return {std::move(id), std::move(title), icon, several, [](Editor& editor) { return std::make_unique<P>(editor); }};
}

} // namespace

std::vector<PanelKind> all_panels()
{
    return {
        kind<ViewerPanel>("viewer", "Viewer", icon::eye, true),
        kind<GraphPanel>("graph", "Node Graph", icon::share),
        kind<CurvesPanel>("curves", "Curves", icon::chart),
        kind<DopePanel>("dopesheet", "Dope Sheet", icon::keyframe),
        kind<PropertiesPanel>("properties", "Properties", icon::adjust),
        kind<ProjectPanel>("project", "Project Settings", icon::settings),
        kind<QueuePanel>("queue", "Render Queue", icon::film),
        kind<ScopesPanel>("scopes", "Scopes", icon::chart, true),
        kind<LogPanel>("log", "Log", icon::info),
        kind<HistoryPanel>("history", "History", icon::undo),
        kind<PreferencesPanel>("preferences", "Preferences", icon::settings),
    };
}

} // namespace tessera
