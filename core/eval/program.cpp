#include "core/eval/program.h"

namespace tessera {

namespace {

void add_step(Hasher& h, const ProgramStep& s)
{
    h.add(s.kind).add(s.image).add(s.clip);
    if (s.kind == ProgramStep::Kind::Load) return;
    h.add(s.kernel->key).add(s.unpremult).add(s.mixed).add(s.mix_with).add(s.mask);
    h.add(s.fields.size());
    for (const Block::Field& f : s.fields) h.add(f.name).add(f.type).add(f.offset);
    h.add(s.args.size());
    for (int a : s.args) h.add(a);
    h.add(s.images.size());
    for (int i : s.images) h.add(i);
}

} // namespace

ProgramPtr finish_program(Program program)
{
    Hasher h;
    h.add(program.images).add(program.steps.size());
    program.name.clear();
    for (const ProgramStep& s : program.steps) {
        add_step(h, s);
        if (s.kind != ProgramStep::Kind::Call) continue;
        if (!program.name.empty()) program.name += '+';
        program.name += s.kernel->name;
    }
    if (program.name.empty()) program.name = "copy";
    program.key = h.key();
    return std::make_shared<const Program>(std::move(program));
}

} // namespace tessera
