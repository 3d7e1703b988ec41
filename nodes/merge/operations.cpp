// Formulas and guards: the merge operations of Natron and Nuke; soft-light by W3C Compositing 2015; hue, saturation,
// color and luminosity by the PDF specification's non-separable blend modes.
#include "nodes/merge/operations.h"
#include "core/op/description.h"

namespace tessera {

namespace {

constexpr bool gives_b = true, porter_duff = true, non_separable = true;

constexpr MergeOperation table[] = {
    {"over", "A + B(1-a)", "return A + B * (1.0 - a);", gives_b, porter_duff},
    {"under", "A(1-b) + B", "return A * (1.0 - b) + B;", gives_b, porter_duff},
    {"atop", "A*b + B(1-a)", "return A * b + B * (1.0 - a);", gives_b, porter_duff},
    {"in", "A*b", "return A * b;", false, porter_duff},
    {"out", "A(1-b)", "return A * (1.0 - b);", false, porter_duff},
    {"mask", "B*a", "return B * a;", false, porter_duff},
    {"stencil", "B(1-a)", "return B * (1.0 - a);", gives_b, porter_duff},
    {"xor", "A(1-b) + B(1-a)", "return A * (1.0 - b) + B * (1.0 - a);", gives_b, porter_duff},
    {"matte", "A*a + B(1-a), for an A that is not premultiplied", "return A * a + B * (1.0 - a);", gives_b,
     porter_duff},
    {"copy", "A", "return A;", false, porter_duff},
    {"conjoint-over", "a > b: A; b <= 0: A + B; else A + B(1 - a/b)",
     "if (a > b) return A; if (b <= 0.0) return A + B; return A + B * (1.0 - a / b);", false, porter_duff},
    {"disjoint-over", "a >= 1: A; a + b < 1: A + B; b <= 0: A + B(1-a); else A + B(1-a)/b",
     "if (a >= 1.0) return A; if (a + b < 1.0) return A + B; if (b <= 0.0) return A + B * (1.0 - a); return A + B * "
     "(1.0 - a) / b;",
     false, porter_duff},
    {"plus", "A + B", "return A + B;", gives_b},
    {"minus", "A - B", "return A - B;"},
    {"from", "B - A", "return B - A;"},
    {"difference", "abs(A - B)", "return abs(A - B);"},
    {"multiply", "both below 0: A; else A*B", "return merge_multiply(A, B);"},
    {"divide", "B <= 0: 0; else A/B", "if (B <= 0.0) return 0.0; return A / B;"},
    {"average", "(A + B) / 2", "return (A + B) * 0.5;"},
    {"max", "max(A, B)", "return max(A, B);"},
    {"min", "min(A, B)", "return min(A, B);"},
    {"screen", "A <= 1 or B <= 1: A + B - A*B; else max(A, B)", "return merge_screen(A, B);", gives_b},
    {"overlay", "hard-light with A and B exchanged", "return merge_hard_light(B, A);"},
    {"hard-light", "2A < 1: multiply(2A, B); else screen(2A - 1, B)", "return merge_hard_light(A, B);"},
    {"soft-light", "2A <= 1: B - (1-2A)B(1-B); else B + (2A-1)(D - B), D = ((16B-12)B+4)B for 4B <= 1, sqrt(B) above",
     "if (2.0 * A <= 1.0) return B - (1.0 - 2.0 * A) * B * (1.0 - B); if (4.0 * B <= 1.0) return B + (2.0 * A - 1.0) * "
     "(((16.0 * B - 12.0) * B + 4.0) * B - B); return B + (2.0 * A - 1.0) * (sqrt(B) - B);"},
    {"soft-light-nuke", "A*B < 1: B(2A + B(1 - A*B)); else 2A*B",
     "if (A * B < 1.0) return B * (2.0 * A + (B * (1.0 - A * B))); return 2.0 * A * B;"},
    {"color-dodge", "A >= 1: A; else min(1, B/(1-A))", "if (A >= 1.0) return A; return min(1.0, B / (1.0 - A));"},
    {"color-burn", "A <= 0: A; else 1 - min(1, (1-B)/A)",
     "if (A <= 0.0) return A; return 1.0 - min(1.0, (1.0 - B) / A);"},
    {"pinlight", "A >= 1/2: max(B, 2A - 1); else min(B, 2A)",
     "if (A >= 0.5) return max(B, 2.0 * A - 1.0); return min(B, 2.0 * A);"},
    {"reflect", "B >= 1: 1; else min(1, A*A/(1-B))", "if (B >= 1.0) return 1.0; return min(1.0, A * A / (1.0 - B));"},
    {"freeze", "B <= 0: 0; else max(0, 1 - sqrt(max(0, 1-A))/B)",
     "if (B <= 0.0) return 0.0; return max(0.0, 1.0 - sqrt(max(0.0, 1.0 - A)) / B);"},
    {"exclusion", "A + B - 2A*B", "return A + B - 2.0 * A * B;", gives_b},
    {"geometric", "2A*B/(A + B), 0 where A + B is 0",
     "float sum = A + B; if (sum == 0.0) return 0.0; return 2.0 * A * B / sum;"},
    {"hypot", "sqrt(A*A + B*B)", "return sqrt(A * A + B * B);"},
    {"grain-extract", "B - A + 1/2", "return B - A + 0.5;"},
    {"grain-merge", "B + A - 1/2", "return B + A - 0.5;"},
    {"hue", "the hue of A with the saturation and luminosity of B",
     "return merge_set_lum(merge_set_sat(A, merge_sat(B)), merge_lum(B));", false, false, non_separable},
    {"saturation", "the saturation of A with the hue and luminosity of B",
     "return merge_set_lum(merge_set_sat(B, merge_sat(A)), merge_lum(B));", false, false, non_separable},
    {"color", "the hue and saturation of A with the luminosity of B", "return merge_set_lum(A, merge_lum(B));", false,
     false, non_separable},
    {"luminosity", "the luminosity of A with the hue and saturation of B", "return merge_set_lum(B, merge_lum(A));",
     false, false, non_separable},
};

} // namespace

std::span<const MergeOperation> merge_operations()
{
    return table;
}

std::string merge_helpers()
{
    return embedded_kernel("merge/blend", KernelForm::Pixel, 0)->text;
}

} // namespace tessera
