#pragma once
// Attributes of an EXR header as Metadata and back. Values go through the bytes the file holds, so what is not known
// here, or to OpenEXR, still comes back as it was.
#include "core/base/image.h"
#include "core/base/result.h"
#include <ImfHeader.h>

namespace tessera {

/// True for attributes that describe how the pixels are stored: they are in FileInfo, and a writer makes its own.
bool is_structural(std::string_view attribute);

/// All attributes of `header` that are not structural, sorted by name. Text is text; a "stringvector" is its texts,
/// each ended by a line feed (bytes where one holds a line feed itself); numbers of the types known are int64 or
/// double; everything else is the attribute's bytes.
Metadata metadata_of(const Imf::Header& header);

/// Adds what `metadata` holds to `header`, with its own EXR type or, where it has none, a fitting one. Structural names
/// and a preview image (it shows other pixels) are left out. InvalidArgument names an attribute that cannot be written.
Status add_metadata(Imf::Header& header, const Metadata& metadata);

} // namespace tessera
