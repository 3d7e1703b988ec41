// Expressions against the same formulas computed here.
#include "core/doc/expression.h"
#include "tests/doc/helpers.h"
#include <cmath>
#include <numbers>
#include <random>
#include <set>
#include <thread>

using namespace tessera;
using namespace tessera::test;

namespace {

struct Scope : ExpressionScope {
    Scope() { frame = 12, frames_per_second = 25, first_frame = 1, last_frame = 100, width = 1920, height = 1080; }
    Result<ExpressionValue> parameter(std::string_view path, double at) override
    {
        if (path == "Blur1.size") return ExpressionValue{{at * 2}, 1};
        if (path == "this.centre") return ExpressionValue{{3, 4}, 2};
        return Error{ErrorKind::NotFound, "'" + std::string(path) + "' names no node", "name one"};
    }
    Result<ExpressionValue> curve(std::string_view path, double x) override
    {
        return ExpressionValue{{path.empty() ? x * 10 : x * 100}, 1};
    }
};

Result<ExpressionValue> run(std::string_view text)
{
    auto e = Expression::compile(text);
    if (!e) return std::move(e.error());
    Scope scope;
    return (*e)->evaluate(scope);
}

double one(std::string_view text)
{
    const ExpressionValue v = must(run(text));
    CHECK_MESSAGE(v.n == 1, text);
    return v.v[0];
}

std::vector<double> many(std::string_view text)
{
    const ExpressionValue v = must(run(text));
    return {v.v.begin(), v.v.begin() + v.n};
}

} // namespace

TEST_CASE("arithmetic with the usual precedence")
{
    CHECK(one("1 + 2 * 3 - 4 / 8") == 6.5);
    CHECK(one("(1 + 2) * 3") == 9);
    CHECK(one("2 ^ 3 ^ 2") == 512);
    CHECK(one("-2 ^ 2") == -4);
    CHECK(one("2 ^ -1") == 0.5);
    CHECK(one("- - 3") == 3);
    CHECK(one("+3 - +1") == 2);
    CHECK(one("10 - 4 - 3") == 3);
    CHECK(one("7 % 3") == 1);
    CHECK(one("-7 % 3") == 2); // the sign of the divisor, as mod
    CHECK(one(".5 + 1e3 + 2.5E-1") == 1000.75);
    CHECK(one("1\n+\t2") == 3);
}

TEST_CASE("comparisons, logic and conditions")
{
    CHECK(one("1 < 2") == 1);
    CHECK(one("2 <= 1") == 0);
    CHECK(one("3 == 3 && 3 != 4") == 1);
    CHECK(one("0 || 5") == 1);
    CHECK(one("1 && 0 || 1") == 1);
    CHECK(one("!0 + !7") == 1);
    CHECK(one("1 > 2 ? 10 : 0 ? 20 : 30") == 30);
    CHECK(one("if(frame > 10, 5, 6)") == 5);
    CHECK(one("true ? 1 : 0") == 1);
    // The branch that is not taken is not evaluated.
    CHECK(one("1 ? 2 : Nothing.size") == 2);
    CHECK(one("if(0, Nothing.size, 3)") == 3);
    CHECK(one("0 && Nothing.size") == 0);
    CHECK(one("1 || Nothing.size") == 1);
    CHECK_FALSE(run("0 || Nothing.size"));
}

TEST_CASE("variables and constants")
{
    CHECK(one("frame") == 12);
    CHECK(one("t") == 12);
    CHECK(one("fps + first_frame + last_frame") == 126);
    CHECK(one("width / height") == doctest::Approx(16.0 / 9));
    CHECK(one("pi") == std::numbers::pi);
    CHECK(one("e") == std::numbers::e);
}

TEST_CASE("functions are those of the C library")
{
    for (double x : {-2.5, -0.3, 0.0, 0.4, 0.5, 1.7, 20.0}) {
        const std::string s = "(" + std::to_string(x) + ")";
        CHECK(one("abs" + s) == std::fabs(x));
        CHECK(one("floor" + s) == std::floor(x));
        CHECK(one("ceil" + s) == std::ceil(x));
        CHECK(one("round" + s) == std::round(x));
        CHECK(one("trunc" + s) == std::trunc(x));
        CHECK(one("fract" + s) == doctest::Approx(x - std::floor(x)));
        CHECK(one("sign" + s) == (x > 0) - (x < 0));
        CHECK(one("exp" + s) == std::exp(x));
        CHECK(one("sin" + s) == std::sin(x));
        CHECK(one("cos" + s) == std::cos(x));
        CHECK(one("tan" + s) == std::tan(x));
        CHECK(one("atan" + s) == std::atan(x));
        CHECK(one("sinh" + s) == std::sinh(x));
        CHECK(one("cosh" + s) == std::cosh(x));
        CHECK(one("tanh" + s) == std::tanh(x));
        CHECK(one("deg" + s) == doctest::Approx(x * 180 / std::numbers::pi));
        CHECK(one("rad" + s) == doctest::Approx(x * std::numbers::pi / 180));
    }
    CHECK(one("asin(0.3) + acos(0.3)") == doctest::Approx(std::numbers::pi / 2));
    CHECK(one("sqrt(2)") == std::sqrt(2));
    CHECK(one("log(e) + log2(8) + log10(100)") == doctest::Approx(6));
    CHECK(one("pow(2, 10)") == 1024);
    CHECK(one("atan2(1, -1)") == std::atan2(1.0, -1.0));
    CHECK(one("hypot(3, 4)") == 5);
    CHECK(one("min(3, 1, 2) + max(3, 1, 2)") == 4);
    CHECK(one("clamp(5, 0, 2) + clamp(-5, 0, 2)") == 2);
    CHECK(one("mix(10, 20, 0.25)") == 12.5);
    CHECK(one("lerp(10, 20, 0.25)") == 12.5);
    CHECK(one("step(0.5, 0.4) + step(0.5, 0.5)") == 1);
    CHECK(one("smoothstep(0, 2, 0.5)") == doctest::Approx(0.25 * 0.25 * (3 - 0.5)));
    CHECK(one("mod(-1, 4)") == 3);
}

TEST_CASE("vectors, their components and numbers among them")
{
    CHECK(many("vec(1, 2, 3) * 2 + vec(0, 1, 0)") == std::vector<double>{2, 5, 6});
    CHECK(many("-vec(1, 2)") == std::vector<double>{-1, -2});
    CHECK(many("max(vec(1, 5), 3)") == std::vector<double>{3, 5});
    CHECK(many("vec(vec(1, 2), 3, 4)") == std::vector<double>{1, 2, 3, 4});
    CHECK(many("mix(vec(0, 10), vec(10, 0), 0.1)") == std::vector<double>{1, 9});
    CHECK(one("vec(1, 2, 3, 4).w + vec(1, 2).g") == 6);
    CHECK(one("(vec(1, 2) + 1).x") == 2);
    CHECK(one("dot(vec(1, 2, 3), vec(4, 5, 6))") == 32);
    CHECK(one("length(vec(2, 3, 6))") == 7);
    CHECK(one("length(this.centre)") == 5);
    CHECK(contains(error_of(run("vec(1, 2) + vec(1, 2, 3)")), "column 11"));
    CHECK(contains(error_of(run("vec(1, 2).z")), "no such component"));
    CHECK(contains(error_of(run("vec(1, 2) ? 1 : 2")), "one number is needed"));
    CHECK_FALSE(run("vec(vec(1,2,3), vec(1,2,3))"));
    CHECK_FALSE(run("dot(vec(1,2), vec(1,2,3))"));
}

TEST_CASE("parameters, other frames and curves")
{
    CHECK(one("Blur1.size + 1") == 25);
    CHECK(one("value(Blur1.size, frame - 2)") == 20);
    CHECK(one("curve(Blur1.size, 3)") == 300);
    CHECK(one("curve(frame / 2)") == 60);
    CHECK(one("curve(Blur1.size)") == 240); // the own curve at the place that the parameter gives
    const auto e = must(Expression::compile("Blur1.size*2 + value( G.Blur2.tint.r , t)"));
    REQUIRE(e->paths().size() == 2);
    CHECK(e->paths()[0].text == "Blur1.size");
    CHECK(e->paths()[1].text == "G.Blur2.tint.r");
    CHECK(e->text().substr(e->paths()[1].offset, e->paths()[1].text.size()) == "G.Blur2.tint.r");
    CHECK(e->uses_frame());
    CHECK_FALSE(must(Expression::compile("1 + 2"))->uses_frame());
    CHECK(must(Expression::compile("curve(1)"))->uses_own_curve());
    CHECK_FALSE(must(Expression::compile("curve(A.b, 1)"))->uses_own_curve());
}

TEST_CASE("random and noise repeat and keep their bounds")
{
    std::set<double> seen;
    double sum = 0, low = 1, high = -1;
    for (int i = 0; i < 1000; ++i) {
        const double r = one("random(" + std::to_string(i) + ")");
        CHECK(r >= 0);
        CHECK(r < 1);
        CHECK(r == one("random(" + std::to_string(i) + ")"));
        seen.insert(r), sum += r;
        const double n = one("noise(" + std::to_string(i * 0.37) + ", 0.5, " + std::to_string(i * 0.11) + ")");
        CHECK(std::abs(n) <= 1);
        low = std::min(low, n), high = std::max(high, n);
    }
    CHECK(seen.size() == 1000);
    CHECK(sum / 1000 == doctest::Approx(0.5).epsilon(0.05));
    CHECK(low < -0.2);
    CHECK(high > 0.2);
    CHECK(one("random(1, 2)") != one("random(2, 1)"));
    CHECK(one("noise(3)") == 0);
    CHECK(one("noise(2.4999999)") == doctest::Approx(one("noise(2.5)")).epsilon(1e-4));
    CHECK(many("random(vec(1, 2))").size() == 2);
}

TEST_CASE("errors name line and column")
{
    CHECK(contains(error_of(run("")), "line 1, column 1: found the end where a value is expected"));
    CHECK(contains(error_of(run("1 +\n  * 2")), "line 2, column 3: found '*'"));
    CHECK(contains(error_of(run("(1 + 2")), "found the end where ')' is expected"));
    CHECK(contains(error_of(run("1 2")), "found '2' where an operator or the end is expected"));
    CHECK(contains(error_of(run("size + 1")), "unknown name 'size'"));
    CHECK(contains(error_of(run("size + 1")), "this.size"));
    CHECK(contains(error_of(run("smothstep(0, 1, 2)")), "mean smoothstep"));
    CHECK(contains(error_of(run("sin(1, 2)")), "sin takes 1 arguments, not 2"));
    CHECK(contains(error_of(run("min()")), "not 0"));
    CHECK(contains(error_of(run("value(3, 4)")), "value needs a parameter"));
    CHECK(contains(error_of(run("1e999")), "out of range"));
    CHECK(contains(error_of(run("2x")), "where an operator is expected"));
    CHECK_FALSE(run("A.b = 3"));
    CHECK_FALSE(run("system(\"ls\")"));
    CHECK_FALSE(run("1;2"));
    CHECK_FALSE(run("? : "));
    CHECK_FALSE(run("vec(1,2)."));
    CHECK_FALSE(run("sin"));
}

TEST_CASE("deep and long texts are refused or evaluated, never a crash")
{
    const auto nested = [](size_t n) { return std::string(n, '(') + "1" + std::string(n, ')'); };
    CHECK(one(nested(50)) == 1);
    CHECK(contains(error_of(run(nested(5000))), "nested too deeply"));
    CHECK_FALSE(run(std::string(5000, '-') + std::string(20000, '1')));
    CHECK(one(std::string(5000, '-') + "1") == 1);
    std::string powers = "1";
    for (int i = 0; i < 3000; ++i) powers += "^1";
    CHECK_FALSE(run(powers));
    std::string sum = "0";
    for (int i = 0; i < 4000; ++i) sum += "+1";
    CHECK(one(sum) == 4000);
    CHECK_FALSE(run(std::string(100000, '1')));
}

TEST_CASE("no text breaks the parser")
{
    std::mt19937 random(4);
    const std::string_view pieces[] = {"1",     "2.5",        "+",           "-",     "*",   "/",   "^",    "(",
                                       ")",     ",",          "?",           ":",     "&&",  "||",  "!",    "<",
                                       "==",    ".x",         ".",           "frame", "sin", "vec", "if",   "curve",
                                       "value", "Blur1.size", "this.centre", " ",     "\n",  "e",   "\xFF", "$"};
    for (int round = 0; round < 20000; ++round) {
        std::string text;
        for (size_t i = 0, n = 1 + random() % 12; i < n; ++i) text += pieces[random() % std::size(pieces)];
        const auto result = run(text);
        if (!result) CHECK_FALSE(result.error().message.empty());
    }
}

TEST_CASE("compiled texts are remembered, from any thread")
{
    const auto a = must(compiled("1 + 41"));
    CHECK(must(compiled("1 + 41")) == a);
    CHECK_FALSE(compiled("1 +"));
    std::vector<std::thread> threads;
    for (int k = 0; k < 4; ++k)
        threads.emplace_back([k] {
            for (int i = 0; i < 3000; ++i) {
                const auto e = compiled(std::to_string(i) + " + " + std::to_string(k % 2));
                Scope scope;
                if (!e || (*e)->evaluate(scope)->v[0] != i + k % 2) FAIL("a wrong value");
            }
        });
    for (auto& t : threads) t.join();
}
