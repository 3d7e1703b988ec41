#pragma once
// What is asked before a render begins: which writers, which frames, how. A value that the dialog draws and tests fill in.
#include "app/queue/render_job.h"
#include "core/doc/document.h"

namespace tessera {

enum class FrameChoice { Project, InOut, Current, Other };
enum class ExistingFiles { Stop, Replace, Continue };

struct RenderForm {
    struct Writer {
        std::string path; ///< of the node
        std::string file; ///< as it will be written to, resolved
        std::string problem; ///< why it cannot be rendered; such a one stays off
        bool on = false, movie = false;
    };
    std::vector<Writer> writers;
    FrameChoice frames = FrameChoice::Project;
    std::string other; ///< "1-48,60"
    int first = 1, last = 1, in = 1, out = 1, current = 1;
    int level = 0;
    ExistingFiles existing = ExistingFiles::Stop;
    bool keep_going = true;
    std::string title, project;
};

/// The writers of a project, sorted by path; those that are disabled are listed with that as their problem. `chosen`:
/// paths that are on; empty: all that can be.
std::vector<RenderForm::Writer> writers_of(const Project& project, const std::vector<std::string>& chosen);
/// Paths of the Write nodes among `nodes` of a graph.
std::vector<std::string> writers_among(const Project& project, GraphId graph, const std::vector<NodeId>& nodes);

/// The frames as text for the queue. Errors: InvalidArgument for a list that is none.
Result<std::string> frames_of(const RenderForm& form);
/// "48 frames", "1 frame"; the error's text when there is one.
std::string frames_summary(const RenderForm& form);
/// The request; errors say what is still missing.
Result<JobRequest> request_of(const RenderForm& form);

} // namespace tessera
