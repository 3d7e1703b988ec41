#include "nodes/transform/resampling.h"
#include "nodes/filter/filter_kernels.h"
#include "nodes/transform/resample_geometry.h"

namespace tessera {

const std::vector<const char*>& resample_filters()
{
    static const std::vector<const char*> names{"impulse", "cubic", "keys",     "simon",    "rifman", "mitchell",
                                                "parzen",  "notch", "lanczos4", "lanczos6", "sinc4",  "box"};
    return names;
}

namespace {

constexpr int most_bits = 12;        ///< of the exact part of a position behind the point
constexpr double integer_room = 1e9; ///< positions and steps times 2^bits stay below it
constexpr double table_room = 8e6;   ///< steps times 2^bits are also kept as floats in tables
constexpr double edge_tolerance = 1e-6;
constexpr int widest_perspective = 64; ///< half extent of a footprint near the horizon
constexpr double least_stretch = 1e-6; ///< above 1, of an axis
constexpr int least_line_taps = 4;     ///< from here on two passes along the axes read less than one

/// Output to input for whole positions, split so that 32-bit arithmetic is exact to 1e-6 pixels anywhere: integers
/// times 2^-bits, and what is left as small floats. The position is that of the sample itself (its centre less one
/// half).
struct SplitMap {
    int steps[4];
    int base[2];
    double rest[4], fraction[2];
};

int bits_for(const SampleMap& map, const Rect& whole)
{
    const auto& m = map.inverse.m;
    const double x = std::max(std::abs(double(whole.x0)), std::abs(double(whole.x1))) + 1;
    const double y = std::max(std::abs(double(whole.y0)), std::abs(double(whole.y1))) + 1;
    const double reach = std::max(std::abs(m[0]) * x + std::abs(m[1]) * y, std::abs(m[3]) * x + std::abs(m[4]) * y);
    const double step = std::max({std::abs(m[0]), std::abs(m[1]), std::abs(m[3]), std::abs(m[4])});
    int bits = most_bits;
    while (bits > 0 && (std::ldexp(reach, bits) > integer_room || std::ldexp(step, bits) > table_room)) --bits;
    return bits;
}

SplitMap split(const SampleMap& map, int bits, bool nearest)
{
    const auto& m = map.inverse.m;
    SplitMap s{};
    const double limit = integer_room;
    for (int row = 0; row < 2; ++row) {
        for (int column = 0; column < 2; ++column) {
            const double v = m[size_t(row * 3 + column)];
            const double steps = std::clamp(std::round(std::ldexp(v, bits)), -limit, limit);
            s.steps[row * 2 + column] = int(steps);
            s.rest[row * 2 + column] = v - std::ldexp(steps, -bits);
        }
        const double at =
            (m[size_t(row * 3)] + m[size_t(row * 3 + 1)]) / 2 + m[size_t(row * 3 + 2)] - (nearest ? 0 : 0.5);
        const double whole = std::clamp(std::floor(at), -limit, limit);
        s.base[row] = int(whole);
        s.fraction[row] = at - whole;
    }
    return s;
}

/// What one shutter sample needs besides its position, where the filter is stretched.
struct Stretch {
    Sym2 shrink;
    int extent[2];
    double slope[2];
};

int loop_extent(double extent)
{
    return std::max(0, int(std::ceil(extent)) - 1);
}

Stretch stretch_of(const Resampling& r, const SampleMap& map)
{
    const Footprint f = footprint(map.inverse, {});
    const Vec2 extent = filter_extent(r.filter, map, {});
    return {f.shrink,
            {loop_extent(extent.x), loop_extent(extent.y)},
            {1 / std::hypot(f.shrink.xx, f.shrink.xy), 1 / std::hypot(f.shrink.xy, f.shrink.yy)}};
}

void put_filter(Block& u, const Resampling& r)
{
    if (is_sinc(r.filter)) {
        const int lobes = window_lobes(r.filter);
        u.put("lobe", lobes ? 1.0 / lobes : 0.0);
        u.put("reach", filter_reach(r.filter, 1));
    } else {
        const CubicFilter c = cubic_filter(r.filter);
        u.put("inner", Vec3{c.inner[0], c.inner[1], c.inner[2]});
        u.put("outer", Vec4{c.outer[0], c.outer[1], c.outer[2], c.outer[3]});
    }
    u.put("clamps", r.clamp);
}

std::string defines_of(const Resampling& r, const std::vector<SampleMap>& maps, bool copies, bool stretched,
                       bool perspective)
{
    std::string d;
    if (copies)
        d += " RESAMPLE_TAPS=1";
    else if (stretched || r.filter == ResampleFilter::Box)
        d += " RESAMPLE_STRETCHED";
    else
        d += " RESAMPLE_TAPS=" + std::to_string(filter_taps(r.filter));
    if (!copies && is_sinc(r.filter)) d += " RESAMPLE_SINC";
    if (!copies && r.filter == ResampleFilter::Box) d += " RESAMPLE_BOX";
    if (!r.black_outside) d += " RESAMPLE_REPEAT";
    if (perspective) d += " RESAMPLE_PERSPECTIVE";
    if (maps.size() > 1) d += " RESAMPLE_MOTION";
    return d;
}

void append(std::vector<float>& table, const SampleMap& map, const Resampling& r, int bits, bool copies,
            bool perspective)
{
    if (perspective) {
        for (const double v : map.inverse.m) table.push_back(float(v));
        return;
    }
    const SplitMap s = split(map, bits, copies);
    const Stretch t = stretch_of(r, map);
    for (const int v : s.steps) table.push_back(float(v));
    for (const int v : s.base) table.push_back(float(v));
    for (const double v : s.rest) table.push_back(float(v));
    for (const double v : s.fraction) table.push_back(float(v));
    for (const double v : {t.shrink.xx, t.shrink.xy, t.shrink.yy}) table.push_back(float(v));
    for (const int v : t.extent) table.push_back(float(v));
    for (const double v : t.slope) table.push_back(float(v));
}

void put_map(Block& u, const SampleMap& map, const Resampling& r, int bits, bool copies, bool stretched,
             bool perspective)
{
    if (perspective) {
        u.put("inverse", map.inverse);
        return;
    }
    const SplitMap s = split(map, bits, copies);
    u.put("steps", Rect{s.steps[0], s.steps[1], s.steps[2], s.steps[3]});
    u.put("rest", Vec4{s.rest[0], s.rest[1], s.rest[2], s.rest[3]});
    u.put_ivec2("base", s.base[0], s.base[1]);
    u.put("fraction", Vec2{s.fraction[0], s.fraction[1]});
    if (!stretched) return;
    const Stretch t = stretch_of(r, map);
    u.put("shrink", Vec3{t.shrink.xx, t.shrink.xy, t.shrink.yy});
    u.put_ivec2("extent", t.extent[0], t.extent[1]);
    u.put("slope", Vec2{t.slope[0], t.slope[1]});
}

/// Neither turns nor skews, so that it can be done along one axis after the other.
bool along_axes(const SampleMap& map)
{
    const auto& m = map.inverse.m;
    return map.inverse.affine() && m[1] == 0 && m[3] == 0;
}

bool stretched_along(const SampleMap& map, int axis)
{
    return std::abs(map.inverse.m[size_t(axis) * 4]) > 1 + least_stretch;
}

/// One of the two passes of a map that keeps to the axes.
void run_line(PassList& list, const Resampling& r, const SampleMap& map, int bits, int axis, AreaImage in,
              AreaImage out, const Rect& area)
{
    const bool stretched = r.filter == ResampleFilter::Box || stretched_along(map, axis);
    const std::string defines = defines_of(r, {map}, false, stretched, false) + " RESAMPLE_LINE";
    Block& u = list.run(kernel_variant("transform/resample", KernelForm::Gather, 1, defines), {in}, out, area);
    const SplitMap s = split(map, bits, false);
    const size_t diagonal = size_t(axis) * 3;
    u.put_ivec2("axis", axis == 0, axis == 1);
    u.put("steps", s.steps[diagonal]);
    u.put("base", s.base[axis]);
    u.put("rest", s.rest[diagonal]);
    u.put("fraction", s.fraction[axis]);
    u.put("bits", bits);
    if (stretched) {
        const Stretch t = stretch_of(r, map);
        u.put("shrink", axis == 0 ? t.shrink.xx : t.shrink.yy);
        u.put("extent", t.extent[axis]);
        u.put("slope", t.slope[axis]);
    }
    put_filter(u, r);
}

/// Along the axis first that leaves less for the other one to do.
void run_lines_of(PassList& list, const Resampling& r, const SampleMap& map, int bits, AreaImage in, AreaImage out,
                  const Rect& area, const Rect& source, const Rect& needed)
{
    const int first = std::abs(map.inverse.m[0]) >= std::abs(map.inverse.m[4]) ? 0 : 1;
    Span across = span_of(needed, 1 - first);
    if (r.black_outside) { // what lies beyond the source is zero
        const Span there = span_of(source, 1 - first);
        across = {std::max(across.a, there.a), std::min(across.b, there.b)};
    }
    if (across.b <= across.a) across.b = across.a + 1;
    const Rect between = with_span(area, 1 - first, across);
    const AreaImage half = list.scratch(between);
    run_line(list, r, map, bits, first, in, half, between);
    run_line(list, r, map, bits, 1 - first, half, out, area);
}

/// Real bounds of a rectangle's corners under a matrix; false when some of it lies beyond the horizon.
bool real_bounds(const Mat3& m, double x0, double y0, double x1, double y1, double& lx, double& ly, double& hx,
                 double& hy)
{
    lx = ly = 1e300, hx = hy = -1e300;
    for (const Vec2 c : {Vec2{x0, y0}, Vec2{x1, y0}, Vec2{x0, y1}, Vec2{x1, y1}}) {
        if (m.m[6] * c.x + m.m[7] * c.y + m.m[8] <= 0) return false;
        const Vec2 q = transformed(m, c);
        lx = std::min(lx, q.x), ly = std::min(ly, q.y), hx = std::max(hx, q.x), hy = std::max(hy, q.y);
    }
    return true;
}

} // namespace

Rect Resampling::window(const Rect& in, const Rect& format) const
{
    Rect result = black_outside || in.empty() ? Rect{} : format;
    if (in.empty()) return result;
    for (const Mat3& matrix : matrices) {
        const SampleMap map = sample_map(matrix, 1);
        if (map.singular) continue;
        const Mat3 forward = inverted(map.inverse);
        const bool copies = filter == ResampleFilter::Impulse || (map.whole && interpolates(filter));
        // Centres of pixels that any weight reaches lie strictly inside this.
        Vec2 e = copies ? Vec2{0.5, 0.5} : filter_extent(filter, map, bounds_of(forward, in));
        e = {std::min(e.x, 1e6), std::min(e.y, 1e6)};
        double lx, ly, hx, hy;
        if (!real_bounds(forward, in.x0 + 0.5 - e.x, in.y0 + 0.5 - e.y, in.x1 - 0.5 + e.x, in.y1 - 0.5 + e.y, lx, ly,
                         hx, hy)) {
            result = united(result, bounds_of(forward, in));
            continue;
        }
        const double t = edge_tolerance;
        result = united(result, rounded_out(std::floor(lx + 0.5 + t), std::floor(ly + 0.5 + t), std::ceil(hx - 0.5 - t),
                                            std::ceil(hy - 0.5 - t)));
    }
    return result;
}

Rect Resampling::reads(const Rect& out, const Rect& in, double scale) const
{
    Rect result;
    for (const Mat3& matrix : matrices) {
        const SampleMap map = sample_map(matrix, scale);
        if (map.singular) continue;
        Vec2 e = filter_extent(filter, map, out);
        e = {std::min(e.x, 1e6), std::min(e.y, 1e6)};
        result = united(result, bounds_of(map.inverse, out).grown(int(std::ceil(e.x)) + 1, int(std::ceil(e.y)) + 1));
    }
    if (black_outside || in.empty() || result.empty()) return result;
    // Beyond the border it is the border that is read.
    const auto inside = [](int& a, int& b, int low, int high) {
        a = std::clamp(a, low, high - 1);
        b = std::clamp(b, low + 1, high);
    };
    inside(result.x0, result.x1, in.x0, in.x1);
    inside(result.y0, result.y1, in.y0, in.y1);
    return result;
}

void Resampling::run(PassList& list, AreaImage in, const Rect& source, AreaImage out, const Rect& area,
                     const Rect& whole, double scale) const
{
    std::vector<SampleMap> maps;
    for (const Mat3& matrix : matrices)
        if (const SampleMap map = sample_map(matrix, scale); !map.singular) maps.push_back(map);
    const auto any = [&](auto f) { return std::any_of(maps.begin(), maps.end(), f); };
    const bool copies =
        filter == ResampleFilter::Impulse || (interpolates(filter) && !any([](auto& m) { return !m.whole; }));
    const bool perspective = any([](auto& m) { return !m.inverse.affine(); });
    const bool stretched = !copies && (filter == ResampleFilter::Box || any([](auto& m) { return m.stretched; }));
    if (maps.empty()) maps.push_back({translation(1e8, 1e8), false, true, false}); // beyond any image
    int bits = most_bits;
    for (const SampleMap& m : maps) bits = std::min(bits, bits_for(m, whole));

    const bool lines = maps.size() == 1 && !copies && !perspective && along_axes(maps[0]) &&
                       (stretched ? !clamp : filter_taps(filter) >= least_line_taps);
    if (lines)
        return run_lines_of(list, *this, maps[0], bits, in, out, area, source, reads(area, source, scale));

    TablePtr table;
    if (maps.size() > 1) {
        std::vector<float> numbers;
        for (const SampleMap& m : maps) append(numbers, m, *this, bits, copies, perspective);
        table = make_table(std::move(numbers));
    }
    const std::string defines = defines_of(*this, maps, copies, stretched, perspective);
    Block& u = list.run(kernel_variant("transform/resample", KernelForm::Gather, 1, defines), {in}, out, area, table);
    if (maps.size() > 1) {
        u.put("samples", int(maps.size()));
        u.put("share", 1.0 / double(matrices.size()));
    } else {
        put_map(u, maps[0], *this, bits, copies, stretched, perspective);
    }
    if (perspective)
        u.put("widest", widest_perspective);
    else
        u.put("bits", bits);
    if (!copies) put_filter(u, *this);
}

} // namespace tessera
