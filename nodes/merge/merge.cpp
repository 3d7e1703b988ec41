// Merge: the operation decides the kernel's text (a switch over forty formulas in every pixel would be slow on a CPU),
// as do alpha masking, the video colour space and which inputs are connected; everything that is dragged is in the
// block.
#include "core/op/op.h"
#include "nodes/merge/inputs.h"
#include "nodes/merge/operations.h"

namespace tessera {
namespace {

constexpr int first_a = 1, a_count = 4; ///< ports: B, then A, A2, A3, A4

enum class MetadataFrom { B, A };

struct Params {
    int operation = 0;
    std::string a_channels = "all", b_channels = "all", also_merge;
    BoxChoice bbox = BoxChoice::Union;
    MetadataFrom metadata_from = MetadataFrom::B;
    bool alpha_masking = false, video_colorspace = false;
};

const MergeOperation& operation(const Params& p)
{
    return merge_operations()[size_t(p.operation)];
}

std::vector<int> connected_as(const OpContext& c)
{
    std::vector<int> ports;
    for (int port = first_a; port < first_a + a_count; ++port)
        if (c.connected(size_t(port))) ports.push_back(port);
    return ports;
}

/// True when the alpha for the layer being made has to come from the input's main layer.
bool borrows_alpha(const OpContext& c, int port)
{
    if (!c.connected(size_t(port)) || c.layer == main_layer) return false;
    const Layer* own = c.inputs[size_t(port)]->layer(c.layer);
    return !own || !has_alpha(*own);
}

Result<std::vector<Need>> needs(const Params&, const OpContext& c)
{
    std::vector<int> ports = connected_as(c);
    ports.insert(ports.begin(), 0);
    std::vector<Need> out;
    for (const int port : ports) out.push_back({port, c.frame, std::string(c.layer)});
    for (const int port : ports)
        if (borrows_alpha(c, port)) out.push_back({port, c.frame, std::string(main_layer)});
    return out;
}

/// 1 for the slots of the layer that a selection names, 0 for the others.
Vec4 slots(const OpContext& c, const std::string& selection, const std::string& also)
{
    const Layer* layer = c.output->layer(c.layer);
    if (!layer) return {1, 1, 1, 1};
    const auto on = selected_channels(selection + " " + also, *layer);
    return {double(on[0]), double(on[1]), double(on[2]), double(on[3])};
}

/// How the kernel is put together.
struct Structure {
    const MergeOperation* op = nullptr;
    bool masking = false, video = false, select = false, alpha = true;
    std::vector<bool> borrows; ///< of B and of every connected A
    std::string name() const
    {
        std::string s = std::string("merge_") + op->name;
        for (char& ch : s)
            if (ch == '-') ch = '_';
        s += masking ? "_m" : "";
        s += video ? "_v" : "";
        s += select ? "_s" : "";
        s += alpha ? "" : "_n";
        s += "_";
        for (const bool b : borrows) s += b ? '1' : '0';
        return s;
    }
};

Structure structure(const Params& p, const OpContext& c)
{
    Structure s;
    s.op = &operation(p);
    s.masking = p.alpha_masking && !s.op->porter_duff;
    s.video = p.video_colorspace;
    const Vec4 all{1, 1, 1, 1};
    s.select = slots(c, p.a_channels, p.also_merge) != all || slots(c, p.b_channels, p.also_merge) != all;
    const Layer* layer = c.output->layer(c.layer);
    s.alpha = !layer || has_alpha(*layer);
    s.borrows.push_back(borrows_alpha(c, 0));
    for (const int port : connected_as(c)) s.borrows.push_back(borrows_alpha(c, port));
    return s;
}

/// `vec4 NAME_op(vec4 A, vec4 B, float a, float b)`: one merge of two colours; `float NAME_alpha(float a, float b)`.
std::string operation_text(const Structure& s, const std::string& name)
{
    std::string t;
    if (s.op->non_separable) {
        t += "vec3 " + name + "_f(vec3 A, vec3 B) { " + s.op->body + " }\n";
        t += "float " + name + "_alpha(float a, float b) { return a + b - a * b; }\n";
        t += "vec4 " + name + "_op(vec4 A, vec4 B, float a, float b)\n{\n    vec4 r = vec4(" + name +
             "_f(A.rgb, B.rgb), 0.0);\n";
        if (s.alpha) t += "    r.a = " + name + "_alpha(a, b);\n";
    } else {
        t += "float " + name + "_f(float A, float B, float a, float b) { " + s.op->body + " }\n";
        t += "float " + name + "_alpha(float a, float b) { return " +
             (s.masking ? std::string("a + b - a * b") : name + "_f(a, b, a, b)") + "; }\n";
        t += "vec4 " + name + "_op(vec4 A, vec4 B, float a, float b)\n{\n    vec4 r = vec4(" + name +
             "_f(A.r, B.r, a, b), " + name + "_f(A.g, B.g, a, b), " + name + "_f(A.b, B.b, a, b), " + name +
             "_f(A.a, B.a, a, b));\n";
        if (s.masking && s.alpha) t += "    r.a = " + name + "_alpha(a, b);\n";
    }
    // Where one input has no alpha the other one stays as it is.
    if (s.masking) t += "    if (b == 0.0) r.rgb = A.rgb;\n    if (a == 0.0) r.rgb = B.rgb;\n";
    return t + "    return r;\n}\n";
}

std::string kernel_text(const Structure& s)
{
    const std::string name = s.name();
    const size_t colours = s.borrows.size();
    std::vector<std::string> color, alpha;
    size_t next = colours;
    for (size_t i = 0; i < colours; ++i) {
        color.push_back("c" + std::to_string(i));
        alpha.push_back("c" + std::to_string(s.borrows[i] ? next++ : i) + ".a");
    }
    const auto taken = [&](const std::string& c, const char* which) {
        std::string t = c;
        if (s.select) t = "mix(vec4(0.0), " + t + ", notEqual(u." + which + "_channels, vec4(0.0)))";
        return s.video ? "merge_to_video(" + t + ")" : t;
    };
    std::string t = merge_helpers() + operation_text(s, name) + "vec4 " + name + "(";
    for (size_t i = 0; i < next; ++i) t += "vec4 c" + std::to_string(i) + ", ";
    t += name + "_u u, Px px)\n{\n    vec4 r = " + taken(color[0], "b") + ";\n    float b = " + alpha[0] + ";\n";
    for (size_t i = 1; i < colours; ++i) {
        t += "    r = " + name + "_op(" + taken(color[i], "a") + ", r, " + alpha[i] + ", b);\n";
        if (i + 1 < colours) t += "    b = " + name + "_alpha(" + alpha[i] + ", b);\n";
    }
    return t + (s.video ? "    return merge_from_video(r);\n}\n" : "    return r;\n}\n");
}

Result<ImageInfo> info(const Params& p, const OpContext& c)
{
    std::vector<const ImageInfo*> as;
    for (const int port : connected_as(c)) as.push_back(c.inputs[size_t(port)]);
    const ImageInfo* b = c.connected(0) ? c.inputs[0] : nullptr;
    if (!b && as.empty()) return ImageInfo{.format = c.project_format, .frames_per_second = c.frames_per_second};
    ImageInfo out = b ? *b : *as.front();
    for (const ImageInfo* a : as) {
        add_layers(out, *a, [&](const Layer& l) {
            const auto on = selected_channels(p.also_merge, l);
            return on[0] || on[1] || on[2] || on[3];
        });
        add_range(out, *a);
    }
    out.data_window = combined_window(p.bbox, b, as);
    if (p.metadata_from == MetadataFrom::A && !as.empty()) out.metadata = as.front()->metadata;
    return out;
}

/// Nothing to merge, or only emptiness with an operation to which emptiness means nothing.
bool identity(const Params& p, const OpContext& c)
{
    const std::vector<int> as = connected_as(c);
    if (as.empty()) return true;
    if (!operation(p).without_a_gives_b || p.b_channels != "all" ||
        (p.bbox != BoxChoice::Union && p.bbox != BoxChoice::B))
        return false;
    for (const int port : as)
        if (!c.inputs[size_t(port)]->data_window.empty()) return false;
    return true;
}

std::vector<const char*> operation_names()
{
    std::vector<const char*> names;
    for (const MergeOperation& o : merge_operations()) names.push_back(o.name);
    return names;
}

/// Text that lives as long as the program, for the parameter's `const char*`.
const char* operations_help()
{
    static const std::string help = [] {
        std::string s = "A and B are the two colours (premultiplied), a and b their alphas:";
        for (const MergeOperation& o : merge_operations()) s += std::string(" ") + o.name + ": " + o.formula + ".";
        return s;
    }();
    return help.c_str();
}

const Register merge =
    Op<Params>("merge")
        .label("Merge")
        .menu("Merge")
        .help("Combines A with B, then A2, A3 and A4 with the result, each by the same operation on premultiplied "
              "colours. B is the main trunk: with no A connected or when disabled the node passes B, and format and "
              "(unless told otherwise) metadata are B's. A layer without alpha of its own is merged with the alpha of "
              "its input's main layer. Ids and depth are B's unless named. Sources: the merge nodes of Nuke and "
              "Natron, W3C Compositing, the PDF specification.")
        .optional_in("B")
        .optional_in("A")
        .optional_in("A2")
        .optional_in("A3")
        .optional_in("A4")
        .mask("all")
        .param(&Params::operation, "operation",
               {.label = "Operation", .help = operations_help(), .choices = operation_names()})
        .param(&Params::a_channels, "a_channels",
               {.label = "A channels",
                .help = "Channels taken from the A inputs; the others count as 0. The alpha in the formulas is A's in "
                        "any case."})
        .param(&Params::b_channels, "b_channels",
               {.label = "B channels",
                .help = "Channels taken from B; the others count as 0. The alpha in the formulas is B's in any case."})
        .param(&Params::also_merge, "also_merge",
               {.label = "Also merge",
                .help = "Further channels or layers to merge, taken from both, such as: depth diffuse."})
        .param(&Params::bbox, "bbox", {.label = "Set bbox to", .help = box_help, .choices = box_choices})
        .param(&Params::metadata_from, "metadata_from",
               {.label = "Metadata from", .help = "Input whose metadata the result carries.", .choices = {"b", "a"}})
        .param(
            &Params::alpha_masking, "alpha_masking",
            {.label = "Alpha masking",
             .help = "Each input stays as it is where the other has no alpha, and alpha becomes a + b - a*b. Not for "
                     "over, under, atop, in, out, mask, stencil, xor, matte, copy, conjoint-over and disjoint-over."})
        .param(&Params::video_colorspace, "video_colorspace",
               {.label = "Video colorspace",
                .help = "Merge in sRGB-encoded values instead of scene-linear ones: colours are encoded before and "
                        "decoded after."})
        .info(info)
        .identity(identity)
        .needs(needs)
        .dynamic_pixel(
            [](const Params& p, const OpContext& c) -> Result<KernelPtr> {
                const Structure s = structure(p, c);
                int arguments = int(s.borrows.size());
                for (const bool b : s.borrows) arguments += b;
                return make_kernel(s.name(), KernelForm::Pixel, kernel_text(s), arguments);
            },
            [](const Params& p, const OpContext& c, Block& u) {
                u.put("a_channels", slots(c, p.a_channels, p.also_merge));
                u.put("b_channels", slots(c, p.b_channels, p.also_merge));
            });

} // namespace
} // namespace tessera
