// The cost model against measured passes: the rows of tests/data/cost/passes.tsv are replayed, no clock is read.
#include "core/eval/cost_model.h"
#include "core/eval/plan.h"
#include "tests/eval/fake_device.h"
#include <algorithm>
#include <cmath>
#include <doctest/doctest.h>
#include <fstream>
#include <numeric>
#include <sstream>

using namespace tessera;

namespace {

struct Row {
    std::string device, kind;
    PassFeatures features;
    double milliseconds = 0;
};

std::vector<Row> measured()
{
    std::vector<Row> rows;
    std::ifstream in(std::string(TESSERA_TEST_DATA) + "/cost/passes.tsv");
    for (std::string line; std::getline(in, line);) {
        if (line.empty() || line[0] == '#') continue;
        std::istringstream s(line);
        Row r;
        std::string name, program, number[5];
        for (std::string* field : {&r.device, &name, &r.kind, &program, &number[0], &number[1], &number[2], &number[3], &number[4]})
            std::getline(s, *field, '\t');
        PassFeatures& f = r.features;
        f.pixels = std::stod(number[0]), f.bytes = std::stod(number[1]);
        f.operations = std::stod(number[2]), f.taps = std::stod(number[3]);
        r.milliseconds = std::stod(number[4]);
        using Kind = PassFeatures::Kind;
        f.kind = r.kind == "pixel" ? Kind::Pixel : r.kind == "gather" ? Kind::Gather : r.kind == "raw" ? Kind::Raw : Kind::Copy;
        if (program != "-") f.program = Hasher().add(program).key();
        rows.push_back(std::move(r));
    }
    return rows;
}

std::vector<double> ranks(const std::vector<double>& values)
{
    std::vector<size_t> order(values.size());
    std::iota(order.begin(), order.end(), size_t(0));
    std::sort(order.begin(), order.end(), [&](size_t a, size_t b) { return values[a] < values[b]; });
    std::vector<double> rank(values.size());
    for (size_t i = 0; i < order.size(); ++i) rank[order[i]] = double(i);
    return rank;
}

/// Spearman's: the correlation of ranks.
double rank_correlation(const std::vector<double>& a, const std::vector<double>& b)
{
    const auto x = ranks(a), y = ranks(b);
    const double mean = double(a.size() - 1) / 2;
    double xy = 0, xx = 0;
    for (size_t i = 0; i < a.size(); ++i) xy += (x[i] - mean) * (y[i] - mean), xx += (x[i] - mean) * (x[i] - mean);
    return xy / xx;
}

struct Fit {
    double median = 0, rank = 0;
};

Fit fit_of(const CostModel& model, const std::vector<Row>& rows)
{
    std::vector<double> errors, predicted, seen;
    for (const Row& r : rows) {
        predicted.push_back(model.milliseconds(r.features));
        seen.push_back(r.milliseconds);
        errors.push_back(std::abs(predicted.back() / r.milliseconds - 1));
    }
    std::nth_element(errors.begin(), errors.begin() + std::ptrdiff_t(errors.size() / 2), errors.end());
    return {errors[errors.size() / 2], rank_correlation(predicted, seen)};
}

std::vector<Row> passes()
{
    auto rows = measured();
    std::erase_if(rows, [](const Row& r) { return r.device != "cpu" || r.kind == "compile"; });
    REQUIRE(rows.size() > 150);
    return rows;
}

Plan plan_of(const TestGraph& g, NodeId node, PlanOptions options)
{
    const auto cache = make_param_cache();
    auto resolved = resolve(g.request(node), {}, *cache);
    REQUIRE(resolved.ok());
    auto plan = make_plan(*resolved, resolved->info->data_window, 0, options);
    REQUIRE(plan.ok());
    return std::move(*plan);
}

} // namespace

TEST_CASE("the cost model predicts measured passes: their order well, their times within a factor")
{
    const auto rows = passes();
    const Fit fit = fit_of(CostModel(DeviceClass::Cpu), rows);
    INFO("median relative error " << fit.median << ", rank correlation " << fit.rank);
    CHECK(fit.median < 0.5);
    CHECK(fit.rank > 0.9);
}

TEST_CASE("what has run once is predicted closely, on a machine of any speed")
{
    for (const double speed : {0.25, 1.0, 5.0}) {
        auto rows = passes();
        for (Row& r : rows) r.milliseconds *= speed;
        CostModel model, again;
        for (const Row& r : rows) {
            model.observe(r.features, r.milliseconds);
            again.observe(r.features, r.milliseconds);
        }
        const Fit fit = fit_of(model, rows);
        INFO("median relative error " << fit.median << ", rank correlation " << fit.rank);
        CHECK(fit.median < 0.35);
        CHECK(fit.rank > 0.93);
        for (const Row& r : rows) CHECK(model.milliseconds(r.features) == again.milliseconds(r.features));
        Row unknown = rows[0]; // another program: the device's own factor applies
        unknown.features.program = Hasher().add("unknown").key();
        const double ratio = model.milliseconds(unknown.features) / CostModel().milliseconds(unknown.features);
        CHECK(ratio == doctest::Approx(model.device_factor()));
        CHECK(ratio / speed == doctest::Approx(1).epsilon(0.6));
    }
}

TEST_CASE("absurd times do no lasting harm")
{
    CostModel model;
    PassFeatures f;
    f.program = Hasher().add("p").key();
    f.pixels = 1e6, f.bytes = 32e6, f.operations = 20e6;
    const double before = model.milliseconds(f);
    for (const double t : {0.0, -1.0, std::nan(""), double(INFINITY)}) model.observe(f, t);
    CHECK(model.milliseconds(f) == before);
    for (int i = 0; i < 100; ++i) model.observe(f, 1e12);
    CHECK(model.milliseconds(f) <= before * 64.001);
    for (int i = 0; i < 60; ++i) model.observe(f, before);
    CHECK(model.milliseconds(f) < before * 1.5);
}

TEST_CASE("chunks fit the time slice, tiles carry what making them again costs")
{
    TestGraph g;
    const NodeId s = g.add("src", {{"width", 4096}, {"height", 2048}});
    const NodeId spread = g.add("spread", {}, {s}), top = g.add("shift", {{"dx", 3}}, {g.add("spread", {}, {spread})});
    const CostModel model;
    PlanOptions options;
    options.cost = &model;
    const Plan plan = plan_of(g, top, options);
    CHECK(plan.milliseconds == doctest::Approx(model.milliseconds(plan)));
    const int64_t chunk = model.chunk_pixels(plan);
    CHECK(chunk >= CostModel::smallest_chunk);
    CHECK(chunk < plan.region.pixels());
    CHECK(model.chunk_pixels(plan, 1e9) == plan.region.pixels());
    CHECK(model.chunk_pixels(plan, 1e-6) == CostModel::smallest_chunk);

    // The source is dear to decode again; the filter behind it costs its own passes, since the source is kept.
    options.store.assign(16, false);
    options.store[0] = options.store[1] = true;
    const Plan stored = plan_of(g, top, options);
    std::vector<double> costs;
    for (const PlanStep& step : stored.steps)
        if (step.kind == PlanStep::Kind::Scatter) costs.push_back(step.milliseconds);
    REQUIRE(costs.size() == 2);
    CHECK(costs[0] > 0);
    CHECK(costs[1] > 0);
    CHECK(costs[0] < stored.milliseconds + model.milliseconds(decode_features(4096.0 * 2048)));

    CHECK(model.compile_milliseconds(2000) > model.compile_milliseconds(100));
    CHECK(CostModel(DeviceClass::Gpu).compile_milliseconds(2000) < model.compile_milliseconds(2000));
}

TEST_CASE("more arithmetic in a kernel's text counts as more")
{
    const auto operations = [](const char* text) {
        return operations_of(*make_kernel("k", KernelForm::Pixel, text, 1));
    };
    const double plain = operations("vec4 k(vec4 c, k_u u, Px px) { return c * u.gain; }");
    CHECK(operations("vec4 k(vec4 c, k_u u, Px px) { return pow(c * u.gain, u.gamma); }") > 4 * plain);
    CHECK(operations("// a * b * c / d, at length\nvec4 k(vec4 c, k_u u, Px px) { return c * u.gain; }") == plain);
    CHECK(operations("#define X a * b * c\nvec4 k(vec4 c, k_u u, Px px) { return c * u.gain; }") == plain);
}
