#include "nodes/filter/filter_kernels.h"
#include <mutex>
#include <sstream>
#include <unordered_map>

namespace tessera {

KernelPtr kernel_variant(const std::string& path, KernelForm form, int inputs, const std::string& defines)
{
    static std::mutex mutex;
    static std::unordered_map<std::string, KernelPtr> kernels;
    std::lock_guard lock(mutex);
    KernelPtr& kernel = kernels[path + '\n' + defines + '\n' + std::to_string(inputs)];
    if (kernel) return kernel;
    const KernelPtr base = embedded_kernel(path, form, inputs);
    std::string text, undefine; // kernels share a shader with others, so they leave no macros behind
    std::istringstream words(defines);
    for (std::string word; words >> word;) {
        const size_t equals = word.find('=');
        const std::string name = word.substr(0, equals);
        text += "#define " + name + (equals == std::string::npos ? "" : " " + word.substr(equals + 1)) + "\n";
        undefine += "#undef " + name + "\n";
    }
    kernel = text.empty() ? base : make_kernel(base->name, form, text + base->text + undefine, inputs);
    return kernel;
}

Block& run_lines(PassList& list, KernelPtr kernel, std::vector<AreaImage> reads, AreaImage write, const Rect& area,
                 int axis, int run, bool aligned, TablePtr table)
{
    Span along = span_of(area, axis);
    if (aligned) along = {floor_div(along.a, run) * run, ceil_div(along.b, run) * run};
    const Span across = span_of(area, 1 - axis);
    const int runs = ceil_div(along.b - along.a, run), lines = across.b - across.a;
    const int nx = axis == 0 ? runs : lines, ny = axis == 0 ? lines : runs;
    Block& u = list.run_raw(std::move(kernel), std::move(reads), write, area, ceil_div(nx, line_group_x),
                            ceil_div(ny, line_group_y), std::move(table));
    const Rect start = with_span(area, axis, along);
    u.put_ivec2("axis", axis == 0, axis == 1);
    u.put_ivec2("first", start.x0, start.y0);
    u.put_ivec2("stride", axis == 0 ? run : 1, axis == 1 ? run : 1);
    return u;
}

void put_edge(Block& block, Edge edge)
{
    block.put("edge", int(edge));
}

} // namespace tessera
