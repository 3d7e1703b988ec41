// Loading a configuration and listing what it has. The transforms are in transforms.cpp.
#include "core/color/config.h"
#include "core/color/config_state.h"
#include "core/color/nearest.h"
#include "core/color/ocio_bridge.h"
#include <OpenColorIO/OpenColorIO.h>
#include <cstdlib>
#include <filesystem>
#include <sstream>

namespace OCIO = OCIO_NAMESPACE;

namespace tessera {

namespace {

/// OpenColorIO tells of recoverable oddities in files on stderr. What matters comes back as errors.
void quiet_library()
{
    static const bool done = (OCIO::SetLoggingLevel(OCIO::LOGGING_LEVEL_NONE), true);
    (void)done;
}

std::string text_or_empty(const char* text)
{
    return text ? text : "";
}

std::vector<ColorSpaceInfo> list_spaces(const OCIO::Config& config)
{
    std::vector<ColorSpaceInfo> out;
    const int count = config.getNumColorSpaces(OCIO::SEARCH_REFERENCE_SPACE_ALL, OCIO::COLORSPACE_ALL);
    for (int i = 0; i < count; ++i) {
        const char* name = config.getColorSpaceNameByIndex(OCIO::SEARCH_REFERENCE_SPACE_ALL, OCIO::COLORSPACE_ALL, i);
        const auto space = config.getColorSpace(name);
        ColorSpaceInfo info;
        info.name = name;
        info.family = text_or_empty(space->getFamily());
        info.encoding = text_or_empty(space->getEncoding());
        info.description = text_or_empty(space->getDescription());
        for (size_t a = 0; a < space->getNumAliases(); ++a) info.aliases.push_back(space->getAlias(a));
        info.data = space->isData();
        info.display = space->getReferenceSpaceType() == OCIO::REFERENCE_SPACE_DISPLAY;
        out.push_back(std::move(info));
    }
    return out;
}

/// The default display first; of each display the default view first.
std::vector<ColorDisplay> list_displays(const OCIO::Config& config)
{
    std::vector<ColorDisplay> out;
    const std::string first = text_or_empty(config.getDefaultDisplay());
    for (int i = 0; i < config.getNumDisplays(); ++i) {
        ColorDisplay display{text_or_empty(config.getDisplay(i)), {}};
        const std::string default_view = text_or_empty(config.getDefaultView(display.name.c_str()));
        if (!default_view.empty()) display.views.push_back(default_view);
        for (int v = 0; v < config.getNumViews(display.name.c_str()); ++v) {
            std::string view = text_or_empty(config.getView(display.name.c_str(), v));
            if (view != default_view) display.views.push_back(std::move(view));
        }
        out.insert(display.name == first ? out.begin() : out.end(), std::move(display));
    }
    return out;
}

} // namespace

Error ocio_error(const std::string& what, const std::string& reason)
{
    std::string line;
    for (char c : reason)
        if (c != '\n' && c != '\r')
            line += c;
        else if (!line.empty() && line.back() != ' ')
            line += ' ';
    while (!line.empty() && (line.back() == '.' || line.back() == ' ')) line.pop_back();
    return {ErrorKind::Damaged, what + ": " + line, "check the colour configuration and the files it refers to"};
}

Result<ColorProcessor> ColorConfig::State::kept(const Key& request,
                                                const std::function<Result<ColorProcessor>()>& make) const
{
    constexpr size_t most = 512; // plenty for a project; a bound for a slider that makes a new CDL with every move
    {
        std::lock_guard lock(mutex);
        if (auto found = processors.find(request); found != processors.end()) return found->second;
    }
    TESSERA_TRY(made, make());
    std::lock_guard lock(mutex);
    if (processors.size() >= most) processors.clear();
    return processors.emplace(request, made).first->second;
}

Result<ColorConfig> ColorConfig::make(const std::shared_ptr<const void>& config, std::string source)
{
    // Processors are kept in State under keys that know when a LUT file changed; the library's own store does not.
    const auto ocio = std::static_pointer_cast<const OCIO::Config>(config)->createEditableCopy();
    ocio->setProcessorCacheFlags(OCIO::PROCESSOR_CACHE_OFF);
    auto state = std::make_shared<State>();
    state->ocio = std::static_pointer_cast<const void>(OCIO::ConstConfigRcPtr(ocio));
    state->key = Hasher().add("ocio-config").add(OCIO::GetVersion()).add(ocio->getCacheID()).key();
    state->source = std::move(source);
    state->spaces = list_spaces(*ocio);
    for (int i = 0; i < ocio->getNumRoles(); ++i)
        state->roles.push_back({ocio->getRoleName(i), text_or_empty(ocio->getRoleColorSpace(i))});
    state->displays = list_displays(*ocio);
    for (int i = 0; i < ocio->getNumLooks(); ++i) state->looks.push_back(ocio->getLookNameByIndex(i));
    for (int i = 0; i < ocio->getNumNamedTransforms(); ++i)
        state->named_transforms.push_back(ocio->getNamedTransformNameByIndex(i));
    return ColorConfig(std::move(state));
}

Result<ColorConfig> ColorConfig::builtin()
{
    quiet_library();
    try {
        return make(make_builtin_config(), "builtin");
    } catch (const std::exception& e) {
        return ocio_error("cannot make the built-in colour configuration", e.what());
    }
}

Result<ColorConfig> ColorConfig::from_file(const std::string& path)
{
    quiet_library();
    const std::string what = "cannot read the colour configuration " + path;
    std::error_code code;
    if (!std::filesystem::exists(path, code)) {
        Error e{ErrorKind::NotFound, what + ": no such file",
                "check the path, or set the project's colour configuration to \"builtin\""};
        e.file = path;
        return e;
    }
    try {
        // A LUT that changed since an earlier load must not come out of the library's memory.
        OCIO::ClearAllCaches();
        // Not validated as a whole: that would refuse files named by variables that only a request sets.
        auto config = OCIO::Config::CreateFromFile(path.c_str());
        return make(std::static_pointer_cast<const void>(OCIO::ConstConfigRcPtr(config)), path);
    } catch (const std::exception& e) {
        Error error = ocio_error(what, e.what());
        error.remedy =
            "mend the file, or use one made for OpenColorIO " + std::string(OCIO::GetVersion()) + " or older";
        error.file = path;
        return error;
    }
}

Result<ColorConfig> ColorConfig::from_environment()
{
    const char* path = std::getenv("OCIO");
    if (!path || !*path) return builtin();
    auto config = from_file(path);
    if (!config) config.error().message += " (named by the environment variable OCIO)";
    return config;
}

Result<ColorConfig> ColorConfig::load(const std::string& setting)
{
    if (setting.empty() || setting == "builtin") return builtin();
    if (setting == "$OCIO" || setting == "${OCIO}") return from_environment();
    return from_file(setting);
}

const std::string& ColorConfig::source() const
{
    return state_->source;
}
const Key& ColorConfig::key() const
{
    return state_->key;
}
const std::vector<ColorSpaceInfo>& ColorConfig::spaces() const
{
    return state_->spaces;
}
const std::vector<ColorRole>& ColorConfig::roles() const
{
    return state_->roles;
}
const std::vector<ColorDisplay>& ColorConfig::displays() const
{
    return state_->displays;
}
const std::vector<std::string>& ColorConfig::looks() const
{
    return state_->looks;
}
const std::vector<std::string>& ColorConfig::named_transforms() const
{
    return state_->named_transforms;
}

Result<std::string> ColorConfig::text() const
{
    try {
        std::ostringstream out;
        std::static_pointer_cast<const OCIO::Config>(state_->ocio)->serialize(out);
        return out.str();
    } catch (const std::exception& e) {
        return ocio_error("cannot write the colour configuration " + state_->source, e.what());
    }
}

Result<std::string> ColorConfig::space(std::string_view name) const
{
    const std::string wanted(name);
    if (const auto found = std::static_pointer_cast<const OCIO::Config>(state_->ocio)->getColorSpace(wanted.c_str()))
        return std::string(found->getName());
    std::vector<std::string> names;
    for (const ColorSpaceInfo& s : state_->spaces) names.push_back(s.name);
    for (const ColorRole& r : state_->roles) names.push_back(r.name);
    return Error{ErrorKind::NotFound,
                 "the colour configuration " + state_->source + " has no colour space \"" + wanted + "\"",
                 "choose another one, for instance " + quoted_list(nearest_names(name, names))};
}

std::string ColorConfig::space_for_file(const std::string& path) const
{
    try {
        const auto config = std::static_pointer_cast<const OCIO::Config>(state_->ocio);
        const std::string name = text_or_empty(config->getColorSpaceFromFilepath(path.c_str()));
        if (auto found = space(name)) return *found;
    } catch (const std::exception&) {
        // A rule whose regular expression cannot cope with this path says nothing about it: the default below decides.
    }
    if (auto linear = space("scene_linear")) return *linear;
    return state_->spaces.empty() ? std::string() : state_->spaces.front().name;
}

std::string_view name_of(LutInterpolation i)
{
    constexpr std::string_view names[] = {"best", "linear", "tetrahedral", "nearest"};
    return names[size_t(i)];
}

std::vector<std::string> builtin_transform_styles()
{
    std::vector<std::string> out;
    const auto registry = OCIO::BuiltinTransformRegistry::Get();
    for (size_t i = 0; i < registry->getNumBuiltins(); ++i) out.push_back(registry->getBuiltinStyle(i));
    return out;
}

} // namespace tessera
