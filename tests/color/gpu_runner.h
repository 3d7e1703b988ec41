#pragma once
// Runs a compute kernel over floats on the first Vulkan device, for tests that compare GPU text with the CPU. Apart
// from the program's own device code on purpose: a fault there must not hide one here.
#include <span>
#include <string>
#include <vector>

/// `kernel` is the text after the buffers' declarations: storage buffers `float source[]` and `float target[]`, the
/// table as `float TABLE(uint)`, and `uint count()` invocations asked for, 64 a group; it defines main. Returns the
/// target's `target_size` floats. Failures are doctest failures with the compiler's message.
std::vector<float> run_kernel(const std::string& kernel, std::span<const float> source, std::span<const float> table,
                              size_t target_size, unsigned invocations);
