#pragma once
// From the parts and channel names of a file to layers and views.
#include "core/media/image_file.h"

namespace tessera {

/// Fills info.layers, info.views and sources from parts. `multi_view` are the views of a file that keeps several in one
/// part (EXR's multiView attribute, the first is the one without a prefix); empty for others.
///
/// - A part's own view holds for all its channels. Otherwise the last but one component of a name is its view when it
///   is one of `multi_view` ("left.R", "forward.left.u"); a name without dots belongs to the first view; any other
///   name belongs to every view.
/// - The view is taken out of the name, and layers_from_channels groups what is left.
/// - A part whose layer an earlier part already has (Nuke writes "red, green, blue" into a part named "diffuse.main")
///   takes the part's name for its layer, without the view in it.
/// - Luminance alone ("Y", and no R, G or B beside it) is grey in the main layer; Y with RY and BY is its colour.
void assemble_layers(FileInfo& file, const std::vector<std::string>& multi_view);

} // namespace tessera
