// How Merge and the nodes around it treat their inputs: windows, layers, masks, several As, what is missing.
#include "tests/nodes/wild.h"

using namespace tessera;

namespace {

Pixel at(const HostImage& image, int x, int y)
{
    return image.region.contains(x, y) ? pixel(image, x, y) : Pixel{};
}
Pixel over(const Pixel& A, const Pixel& B)
{
    Pixel out;
    for (size_t c = 0; c < 4; ++c) out[c] = A[c] + B[c] * (1 - A[3]);
    return out;
}

} // namespace

TEST_CASE("merge: windows, format and what is outside an input")
{
    Harness h;
    const HostImage A = noise_image({10, 5, 40, 30}, 1), B = noise_image({-4, 0, 20, 40}, 2);
    ImageInfo info;
    info.data_window = B.region;
    info.format = {64, 48};
    info.layers = {{"rgba", {"R", "G", "B", "A"}}};
    const NodeId a = h.image(A), b = h.image(B, info);
    const NodeId n = h.node("merge", {}, {b, a});
    CHECK(h.info(n)->data_window == Rect{-4, 0, 40, 40});
    CHECK(h.info(n)->format == Format{64, 48});
    check_pixels(
        h.render(n, Rect{-8, -3, 50, 44}), [&](int x, int y) { return over(at(A, x, y), at(B, x, y)); }, arithmetic,
        "over");
    const auto window = [&](const char* box) {
        return h.info(h.node("merge", {{"bbox", std::string(box)}}, {b, a}))->data_window;
    };
    CHECK(window("intersection") == Rect{10, 5, 20, 30});
    CHECK(window("a") == A.region);
    CHECK(window("b") == B.region);
    const NodeId cut = h.node("merge", {{"bbox", std::string("intersection")}}, {b, a});
    check_pixels(
        h.render(cut, Rect{-8, -3, 50, 44}),
        [&](int x, int y) {
            return Rect{10, 5, 20, 30}.contains(x, y) ? over(at(A, x, y), at(B, x, y)) : Pixel{};
        },
        arithmetic, "intersection");
}

TEST_CASE("merge: A2, A3 and A4 go over the result in order")
{
    Harness h;
    const Rect r{0, 0, 20, 20};
    std::vector<HostImage> images;
    std::vector<NodeId> ids;
    for (uint32_t i = 0; i < 5; ++i) {
        images.push_back(noise_image(r, 50 + i));
        ids.push_back(h.image(images.back()));
    }
    check_pixels(
        h.render(h.node("merge", {}, ids)),
        [&](int x, int y) {
            Pixel p = pixel(images[0], x, y);
            for (size_t i = 1; i < 5; ++i) p = over(pixel(images[i], x, y), p);
            return p;
        },
        arithmetic, "five inputs");
    // Only A3: as if it were A.
    check_pixels(
        h.render(h.node("merge", {}, {ids[0], 0, 0, ids[3]})),
        [&](int x, int y) { return over(pixel(images[3], x, y), pixel(images[0], x, y)); }, arithmetic, "A3 alone");
}

TEST_CASE("merge: without A, disabled, or with an empty A it passes B")
{
    Harness h;
    const NodeId a = h.image(noise_image({0, 0, 16, 16}, 1)), b = h.image(noise_image({0, 0, 16, 16}, 2));
    ImageInfo nothing;
    nothing.format = {16, 16};
    nothing.layers = {{"rgba", {"R", "G", "B", "A"}}};
    const NodeId empty = h.image(HostImage(Rect{}), nothing);
    CHECK(*h.key(h.node("merge", {{"operation", std::string("multiply")}}, {b})) == *h.key(b));
    const NodeId disabled = h.node("merge", {}, {b, a});
    h.disable(disabled);
    CHECK(*h.key(disabled) == *h.key(b));
    for (const char* op : {"atop", "exclusion", "matte", "over", "plus", "screen", "stencil", "under", "xor"})
        CHECK_MESSAGE(*h.key(h.node("merge", {{"operation", std::string(op)}}, {b, empty})) == *h.key(b), op);
    auto out = h.render(h.node("merge", {{"operation", std::string("in")}}, {b, empty}));
    REQUIRE(out.ok());
    CHECK(identical(*out, HostImage(out->region)));
}

TEST_CASE("merge: without B, A goes over nothing")
{
    Harness h;
    const HostImage A = noise_image({0, 0, 16, 16}, 1);
    auto out = h.render(h.node("merge", {}, {0, h.image(A)}));
    REQUIRE(out.ok());
    CHECK(identical(*out, A));
}

TEST_CASE("merge: a layer without alpha is merged with the alpha of its main layer")
{
    Harness h;
    const Rect r{0, 0, 16, 16};
    ImageInfo info;
    info.data_window = r, info.format = {16, 16};
    info.layers = {{"rgba", {"R", "G", "B", "A"}}, {"diffuse", {"R", "G", "B"}}};
    std::map<std::string, HostImage> A{{"rgba", noise_image(r, 1)}, {"diffuse", noise_image(r, 2)}};
    std::map<std::string, HostImage> B{{"rgba", noise_image(r, 3)}, {"diffuse", noise_image(r, 4)}};
    std::map<std::string, HostImage> C{{"rgba", noise_image(r, 5)}, {"diffuse", noise_image(r, 6)}};
    for (auto* layers : {&A, &B, &C})
        for (size_t i = 3; i < layers->at("diffuse").pixels.size(); i += 4) layers->at("diffuse").pixels[i] = 0;
    const NodeId a = h.image(A, info), b = h.image(B, info), c = h.image(C, info);
    const auto check = [&](const NodeId n, const std::function<Pixel(Pixel, Pixel)>& expected, const char* what) {
        check_pixels(
            h.render(n, {}, 1, 0, "diffuse"),
            [&](int x, int y) {
                Pixel p = pixel(A.at("diffuse"), x, y), q = pixel(B.at("diffuse"), x, y);
                p[3] = A.at("rgba").at(x, y)[3], q[3] = B.at("rgba").at(x, y)[3];
                Pixel out = expected(p, q);
                out[3] = 0;
                return out;
            },
            arithmetic, what);
    };
    check(h.node("merge", {}, {b, a}), over, "over");
    check(
        h.node("merge", {{"operation", std::string("in")}}, {b, a}),
        [](Pixel p, Pixel q) {
            return Pixel{p[0] * q[3], p[1] * q[3], p[2] * q[3], 0};
        },
        "in");
    // Two As: the second meets the alpha that the first one left.
    check_pixels(
        h.render(h.node("merge", {{"operation", std::string("under")}}, {b, a, c}), {}, 1, 0, "diffuse"),
        [&](int x, int y) {
            const double ba = B.at("rgba").at(x, y)[3], aa = A.at("rgba").at(x, y)[3], after = aa * (1 - ba) + ba;
            Pixel out{};
            for (size_t i = 0; i < 3; ++i)
                out[i] = C.at("diffuse").at(x, y)[i] * (1 - after) + A.at("diffuse").at(x, y)[i] * (1 - ba) +
                         B.at("diffuse").at(x, y)[i];
            return out;
        },
        arithmetic, "under, twice");
}

TEST_CASE("merge: layers of both inputs, data layers of B alone")
{
    Harness h;
    const Rect r{0, 0, 8, 8};
    ImageInfo plain, rich;
    plain.data_window = rich.data_window = r, plain.format = rich.format = {8, 8};
    plain.layers = {{"rgba", {"R", "G", "B", "A"}}};
    rich.layers = {{"rgba", {"R", "G", "B", "A"}}, {"glow", {"R", "G", "B"}}, {"depth", {"Z"}, true}};
    const HostImage main = noise_image(r, 1), glow = noise_image(r, 2), depth = noise_image(r, 3);
    const NodeId many = h.image({{"rgba", main}, {"glow", glow}, {"depth", depth}}, rich);
    const NodeId one = h.image(noise_image(r, 4), plain);
    const auto layers = [&](const NodeId n) {
        std::string names;
        const auto info = h.info(n);
        REQUIRE(info.ok());
        for (const Layer& l : info->layers) names += l.name + " ";
        return names;
    };
    CHECK(layers(h.node("merge", {}, {one, many})) == "rgba glow ");
    CHECK(layers(h.node("merge", {{"also_merge", std::string("depth")}}, {one, many})) == "rgba glow depth ");
    const NodeId kept = h.node("merge", {}, {many, one});
    CHECK(layers(kept) == "rgba glow depth ");
    auto out = h.render(kept, {}, 1, 0, "depth");
    REQUIRE(out.ok());
    CHECK(identical(*out, depth));
}

TEST_CASE("merge: A and B channels that are left out count as zero; alpha in the formula stays")
{
    Harness h;
    const HostImage A = noise_image({0, 0, 16, 16}, 1), B = noise_image({0, 0, 16, 16}, 2);
    const NodeId n = h.node("merge", {{"a_channels", std::string("red alpha")}, {"b_channels", std::string("rgb")}},
                            {h.image(B), h.image(A)});
    check_pixels(
        h.render(n),
        [&](int x, int y) {
            const Pixel p = pixel(A, x, y), q = pixel(B, x, y);
            return over({p[0], 0, 0, p[3]}, {q[0], q[1], q[2], 0});
        },
        arithmetic, "chosen channels");
}

TEST_CASE("merge: mask and mix")
{
    Harness h;
    const HostImage A = noise_image({0, 0, 16, 16}, 1), B = noise_image({0, 0, 16, 16}, 2),
                    M = noise_image({0, 0, 16, 16}, 3);
    const NodeId n =
        h.node("merge", {{"mix", 0.5}, {"invert_mask", true}}, {h.image(B), h.image(A), 0, 0, 0, h.image(M)});
    check_pixels(
        h.render(n),
        [&](int x, int y) {
            const Pixel p = over(pixel(A, x, y), pixel(B, x, y)), q = pixel(B, x, y);
            const double k = (1 - M.at(x, y)[3]) * 0.5;
            Pixel out;
            for (size_t c = 0; c < 4; ++c) out[c] = p[c] * k + q[c] * (1 - k);
            return out;
        },
        arithmetic, "masked");
}

TEST_CASE("keymix: A inside the mask, B outside")
{
    Harness h;
    const HostImage A = noise_image({0, 0, 16, 16}, 1), B = noise_image({0, 0, 16, 16}, 2),
                    M = noise_image({4, 4, 16, 16}, 3);
    const NodeId a = h.image(A), b = h.image(B), m = h.image(M);
    for (const bool invert : {false, true})
        check_pixels(
            h.render(h.node("keymix", {{"invert_mask", invert}, {"mix", 0.75}}, {b, a, m})),
            [&](int x, int y) {
                const double mask = M.region.contains(x, y) ? M.at(x, y)[3] : 0, k = (invert ? 1 - mask : mask) * 0.75;
                Pixel out;
                for (size_t c = 0; c < 4; ++c) out[c] = A.at(x, y)[c] * k + B.at(x, y)[c] * (1 - k);
                return out;
            },
            arithmetic, invert ? "inverted" : "keymix");
    CHECK(*h.key(h.node("keymix", {}, {b})) == *h.key(b));
}

TEST_CASE("premult and unpremult")
{
    Harness h;
    const HostImage in = wild_image({0, 0, 24, 16}, 6);
    const NodeId a = h.image(in);
    check_pixels(
        h.render(h.node("premult", {}, {a})),
        [&](int x, int y) {
            const Pixel p = pixel(in, x, y);
            return Pixel{p[0] * p[3], p[1] * p[3], p[2] * p[3], p[3]};
        },
        arithmetic, "premult");
    check_pixels(
        h.render(h.node("unpremult", {}, {a})),
        [&](int x, int y) {
            const Pixel p = pixel(in, x, y);
            const double d = p[3] == 0 ? 1 : p[3];
            return Pixel{p[0] / d, p[1] / d, p[2] / d, p[3]};
        },
        arithmetic, "unpremult");
    check_pixels(
        h.render(h.node(
            "premult", {{"multiply_by", std::string("red")}, {"invert", true}, {"channels", std::string("all")}}, {a})),
        [&](int x, int y) {
            const Pixel p = pixel(in, x, y);
            const double f = 1 - p[0];
            return Pixel{p[0], p[1] * f, p[2] * f, p[3] * f};
        },
        arithmetic, "premult by red");
    CHECK(h.info(h.node("unpremult", {}, {a}))->alpha == AlphaState::Unpremultiplied);
    const auto bad = h.render(h.node("premult", {{"multiply_by", std::string("glow.R")}}, {a}));
    REQUIRE(!bad.ok());
    CHECK(bad.error().text().find("glow.R") != std::string::npos);
}

TEST_CASE("switch and dissolve")
{
    Harness h;
    const HostImage A = noise_image({0, 0, 16, 16}, 1), B = noise_image({0, 0, 16, 16}, 2),
                    C = noise_image({0, 0, 24, 16}, 3);
    const NodeId a = h.image(A), b = h.image(B), c = h.image(C);
    const auto chosen = [&](int which) { return *h.key(h.node("switch", {{"which", which}}, {a, b, c})); };
    CHECK(chosen(0) == *h.key(a));
    CHECK(chosen(1) == *h.key(b));
    CHECK(chosen(2) == *h.key(c));
    CHECK(chosen(7) == *h.key(c));
    CHECK(chosen(-3) == *h.key(a));
    CHECK(h.info(h.node("switch", {{"which", 2}}, {a, b, c}))->data_window == C.region);
    const auto dissolve = [&](double which) { return h.node("dissolve", {{"which", which}}, {a, b, c}); };
    CHECK(*h.key(dissolve(0)) == *h.key(a));
    auto whole = h.render(dissolve(1), B.region);
    REQUIRE(whole.ok());
    CHECK(identical(*whole, B));
    check_pixels(
        h.render(dissolve(1.25)),
        [&](int x, int y) {
            const Pixel p = at(B, x, y), q = at(C, x, y);
            Pixel out;
            for (size_t i = 0; i < 4; ++i) out[i] = p[i] * 0.75 + q[i] * 0.25;
            return out;
        },
        arithmetic, "1.25");
    auto last = h.render(dissolve(9), C.region);
    REQUIRE(last.ok());
    CHECK(identical(*last, C));
}
