#pragma once
// What the operators that combine several images share: which inputs are connected, and the image info of the result.
#include "core/op/description.h"
#include <vector>

namespace tessera {

enum class BoxChoice { Union, Intersection, A, B };
inline const std::vector<const char*> box_choices{"union", "intersection", "a", "b"};
inline constexpr const char* box_help =
    "Data window of the result: of all inputs together, what they share, that of A or that of B.";

/// Adds the layers and channels of `from` that `to` does not have. Layers of data are left out unless `data` is true
/// for them: there is no sense in combining ids or depth by arithmetic.
void add_layers(ImageInfo& to, const ImageInfo& from, const std::function<bool(const Layer&)>& data);

/// Window of B and the As (B may be null).
Rect combined_window(BoxChoice choice, const ImageInfo* b, const std::vector<const ImageInfo*>& as);

/// Makes the range of `to` hold that of `from`.
void add_range(ImageInfo& to, const ImageInfo& from);

/// Index of the highest connected port among the first `count`; -1 when none is.
int last_connected(const OpContext& context, int count);

/// The layer's own alpha: a channel A, a or alpha in slot 3.
bool has_alpha(const Layer& layer);

} // namespace tessera
