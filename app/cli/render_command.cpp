// tessera render: what a project writes.
#include "app/cli/cli.h"
#include "core/time/frames.h"
#include "app/cli/interrupt.h"
#include "app/cli/session.h"
#include "app/cli/text.h"
#include "app/cli/writers.h"
#include "core/base/trace.h"
#include "core/doc/edit.h"
#include <CLI/CLI.hpp>

namespace tessera {
namespace {

struct Options {
    ProjectFlags project;
    EngineFlags engine;
    std::vector<std::string> writers;
    std::string frames, out, trace, recorded_as;
    int level = 0;
    bool resume = false, keep_going = false, overwrite = false, json = false, profile = false;
    bool background = false;
};

Result<std::vector<int>> frames_of(const Options& o, const Project& project)
{
    if (!o.frames.empty()) return parse_frames(o.frames);
    const ProjectSettings& s = project.settings;
    return parse_frames(std::to_string(s.first_frame) + "-" + std::to_string(s.last_frame));
}

/// The one writer writes elsewhere; its colour transform follows the new name as it would in the project.
Result<ProjectPtr> with_out(const Options& o, const ProjectPtr& project)
{
    if (o.out.empty()) return project;
    TESSERA_TRY(places, find_writers(*project, o.writers));
    if (places.size() > 1)
        return Error{ErrorKind::InvalidArgument,
                     "--out names one file, but " + std::to_string(places.size()) + " writers would write to it",
                     "choose one with --writer"};
    return set_param(project, places.front(), "file", Value(absolute_path(o.out)));
}

Result<std::vector<RenderTarget>> targets_of(const Options& o, const ProjectPtr& project)
{
    TESSERA_TRY(frames, frames_of(o, *project));
    TESSERA_TRY(places, find_writers(*project, o.writers));
    WriterOverrides overrides;
    overrides.overwrite = o.overwrite;
    overrides.resume = o.resume;
    overrides.movie_threads = o.engine.threads;
    overrides.project = absolute_path(o.recorded_as.empty() ? o.project.path : o.recorded_as);
    std::vector<RenderTarget> targets;
    for (const NodePlace& place : places) {
        TESSERA_TRY(target, writer_target(project, place, frames, overrides));
        if (!target.frames.empty()) targets.push_back(std::move(target));
    }
    if (targets.empty())
        return Error{ErrorKind::InvalidArgument,
                     "no writer has any of the frames " + frames_text(frames) + " in its range",
                     "ask for other frames, or change the writers' ranges"};
    return targets;
}

Status verdict(const RenderSummary& summary)
{
    if (summary.interrupted) return Error{ErrorKind::Cancelled, "stopped", ""};
    if (summary.failed == 0 && summary.missing == 0) return {};
    std::string text = counted(summary.failed, "frame") + " failed";
    if (summary.missing) text += " and " + std::to_string(summary.missing) + " were not made";
    return Error{ErrorKind::InvalidArgument, "the render is not complete: " + text,
                 "see the messages above, and go on with --continue once their cause is gone"};
}

/// Records what all threads and the device do, when there is a file to write it to.
class TraceFile {
public:
    explicit TraceFile(std::string path) : path_(std::move(path))
    {
        name_thread("main");
        if (!path_.empty()) start_trace();
    }
    ~TraceFile() { stop_trace(); }
    Status write()
    {
        if (path_.empty()) return {};
        stop_trace();
        return write_trace(path_);
    }

private:
    std::string path_;
};

Status render_project(const Options& o, Reporter& reporter)
{
    EngineStart start(o.engine);
    TESSERA_TRY(opened, open_project(o.project));
    TESSERA_TRY(project, with_out(o, opened));
    TESSERA_TRY(targets, targets_of(o, project));
    const InterruptGuard guard;
    TESSERA_TRY(engine, start.engine());
    RunOptions run;
    run.encoders = thread_count_of(o.engine);
    run.keep_going = o.keep_going;
    run.skip_done = o.resume;
    run.profile = o.profile;
    run.level = o.level;
    TESSERA_TRY(pending, host_budget_of(o.engine, run.pending_bytes));
    run.pending_bytes = pending;
    TESSERA_TRY(summary, run_render(*engine, project, std::move(targets), run, reporter));
    reporter.finish(summary);
    return verdict(summary);
}

Status render_traced(const Options& o)
{
    if (o.background) work_in_background();
    Reporter reporter(o.json ? ReportStyle::Json : style_for(stdout), stdout);
    Status rendered = render_project(o, reporter);
    if (!rendered) reporter.refused(rendered.error());
    return rendered;
}

Status render(const Options& o)
{
    TraceFile trace(o.trace);
    Status rendered = render_traced(o); // the engine has ended, and with it the threads that record
    Status written = trace.write();
    return rendered.ok() ? std::move(written) : std::move(rendered);
}

} // namespace

void add_render(CLI::App& app, Command& chosen)
{
    auto o = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand("render", "Render the writers of a project to image sequences and movies");
    add_project_flags(*command, o->project);
    command
        ->add_option("--writer", o->writers,
                     "Path of a writer; all that are not disabled when left out. May be given several times")
        ->allow_extra_args(false)
        ->type_name("NAME");
    command
        ->add_option("--frames", o->frames,
                     "Frames such as 1-48,60,100-200x2 (negative ones too: -10--1); the project's range when left out")
        ->type_name("LIST");
    command->add_option("--out", o->out, "File of the one writer that is rendered: name.####.exr, name.mov")
        ->type_name("PATH");
    command->add_option("--proxy", o->level, "Render at 1/2, 1/4, ... of the resolution: level 1, 2, ...")
        ->check(CLI::Range(0, 8))
        ->type_name("LEVEL");
    command->add_flag("--continue", o->resume,
                      "Leave out frames whose EXR file already carries the right content key; replace the others");
    command->add_flag("--overwrite", o->overwrite, "Replace files that exist");
    command->add_flag("--keep-going", o->keep_going, "Go on with the other frames after one has failed");
    command->add_flag("--json", o->json,
                      "Print one JSON object a line: start, begin, frame, skipped, error, time, done and refused events");
    command
        ->add_option("--recorded-as", o->recorded_as,
                     "Path of the project to write into the files, when PROJECT is a copy of it")
        ->type_name("PATH");
    command->add_flag("--background", o->background,
                      "Give way to other programs, and stop when the program that started this one ends");
    command->add_flag("--profile", o->profile,
                      "Print at the end, for each node: time on the device, passes, bytes, bandwidth, decoding, cache hits");
    command
        ->add_option("--trace", o->trace,
                     "Write what every thread and the device did when, for chrome://tracing or ui.perfetto.dev")
        ->type_name("FILE");
    add_engine_flags(*command, o->engine);
    command->footer(
        "Exit status: 0 when every frame asked for was written (or is up to date with --continue), 1 when not, "
        "2 for a\ncommand line that makes no sense, 130 after Ctrl+C.\n"
        "Example: tessera render shot.tess --frames 1-48 --set Grade1.gain=1.2");
    command->callback([o, &chosen] { chosen = [o] { return render(*o); }; });
}

} // namespace tessera
