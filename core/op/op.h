#pragma once
// The builder with which an operator is declared, once, in its own file below nodes/:
//
//     struct Params { Color gain{1}; double mix = 1; };
//     const Register gain = Op<Params>("gain").label("Gain").menu("Color").help("out = in * gain.")
//         .in("in").mask()
//         .param(&Params::gain, "gain", {.label = "Gain", .min = 0, .max = 4})
//         .pixel("color/gain", [](const Params& p, const OpContext&, Block& u) { u.put("gain", p.gain); });
//
// The user interface, the file format, the key, the uniform block, the GLSL struct, the documentation and the tests are
// derived from it. docs/adding-an-operator.md explains every call.
#include "core/op/description.h"
#include <type_traits>

namespace tessera {

template <class P> class Op {
public:
    explicit Op(std::string id, int version = 1)
    {
        d_.id = std::move(id);
        d_.version = version;
        d_.make = [] { return std::static_pointer_cast<void>(std::make_shared<P>()); };
    }
    Op& label(std::string s) { return d_.label = std::move(s), *this; }
    Op& menu(std::string s) { return d_.menu = std::move(s), *this; }
    Op& help(std::string s) { return d_.help = std::move(s), *this; }
    Op& internal() { return d_.internal = true, *this; }
    Op& in(std::string name) { return d_.inputs.push_back({std::move(name), PortDesc::Kind::Image, true}), *this; }
    Op& optional_in(std::string name)
    {
        return d_.inputs.push_back({std::move(name), PortDesc::Kind::Image, false}), *this;
    }
    /// An optional mask input as the last port, and the parameters mix, invert_mask and channels: the engine applies them
    /// as out = processed*k + in*(1-k), k = mask alpha * mix, on the chosen channels. Call it after the other inputs.
    /// `channels` is the default selection (see selected_channels): "rgb" for colour operators, "all" for the rest.
    Op& mask(std::string channels = "all");
    /// Adds the parameter `unpremult`: divide by alpha before and multiply after; where alpha is 0 colour is unchanged.
    Op& unpremult();
    Op& uses_frame() { return d_.uses_frame = true, *this; }
    /// Mixes neighbouring pixels: layers of data (ids, depth) pass this operator untouched.
    Op& filters() { return d_.filters = true, *this; }

    /// Declares a parameter held in member `m`: bool, int, double, Vec2, Vec3, Vec4, Color, std::string, Mat4, CurvePtr,
    /// OpaqueData; an int or enum with `choices` is an Enum.
    template <class T> Op& param(T P::* m, std::string name, ParamUi ui = {})
    {
        ParamDesc p;
        p.name = std::move(name);
        p.fallback = to_value(P{}.*m, ui);
        p.type = type_of(P{}.*m, ui);
        const std::vector<std::string> choices(ui.choices.begin(), ui.choices.end());
        p.set = [m, choices](void* object, const Value& v) { assign(static_cast<P*>(object)->*m, v, choices); };
        return add(std::move(p), ui);
    }
    /// A string parameter that names a file.
    Op& file(std::string P::* m, std::string name, ParamUi ui = {})
    {
        param(m, std::move(name), std::move(ui));
        d_.params.back().type = ParamType::File;
        return *this;
    }

    template <class F> Op& identity(F f)
    {
        d_.identity = [f](const void* p, const OpContext& c) { return f(as(p), c); };
        return *this;
    }
    template <class F> Op& info(F f)
    {
        d_.info = [f](const void* p, const OpContext& c) -> Result<ImageInfo> { return f(as(p), c); };
        return *this;
    }
    template <class F> Op& roi(F f)
    {
        d_.roi = [f](const void* p, const OpContext& c, int port, const Rect& out) { return f(as(p), c, port, out); };
        return *this;
    }
    /// For filters of finite reach: `f(params, scale)` gives the reach in x and y in pixels at that scale (rounded up);
    /// the output data window is the input's grown by it, and so is the region read.
    template <class F> Op& grows(F f);
    template <class F> Op& needs(F f)
    {
        d_.needs = [f](const void* p, const OpContext& c) -> Result<std::vector<Need>> { return f(as(p), c); };
        return *this;
    }

    /// One colour from colours: kernel shaders/`path`.glsl, `f(params, context, block)` fills the uniform block.
    template <class F> Op& pixel(const std::string& path, F f)
    {
        pixel_kind(f);
        d_.kernel = embedded_kernel(path, KernelForm::Pixel, image_inputs());
        return *this;
    }
    /// As pixel, with more or fewer colour arguments than there are image inputs (`needs` gives them).
    template <class F> Op& pixel(const std::string& path, int arguments, F f)
    {
        pixel_kind(f);
        d_.kernel = embedded_kernel(path, KernelForm::Pixel, arguments);
        return *this;
    }
    /// As pixel, with a kernel whose text depends on the parameters: `k(params, context)` returns Result<KernelPtr>.
    template <class K, class F> Op& dynamic_pixel(K k, F f)
    {
        pixel_kind(f);
        d_.dynamic_kernel = [k](const void* p, const OpContext& c) -> Result<KernelPtr> { return k(as(p), c); };
        return *this;
    }
    /// Pixel: variable-length data, read in the kernel as TABLE(u.table + i); the block gets the field `table`.
    template <class F> Op& table(F f)
    {
        d_.table = [f](const void* p, const OpContext& c) -> Result<TablePtr> { return f(as(p), c); };
        return *this;
    }
    template <class F> Op& area(F f)
    {
        d_.kind = OpKind::Area;
        d_.passes = [f](const void* p, const OpContext& c, PassList& l) { f(as(p), c, l); };
        return *this;
    }
    template <class F> Op& matrix(F f)
    {
        d_.matrix = [f](const void* p, const OpContext& c) -> std::optional<Mat3> { return f(as(p), c); };
        return *this;
    }
    template <class F> Op& source(F f)
    {
        d_.kind = OpKind::Reader;
        d_.source = [f](const void* p, const OpContext& c) -> Result<SourceJob> { return f(as(p), c); };
        return *this;
    }
    template <class F> Op& route(F f)
    {
        d_.kind = OpKind::Route;
        d_.route = [f](const void* p, const OpContext& c) -> Result<Need> { return f(as(p), c); };
        return *this;
    }
    /// A place where the image leaves the graph; passes input 0 on unchanged.
    Op& output()
    {
        route([](const P&, const OpContext& c) { return Need{0, c.frame, std::string(c.layer)}; });
        d_.kind = OpKind::Output;
        return *this;
    }
    template <class F> Op& composite(F f)
    {
        d_.kind = OpKind::Composite;
        d_.expand = [f](const void* p, const OpContext& c, Expansion& e) -> Status { return f(as(p), c, e); };
        return *this;
    }

    operator OpDesc() const { return d_; }

private:
    static const P& as(const void* p) { return *static_cast<const P*>(p); }
    int image_inputs() const
    {
        int n = 0;
        for (const PortDesc& port : d_.inputs) n += port.kind == PortDesc::Kind::Image;
        return n;
    }
    template <class F> void pixel_kind(F f)
    {
        d_.kind = OpKind::Pixel;
        d_.prepare = [f](const void* p, const OpContext& c, Block& b) { f(as(p), c, b); };
    }
    Op& add(ParamDesc p, const ParamUi& ui);
    template <class T> static Value to_value(const T& v, const ParamUi& ui)
    {
        if constexpr (std::is_enum_v<T>) return std::string(ui.choices.at(size_t(v)));
        else if constexpr (std::is_same_v<T, int>)
            return ui.choices.empty() ? Value(v) : Value(std::string(ui.choices.at(size_t(v))));
        else return Value(v);
    }
    template <class T> static ParamType type_of(const T&, const ParamUi& ui);
    template <class T> static void assign(T& member, const Value& v, const std::vector<std::string>& choices)
    {
        if constexpr (std::is_enum_v<T> || std::is_same_v<T, int>) {
            if (const auto* name = std::get_if<std::string>(&v)) {
                for (size_t i = 0; i < choices.size(); ++i)
                    if (choices[i] == *name) member = T(int(i));
                return;
            }
            if constexpr (std::is_same_v<T, int>) member = std::get<int>(v);
        } else {
            member = std::get<T>(v);
        }
    }
    OpDesc d_;
};

/// Puts an operator into the registry before main() runs.
struct Register {
    Register(OpDesc op) { Registry::instance().add(std::move(op)); }
    template <class P> Register(const Op<P>& op) : Register(OpDesc(op)) {}
};

// ---- the rest of the builder -------------------------------------------------------------------------------------

template <class P> Op<P>& Op<P>::add(ParamDesc p, const ParamUi& ui)
{
    p.label = ui.label ? ui.label : p.name;
    p.help = ui.help ? ui.help : "";
    p.group = ui.group ? ui.group : "";
    p.min = ui.min, p.max = ui.max, p.hard = ui.hard;
    p.choices.assign(ui.choices.begin(), ui.choices.end());
    d_.params.push_back(std::move(p));
    return *this;
}

template <class P> template <class T> ParamType Op<P>::type_of(const T&, const ParamUi& ui)
{
    if constexpr (std::is_enum_v<T>) return ParamType::Enum;
    else if constexpr (std::is_same_v<T, bool>) return ParamType::Bool;
    else if constexpr (std::is_same_v<T, int>) return ui.choices.empty() ? ParamType::Int : ParamType::Enum;
    else if constexpr (std::is_same_v<T, double>) return ParamType::Float;
    else if constexpr (std::is_same_v<T, Vec2>) return ParamType::Vec2;
    else if constexpr (std::is_same_v<T, Vec3>) return ParamType::Vec3;
    else if constexpr (std::is_same_v<T, Vec4>) return ParamType::Vec4;
    else if constexpr (std::is_same_v<T, Color>) return ParamType::Color;
    else if constexpr (std::is_same_v<T, std::string>) return ParamType::String;
    else if constexpr (std::is_same_v<T, Mat4>) return ParamType::Matrix;
    else if constexpr (std::is_same_v<T, CurvePtr>) return ParamType::Curve;
    else {
        static_assert(std::is_same_v<T, OpaqueData>, "no parameter type for this member");
        return ParamType::Shapes;
    }
}

/// Descriptions of the standard parameters; their values are read by the engine.
ParamDesc mix_param();
ParamDesc invert_mask_param();
ParamDesc channels_param(std::string fallback);
ParamDesc unpremult_param();

template <class P> Op<P>& Op<P>::mask(std::string channels)
{
    d_.has_mask = true;
    d_.inputs.push_back({"mask", PortDesc::Kind::Mask, false});
    d_.params.push_back(mix_param());
    d_.params.push_back(invert_mask_param());
    d_.params.push_back(channels_param(std::move(channels)));
    return *this;
}

template <class P> Op<P>& Op<P>::unpremult()
{
    d_.has_unpremult = true;
    d_.params.push_back(unpremult_param());
    return *this;
}

template <class P> template <class F> Op<P>& Op<P>::grows(F f)
{
    d_.filters = true;
    d_.roi = [f](const void* p, const OpContext& c, int port, const Rect& out) {
        if (port != 0) return out;
        const auto [x, y] = f(as(p), c.scale);
        return out.grown(int(std::ceil(x)), int(std::ceil(y)));
    };
    d_.info = [f](const void* p, const OpContext& c) -> Result<ImageInfo> {
        if (!c.connected(0)) return ImageInfo{.format = c.project_format};
        ImageInfo i = *c.inputs[0];
        const auto [x, y] = f(as(p), 1.0);
        i.data_window = i.data_window.grown(int(std::ceil(x)), int(std::ceil(y)));
        return i;
    };
    return *this;
}

} // namespace tessera
