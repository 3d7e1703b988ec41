#pragma once
// The type-erased description of an operator: all that the planner, the interface, the file format, the documentation and
// the tests ever see. It is made by the builder in op.h from one declaration and never changes after start-up.
#include "core/base/image.h"
#include "core/base/result.h"
#include "core/base/value.h"
#include "core/op/block.h"
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace tessera {

/// How an operator makes its pixels.
enum class OpKind {
    Pixel,     ///< one colour from the colours at the same place (or from the place alone): fusible
    Area,      ///< a list of passes that read neighbourhoods; the last gather pass may be fused with what follows
    Reader,    ///< pixels that come from outside (a file), decoded on a thread of their own
    Composite, ///< a small graph of other operators, put in its place
    Route,     ///< makes no pixels: its output is one of its inputs, perhaps at another frame or of another layer
    Output,    ///< a place where an image leaves the graph (Write, Viewer, Output): passes its input on
};

struct ParamUi {
    const char* label = nullptr;
    double min = 0, max = 1; ///< range of the slider; typed values may leave it unless `hard`
    bool hard = false;       ///< values outside min..max are refused
    const char* help = nullptr;
    std::vector<const char*> choices = {}; ///< of an enum: the names, as written to files; the value is the index
    const char* group = nullptr;           ///< heading under which it is shown
};

/// One parameter: type, default and how it reaches the operator's own struct.
struct ParamDesc {
    std::string name;
    ParamType type = ParamType::Float;
    Value fallback; ///< the default
    std::string label, help, group;
    double min = 0, max = 1;
    bool hard = false;
    std::vector<std::string> choices;
    std::function<void(void*, const Value&)> set; ///< writes a value (enum: its choice's name) into the struct
    bool standard = false; ///< mix, channels, ...: the engine reads it, not the operator
};

struct PortDesc {
    enum class Kind { Image, Mask };
    std::string name;
    Kind kind = Kind::Image;
    bool required = true;
};

/// An image without pixels or layers.
inline const ImageInfo& no_image()
{
    static const ImageInfo none;
    return none;
}

/// What the hooks below are told besides the operator's parameters. Infos and rectangles are at full resolution unless
/// said otherwise; an input that is not connected has no info.
struct OpContext {
    double frame = 1;
    int level = 0;
    double scale = 1; ///< 2^-level: multiply lengths in pixels by it
    int request_level = 0; ///< what the request asks for, whatever the level of this call (Read picks its proxy file by it)
    std::string_view layer = main_layer; ///< the layer being made
    std::string_view view = "main";
    Format project_format;
    double frames_per_second = 24;
    std::string_view project_folder;               ///< for relative paths; empty for a project never saved
    std::string_view node;                         ///< path of the node, for messages
    std::string_view color_config;                 ///< path of the OCIO configuration; empty: $OCIO, else the built-in one
    std::string_view working_space = "ACEScg";     ///< the project's scene-linear space
    std::vector<const ImageInfo*> inputs;          ///< one an input port (masks included), null where not connected
    /// The operator's own result; before and in `info` what its routing or expansion gives, else an empty one. Never null.
    const ImageInfo* output = &no_image();
    std::function<std::optional<std::string>(std::string_view)> variable; ///< ${NAME} of the project, then environment
    /// The operator's own parameter struct at another frame (shutter times); never null in a hook.
    std::function<Result<std::shared_ptr<const void>>(double frame)> params_at;
    /// Area operators with `matrix`: product of the matrices of the affine operators in front of this one that were
    /// folded into it (input 0 is then the first one's input); maps that input to what this operator would have read.
    Mat3 concatenated;
    bool connected(size_t port) const { return port < inputs.size() && inputs[port]; }
    /// Data window of input `port` at this level; empty when not connected.
    Rect input_window(size_t port) const
    {
        return connected(port) ? at_level(inputs[port]->data_window, level) : Rect{};
    }
    Rect output_window() const { return at_level(output->data_window, level); }
};

/// What an operator asks of an input in order to make one of its layers at one frame.
struct Need {
    int port = 0;
    double frame = 0;
    std::string layer;
};

/// Variable-length numbers for a kernel (a lookup table, a kernel image). Shared, since it outlives the plan.
struct Table {
    Key key; ///< hash of the data
    std::vector<float> data;
};
using TablePtr = std::shared_ptr<const Table>;
TablePtr make_table(std::vector<float> data);

/// How a kernel's text is written.
enum class KernelForm {
    Pixel,  ///< `vec4 NAME(vec4 c0, ..., NAME_u u, Px px)`: one colour argument an input
    Gather, ///< `vec4 NAME(NAME_u u, Px px)`, reading its images by FETCHi(ivec2) (docs/adding-an-operator.md)
    Raw,    ///< a whole compute shader body with its own `void main()`; may use shared memory and several outputs
};

/// The text of one kernel. Shared by every instance that uses it.
struct KernelSource {
    std::string name;  ///< GLSL function name, also what plans print
    KernelForm form = KernelForm::Pixel;
    std::string text;  ///< with includes resolved
    int inputs = 1;    ///< Pixel: colour arguments; otherwise images it reads
    Key key;           ///< hash of name, form and text
};
using KernelPtr = std::shared_ptr<const KernelSource>;
/// The kernel in shaders/`path`.glsl, whose function is named by the last part of the path; its `#include "lib/x.glsl"`
/// lines are resolved (each file once).
KernelPtr embedded_kernel(const std::string& path, KernelForm form, int inputs);
KernelPtr make_kernel(std::string name, KernelForm form, std::string text, int inputs);

/// An image in an area operator's list of passes: an input, the output or a scratch image.
struct AreaImage {
    enum class Kind { Input, Output, Scratch } kind = Kind::Output;
    int index = 0;
};

/// The passes of one area operator over one rectangle, in order. Rectangles are at the request's level.
class PassList {
public:
    struct Dispatch {
        KernelPtr kernel;
        std::vector<AreaImage> reads;
        AreaImage write;
        Rect area; ///< the pixels written
        Block block;
        TablePtr table;
        int groups_x = 0, groups_y = 0; ///< Raw kernels: work groups to launch
    };
    /// `work`: the pixels of the output that are wanted.
    explicit PassList(const Rect& work) : work_(work) {}
    Rect work() const { return work_; }
    AreaImage input(int i) const { return {AreaImage::Kind::Input, i}; }
    AreaImage output() const { return {AreaImage::Kind::Output, 0}; }
    /// A scratch image that covers `area`; its window (beyond which FETCH gives zero) is the same.
    AreaImage scratch(const Rect& area);
    /// Adds a pass and returns its uniform block to be filled. A gather kernel runs once for every pixel of `area`.
    Block& run(KernelPtr kernel, std::vector<AreaImage> reads, AreaImage write, const Rect& area, TablePtr table = {});
    /// Adds a pass with its own `main`, launched over groups_x by groups_y work groups.
    Block& run_raw(KernelPtr kernel, std::vector<AreaImage> reads, AreaImage write, const Rect& area, int groups_x,
                   int groups_y, TablePtr table = {});

    const std::vector<Dispatch>& dispatches() const { return dispatches_; }
    const std::vector<Rect>& scratches() const { return scratches_; }

private:
    Rect work_;
    std::vector<Dispatch> dispatches_;
    std::vector<Rect> scratches_;
};

/// What a source decodes. `load` runs on an IO thread and returns the pixels of the rectangle (level 0, full-resolution
/// pixels); `stamp` is the identity of what it reads (file and its stamp, layer) and goes into the content key.
struct SourceJob {
    Key stamp;
    std::string file; ///< for messages
    std::function<Result<HostImage>(const Rect& region)> load;
};

/// Builds the small graph of a composite operator.
class Expansion {
public:
    struct Ref {
        int node = -1; ///< index into nodes(); -1 - port for the operator's own input port
        bool operator==(const Ref&) const = default;
    };
    struct Node {
        std::string op;
        std::map<std::string, Value> params; ///< those that differ from the defaults
        std::vector<Ref> inputs;             ///< by port of `op`; a Ref{} of none() leaves it open
    };
    static Ref none() { return {-1000}; }
    Ref input(int port) const { return {-1 - port}; }
    Ref add(std::string op, std::map<std::string, Value> params, std::vector<Ref> inputs)
    {
        nodes_.push_back({std::move(op), std::move(params), std::move(inputs)});
        return {int(nodes_.size()) - 1};
    }
    /// The node whose result is the operator's; the last one added unless set.
    void result(Ref r) { result_ = r; }
    Ref result() const { return result_ == none() ? Ref{int(nodes_.size()) - 1} : result_; }
    const std::vector<Node>& nodes() const { return nodes_; }

private:
    std::vector<Node> nodes_;
    Ref result_ = none();
};

/// Everything known about an operator. Hooks get the operator's resolved parameter struct as `const void*`.
struct OpDesc {
    std::string id; ///< as in project files: "grade"
    int version = 1;
    std::string label, menu, help;
    OpKind kind = OpKind::Pixel;
    bool internal = false;    ///< used by composites alone, not offered to users
    bool uses_frame = false;  ///< pixels depend on the frame itself: the frame goes into the key
    bool filters = false;     ///< mixes neighbouring pixels: data layers (ids, depth) pass it untouched
    bool has_mask = false;    ///< `.mask()`: mask input as last port, and mix / invert_mask / channels parameters
    bool has_unpremult = false; ///< the standard unpremult parameter
    std::vector<PortDesc> inputs;
    std::vector<ParamDesc> params;

    std::function<std::shared_ptr<void>()> make; ///< a parameter struct with the defaults
    std::function<bool(const void*, const OpContext&)> identity;            ///< output is exactly input 0
    std::function<Result<ImageInfo>(const void*, const OpContext&)> info;   ///< default: see default_info()
    std::function<Rect(const void*, const OpContext&, int port, const Rect& out)> roi; ///< at level; default: `out`
    std::function<Result<std::vector<Need>>(const void*, const OpContext&)> needs; ///< default: same frame and layer
    KernelPtr kernel;                                                        ///< Pixel
    std::function<Result<KernelPtr>(const void*, const OpContext&)> dynamic_kernel; ///< Pixel: text made at run time
    std::function<void(const void*, const OpContext&, Block&)> prepare;      ///< Pixel: fills the uniform block
    std::function<Result<TablePtr>(const void*, const OpContext&)> table;    ///< Pixel: its table, if it has one
    std::function<void(const void*, const OpContext&, PassList&)> passes;    ///< Area
    /// Area: the 3x3 matrix that maps input 0 to the output (full-resolution pixels), for concatenation.
    std::function<std::optional<Mat3>(const void*, const OpContext&)> matrix;
    std::function<Result<SourceJob>(const void*, const OpContext&)> source;  ///< Source
    std::function<Result<Need>(const void*, const OpContext&)> route;        ///< Route, Output
    std::function<Status(const void*, const OpContext&, Expansion&)> expand; ///< Composite

    const ParamDesc* param(std::string_view name) const;
    int port(std::string_view name) const; ///< index into inputs, -1 when there is none
    int mask_port() const { return has_mask ? int(inputs.size()) - 1 : -1; }
};

/// The rule for operators without `info`: format, layers, rate, metadata and alpha of the first connected image input;
/// data window the union of all image inputs'. With no input connected: the project's format, empty data window.
ImageInfo default_info(const OpDesc& op, const OpContext& context);

/// The standard parameters (`mix`, `invert_mask`, `channels`, `unpremult`) of an operator that has them.
struct Standard {
    double mix = 1;
    bool invert_mask = false;
    bool channel[4] = {true, true, true, true};
    bool unpremult = false;
};

/// Which of the four slots of `layer` a channel selection names. The selection is a list separated by blanks or commas of:
/// all, none, rgb, rgba, alpha, red, green, blue (of the main layer), LAYER, LAYER.CHANNEL; `*` and `?` are wildcards.
/// Layers of data (ids, depth) are not part of "all" or of a wildcard: they are chosen by name.
std::array<bool, 4> selected_channels(std::string_view selection, const Layer& layer);

/// All operators, sorted by id. Filled by static initialisers, read-only once main() runs.
class Registry {
public:
    static Registry& instance();
    void add(OpDesc op);
    const OpDesc* find(std::string_view id) const;
    const std::map<std::string, OpDesc, std::less<>>& all() const { return ops_; }

private:
    std::map<std::string, OpDesc, std::less<>> ops_;
};

} // namespace tessera
