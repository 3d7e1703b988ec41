#include "gpu/compose.h"
#include "gpu/device.h"
#include "shaders/embedded.h"
#include <algorithm>
#include <cctype>
#include <map>
#include <set>

namespace tessera {

namespace {

using Kind = ProgramStep::Kind;

uint32_t bytes_of(Block::Type type)
{
    static constexpr uint32_t bytes[] = {4, 4, 8, 12, 16, 8, 16, 48};
    return bytes[size_t(type)];
}

const char* glsl_name(Block::Type type)
{
    static constexpr const char* names[] = {"float", "int", "vec2", "vec3", "vec4", "ivec2", "ivec4", "mat3"};
    return names[size_t(type)];
}

uint32_t block_bytes(const std::vector<Block::Field>& fields)
{
    if (fields.empty()) return 16;
    return (fields.back().offset + bytes_of(fields.back().type) + 15) & ~15u;
}

bool has_record(const ProgramStep& step)
{
    return step.mixed || step.clip;
}

std::string number(size_t n)
{
    return std::to_string(n);
}

bool is_word(char c)
{
    return std::isalnum(static_cast<unsigned char>(c)) || c == '_';
}

/// `text` with every identifier that is `name` or starts with `name`_ given another beginning: two kernels of one name
/// (two colour transforms, say) then live in one shader.
std::string renamed(const std::string& text, const std::string& name, const std::string& to)
{
    std::string out;
    for (size_t at = 0; at < text.size();) {
        size_t end = at;
        while (end < text.size() && is_word(text[end])) ++end;
        const std::string_view word(text.data() + at, end - at);
        if (word.empty()) {
            out += text[at++];
            continue;
        }
        if (word == name || (word.starts_with(name) && word[name.size()] == '_'))
            out.append(to).append(word.substr(name.size()));
        else
            out.append(word);
        at = end;
    }
    return out;
}

class Composer {
public:
    Composer(const Program& program, Dialect dialect) : program_(program), cpu_(dialect == Dialect::Cpu) {}
    Result<Composition> run();

private:
    struct Kernel {
        const KernelSource* source;
        std::string name; ///< of its function in this shader
        const ProgramStep* step;
    };

    Status gather_kernels();
    const Kernel& kernel_of(const ProgramStep& step) const { return kernels_[index_.at(step.kernel->key)]; }
    void write_values();
    void write_images();
    void write_kernel(const Kernel& kernel);
    void write_main();
    void write_parameters();
    void write_steps();
    void write_load(const ProgramStep& step, const std::string& result);
    void write_call(const ProgramStep& step, const std::string& result, size_t call);
    /// Pixel `index` of image `n`.
    std::string pixel(const std::string& n, const std::string& index) const
    {
        return cpu_ ? "texelFetch(t_pixels" + n + ", " + index + ")" : "t_pixels" + n + "[" + index + "]";
    }
    std::string step_or_zero(int step) const { return step < 0 ? "vec4(0.0)" : "s" + number(size_t(step)); }

    const Program& program_;
    const bool cpu_;
    std::vector<Kernel> kernels_; ///< in order of first use
    std::map<Key, size_t> index_;
    std::set<int> fetched_; ///< image slots that gather and raw kernels read
    std::set<int> loaded_;  ///< image slots of the Load steps
    Composition out_;
};

Result<Composition> Composer::run()
{
    TESSERA_CHECK(gather_kernels());
    out_.sources = {"main"};
    out_.glsl = "#version 460\n";
    if (cpu_)
        out_.glsl += "#extension GL_EXT_shader_explicit_arithmetic_types_int64 : enable\n"
                     "#define T_CPU\n";
    for (const auto& shader : embedded_shaders())
        if (shader.name == "lib/prelude") out_.glsl += shader.text;
    write_values();
    write_images();
    for (const Kernel& k : kernels_) write_kernel(k);
    if (!is_raw(program_)) write_main();
    return std::move(out_);
}

Status Composer::gather_kernels()
{
    std::map<std::string, int> names;
    for (const ProgramStep& step : program_.steps) {
        if (step.kind == Kind::Load && step.image >= 0) loaded_.insert(step.image);
        if (step.kind != Kind::Call) continue;
        const KernelSource& k = *step.kernel;
        const bool again = index_.count(k.key);
        if (again && k.form != KernelForm::Pixel)
            return Error{ErrorKind::InvalidArgument,
                         "the kernel " + k.name + " is in the program " + program_.name + " twice",
                         "run it in passes of their own"};
        if (k.form == KernelForm::Raw && program_.steps.size() != 1)
            return Error{ErrorKind::InvalidArgument,
                         "the raw kernel " + k.name + " is fused with others in " + program_.name,
                         "run it in a pass of its own"};
        if (k.form != KernelForm::Pixel)
            for (int image : step.images)
                if (image >= 0) fetched_.insert(image);
        if (again) continue;
        const int count = ++names[k.name];
        index_[k.key] = kernels_.size();
        kernels_.push_back({&k, count == 1 ? k.name : k.name + "V" + std::to_string(count), &step});
    }
    return {};
}

void Composer::write_values()
{
    for (const Kernel& k : kernels_) {
        out_.glsl += "struct " + k.name + "_u {";
        for (const Block::Field& f : k.step->fields)
            out_.glsl += std::string(" ") + glsl_name(f.type) + " " + f.name + ";";
        out_.glsl += k.step->fields.empty() ? " float unused_; };\n" : " };\n";
    }
    out_.glsl += "layout(std140, set = 0, binding = 0) uniform t_values_block {\n"
                 "    ivec4 t_area; int t_stride; int t_origin; float t_scale; float t_full;\n"
                 "    int t_run; int t_rows; ivec2 t_unused;\n";
    for (int i = 0; i < program_.images; ++i) out_.glsl += "    t_image t_image" + std::to_string(i) + ";\n";
    size_t call = 0;
    for (const ProgramStep& step : program_.steps) {
        if (step.kind != Kind::Call) continue;
        if (has_record(step)) out_.glsl += "    t_call t_call" + number(call) + ";\n";
        out_.glsl += "    " + kernel_of(step).name + "_u t_u" + number(call) + ";\n";
        ++call;
    }
    out_.glsl += "};\n";
    // A raw kernel's values are globals: read once, not in every round of its loops (see write_images).
    if (is_raw(program_))
        out_.glsl += kernels_[0].name + "_u u = t_u0;\n"
                     "void t_out(ivec2 p, vec4 v)\n{\n"
                     "    if (t_inside(p, t_area)) t_store(p.y * t_stride + p.x + t_origin, v);\n}\n";
}

void Composer::write_images()
{
    for (int i = 0; i < program_.images; ++i) {
        const std::string n = std::to_string(i), image = "t_image" + n, pixels = "t_pixels" + n;
        out_.glsl += "layout(set = 0, binding = " + std::to_string(int(first_image_binding) + i);
        if (cpu_)
            out_.glsl += ") uniform samplerBuffer " + pixels + ";\n";
        else
            out_.glsl += ", std430) readonly buffer t_pixels_block" + n + " { vec4 " + pixels + "[]; };\n";
        if (!fetched_.count(i)) continue;
        // Read once into globals: a kernel fetches in loops, and uniforms are slow on a software device. FETCH reads
        // pixel 0 where it is outside, since a branch costs more than the read.
        out_.glsl += "ivec4 t_region" + n + " = " + image + ".region, t_clamped" + n + " = " + image + ".clamped;\n";
        out_.glsl += "int t_stride" + n + " = " + image + ".stride, t_origin" + n + " = " + image + ".origin;\n";
        const std::string index = "p.y * t_stride" + n + " + p.x + t_origin" + n;
        out_.glsl += "vec4 t_fetch" + n + "(ivec2 p)\n{\n    bool there = t_within(p, t_region" + n +
                     ");\n    vec4 c = " + pixel(n, "there ? " + index + " : 0") +
                     ";\n    return mix(vec4(0.0), c, bvec4(there));\n}\n";
        out_.glsl += "vec4 t_fetch_clamp" + n + "(ivec2 p)\n{\n    p = clamp(p, t_clamped" + n + ".xy, t_clamped" + n +
                     ".zw);\n    return " + pixel(n, index) + ";\n}\n";
    }
}

void Composer::write_kernel(const Kernel& kernel)
{
    std::string undefine;
    if (kernel.source->form != KernelForm::Pixel) {
        for (size_t i = 0; i < kernel.step->images.size(); ++i) {
            const int slot = kernel.step->images[i];
            const std::string n = number(i), s = std::to_string(slot);
            out_.glsl += "#define FETCH" + n + "(p) " + (slot < 0 ? "vec4(0.0)" : "t_fetch" + s + "(p)") + "\n";
            out_.glsl +=
                "#define FETCH_CLAMP" + n + "(p) " + (slot < 0 ? "vec4(0.0)" : "t_fetch_clamp" + s + "(p)") + "\n";
            out_.glsl += "#define WINDOW" + n + " " + (slot < 0 ? "ivec4(0)" : "t_image" + s + ".window") + "\n";
            undefine += "#undef FETCH" + n + "\n#undef FETCH_CLAMP" + n + "\n#undef WINDOW" + n + "\n";
        }
    }
    // Messages then count lines in the kernel's own text.
    out_.glsl += "#line 1 " + number(out_.sources.size()) + "\n";
    out_.sources.push_back(kernel.source->name);
    const bool rename = kernel.name != kernel.source->name;
    out_.glsl += rename ? renamed(kernel.source->text, kernel.source->name, kernel.name) : kernel.source->text;
    out_.glsl += "\n#line 1 0\n" + undefine;
}

void Composer::write_main()
{
    std::string places = "    int t_at = t_p.y * t_step + t_p.x + t_first;\n", onward = "    t_at += t_lanes;\n";
    for (int i : loaded_) {
        const std::string n = std::to_string(i);
        places += "    int t_at" + n + " = t_p.y * t_step" + n + " + t_p.x + t_first" + n + ";\n";
        onward += "    t_at" + n + " += t_lanes;\n";
    }
    if (!cpu_) {
        out_.glsl += "layout(local_size_x_id = 0, local_size_y_id = 1) in;\n"
                     "void main()\n{\n"
                     "    ivec2 t_p = t_area.xy + ivec2(gl_GlobalInvocationID.xy);\n"
                     "    if (t_p.x >= t_area.z || t_p.y >= t_area.w) return;\n";
        write_parameters();
        out_.glsl += places;
        write_steps();
        out_.glsl += "}\n";
        return;
    }
    // Loops test at their end: the software device would go through a last round with no lane in it.
    out_.glsl += "layout(local_size_x_id = 0) in;\n"
                 "void main()\n{\n"
                 "    int t_lanes = int(gl_WorkGroupSize.x), t_left = t_area.x + int(gl_WorkGroupID.x) * t_run;\n"
                 "    int t_right = min(t_area.z, t_left + t_run);\n"
                 "    ivec2 t_p = ivec2(t_left + int(gl_LocalInvocationID.x), t_area.y + int(gl_WorkGroupID.y) * t_rows);\n"
                 "    int t_top = min(t_area.w, t_p.y + t_rows);\n"
                 "    t_left = t_p.x;\n"
                 "    if (t_left >= t_right) return;\n";
    write_parameters();
    out_.glsl += "    do {\n    t_p.x = t_left;\n" + places + "    do {\n";
    write_steps();
    out_.glsl += "    t_p.x += t_lanes;\n" + onward + "    } while (t_p.x < t_right);\n    } while (++t_p.y < t_top);\n}\n";
}

void Composer::write_parameters()
{
    // Read before any loop: a software device spends as much on sixteen uniforms as on a pixel's arithmetic.
    out_.glsl += "    float t_to_full = t_full;\n    int t_step = t_stride, t_first = t_origin;\n";
    size_t call = 0;
    for (const ProgramStep& step : program_.steps) {
        if (step.kind != Kind::Call) continue;
        const std::string n = number(call++);
        if (has_record(step)) out_.glsl += "    t_call t_r" + n + " = t_call" + n + ";\n";
        out_.glsl += "    " + kernel_of(step).name + "_u t_v" + n + " = t_u" + n + ";\n";
    }
    for (int i : loaded_) {
        const std::string n = std::to_string(i), image = "t_image" + n;
        out_.glsl +=
            "    int t_step" + n + " = " + image + ".stride, t_first" + n + " = " + image + ".origin;\n";
    }
}

void Composer::write_steps()
{
    out_.glsl += "    Px px = Px(t_p, (vec2(t_p) + 0.5) * t_to_full);\n";
    size_t call = 0;
    for (size_t i = 0; i < program_.steps.size(); ++i) {
        const ProgramStep& step = program_.steps[i];
        if (step.kind == Kind::Load)
            write_load(step, "s" + number(i));
        else
            write_call(step, "s" + number(i), call++);
    }
    out_.glsl += "    t_store(t_at, s" + number(program_.steps.size() - 1) + ");\n";
}

void Composer::write_load(const ProgramStep& step, const std::string& result)
{
    out_.glsl += "    vec4 " + result + " = vec4(0.0);\n";
    if (step.image < 0) return;
    const std::string n = std::to_string(step.image), image = "t_image" + n;
    out_.glsl += step.clip ? "    if (t_within(t_p, " + image + ".region)) " : "    ";
    out_.glsl += result + " = " + pixel(n, "t_at" + n) + ";\n";
}

void Composer::write_call(const ProgramStep& step, const std::string& result, size_t call)
{
    const Kernel& kernel = kernel_of(step);
    const std::string n = number(call), values = "t_r" + n;
    std::string arguments;
    const bool divides = step.unpremult && !step.args.empty();
    if (kernel.source->form == KernelForm::Pixel)
        for (size_t i = 0; i < step.args.size(); ++i) {
            const std::string colour = step_or_zero(step.args[i]);
            arguments += (i == 0 && divides ? "t_unpremult(" + colour + ", t_alpha" + n + ")" : colour) + ", ";
        }
    if (divides) out_.glsl += "    float t_alpha" + n + " = t_divisor(" + step_or_zero(step.args[0]) + ");\n";
    out_.glsl += "    vec4 " + result + " = " + kernel.name + "(" + arguments + "t_v" + n + ", px);\n";
    if (divides) out_.glsl += "    " + result + ".rgb *= t_alpha" + n + ";\n";
    if (step.mixed) {
        const std::string mask = step.mask < 0 ? "1.0" : step_or_zero(step.mask) + ".a";
        out_.glsl += "    " + result + " = t_mix(" + step_or_zero(step.mix_with) + ", " + result + ", " + values +
                     ".mix * (" + mask + " * " + values + ".mask_scale + " + values + ".mask_offset));\n";
    }
    if (step.clip) out_.glsl += "    if (!t_inside(t_p, " + values + ".window)) " + result + " = vec4(0.0);\n";
}

} // namespace

ValuesLayout values_layout(const Program& program)
{
    ValuesLayout layout;
    layout.bytes = uint32_t(sizeof(ValuesHeader) + sizeof(ValuesImage) * size_t(program.images));
    for (const ProgramStep& step : program.steps) {
        if (step.kind != Kind::Call) continue;
        ValuesLayout::Call call;
        if (has_record(step)) {
            call.record = layout.bytes;
            layout.bytes += uint32_t(sizeof(ValuesCall));
        }
        call.block = layout.bytes;
        call.block_bytes = block_bytes(step.fields);
        layout.bytes += call.block_bytes;
        layout.calls.push_back(call);
    }
    return layout;
}

bool is_raw(const Program& program)
{
    return program.steps.size() == 1 && program.steps[0].kind == Kind::Call &&
           program.steps[0].kernel->form == KernelForm::Raw;
}

Result<Composition> compose(const Program& program, Dialect dialect)
{
    return Composer(program, dialect).run();
}

Result<std::string> program_glsl(const Program& program)
{
    TESSERA_TRY(composition, compose(program));
    return std::move(composition.glsl);
}

} // namespace tessera
