// The transforms a configuration offers: requests checked name by name, so that errors can say what is missing, and
// made into processors.
#include "core/color/config_state.h"
#include "core/color/nearest.h"
#include "core/color/ocio_bridge.h"
#include <OpenColorIO/OpenColorIO.h>
#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>

namespace OCIO = OCIO_NAMESPACE;
namespace fs = std::filesystem;

namespace tessera {

namespace {

OCIO::TransformDirection ocio_direction(ColorDirection direction)
{
    return direction == ColorDirection::Forward ? OCIO::TRANSFORM_DIR_FORWARD : OCIO::TRANSFORM_DIR_INVERSE;
}

OCIO::Interpolation ocio_interpolation(LutInterpolation i)
{
    constexpr OCIO::Interpolation table[] = {OCIO::INTERP_BEST, OCIO::INTERP_LINEAR, OCIO::INTERP_TETRAHEDRAL,
                                             OCIO::INTERP_NEAREST};
    return table[size_t(i)];
}

OCIO::ConstContextRcPtr context_of(const OCIO::Config& config, const ColorContext& variables)
{
    if (variables.empty()) return config.getCurrentContext();
    auto context = config.getCurrentContext()->createEditableCopy();
    for (const auto& [name, value] : variables) context->setStringVar(name.c_str(), value.c_str());
    return context;
}

Hasher request(std::string_view kind, const ColorContext& variables, ColorDirection direction)
{
    Hasher hasher;
    hasher.add(kind).add(direction).add(variables.size());
    for (const auto& [name, value] : variables) hasher.add(name).add(value);
    return hasher;
}

Result<ColorProcessor> processor_of(const OCIO::Config& config, const OCIO::ConstTransformRcPtr& transform,
                                    const ColorContext& variables, ColorDirection direction, const std::string& what)
{
    try {
        const auto processor = config.getProcessor(context_of(config, variables), transform, ocio_direction(direction));
        return wrap_processor(std::static_pointer_cast<const void>(processor), what);
    } catch (const OCIO::ExceptionMissingFile& e) {
        Error error = ocio_error(what, e.what());
        error.kind = ErrorKind::NotFound;
        error.remedy = "check the configuration's search path and its variables";
        return error;
    } catch (const std::exception& e) {
        return ocio_error(what, e.what());
    }
}

Error no_such(const std::string& kind, const std::string& name, const std::string& where,
              const std::vector<std::string>& names)
{
    Error e{ErrorKind::NotFound, where + " has no " + kind + " \"" + name + "\"", ""};
    e.remedy = names.empty() ? "choose a configuration that has one"
                             : "choose another one, for instance " + quoted_list(nearest_names(name, names));
    return e;
}

bool has(const std::vector<std::string>& names, const std::string& name)
{
    return std::find(names.begin(), names.end(), name) != names.end();
}

/// The looks of a list such as "+grade, -neutral | other": names without signs.
std::vector<std::string> names_of_looks(const std::string& list)
{
    std::vector<std::string> out;
    std::string name;
    auto add = [&] {
        const size_t first = name.find_first_not_of(" \t+-");
        if (first != std::string::npos) out.push_back(name.substr(first, name.find_last_not_of(" \t") - first + 1));
        name.clear();
    };
    for (char c : list)
        if (c == ',' || c == ':' || c == '|')
            add();
        else
            name += c;
    add();
    return out;
}

/// Files below this size are read; a LUT of more is a mistake or an attack.
constexpr uintmax_t largest_lut = uintmax_t(256) << 20;

Error file_error(ErrorKind kind, const std::string& path, const std::string& reason, const std::string& remedy)
{
    Error e{kind, "cannot read the LUT " + path + ": " + reason, remedy};
    e.file = path;
    return e;
}

Error missing_file(const std::string& path)
{
    std::vector<std::string> names;
    std::error_code code;
    const fs::path folder = fs::path(path).parent_path().empty() ? fs::path(".") : fs::path(path).parent_path();
    for (fs::directory_iterator at(folder, code), end; !code && at != end; at.increment(code))
        if (at->is_regular_file(code)) names.push_back(at->path().filename().string());
    std::sort(names.begin(), names.end());
    std::string remedy = "check the path";
    if (!names.empty())
        remedy +=
            ", or use " + quoted_list(nearest_names(fs::path(path).filename().string(), names)) + " of its folder";
    return file_error(ErrorKind::NotFound, path, "no such file", remedy);
}

/// Size and time of change of a LUT. When they differ from the last time the library's memory of files is emptied: it
/// knows files by name alone.
Key stamp_of(const std::string& file)
{
    static std::mutex mutex;
    static std::map<std::string, Key> seen;
    std::error_code code;
    const uintmax_t size = fs::file_size(file, code);
    const auto changed = fs::last_write_time(file, code).time_since_epoch().count();
    const Key stamp = Hasher().add(file).add(size).add(int64_t(changed)).key();
    std::lock_guard lock(mutex);
    auto [entry, fresh] = seen.emplace(file, stamp);
    if (!fresh && entry->second != stamp) {
        OCIO::ClearAllCaches();
        entry->second = stamp;
    }
    return stamp;
}

} // namespace

Result<ColorProcessor> ColorConfig::convert(const std::string& from, const std::string& to,
                                            const ColorContext& context) const
{
    TESSERA_TRY(source, space(from));
    TESSERA_TRY(target, space(to));
    const Key key = request("convert", context, ColorDirection::Forward).add(source).add(target).key();
    return state_->kept(key, [&] {
        auto transform = OCIO::ColorSpaceTransform::Create();
        transform->setSrc(source.c_str());
        transform->setDst(target.c_str());
        return processor_of(*std::static_pointer_cast<const OCIO::Config>(state_->ocio), transform, context,
                            ColorDirection::Forward, "cannot convert " + source + " to " + target);
    });
}

Result<ColorProcessor> ColorConfig::display(const std::string& from, const std::string& display,
                                            const std::string& view, ColorDirection direction, const std::string& looks,
                                            const ColorContext& context) const
{
    TESSERA_TRY(source, space(from));
    std::vector<std::string> names;
    const ColorDisplay* found = nullptr;
    for (const ColorDisplay& d : state_->displays) {
        names.push_back(d.name);
        if (d.name == display) found = &d;
    }
    if (!found) return no_such("display", display, "the colour configuration " + state_->source, names);
    if (!has(found->views, view)) return no_such("view", view, "the display \"" + display + "\"", found->views);
    for (const std::string& name : names_of_looks(looks))
        if (!has(state_->looks, name))
            return no_such("look", name, "the colour configuration " + state_->source, state_->looks);
    const Key key = request("display", context, direction).add(source).add(display).add(view).add(looks).key();
    return state_->kept(key, [&] {
        auto group = OCIO::GroupTransform::Create();
        if (!looks.empty()) {
            auto look = OCIO::LookTransform::Create();
            look->setSrc(source.c_str());
            look->setDst(source.c_str());
            look->setLooks(looks.c_str());
            group->appendTransform(look);
        }
        auto transform = OCIO::DisplayViewTransform::Create();
        transform->setSrc(source.c_str());
        transform->setDisplay(display.c_str());
        transform->setView(view.c_str());
        transform->setLooksBypass(!looks.empty());
        group->appendTransform(transform);
        return processor_of(*std::static_pointer_cast<const OCIO::Config>(state_->ocio), group, context, direction,
                            "cannot convert " + source + " to the view " + view + " of " + display);
    });
}

Result<ColorProcessor> ColorConfig::look(const std::string& from, const std::string& to, const std::string& looks,
                                         ColorDirection direction, const ColorContext& context) const
{
    TESSERA_TRY(source, space(from));
    TESSERA_TRY(target, space(to));
    for (const std::string& name : names_of_looks(looks))
        if (!has(state_->looks, name))
            return no_such("look", name, "the colour configuration " + state_->source, state_->looks);
    const Key key = request("look", context, direction).add(source).add(target).add(looks).key();
    return state_->kept(key, [&] {
        auto transform = OCIO::LookTransform::Create();
        transform->setSrc(source.c_str());
        transform->setDst(target.c_str());
        transform->setLooks(looks.c_str());
        return processor_of(*std::static_pointer_cast<const OCIO::Config>(state_->ocio), transform, context, direction,
                            "cannot apply the look " + looks);
    });
}

Result<ColorProcessor> ColorConfig::file_transform(const std::string& path, LutInterpolation interpolation,
                                                   ColorDirection direction, const std::string& cccid,
                                                   const ColorContext& context) const
{
    const auto config = std::static_pointer_cast<const OCIO::Config>(state_->ocio);
    std::string file;
    try {
        file = context_of(*config, context)->resolveFileLocation(path.c_str());
    } catch (const std::exception&) {
        return missing_file(path);
    }
    std::error_code code;
    if (!fs::is_regular_file(file, code)) return missing_file(path);
    const uintmax_t size = fs::file_size(file, code);
    if (code || size > largest_lut)
        return file_error(ErrorKind::Unsupported, path, "it has " + std::to_string(size) + " bytes",
                          "use a LUT of less than " + std::to_string(largest_lut) + " bytes");
    const Key key = request("file", context, direction).add(stamp_of(file)).add(interpolation).add(cccid).key();
    return state_->kept(key, [&]() -> Result<ColorProcessor> {
        auto transform = OCIO::FileTransform::Create();
        transform->setSrc(file.c_str());
        transform->setInterpolation(ocio_interpolation(interpolation));
        transform->setCCCId(cccid.c_str());
        auto made = processor_of(*config, transform, context, direction, "cannot read the LUT " + path);
        if (made) return made;
        Error error = made.error();
        error.file = path;
        const bool choose = error.message.find("cccid") != std::string::npos;
        error.remedy = choose ? "name one of the file's corrections by its id, or by its number from 0"
                              : "write the file again from the program it came from, or use another one";
        return error;
    });
}

Result<ColorProcessor> ColorConfig::cdl(const Cdl& cdl, ColorDirection direction,
                                        const std::string& working_space) const
{
    std::string working;
    if (!working_space.empty()) {
        TESSERA_TRY(resolved, space(working_space));
        TESSERA_CHECK(([&]() -> Status {
            if (auto linear = space("scene_linear"); !linear) return linear.error();
            return {};
        })());
        working = resolved;
    }
    const std::array<double, 9> sop{cdl.slope[0],  cdl.slope[1], cdl.slope[2], cdl.offset[0], cdl.offset[1],
                                    cdl.offset[2], cdl.power[0], cdl.power[1], cdl.power[2]};
    Hasher hasher = request("cdl", {}, direction);
    for (double v : sop) hasher.add(v);
    hasher.add(cdl.saturation).add(cdl.clamp).add(working);
    const bool finite = std::all_of(sop.begin(), sop.end(), [](double v) { return std::isfinite(v); });
    if (!finite || !(cdl.saturation >= 0) || !std::isfinite(cdl.saturation))
        return Error{ErrorKind::InvalidArgument, "the CDL has numbers that are not finite or a negative saturation",
                     "correct its slope, offset, power and saturation"};
    for (int i = 0; i < 3; ++i)
        if (cdl.slope[size_t(i)] < 0 || cdl.power[size_t(i)] <= 0)
            return Error{ErrorKind::InvalidArgument, "the CDL has a negative slope or a power that is not positive",
                         "use slopes of 0 or more and powers above 0"};
    return state_->kept(hasher.key(), [&] {
        auto transform = OCIO::CDLTransform::Create();
        transform->setSOP(sop.data());
        transform->setSat(cdl.saturation);
        transform->setStyle(cdl.clamp ? OCIO::CDL_ASC : OCIO::CDL_NO_CLAMP);
        auto group = OCIO::GroupTransform::Create();
        auto convert = [&](const std::string& from, const std::string& to) {
            if (working.empty()) return;
            auto step = OCIO::ColorSpaceTransform::Create();
            step->setSrc(from.c_str());
            step->setDst(to.c_str());
            group->appendTransform(step);
        };
        convert("scene_linear", working);
        group->appendTransform(transform);
        convert(working, "scene_linear");
        return processor_of(*std::static_pointer_cast<const OCIO::Config>(state_->ocio), group, {}, direction,
                            "cannot apply the CDL");
    });
}

Result<ColorProcessor> ColorConfig::log_convert(ColorDirection direction, const ColorContext& context) const
{
    if (direction == ColorDirection::Forward) return convert("scene_linear", "compositing_log", context);
    return convert("compositing_log", "scene_linear", context);
}

Result<ColorProcessor> ColorConfig::named_transform(const std::string& name, ColorDirection direction,
                                                    const ColorContext& context) const
{
    const auto config = std::static_pointer_cast<const OCIO::Config>(state_->ocio);
    const auto named = config->getNamedTransform(name.c_str());
    if (!named)
        return no_such("named transform", name, "the colour configuration " + state_->source, state_->named_transforms);
    const Key key = request("named", context, direction).add(name).key();
    return state_->kept(key, [&] {
        // A named transform may have either direction only; the other one is then its inverse.
        auto transform = named->getTransform(ocio_direction(direction));
        ColorDirection rest = ColorDirection::Forward;
        if (!transform) {
            const bool forward = direction == ColorDirection::Forward;
            transform = named->getTransform(forward ? OCIO::TRANSFORM_DIR_INVERSE : OCIO::TRANSFORM_DIR_FORWARD);
            rest = ColorDirection::Inverse;
        }
        return processor_of(*config, transform, context, rest, "cannot apply the named transform " + name);
    });
}

Result<ColorProcessor> ColorConfig::builtin_transform(const std::string& style, ColorDirection direction) const
{
    const auto styles = builtin_transform_styles();
    if (!has(styles, style)) return no_such("built-in transform", style, "this version of OpenColorIO", styles);
    return state_->kept(request("builtin", {}, direction).add(style).key(), [&] {
        auto transform = OCIO::BuiltinTransform::Create();
        transform->setStyle(style.c_str());
        return processor_of(*std::static_pointer_cast<const OCIO::Config>(state_->ocio), transform, {}, direction,
                            "cannot apply the built-in transform " + style);
    });
}

} // namespace tessera
