#pragma once
// The Write nodes of a project as targets of a render: their parameters, by name, made into outputs.
#include "app/cli/render_run.h"
#include "core/media/movie_writer.h"

namespace tessera {

/// How the command line changes what writers do.
struct WriterOverrides {
    std::string out; ///< where to write instead of the writer's file, which still decides its colour space; absolute
    bool overwrite = false; ///< replace files
    bool resume = false;    ///< leave files that are up to date, replace the rest
    int threads = 1;        ///< that encode one image file
    int movie_threads = 0;  ///< that encode a movie; 0: the encoder's choice
    std::string project;    ///< path of the project, written into each EXR
};

/// The writers with these paths or, when none is named, all that are not disabled, groups' included, in their render
/// order. NotFound (none at all, or an unknown name with the nearest), InvalidArgument (no writer, or a disabled one).
Result<std::vector<NodePlace>> find_writers(const Project& project, const std::vector<std::string>& names);

/// A writer with its parameters at the first of `frames`, which become those that it renders (its own limit applied).
Result<RenderTarget> writer_target(const ProjectPtr& project, const NodePlace& place, const std::vector<int>& frames,
                                   const WriterOverrides& overrides);

/// Colour tags by the names of a colour space or a display and view: "ACES 1.0 - SDR Video (Rec.709)", "sRGB",
/// "Rec.2100-PQ".
MovieTags tags_for(std::string_view color_names);

} // namespace tessera
