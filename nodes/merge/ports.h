#pragma once
// Operators with a row of equal inputs, in0 to in9.
#include "core/op/op.h"

namespace tessera {

inline constexpr int row_inputs = 10;

template <class P> Op<P>& add_row_inputs(Op<P>& op)
{
    for (int i = 0; i < row_inputs; ++i) op.optional_in("in" + std::to_string(i));
    return op;
}

} // namespace tessera
