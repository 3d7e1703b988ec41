#include "core/eval/plan.h"
#include <cstdarg>
#include <cstdio>

namespace tessera {

namespace {

std::string format(const char* pattern, ...)
{
    char buffer[512];
    va_list args;
    va_start(args, pattern);
    std::vsnprintf(buffer, sizeof buffer, pattern, args);
    va_end(args);
    return buffer;
}

std::string text(const Rect& r) { return format("[%d %d %d %d]", r.x0, r.y0, r.x1, r.y1); }
double mebibytes(uint64_t bytes) { return double(bytes) / (1 << 20); }

} // namespace

std::string print(const Plan& plan, const Resolved& resolved)
{
    std::string s = format("region %s, level %d: %d operators in %d passes, %d sources, %d gathers, %d scatters, "
                           "%zu images, peak %.1f MiB\n",
                           text(plan.region).c_str(), plan.level, plan.operators, plan.passes, plan.sources, plan.gathers,
                           plan.scatters, plan.images.size(), mebibytes(plan.peak_bytes));
    for (size_t i = 0; i < plan.images.size(); ++i) {
        const PlanImage& image = plan.images[i];
        s += format("  image %zu  %s of %s  %.1f MiB  %s%s\n", i, text(image.region).c_str(), text(image.window).c_str(),
                    mebibytes(image.bytes()), image.name.c_str(), int(i) == plan.result ? "  (result)" : "");
    }
    for (const PlanStep& step : plan.steps) {
        const Instance* instance = step.instance >= 0 ? &resolved.instances[size_t(step.instance)] : nullptr;
        switch (step.kind) {
        case PlanStep::Kind::Source:
            s += format("  source   -> image %d  %s  %s\n", step.image, instance->eval->path.c_str(),
                        instance->source->file.c_str());
            break;
        case PlanStep::Kind::Gather:
            s += format("  gather   -> image %d  key %s\n", step.image, step.key.hex().c_str());
            break;
        case PlanStep::Kind::Scatter:
            s += format("  scatter  image %d ->  key %s\n", step.image, step.key.hex().c_str());
            break;
        case PlanStep::Kind::Pass: {
            s += format("  pass     %s", step.pass.program->name.c_str());
            s += "  reads";
            for (const int r : step.pass.reads) s += format(" %d", r);
            s += format(" -> image %d  area %s  by", step.pass.write, text(step.pass.area).c_str());
            for (const int i : step.pass.instances) {
                const Instance& member = resolved.instances[size_t(i)];
                s += " " + member.eval->path;
                if (member.folded) s += format(" (+%d transforms)", member.folded);
            }
            s += '\n';
            break;
        }
        }
    }
    return s;
}

} // namespace tessera
