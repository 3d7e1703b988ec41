// tessera verify: proves that files are what their project makes.
#include "app/cli/cli.h"
#include "core/time/frames.h"
#include "app/cli/image_output.h"
#include "app/cli/interrupt.h"
#include "app/cli/session.h"
#include "app/cli/text.h"
#include "app/cli/writers.h"
#include "core/doc/edit.h"
#include "core/media/image_file.h"
#include <CLI/CLI.hpp>
#include <cstring>
#include <filesystem>
#include <iostream>
#include <nlohmann/json.hpp>

namespace tessera {
namespace {

namespace fs = std::filesystem;

struct Options {
    std::vector<std::string> paths, sets, reads, writers;
    EngineFlags engine;
    std::string frames, project;
    int level = 0;
    bool keys_only = false, json = false;
};

/// A folder that goes away with it.
class ScratchFolder {
public:
    ScratchFolder()
    {
        std::string name = (fs::temp_directory_path() / "tessera-verify-XXXXXX").string();
        if (::mkdtemp(name.data())) path_ = name;
    }
    ~ScratchFolder()
    {
        std::error_code ignored;
        if (!path_.empty()) fs::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;
    const std::string& path() const { return path_; }

private:
    std::string path_;
};

/// What was found out about one file; `problem` is empty when it is proven.
struct Finding {
    std::string file, writer, problem;
    int frame = 0;
};

/// "" when both files hold the same layers with the same bits; else what differs.
Result<std::string> difference(const std::string& file, const std::string& fresh)
{
    TESSERA_TRY(a, read_info(file));
    TESSERA_TRY(b, read_info(fresh));
    if (!(a.info.layers == b.info.layers) || a.info.views != b.info.views) return std::string("its layers differ");
    if (!(a.info.format == b.info.format) || !(a.info.data_window == b.info.data_window))
        return std::string("its windows differ");
    for (const std::string& view : a.info.views) {
        for (const Layer& layer : a.layers_of(view)) {
            TESSERA_TRY(x, read_layer(file, layer.name, view, a.info.data_window));
            TESSERA_TRY(y, read_layer(fresh, layer.name, view, b.info.data_window));
            size_t pixels = 0;
            for (size_t i = 0; i < x.pixels.size(); i += 4)
                pixels += std::memcmp(&x.pixels[i], &y.pixels[i], 4 * sizeof(float)) != 0;
            if (pixels)
                return counted(pixels, "pixel") + " of layer " + layer.name + (pixels == 1 ? " differs" : " differ");
        }
    }
    return std::string();
}

class Verifier {
public:
    Verifier(const Options& options) : o_(options) {}
    Status run();

private:
    Status open(Engine*& engine);
    Status verify_project(const std::string& path);
    Status verify_file(const std::string& path);
    Result<ProjectPtr> project_at(const std::string& path);
    Status verify_frame(const ProjectPtr& project, const NodePlace& place, int frame, const std::string& project_path);
    void report(Finding finding);

    const Options& o_;
    std::unique_ptr<Engine> engine_;
    ScratchFolder scratch_;
    std::map<std::string, ProjectPtr> projects_;
    size_t good_ = 0, bad_ = 0;
};

Status Verifier::run()
{
    if (scratch_.path().empty())
        return Error{ErrorKind::Permission, "cannot make a temporary folder in " + fs::temp_directory_path().string(),
                     "point TMPDIR to a folder that may be written"};
    TESSERA_TRY(engine, open_engine(o_.engine));
    engine_ = std::move(engine);
    for (const std::string& path : o_.paths) {
        if (path.ends_with(".tess"))
            TESSERA_CHECK(verify_project(path));
        else
            TESSERA_CHECK(verify_file(path));
        if (interrupted()) return Error{ErrorKind::Cancelled, "stopped", ""};
    }
    if (!o_.json)
        std::cout << counted(good_ + bad_, "file") << ": " << good_ << " as the project makes them, " << bad_
                  << " not\n";
    if (bad_ == 0 && good_ > 0) return {};
    if (good_ + bad_ == 0)
        return Error{ErrorKind::NotFound, "there was nothing to verify: only EXR files carry a key", "render to EXR"};
    return Error{ErrorKind::InvalidArgument, counted(bad_, "file") + " could not be proven",
                 "render them again; `tessera render --continue` makes only what is out of date"};
}

Result<ProjectPtr> Verifier::project_at(const std::string& path)
{
    ProjectPtr& project = projects_[path];
    if (!project) {
        TESSERA_TRY(opened, open_project({path, o_.sets, o_.reads}));
        project = opened;
    }
    return project;
}

Status Verifier::verify_project(const std::string& path)
{
    TESSERA_TRY(project, project_at(path));
    const ProjectSettings& s = project->settings;
    TESSERA_TRY(frames,
                parse_frames(!o_.frames.empty() ? o_.frames
                                                : std::to_string(s.first_frame) + "-" + std::to_string(s.last_frame)));
    TESSERA_TRY(places, find_writers(*project, o_.writers));
    for (const NodePlace& place : places) {
        TESSERA_TRY(target, writer_target(project, place, frames, {}));
        if (!target.output || !target.whole_window) continue; // only EXR files carry a key
        for (const int frame : target.frames) {
            TESSERA_CHECK(verify_frame(project, place, frame, path));
            if (interrupted()) return {};
        }
    }
    return {};
}

/// The project, the writer and the frame are those that the file names.
Status Verifier::verify_file(const std::string& path)
{
    const std::string file = absolute_path(path);
    TESSERA_TRY(info, read_info(file));
    const auto mark = info.info.metadata ? render_mark(*info.info.metadata) : std::nullopt;
    if (!mark) {
        report({file, "", "it carries no key of ours", 0});
        return {};
    }
    const std::string project_path = o_.project.empty() ? mark->project : o_.project;
    auto project = project_at(project_path);
    if (!project) {
        Error error = project.error();
        error.remedy = "give the project with --project";
        return error;
    }
    auto place = node_named(**project, mark->writer);
    if (!place) {
        report({file, mark->writer, "the project has no writer " + mark->writer, mark->frame});
        return {};
    }
    TESSERA_TRY(here, set_param(*project, *place, "file", Value(file)));
    return verify_frame(here, find_node(*here, mark->writer), mark->frame, project_path);
}

Status Verifier::verify_frame(const ProjectPtr& project, const NodePlace& place, int frame,
                              const std::string& project_path)
{
    TESSERA_TRY(target, writer_target(project, place, {frame}, {}));
    if (!target.output)
        return Error{ErrorKind::InvalidArgument, "frame " + std::to_string(frame) + " is outside the writer's range",
                     "change it"};
    Finding finding{target.output->file(frame), target.writer, "", frame};
    std::error_code ignored;
    if (!fs::exists(finding.file, ignored)) {
        finding.problem = "it is missing";
        report(std::move(finding));
        return {};
    }
    TESSERA_TRY(key, expected_key(*engine_, project, target, frame, o_.level));
    if (!target.output->up_to_date(frame, key)) finding.problem = "it carries another key";
    if (!finding.problem.empty() || o_.keys_only) {
        report(std::move(finding));
        return {};
    }
    WriterOverrides elsewhere;
    elsewhere.out = scratch_.path() + "/" + fs::path(finding.file).filename().string();
    elsewhere.overwrite = true;
    elsewhere.project = absolute_path(project_path);
    TESSERA_TRY(fresh, writer_target(project, place, {frame}, elsewhere));
    std::vector<RenderTarget> targets;
    targets.push_back(std::move(fresh));
    Reporter quiet(ReportStyle::Quiet, stdout);
    RunOptions run;
    run.level = o_.level;
    TESSERA_TRY(summary, run_render(*engine_, project, std::move(targets), run, quiet));
    if (summary.interrupted) return {};
    if (summary.written != 1)
        finding.problem = "the frame cannot be rendered again";
    else {
        TESSERA_TRY(what, difference(finding.file, elsewhere.out));
        finding.problem = what;
        fs::remove(elsewhere.out, ignored);
    }
    report(std::move(finding));
    return {};
}

void Verifier::report(Finding f)
{
    ++(f.problem.empty() ? good_ : bad_);
    if (o_.json)
        std::cout << nlohmann::json{{"file", f.file},
                                    {"writer", f.writer},
                                    {"frame", f.frame},
                                    {"ok", f.problem.empty()},
                                    {"problem", f.problem}}
                         .dump(-1, ' ', false, nlohmann::json::error_handler_t::replace)
                  << std::endl;
    else
        std::cout << (f.problem.empty() ? "ok       " : "differs  ") << f.file
                  << (f.problem.empty() ? "" : ": " + f.problem) << std::endl;
}

} // namespace

void add_verify(CLI::App& app, Command& chosen)
{
    auto o = std::make_shared<Options>();
    CLI::App* command = app.add_subcommand(
        "verify", "Render frames again and compare their keys and pixels with the EXR files that are there");
    command
        ->add_option("PROJECT|FILE", o->paths,
                     "Projects (.tess), whose writers are verified, or EXR files that were rendered by this program")
        ->required()
        ->type_name("");
    command->add_option("--project", o->project, "For files: the project, where it is no longer where they say")
        ->type_name("PATH");
    command->add_option("--writer", o->writers, "For projects: path of a writer. May be given several times")
        ->allow_extra_args(false)
        ->type_name("NAME");
    command->add_option("--frames", o->frames, "For projects: frames such as 1-48,60,100-200x2")->type_name("LIST");
    command->add_option("--set", o->sets, "NODE.PARAM=VALUE, as the files were rendered with")
        ->allow_extra_args(false)
        ->type_name("NODE.PARAM=VALUE");
    command->add_option("--read", o->reads, "NODE=PATH, as the files were rendered with")
        ->allow_extra_args(false)
        ->type_name("NODE=PATH");
    command->add_option("--proxy", o->level, "The level the files were rendered at")
        ->check(CLI::Range(0, 8))
        ->type_name("LEVEL");
    command->add_flag("--keys-only", o->keys_only, "Compare the keys, which takes no rendering, and not the pixels");
    command->add_flag("--json", o->json, "Print one JSON object a line");
    add_engine_flags(*command, o->engine);
    command->footer("Exit status: 0 when every file is what the project makes, bit for bit; else 1.");
    command->callback([o, &chosen] {
        chosen = [o]() -> Status {
            const InterruptGuard guard;
            return Verifier(*o).run();
        };
    });
}

} // namespace tessera
