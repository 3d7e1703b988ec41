#pragma once
// What passes cost in milliseconds, predicted from what a plan says about them: how many pixels, how many bytes, how much
// arithmetic. Scheduling alone uses it (how much to record at once, how many operators to fuse, which tiles to give up
// first, what is worth keeping); pixels never depend on it, so a bad prediction costs time and nothing else.
//
// A prediction is a sum of coefficients times features, times two factors learned while running: one for the device (this
// machine is twice as fast as the one the coefficients were fitted on) and one for the program (this kernel's loops take
// longer than its text shows). The coefficients were fitted to measured passes (tests/bench/fit_cost.cpp writes and fits
// tests/data/cost/passes.tsv); a test replays those. Nothing here reads a clock: the same observations in the same order
// give the same predictions.
#include "core/eval/device.h"
#include <array>
#include <unordered_map>

namespace tessera {

struct Plan;
struct PlanStep;
struct Resolved;

/// The coefficients to start from: a software device computes and copies with the same cores, a GPU does neither.
enum class DeviceClass : uint8_t { Cpu, Gpu };
DeviceClass device_class(const DeviceCaps& caps);

/// What is known about a pass before it runs. Plain data; keep it beside the pass's tag until its time comes.
struct PassFeatures {
    enum class Kind : uint8_t {
        Pixel,  ///< one kernel of pixel functions only
        Gather, ///< with at least one gather function
        Raw,    ///< a kernel with its own main()
        Copy,   ///< tiles to or from the cache, or an upload
        Decode, ///< a source, read and decoded on the loader's threads
    } kind = Kind::Pixel;
    Key program;           ///< whose own factor applies; none: the zero key
    double pixels = 0;     ///< written
    double bytes = 0;      ///< written, and read once from every image
    double operations = 0; ///< arithmetic over all pixels, counted in the kernels' texts (constant loops count once)
    double taps = 0;       ///< pixels fetched by gather and raw kernels over all pixels, estimated from how far they reach
};

/// Features of a plan's step.
PassFeatures features_of(const Plan& plan, const PlanStep& step);
/// Features of decoding `pixels` pixels of a source.
PassFeatures decode_features(double pixels);
/// Arithmetic of one call as counted in the kernel's text: + - * / and comparisons are 1, square roots, powers,
/// exponentials and trigonometry more. Kept by the kernel's key; may be called from any thread.
double operations_of(const KernelSource& kernel);

class CostModel {
public:
    /// Milliseconds a pass, and a million pixels, bytes, operations, taps.
    struct Coefficients {
        double bias = 0, pixels = 0, bytes = 0, operations = 0, taps = 0;
    };
    /// How long a chunk of a viewer's request may keep the device, in milliseconds: what a newer request waits at most
    /// (twice, since two chunks are in flight), and long enough that the fixed cost of a chunk does not show.
    static constexpr double viewer_slice_ms = 30;

    explicit CostModel(DeviceClass device = DeviceClass::Cpu) : device_(device) {}

    /// Milliseconds, above 0.
    double milliseconds(const PassFeatures& features) const;
    /// Of all steps on the device (decoding runs beside them and is not part of it).
    double milliseconds(const Plan& plan) const;
    /// Of compiling a program of so many operations (the sum of operations_of over its calls).
    double compile_milliseconds(double operations) const;

    /// Learns from a pass that ran. Times that are not above 0 are ignored, and no factor leaves 1/64 to 64.
    void observe(const PassFeatures& features, double milliseconds);
    /// The factor learned for the device, 1 at first.
    double device_factor() const { return device_factor_; }
    DeviceClass device() const { return device_; }

    /// How many pixels a chunk may have so that its predicted time stays within `slice_ms`, judged by a plan of the whole
    /// region (which needs no cutting when the answer is `plan.region.pixels()`). At least `smallest_chunk`; never more
    /// than the region has.
    int64_t chunk_pixels(const Plan& plan, double slice_ms = viewer_slice_ms) const;
    static constexpr int64_t smallest_chunk = 256 * 256;

    /// Milliseconds to take `pixels` of a result out of the cache: what costs less to make again is not worth keeping.
    double gather_milliseconds(double pixels) const;

    /// The coefficients of a device class and kind, for print-outs and the test that replays measurements.
    static const Coefficients& coefficients(DeviceClass device, PassFeatures::Kind kind);

private:
    double base(const PassFeatures& features) const;
    DeviceClass device_;
    double device_factor_ = 1;
    int observations_ = 0;
    struct Own {
        double factor = 1;
        int observations = 0;
    };
    std::unordered_map<Key, Own> programs_;
};

/// Fills in the predicted times of a plan and its steps. A Scatter's is the time to make one tile again: the steps it
/// hangs on down to sources and what is cached, by the share that a tile is of the image.
void predict(Plan& plan, const Resolved& resolved, const CostModel& cost);

} // namespace tessera
