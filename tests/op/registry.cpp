#include "core/op/op.h"
#include <doctest/doctest.h>

using namespace tessera;

namespace {

enum class Mode { Soft, Hard };
struct Params {
    double size = 2;
    int count = 3;
    bool on = true;
    Color tint{1};
    Mode mode = Mode::Hard;
    int filter = 1;
    std::string file = "a.exr";
    Vec2 centre{1, 2};
};

const Register test_blur = Op<Params>("test_registry", 4)
                               .label("Test")
                               .menu("Filter")
                               .help("For tests.")
                               .in("in")
                               .optional_in("extra")
                               .mask("rgb")
                               .unpremult()
                               .param(&Params::size, "size", {.label = "Size", .min = 0, .max = 100, .hard = true})
                               .param(&Params::count, "count")
                               .param(&Params::on, "on")
                               .param(&Params::tint, "tint")
                               .param(&Params::mode, "mode", {.choices = {"soft", "hard"}})
                               .param(&Params::filter, "filter", {.choices = {"box", "cubic"}})
                               .param(&Params::centre, "centre")
                               .file(&Params::file, "file")
                               .output();

const OpDesc& op()
{
    return *Registry::instance().find("test_registry");
}

} // namespace

TEST_CASE("a declaration gives ports, parameters and their defaults")
{
    REQUIRE(Registry::instance().find("test_registry"));
    CHECK_FALSE(Registry::instance().find("test_nothing"));
    CHECK(op().version == 4);
    CHECK(op().port("in") == 0);
    CHECK(op().port("mask") == op().mask_port());
    CHECK(op().port("none") == -1);
    CHECK(op().inputs[0].required);
    CHECK_FALSE(op().inputs[1].required);
    const ParamDesc& size = *op().param("size");
    CHECK(size.type == ParamType::Float);
    CHECK(std::get<double>(size.fallback) == 2);
    CHECK(size.hard);
    CHECK(size.label == "Size");
    CHECK(op().param("count")->type == ParamType::Int);
    CHECK(op().param("on")->type == ParamType::Bool);
    CHECK(op().param("tint")->type == ParamType::Color);
    CHECK(op().param("centre")->type == ParamType::Vec2);
    CHECK(op().param("file")->type == ParamType::File);
    CHECK(op().param("mode")->type == ParamType::Enum);
    CHECK(std::get<std::string>(op().param("mode")->fallback) == "hard");
    CHECK(std::get<std::string>(op().param("filter")->fallback) == "cubic");
    CHECK_FALSE(op().param("nothing"));
    for (const char* standard : {"mix", "invert_mask", "channels", "unpremult"}) {
        REQUIRE(op().param(standard));
        CHECK(op().param(standard)->standard);
    }
}

TEST_CASE("every fallback holds the parameter's type, in every operator that is registered")
{
    for (const auto& [id, desc] : Registry::instance().all())
        for (const ParamDesc& p : desc.params) {
            CHECK_MESSAGE(holds(p.fallback, p.type), id << '.' << p.name);
            CHECK_MESSAGE(all_finite(p.fallback), id << '.' << p.name);
        }
}

TEST_CASE("values reach the operator's own struct")
{
    const auto params = op().make();
    const auto set = [&](const char* name, const Value& v) { op().param(name)->set(params.get(), v); };
    set("size", 7.5), set("count", 9), set("on", false), set("tint", Color(1, 2, 3, 4));
    set("mode", std::string("soft")), set("filter", std::string("box")), set("file", std::string("b")),
        set("centre", Vec2{8, 9});
    const auto& p = *static_cast<const Params*>(params.get());
    CHECK(p.size == 7.5);
    CHECK(p.count == 9);
    CHECK_FALSE(p.on);
    CHECK(p.tint == Color(1, 2, 3, 4));
    CHECK(p.mode == Mode::Soft);
    CHECK(p.filter == 0);
    CHECK(p.file == "b");
    CHECK(p.centre == Vec2{8, 9});
    set("mix", 0.5); // the engine's own: no member to set
}

TEST_CASE("channel selections by name, group and wildcard")
{
    const Layer main{"rgba", {"R", "G", "B", "A"}}, diffuse{"diffuse", {"R", "G", "B"}}, depth{"depth", {"Z"}, true};
    using On = std::array<bool, 4>;
    CHECK(selected_channels("rgb", main) == On{true, true, true, false});
    CHECK(selected_channels("alpha, red", main) == On{true, false, false, true});
    CHECK(selected_channels("all", diffuse) == On{true, true, true, true});
    CHECK(selected_channels("all", depth) == On{});
    CHECK(selected_channels("*", depth) == On{});
    CHECK(selected_channels("depth", depth) == On{true, true, true, true});
    CHECK(selected_channels("diff*.G", diffuse) == On{false, true, false, false});
    CHECK(selected_channels("none", main) == On{});
    CHECK(selected_channels("", main) == On{});
}

TEST_CASE("kernels and tables are identified by what they hold")
{
    const auto a = make_kernel("f", KernelForm::Pixel, "vec4 f(vec4 c) { return c; }", 1);
    CHECK(a->key == make_kernel("f", KernelForm::Pixel, "vec4 f(vec4 c) { return c; }", 1)->key);
    CHECK(a->key != make_kernel("g", KernelForm::Pixel, a->text, 1)->key);
    CHECK(a->key != make_kernel("f", KernelForm::Gather, a->text, 1)->key);
    CHECK(make_table({1, 2})->key == make_table({1, 2})->key);
    CHECK(make_table({1, 2})->key != make_table({2, 1})->key);
}

TEST_CASE("passes and expansions are recorded as they are asked for")
{
    PassList passes(Rect{0, 0, 8, 8});
    const AreaImage scratch = passes.scratch({-1, -1, 9, 9});
    const auto kernel = make_kernel("k", KernelForm::Gather, "", 1);
    passes.run(kernel, {passes.input(0)}, scratch, {-1, -1, 9, 9}).put("x", 1.0f);
    passes.run(kernel, {scratch}, passes.output(), passes.work());
    REQUIRE(passes.dispatches().size() == 2);
    CHECK(passes.dispatches()[0].write.kind == AreaImage::Kind::Scratch);
    CHECK(passes.dispatches()[0].block.fields().size() == 1);
    CHECK(passes.dispatches()[1].area == Rect{0, 0, 8, 8});

    Expansion e;
    const auto first = e.add("a", {}, {e.input(0)});
    const auto second = e.add("b", {{"size", 2.0}}, {first, e.none()});
    CHECK(e.result() == second);
    e.result(first);
    CHECK(e.result() == first);
    CHECK(e.nodes()[1].inputs[0] == first);
}

TEST_CASE("without a rule of its own an operator passes the first image's description on")
{
    ImageInfo a, b;
    a.data_window = {0, 0, 10, 10}, a.first_frame = 5, a.last_frame = 9, a.frames_per_second = 30;
    b.data_window = {5, 5, 20, 12}, b.first_frame = 1, b.last_frame = 6;
    OpContext context;
    context.project_format = {100, 50};
    context.inputs = {nullptr, nullptr, nullptr};
    CHECK(default_info(op(), context).format == Format{100, 50});
    CHECK(default_info(op(), context).data_window.empty());
    context.inputs = {&a, &b, nullptr};
    const ImageInfo info = default_info(op(), context);
    CHECK(info.data_window == Rect{0, 0, 20, 12});
    CHECK(info.first_frame == 1);
    CHECK(info.last_frame == 9);
    CHECK(info.frames_per_second == 30);
}
