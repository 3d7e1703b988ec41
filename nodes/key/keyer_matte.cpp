// The keyer's matte from the colours of the (perhaps blurred) source, and its limit by rollback.
#include "nodes/key/keyer.h"
#include "nodes/key/screen.h"

namespace tessera {
namespace {

void prepare(const KeyerParams& p, const OpContext&, Block& u)
{
    const Vec3 v = screen_share(p.screen_colour, p.screen_balance, p.alpha_bias);
    // Clips that meet or cross make a threshold at clip black.
    constexpr double narrowest_clip = 1e-6;
    const double slope = 1 / std::max(p.clip_white - p.clip_black, narrowest_clip);
    u.put("share", Vec3{v.x * p.screen_gain, v.y * p.screen_gain, v.z * p.screen_gain});
    u.put("slope", slope);
    u.put("offset", -p.clip_black * slope);
    u.put("straighten", p.source_alpha == KeyerParams::SourceAlpha::Normal);
}

Op<KeyerParams> declare_matte()
{
    Op<KeyerParams> op("keyer_matte");
    op.label("Keyer matte").menu("Keyer").internal().help("clip(1 - gain*d(F)/d(S)) in all four channels; see keyer.");
    op.in("source");
    add_matte_params(op);
    op.pixel("key/keyer_matte", prepare);
    return op;
}

const Register matte = declare_matte();

struct NoParams {};

const Register limit =
    Op<NoParams>("keyer_limit")
        .label("Keyer limit")
        .menu("Keyer")
        .internal()
        .help("clamp(raw, eroded, dilated): the clipped matte away from its edges, the raw one near them.")
        .in("raw")
        .in("eroded")
        .in("dilated")
        .pixel("key/keyer_limit", [](const NoParams&, const OpContext&, Block&) {});

} // namespace
} // namespace tessera
