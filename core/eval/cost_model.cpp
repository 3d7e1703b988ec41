// How the features were chosen. A pass moves bytes and does arithmetic; on a software device both show, on a GPU mostly the
// bytes. What a kernel does to a pixel is not known before it runs, but its text is: counting operators in it puts a
// colour correction, a six-tap resampling and a disc of samples in the right order, and the factor learned for each
// program does the rest after one run. Rejected: a table of costs by operator, which goes stale with every kernel that
// is made quicker and knows nothing of a plug-in's; and a run of every kernel at start, which costs the seconds that the
// prediction is to save.
#include "core/eval/cost_model.h"
#include "core/eval/plan.h"
#include <algorithm>
#include <cctype>
#include <cmath>
#include <map>
#include <mutex>

namespace tessera {

namespace {

constexpr double million = 1e6;
constexpr double most_factor = 64;   ///< no learned factor leaves 1/64 to 64
constexpr size_t most_programs = 4096; ///< whose factors are kept; forgetting one costs one bad guess
constexpr double least_milliseconds = 1e-4;

/// What one call of a built-in function weighs, in additions. A software device computes powers and angles by series, one
/// for each component.
double weight_of(std::string_view name)
{
    static const std::map<std::string_view, double> weights = {
        {"pow", 100}, {"exp", 50},     {"exp2", 40},  {"log", 50},     {"log2", 40},       {"sin", 50},   {"cos", 50},
        {"tan", 80},  {"atan", 80},    {"acos", 80},  {"asin", 80},    {"sqrt", 6},        {"length", 8}, {"inversesqrt", 6},
        {"mod", 6},   {"normalize", 10}, {"mix", 3},  {"smoothstep", 6}, {"clamp", 2},     {"min", 1},    {"max", 1},
        {"abs", 1},   {"floor", 1},    {"ceil", 1},   {"fract", 2},    {"dot", 7},         {"cross", 9},
    };
    const auto it = weights.find(name);
    return it == weights.end() ? 0 : it->second;
}

struct TextCounts {
    double operations = 0;
    double fetches = 0; ///< places that read a pixel
    bool loops = false; ///< as often as a uniform says
};

bool word_character(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// Without comments and preprocessor lines.
std::string code_of(const std::string& text)
{
    std::string code;
    for (size_t at = 0; at < text.size();) {
        const size_t end = std::min(text.find('\n', at), text.size());
        std::string_view line(text.data() + at, end - at);
        line = line.substr(0, line.find("//"));
        const size_t first = line.find_first_not_of(" \t");
        if (first != std::string_view::npos && line[first] != '#') code.append(line).push_back('\n');
        at = end + 1;
    }
    return code;
}

TextCounts count(const std::string& text)
{
    TextCounts counts;
    const std::string code = code_of(text);
    for (size_t at = 0; at < code.size();) {
        size_t end = at;
        while (end < code.size() && word_character(code[end])) ++end;
        if (end == at) {
            const char c = code[at++];
            counts.operations += c == '+' || c == '-' || c == '*' || c == '<' || c == '>' || c == '?';
            if (c == '/') counts.operations += 4;
            continue;
        }
        const std::string_view word(code.data() + at, end - at);
        counts.operations += weight_of(word);
        counts.fetches += word.starts_with("FETCH");
        if (word == "for" || word == "while") {
            const size_t stop = std::min(code.find('{', end), code.find('\n', end));
            const std::string_view head(code.data() + end, std::min(stop, code.size()) - end);
            counts.loops = counts.loops || head.find("u.") != std::string_view::npos;
        }
        at = end;
    }
    counts.operations = std::max(counts.operations, 1.0);
    return counts;
}

/// Counted once a kernel.
const TextCounts& counts_of(const KernelSource& kernel)
{
    static std::mutex mutex;
    static std::unordered_map<Key, TextCounts> known;
    std::lock_guard lock(mutex);
    const auto it = known.find(kernel.key);
    return it != known.end() ? it->second : known.emplace(kernel.key, count(kernel.text)).first->second;
}

/// How far beyond the pass's own pixels an image is read, in pixels to the wider side: a guess at how long loops are.
double reach(const Rect& read, const Rect& area)
{
    const double x = std::max(0, read.width() - area.width()) / 2.0, y = std::max(0, read.height() - area.height()) / 2.0;
    return std::max({x, y, 1.0});
}

double bounded(double factor)
{
    return std::clamp(factor, 1 / most_factor, most_factor);
}

} // namespace

DeviceClass device_class(const DeviceCaps& caps)
{
    return caps.cpu ? DeviceClass::Cpu : DeviceClass::Gpu;
}

double operations_of(const KernelSource& kernel)
{
    return counts_of(kernel).operations;
}

// ---- features --------------------------------------------------------------------------------------------------------

PassFeatures decode_features(double pixels)
{
    PassFeatures f;
    f.kind = PassFeatures::Kind::Decode;
    f.pixels = pixels;
    f.bytes = pixels * 16;
    return f;
}

namespace {

PassFeatures copy_features(double pixels)
{
    PassFeatures f;
    f.kind = PassFeatures::Kind::Copy;
    f.pixels = pixels;
    f.bytes = pixels * 32; // read and written
    return f;
}

} // namespace

PassFeatures features_of(const Plan& plan, const PlanStep& step)
{
    using Kind = PlanStep::Kind;
    if (step.kind != Kind::Pass) return copy_features(double(plan.images[size_t(step.image)].region.pixels()));
    const PlanPass& pass = step.pass;
    PassFeatures f;
    f.program = pass.program->key;
    f.pixels = double(pass.area.pixels());
    f.bytes = f.pixels * 16;
    std::vector<bool> gathered(pass.reads.size(), false);
    for (const ProgramStep& s : pass.program->steps) {
        if (s.kind != ProgramStep::Kind::Call) continue;
        const TextCounts& counts = counts_of(*s.kernel);
        f.operations += counts.operations * f.pixels;
        if (s.kernel->form == KernelForm::Pixel) continue;
        if (f.kind != PassFeatures::Kind::Raw)
            f.kind = s.kernel->form == KernelForm::Raw ? PassFeatures::Kind::Raw : PassFeatures::Kind::Gather;
        double longest = 1;
        for (const int slot : s.images) {
            if (slot < 0) continue;
            gathered[size_t(slot)] = true;
            const Rect& read = plan.images[size_t(pass.reads[size_t(slot)])].region;
            longest = std::max(longest, reach(read, pass.area));
        }
        f.taps += std::max(counts.fetches, 1.0) * (counts.loops ? longest : 1) * f.pixels;
    }
    for (size_t slot = 0; slot < pass.reads.size(); ++slot) {
        const double there = double(plan.images[size_t(pass.reads[slot])].region.pixels());
        f.bytes += 16 * (gathered[slot] ? there : std::min(there, f.pixels));
    }
    return f;
}

// ---- the model -------------------------------------------------------------------------------------------------------

// Milliseconds a pass, and a million pixels, bytes, operations and taps. Those of a software device were fitted by
// tests/bench/fit_cost.cpp to tests/data/cost/passes.tsv (llvmpipe on two cores; half of the passes within 40 %). Those of a
// GPU are reckoned, not measured: 300 GB/s, 5 Tflop/s on four components an operation, fetches mostly from its caches; the
// first few passes that run correct them. Decoding: 4 ms an HD frame of uncompressed halves, 60 ms of ZIP, one thread.
const CostModel::Coefficients& CostModel::coefficients(DeviceClass device, PassFeatures::Kind kind)
{
    static constexpr Coefficients decode{1, 10, 0, 0, 0};
    static constexpr Coefficients cpu[] = {
        {0.0475, 0.113, 0.0518, 0.0386, 0},    // Pixel
        {0.0368, 1.33, 0.0283, 0.00637, 1.08}, // Gather
        {0.0481, 3.67, 0.0535, 0.0741, 0},     // Raw
        {0.01, 0.195, 0.0061, 0, 0},           // Copy
        decode,
    };
    static constexpr Coefficients gpu[] = {
        {0.01, 0, 0.0033, 0.0008, 0},     // Pixel
        {0.01, 0, 0.0033, 0.0008, 0.016}, // Gather
        {0.01, 0, 0.0033, 0.0008, 0.016}, // Raw
        {0.01, 0, 0.0033, 0, 0},          // Copy
        decode,
    };
    return (device == DeviceClass::Cpu ? cpu : gpu)[size_t(kind)];
}

double CostModel::base(const PassFeatures& f) const
{
    const Coefficients& c = coefficients(device_, f.kind);
    return c.bias + (c.pixels * f.pixels + c.bytes * f.bytes + c.operations * f.operations + c.taps * f.taps) / million;
}

double CostModel::milliseconds(const PassFeatures& f) const
{
    double factor = f.kind == PassFeatures::Kind::Decode ? 1 : device_factor_;
    if (f.program)
        if (const auto own = programs_.find(f.program); own != programs_.end()) factor = own->second.factor;
    return std::max(base(f) * factor, least_milliseconds);
}

double CostModel::milliseconds(const Plan& plan) const
{
    double sum = 0;
    for (const PlanStep& step : plan.steps) sum += milliseconds(features_of(plan, step));
    return sum;
}

void CostModel::observe(const PassFeatures& f, double measured)
{
    if (!(measured > 0) || !std::isfinite(measured) || f.kind == PassFeatures::Kind::Decode) return;
    const double seen = bounded(measured / base(f));
    // In logarithms, so that twice and half as long are equally wrong. The device's factor ends as a mean over a few
    // hundred passes; a program's follows what it does now.
    constexpr int slowest = 256, quickest = 4;
    const auto towards = [&](double factor, int& observations, int most) {
        observations = std::min(observations + 1, most);
        return bounded(factor * std::pow(seen / factor, 1.0 / observations));
    };
    device_factor_ = towards(device_factor_, observations_, slowest);
    if (!f.program) return;
    if (programs_.size() >= most_programs && !programs_.contains(f.program)) programs_.clear();
    Own& own = programs_[f.program];
    own.factor = towards(own.factor, own.observations, quickest);
}

double CostModel::compile_milliseconds(double operations) const
{
    // Fitted like the coefficients. A GPU's compiler is taken to be ten times as quick: it makes no code for a CPU.
    constexpr double fixed = 46, each = 0.28;
    const double cpu = fixed + each * operations;
    return device_ == DeviceClass::Cpu ? cpu : cpu / 10;
}

int64_t CostModel::chunk_pixels(const Plan& plan, double slice_ms) const
{
    const int64_t all = plan.region.pixels();
    double fixed = 0, by_pixels = 0;
    for (const PlanStep& step : plan.steps) {
        const PassFeatures f = features_of(plan, step);
        const double whole = milliseconds(f), share = base(f) > 0 ? coefficients(device_, f.kind).bias / base(f) : 0;
        fixed += whole * share;
        by_pixels += whole * (1 - share);
    }
    if (all <= smallest_chunk || fixed + by_pixels <= slice_ms) return all;
    // Where the fixed costs alone fill half the slice, smaller chunks would make more of them.
    const double room = std::max(slice_ms - fixed, slice_ms / 2);
    return std::clamp(int64_t(double(all) * room / by_pixels), smallest_chunk, all);
}

double CostModel::gather_milliseconds(double pixels) const
{
    return milliseconds(copy_features(pixels));
}

void predict(Plan& plan, const Resolved&, const CostModel& cost)
{
    std::vector<double> made(plan.images.size(), 0); // what it takes to have the image
    plan.milliseconds = 0;
    for (PlanStep& step : plan.steps) {
        const size_t image = size_t(step.image);
        const double pixels = double(plan.images[image].region.pixels());
        step.milliseconds = cost.milliseconds(features_of(plan, step));
        plan.milliseconds += step.milliseconds;
        if (step.kind == PlanStep::Kind::Scatter) {
            const double share = std::min(1.0, double(tile_size) * tile_size / std::max(pixels, 1.0));
            step.milliseconds = std::max(made[image] * share, least_milliseconds);
            made[image] = std::min(made[image], cost.gather_milliseconds(pixels));
            continue;
        }
        double sum = made[image] + step.milliseconds;
        if (step.kind == PlanStep::Kind::Source) sum += cost.milliseconds(decode_features(pixels));
        for (const int read : step.pass.reads) sum += made[size_t(read)];
        made[image] = sum; // what is shared counts for each that reads it, as if that alone had to be made again
    }
    // On deep graphs that count would grow without end; nothing costs more to make again than everything once.
    double decode = 0;
    for (const PlanStep& step : plan.steps)
        if (step.kind == PlanStep::Kind::Source)
            decode += cost.milliseconds(decode_features(double(plan.images[size_t(step.image)].region.pixels())));
    for (PlanStep& step : plan.steps)
        if (step.kind == PlanStep::Kind::Scatter) step.milliseconds = std::min(step.milliseconds, plan.milliseconds + decode);
}

} // namespace tessera
