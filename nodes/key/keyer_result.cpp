// The keyer's last step: masks, spill removal in agreement with the matte, replacement and the view.
#include "nodes/key/keyer.h"
#include "nodes/key/screen.h"

namespace tessera {
namespace {

using P = KeyerParams;

/// The source's image with all four channels in its main layer.
Result<ImageInfo> result_info(const P& p, const OpContext& c)
{
    if (!c.connected(0)) return ImageInfo{.format = c.project_format, .frames_per_second = c.frames_per_second};
    ImageInfo i = *c.inputs[0];
    const std::vector<std::string> rgba{"R", "G", "B", "A"};
    bool found = false;
    for (Layer& layer : i.layers)
        if (layer.name == main_layer) layer.channels = rgba, found = true;
    if (!found) i.layers.insert(i.layers.begin(), Layer{std::string(main_layer), rgba});
    const bool straight = p.view == P::View::Intermediate || (p.view == P::View::FinalResult && !p.premultiplied);
    if (p.view != P::View::Source) i.alpha = straight ? AlphaState::Unpremultiplied : AlphaState::Premultiplied;
    if (p.view == P::View::Composite && c.connected(4)) i.data_window = united(i.data_window, c.inputs[4]->data_window);
    return i;
}

void prepare(const P& p, const OpContext& c, Block& u)
{
    const Color& s = p.screen_colour;
    const Color& r = p.replace_colour;
    const double y = luminance(r);
    Vec3 hard, soft;
    if (p.replace_method == P::Replace::HardColour) hard = {r.r, r.g, r.b};
    if (p.replace_method == P::Replace::SoftColour && y > 0) soft = {r.r / y, r.g / y, r.b / y};
    u.put("share", screen_share(s, p.screen_balance, p.despill_bias));
    u.put("gain", p.screen_gain);
    u.put("screen", Vec3{s.r, s.g, s.b});
    u.put("put_back", p.replace_method == P::Replace::Source ? 1.0 : 0.0);
    u.put("hard", hard);
    u.put("source_alpha", int(p.source_alpha));
    u.put("soft", soft);
    u.put("view", int(p.view));
    u.put("premultiplied", p.premultiplied);
    // The composite's window may exceed the source's: outside it there is no foreground.
    u.put("window", c.input_window(0));
}

Op<P> declare_result()
{
    Op<P> op("keyer_result");
    op.label("Keyer result").menu("Keyer").internal().help("Colour and output of the keyer; see keyer.");
    op.in("source").in("matte").optional_in("inside").optional_in("outside").optional_in("bg");
    add_matte_params(op);
    add_result_params(op);
    op.info(result_info).pixel("key/keyer_result", prepare);
    return op;
}

const Register result = declare_result();

} // namespace
} // namespace tessera
