#include "gpu/spirv.h"
#include <algorithm>
#include <array>
#include <glslang/Public/ResourceLimits.h>
#include <glslang/Public/ShaderLang.h>
#include <glslang/SPIRV/GlslangToSpv.h>
#include <glslang/SPIRV/spirv.hpp>

namespace tessera {

namespace {

/// glslang's "ERROR: 1:12: 'foo' : undeclared identifier" as "grade, line 12: 'foo' : undeclared identifier".
std::string first_error(const std::string& log, const std::vector<std::string>& sources)
{
    size_t at = log.find("ERROR: ");
    if (at == std::string::npos) return log.substr(0, log.find('\n'));
    at += 7;
    std::string line = log.substr(at, log.find('\n', at) - at);
    while (!line.empty() && line.back() == ' ') line.pop_back();
    const size_t colon = line.find(':'), second = colon == std::string::npos ? colon : line.find(':', colon + 1);
    if (second == std::string::npos) return line;
    const auto digits = [](const std::string& s) {
        return !s.empty() && s.size() < 9 &&
               std::all_of(s.begin(), s.end(), [](char c) { return c >= '0' && c <= '9'; });
    };
    const std::string source = line.substr(0, colon), row = line.substr(colon + 1, second - colon - 1);
    if (!digits(source) || !digits(row) || size_t(std::stoi(source)) >= sources.size()) return line;
    return sources[size_t(std::stoi(source))] + ", line " + row + line.substr(second);
}

Error compile_error(const char* log, const std::vector<std::string>& sources)
{
    const std::string names = [&] {
        std::string list;
        for (size_t i = 1; i < sources.size(); ++i) list += (i > 1 ? "+" : "") + sources[i];
        return list;
    }();
    return {ErrorKind::InvalidArgument, "the kernel " + names + " does not compile: " + first_error(log, sources),
            "correct the kernel's text"};
}

bool is_float_arithmetic(spv::Op op)
{
    switch (op) {
    case spv::OpFNegate:
    case spv::OpFAdd:
    case spv::OpFSub:
    case spv::OpFMul:
    case spv::OpFDiv:
    case spv::OpFRem:
    case spv::OpFMod:
    case spv::OpVectorTimesScalar:
    case spv::OpMatrixTimesScalar:
    case spv::OpVectorTimesMatrix:
    case spv::OpMatrixTimesVector:
    case spv::OpMatrixTimesMatrix:
    case spv::OpOuterProduct:
    case spv::OpDot: return true;
    default: return false;
    }
}

constexpr size_t header_words = 5;

spv::Op op_at(const std::vector<uint32_t>& code, size_t at)
{
    return spv::Op(code[at] & 0xffff);
}
size_t length_at(const std::vector<uint32_t>& code, size_t at)
{
    return std::max<size_t>(1, code[at] >> 16);
}
uint32_t instruction(spv::Op op, uint32_t words)
{
    return words << 16 | uint32_t(op);
}

} // namespace

Result<std::vector<uint32_t>> compile_glsl(const std::string& text, const std::vector<std::string>& sources)
{
    // glslang's process state lives as long as the program; a finalise at exit would race with compiling threads.
    static const bool started = glslang::InitializeProcess();
    if (!started) return Error{ErrorKind::Unsupported, "the GLSL compiler does not start", "reinstall glslang"};
    glslang::TShader shader(EShLangCompute);
    const char* pointer = text.c_str();
    shader.setStrings(&pointer, 1);
    shader.setEnvInput(glslang::EShSourceGlsl, EShLangCompute, glslang::EShClientVulkan, 100);
    shader.setEnvClient(glslang::EShClientVulkan, glslang::EShTargetVulkan_1_3);
    shader.setEnvTarget(glslang::EShTargetSpv, glslang::EShTargetSpv_1_6);
    const auto rules = EShMessages(EShMsgSpvRules | EShMsgVulkanRules);
    if (!shader.parse(GetDefaultResources(), 460, false, rules)) return compile_error(shader.getInfoLog(), sources);
    glslang::TProgram program;
    program.addShader(&shader);
    if (!program.link(rules)) return compile_error(program.getInfoLog(), sources);
    std::vector<uint32_t> spirv;
    spv::SpvBuildLogger logger;
    glslang::SpvOptions options;
    options.disableOptimizer = true;
    glslang::GlslangToSpv(*program.getIntermediate(EShLangCompute), spirv, &logger, &options);
    if (spirv.size() <= header_words) return compile_error(logger.getAllMessages().c_str(), sources);
    return spirv;
}

void pin_arithmetic(std::vector<uint32_t>& spirv, bool keep_special_values)
{
    // The sections of a module come in a fixed order: capabilities, ..., entry points, execution modes, ...,
    // decorations, types. What is added goes to the end of the section it belongs to.
    size_t capabilities_end = 0, modes_end = 0, decorations_end = 0;
    uint32_t entry_point = 0;
    std::vector<uint32_t> decorations;
    for (size_t at = header_words; at < spirv.size(); at += length_at(spirv, at)) {
        const spv::Op op = op_at(spirv, at);
        const size_t next = at + length_at(spirv, at);
        if (op == spv::OpCapability) capabilities_end = next;
        if (op == spv::OpEntryPoint) entry_point = spirv[at + 2];
        if (op == spv::OpEntryPoint || op == spv::OpExecutionMode || op == spv::OpExecutionModeId) modes_end = next;
        if (!decorations_end && op >= spv::OpTypeVoid && op <= spv::OpTypeForwardPointer) decorations_end = at;
        if (is_float_arithmetic(op))
            decorations.insert(decorations.end(), {instruction(spv::OpDecorate, 3), spirv[at + 2],
                                                   uint32_t(spv::DecorationNoContraction)});
    }
    const auto place = [&](size_t at) { return spirv.begin() + std::ptrdiff_t(at); };
    spirv.insert(place(decorations_end), decorations.begin(), decorations.end());
    if (!keep_special_values) return;
    const std::array<uint32_t, 4> mode{instruction(spv::OpExecutionMode, 4), entry_point,
                                       uint32_t(spv::ExecutionModeSignedZeroInfNanPreserve), 32};
    spirv.insert(place(modes_end), mode.begin(), mode.end());
    const std::array<uint32_t, 2> capability{instruction(spv::OpCapability, 2),
                                             uint32_t(spv::CapabilitySignedZeroInfNanPreserve)};
    spirv.insert(place(capabilities_end), capability.begin(), capability.end());
}

size_t loops_in(const std::vector<uint32_t>& spirv)
{
    size_t count = 0;
    for (size_t at = header_words; at < spirv.size(); at += length_at(spirv, at))
        count += op_at(spirv, at) == spv::OpLoopMerge;
    return count;
}

} // namespace tessera
