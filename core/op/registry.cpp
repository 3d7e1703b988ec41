#include "core/op/description.h"
#include "core/op/op.h"
#include "shaders/embedded.h"
#include <algorithm>
#include <cassert>
#include <mutex>
#include <set>
#include <unordered_map>

namespace tessera {

namespace {

std::optional<std::string_view> shader_text(const std::string& name)
{
    const auto all = embedded_shaders();
    const auto it = std::lower_bound(all.begin(), all.end(), name, [](const auto& s, const auto& n) { return s.name < n; });
    if (it == all.end() || it->name != name) return std::nullopt;
    return it->text;
}

/// Appends the shader at `path` with its includes in front of the lines that ask for them, each file once.
void append_resolved(const std::string& path, std::set<std::string>& seen, std::string& out)
{
    if (!seen.insert(path).second) return;
    const auto text = shader_text(path);
    assert(text && "a kernel names a file that is not in shaders/");
    if (!text) return;
    size_t at = 0;
    while (at < text->size()) {
        size_t end = text->find('\n', at);
        if (end == std::string_view::npos) end = text->size();
        const std::string_view line = text->substr(at, end - at);
        at = end + 1;
        if (line.starts_with("#include \"")) {
            const size_t close = line.find('"', 10);
            std::string name(line.substr(10, close - 10));
            if (name.ends_with(".glsl")) name.resize(name.size() - 5);
            append_resolved(name, seen, out);
        } else {
            out.append(line).push_back('\n');
        }
    }
}

bool matches(std::string_view pattern, std::string_view text)
{
    if (pattern.empty()) return text.empty();
    if (pattern[0] == '*') {
        for (size_t skip = 0; skip <= text.size(); ++skip)
            if (matches(pattern.substr(1), text.substr(skip))) return true;
        return false;
    }
    return !text.empty() && (pattern[0] == '?' || pattern[0] == text[0]) && matches(pattern.substr(1), text.substr(1));
}

bool wild(std::string_view s) { return s.find_first_of("*?") != std::string_view::npos; }

void select_item(std::string_view item, const Layer& layer, std::array<bool, 4>& on)
{
    const bool main = layer.name == main_layer;
    const auto set = [&](std::initializer_list<size_t> slots) {
        for (size_t s : slots) on[s] = true;
    };
    if (item == "none" || item.empty()) return;
    if (item == "all") return layer.data ? void() : set({0, 1, 2, 3});
    if (main && item == "rgb") return set({0, 1, 2});
    if (main && item == "rgba") return set({0, 1, 2, 3});
    if (main && item == "alpha") return set({3});
    if (main && item == "red") return set({0});
    if (main && item == "green") return set({1});
    if (main && item == "blue") return set({2});
    if (layer.data && wild(item)) return;
    if (matches(item, layer.name)) return set({0, 1, 2, 3});
    const size_t dot = item.rfind('.');
    if (dot == std::string_view::npos || !matches(item.substr(0, dot), layer.name)) return;
    for (const std::string& channel : layer.channels)
        if (matches(item.substr(dot + 1), channel))
            if (const int slot = channel_slot(layer, channel); slot >= 0) on[size_t(slot)] = true;
}

ParamDesc standard_param(std::string name, ParamType type, Value fallback, std::string label, std::string help)
{
    ParamDesc p;
    p.name = std::move(name), p.type = type, p.fallback = std::move(fallback);
    p.label = std::move(label), p.help = std::move(help);
    p.standard = true;
    p.set = [](void*, const Value&) {};
    return p;
}

} // namespace

ParamDesc mix_param()
{
    return standard_param("mix", ParamType::Float, 1.0, "Mix", "Share of the result: 0 gives the input, 1 the full effect.");
}

ParamDesc invert_mask_param()
{
    return standard_param("invert_mask", ParamType::Bool, false, "Invert mask", "Apply outside the mask instead of inside.");
}

ParamDesc channels_param(std::string fallback)
{
    return standard_param("channels", ParamType::String, std::move(fallback), "Channels",
                          "Channels to process: all, rgb, rgba, alpha, a layer or layer.channel, separated by blanks; "
                          "* and ? are wildcards. The others pass unchanged.");
}

ParamDesc unpremult_param()
{
    return standard_param("unpremult", ParamType::Bool, false, "(Un)premult by alpha",
                          "Divide colour by alpha before and multiply after; where alpha is 0 colour is not divided.");
}

const ParamDesc* OpDesc::param(std::string_view name) const
{
    const auto it = std::find_if(params.begin(), params.end(), [&](const ParamDesc& p) { return p.name == name; });
    return it == params.end() ? nullptr : &*it;
}

int OpDesc::port(std::string_view name) const
{
    for (size_t i = 0; i < inputs.size(); ++i)
        if (inputs[i].name == name) return int(i);
    return -1;
}

ImageInfo default_info(const OpDesc& op, const OpContext& context)
{
    ImageInfo result{.format = context.project_format, .frames_per_second = context.frames_per_second};
    bool first = true;
    for (size_t i = 0; i < op.inputs.size(); ++i) {
        if (op.inputs[i].kind != PortDesc::Kind::Image || !context.connected(i)) continue;
        const ImageInfo& in = *context.inputs[i];
        if (first) {
            result = in;
        } else {
            result.data_window = united(result.data_window, in.data_window);
            result.first_frame = std::min(result.first_frame, in.first_frame);
            result.last_frame = std::max(result.last_frame, in.last_frame);
        }
        first = false;
    }
    return result;
}

std::array<bool, 4> selected_channels(std::string_view selection, const Layer& layer)
{
    std::array<bool, 4> on{};
    size_t at = 0;
    while (at < selection.size()) {
        size_t end = selection.find_first_of(" ,\t", at);
        if (end == std::string_view::npos) end = selection.size();
        select_item(selection.substr(at, end - at), layer, on);
        at = end + 1;
    }
    return on;
}

TablePtr make_table(std::vector<float> data)
{
    auto table = std::make_shared<Table>();
    table->key = hash_bytes(data.data(), data.size() * sizeof(float));
    table->data = std::move(data);
    return table;
}

KernelPtr make_kernel(std::string name, KernelForm form, std::string text, int inputs)
{
    auto k = std::make_shared<KernelSource>();
    k->key = Hasher().add(name).add(form).add(inputs).add(text).key();
    k->name = std::move(name), k->form = form, k->text = std::move(text), k->inputs = inputs;
    return k;
}

KernelPtr embedded_kernel(const std::string& path, KernelForm form, int inputs)
{
    static std::mutex mutex;
    static std::unordered_map<std::string, KernelPtr> kernels;
    std::lock_guard lock(mutex);
    KernelPtr& kernel = kernels[path + '/' + std::to_string(int(form)) + '/' + std::to_string(inputs)];
    if (!kernel) {
        std::set<std::string> seen;
        std::string text;
        append_resolved(path, seen, text);
        kernel = make_kernel(path.substr(path.rfind('/') + 1), form, std::move(text), inputs);
    }
    return kernel;
}

AreaImage PassList::scratch(const Rect& area)
{
    scratches_.push_back(area);
    return {AreaImage::Kind::Scratch, int(scratches_.size()) - 1};
}

Block& PassList::run(KernelPtr kernel, std::vector<AreaImage> reads, AreaImage write, const Rect& area, TablePtr table)
{
    dispatches_.push_back({std::move(kernel), std::move(reads), write, area, {}, std::move(table), 0, 0});
    return dispatches_.back().block;
}

Block& PassList::run_raw(KernelPtr kernel, std::vector<AreaImage> reads, AreaImage write, const Rect& area, int groups_x,
                         int groups_y, TablePtr table)
{
    dispatches_.push_back({std::move(kernel), std::move(reads), write, area, {}, std::move(table), groups_x, groups_y});
    return dispatches_.back().block;
}

Registry& Registry::instance()
{
    static Registry registry;
    return registry;
}

void Registry::add(OpDesc op)
{
    assert(!op.id.empty() && !ops_.contains(op.id));
    std::string id = op.id;
    ops_.emplace(std::move(id), std::move(op));
}

const OpDesc* Registry::find(std::string_view id) const
{
    const auto it = ops_.find(id);
    return it == ops_.end() ? nullptr : &it->second;
}

} // namespace tessera
