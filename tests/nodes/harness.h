#pragma once
// Builds a small graph by hand and renders it through the real engine and device, with the validation layer on.
#include "core/eval/engine.h"
#include "core/op/description.h"
#include <map>

namespace tessera {

class Harness {
public:
    struct Options {
        bool fuse = true, concatenate = true;
        uint64_t chunk_limit = 0; ///< pixels worked on at once; 0: all
        uint64_t vram_budget = 256ull << 20;
    };
    Harness() : Harness(Options{}) {}
    explicit Harness(Options options);

    /// A node that gives these pixels. Without an info: data window = the pixels' region, format = a window from (0, 0)
    /// to its upper right corner, one rgba layer.
    NodeId image(HostImage pixels, std::optional<ImageInfo> info = {});
    /// A node with several layers; every layer's pixels cover info.data_window.
    NodeId image(std::map<std::string, HostImage> layers, ImageInfo info);
    /// A node of operator `op`. An int given for a Float parameter is taken as a number. Inputs by port; 0 leaves one open.
    NodeId node(std::string op, std::map<std::string, Value> params = {}, std::vector<NodeId> inputs = {});
    void connect(NodeId node, std::string port, NodeId source);
    void set(NodeId node, std::string param, Value value);
    void set(NodeId node, std::string param, Param param_with_sources);
    void disable(NodeId node);
    void format(const Format& f);

    /// Without a region: the result's data window united with its format.
    Result<HostImage> render(NodeId node, std::optional<Rect> region = {}, double frame = 1, int level = 0,
                             std::string layer = std::string(main_layer), bool as_output = false);
    Result<Rendered> rendered(NodeId node, std::optional<Rect> region = {}, double frame = 1, int level = 0,
                              std::string layer = std::string(main_layer), bool as_output = false);
    Result<ImageInfo> info(NodeId node, double frame = 1);
    Result<Key> key(NodeId node, double frame = 1, std::string layer = std::string(main_layer));
    Result<std::string> plan(NodeId node, std::optional<Rect> region = {}, double frame = 1, int level = 0);

    Engine& engine() { return *engine_; }
    Request request(NodeId node, double frame = 1) const;
    Project& project() { return project_; }

private:
    NodeId add(Node node);
    void replace(NodeId id, const std::function<void(Node&)>& change);
    Project project_;
    std::unique_ptr<Engine> engine_;
};

/// The device all tests of this program share, opened on a CPU unless TESSERA_DEVICE names another.
std::shared_ptr<Device> test_device();

/// Deterministic pixels in lo..hi, from a hash of position, channel and seed.
HostImage noise_image(const Rect& region, uint32_t seed = 1, float lo = 0, float hi = 1);
/// A smooth picture with colour, alpha between 0 and 1, values below 0 and above 1, premultiplied.
HostImage natural_image(const Rect& region, uint32_t seed = 1);
HostImage flat_image(const Rect& region, float r, float g, float b, float a);

/// Largest |a - b| / max(1, |b|) over both regions (which must be the same); NaN in the same place is equal.
double largest_error(const HostImage& a, const HostImage& b);
/// Same region and same bits.
bool identical(const HostImage& a, const HostImage& b);

} // namespace tessera
