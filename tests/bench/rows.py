"""The rows of the comparison: what is run for each, and how its figures become rows."""
import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass, field

import growth
import measure
from peers import commands
from table import Goal, Row, lined_up, rows_text, value_text

SIZES = {"hd": (1920, 1080), "uhd": (3840, 2160)}
LABEL = "compositor"
COMPOSITORS = commands.COMPOSITORS
# What the issue tracker's table of goals asks for on a machine of two cores without a GPU.
GOALS = {
    ("start", "wall"): (Goal(limit=0.02),),
    ("first pixel, cold", "wall"): (Goal(limit=1.5),),
    ("first pixel, warm", "wall"): (Goal(limit=0.3),),
    ("id", "wall"): (Goal(1.2, floor=True),),
    ("w1", "compute"): (Goal(2),),
    ("w2", "compute"): (Goal(3, COMPOSITORS, label=LABEL), Goal(1, {"ffmpeg"}, label="ffmpeg")),
    ("w3", "compute"): (Goal(2),),
    ("w4", "compute"): (Goal(2),),
    ("w5", "wall"): (Goal(1, {"ffmpeg"}, label="ffmpeg"), Goal(2.5, COMPOSITORS, label=LABEL)),
    ("w6", "wall"): (Goal(1.1, floor=True),),
    ("w7_median", "compute"): (Goal(2),),
    ("w7_defocus", "compute"): (Goal(2),),
    ("w5", "peak"): (Goal(1),),
}
SEQUENCES = ("w5", "w6")


@dataclass
class Plan:
    root: str
    programs: str
    folder: str  # for inputs, outputs and caches
    peers: list
    heavy: bool
    runs: int
    limit: float
    patience: float
    device: object = None
    full: bool = False
    quick: bool = False
    frames: int = 10
    turns: int = 100
    sizes: dict = field(default_factory=lambda: dict(SIZES))
    floors: dict = field(default_factory=dict)  # of bench_floor, once a size

    @property
    def data(self):
        return self.folder + "/data"

    @property
    def out(self):
        return self.folder + "/out"

    def caches(self, name="cache"):
        """Kernel and shader caches of our own: what a user's hold already must not count."""
        return {"XDG_CACHE_HOME": f"{self.folder}/{name}", "MESA_SHADER_CACHE_DIR": f"{self.folder}/{name}/mesa"}

    def job(self, work, size, raw=False, who="tessera"):
        width, height = self.sizes[size]
        end = "" if work in SEQUENCES else ".exr"
        out = f"{self.out}/{who}_{work}_{size}{end}"
        return commands.Job(work, size, width, height, raw, self.data, out, self.frames, self.turns)

    def compare(self, subjects, **options):
        usual = dict(runs=self.runs, limit=self.limit, patience=self.patience, warm_up=not self.quick)
        return measure.compare(subjects, **dict(usual, **options))


def program(plan, name):
    """Where the build puts a program of this folder."""
    return f"{plan.programs}/tests/bench/{name}"


def say(text):
    print(text, file=sys.stderr, flush=True)


def make_inputs(plan, works, sizes=None, stills=("stills", "raw")):
    for name, (width, height) in (sizes or plan.sizes).items():
        kinds = list(stills)
        if any(w in SEQUENCES for w in works):
            kinds += [f"sequence={plan.frames}", f"turns={plan.turns}"]
        command = [program(plan, "bench_inputs"), plan.data, name, f"{width}x{height}"] + kinds
        if subprocess.run(command, stdout=sys.stderr).returncode:
            sys.exit("bench: the inputs could not be made")
    os.makedirs(plan.out, exist_ok=True)
    commands.configure(plan.data)


def tessera(plan, job, more="", project=None):
    """The command that renders a workload's project with the job's files."""
    reads = {"id": {"Plate": "plate"}, "w3": {"Plate": "plate", "Foreground": "fg"},
             "w4": {"Plate": "plate", "Green": "green"}}
    if job.work == "w5":
        files = {"Plate": job.sequence + "/plate.####.exr", "Green": job.sequence + "/green.####.exr"}
    elif job.work == "w6":
        files = {"Plate": job.turned + "/plate.####.exr"}
    else:
        files = {node: job.still(kind) for node, kind in reads.get(job.work, reads["id"]).items()}
    words = [plan.programs + "/tessera", "render", project or f"{plan.root}/samples/bench/{job.work}.tess", "--overwrite",
             "--frames", {"w5": f"1-{job.frames}", "w6": f"1-{job.turns}"}.get(job.work, "1")]
    for node, path in files.items():
        words += ["--read", f"{node}={path}"]
    if job.work in ("w3", "w5"):
        words += ["--set", f"Move.center={job.width / 2:g},{job.height / 2:g}"]
    words += ["--set", "Write.compression=" + ("none" if job.raw else "zip")] if job.work != "w6" else []
    words += ["--out", job.out + {"w5": ".####.exr", "w6": ".mp4"}.get(job.work, "")]
    words += ["--device", plan.device] if plan.device else []
    return " ".join(shlex.quote(w) for w in words) + " " + more


def subjects_of(plan, work, size, raw):
    list_ = [measure.Subject("tessera", tessera(plan, plan.job(work, size, raw)), plan.caches())]
    for peer in plan.peers:
        if (peer.name, work) in commands.HEAVY and not plan.heavy:
            continue
        command = commands.command_of(peer, plan.job(work, size, raw, peer.name))
        if command:
            list_.append(measure.Subject(peer.name, command))
    return list_


def measured(plan, results, title, subjects, **options):
    figures = plan.compare(subjects, **options)
    for name, f in figures.items():
        if f.error:
            results["failed"].append(f"{name} {title}: {f.error}")
    say(f"{title}: " + "  ".join(f"{n} {'failed' if f.error else value_text(f.wall, 's')}" for n, f in figures.items()))
    return {n: f for n, f in figures.items() if f.ok()}


def add_rows(results, title, figures, kinds, unit_of, floor=None, goal_name=None, base=None):
    """A row for each kind of figure; `base`: what is subtracted, so that `wall` and `cpu` are those of the compute."""
    if not figures:
        return
    for kind in kinds:
        value = {n: getattr(f, kind) - (getattr(base[n], kind) if base else 0) for n, f in figures.items()
                 if base is None or n in base}
        name = "compute" if base and kind == "wall" else kind
        results["rows"].append(dict(
            table=kind, runs={n: f.runs for n, f in figures.items()},
            quiet={n: f.quiet for n, f in figures.items()}, others={n: f.others for n, f in figures.items()},
            row=Row(title, unit_of[kind], value.pop("tessera", None), value, floor if kind == "wall" else None,
                    GOALS.get((goal_name, name), ()))))


UNITS = {"wall": "s", "cpu": "s", "peak": "MiB"}
KINDS = ("wall", "cpu", "peak")
LONG_LIST = 40


def floor_of(plan, size):
    """bench_floor's figures for the plate of a size: {name: value}."""
    if size not in plan.floors:
        files = [plan.job("id", size, raw).still("plate") for raw in (False, True)]
        done = subprocess.run([program(plan, "bench_floor"), "--json"] + files, capture_output=True, text=True)
        if done.returncode:
            sys.exit("bench: " + done.stderr)
        plan.floors[size] = {f["name"]: f["value"] for f in json.loads(done.stdout)}
    return plan.floors[size]


def codec_floor(plan, size, raw, reads):
    """Seconds that OpenEXR alone takes to read so many plates and write one."""
    f, plate = floor_of(plan, size), os.path.basename(plan.job("id", size, raw).still("plate"))
    return (reads * f["read " + plate] + f["write " + plate]) / 1e3


def memory_floor(plan, size, images):
    """Seconds that copying takes which moves so many 32-bit RGBA images, read or written."""
    copy = max(v for n, v in floor_of(plan, size).items() if n.startswith("copy"))
    width, height = plan.sizes[size]
    return images * width * height * 16 / (copy * 1e9)


def start_rows(plan, section, results):
    subjects = [measure.Subject("tessera", plan.programs + "/tessera --version")]
    for peer in plan.peers:
        command = commands.command_of(peer, commands.Job("start", "", 1, 1, False, plan.data, ""))
        subjects.append(measure.Subject(peer.name, command)) if command else None
    figures = measured(plan, results, "start", subjects)
    add_rows(results, "start", figures, ("wall", "cpu", "peak"), UNITS, goal_name="start")
    pixel = f"{plan.programs}/tessera pixel {plan.root}/samples/bench/start.tess Checker 1 960 540"
    pixel += f" --device {shlex.quote(plan.device)}" if plan.device else ""
    empty = lambda: shutil.rmtree(plan.folder + "/cold", ignore_errors=True)
    for title, caches, before in (("cold", "cold", empty), ("warm", "cache", None)):
        subject = measure.Subject("tessera", pixel, plan.caches(caches), before)
        figures = measured(plan, results, f"first pixel, {title}", [subject])
        add_rows(results, f"first pixel, {title}", figures, ("wall", "cpu"), UNITS, goal_name=f"first pixel, {title}")


# How many 32-bit images a work's passes have to read and write at least.
IMAGES = {"w1": 2, "w2": 4, "w3": 3, "w4": 3, "w7_median": 2, "w7_defocus": 2}


def identity(plan, results, size):
    """Figures of the work `id` on uncompressed files: what compute is counted from."""
    key = ("id", size)
    if key not in results.setdefault("bases", {}):
        results["bases"][key] = measured(plan, results, f"id {size} raw", subjects_of(plan, "id", size, True))
    return results["bases"][key]


def work_rows(plan, work, results):
    make_inputs(plan, [work])
    for size in plan.sizes:
        if work in SEQUENCES:
            sequence_rows(plan, work, size, results)
            continue
        base = identity(plan, results, size)
        if work == "id":
            add_rows(results, f"id {size} raw", base, KINDS, UNITS, codec_floor(plan, size, True, 1), "id")
        else:
            figures = measured(plan, results, f"{work} {size} raw", subjects_of(plan, work, size, True))
            add_rows(results, f"{work} {size} compute", figures, ("wall", "cpu"), UNITS,
                     memory_floor(plan, size, IMAGES[work]), work, base)
            add_rows(results, f"{work} {size} raw", figures, KINDS, UNITS)
        if work == "id" or plan.full:
            figures = measured(plan, results, f"{work} {size} zip", subjects_of(plan, work, size, False))
            floor = codec_floor(plan, size, False, 1) if work == "id" else None
            add_rows(results, f"{work} {size} zip", figures, KINDS, UNITS, floor, "id" if work == "id" else None)


def encode_floor(plan, size):
    """Seconds that ffmpeg takes for the encode of w6 alone, from frames that are ready; None without ffmpeg."""
    if not any(p.name == "ffmpeg" for p in plan.peers):
        return None
    job = plan.job("w6", size, who="floor")
    texts = commands.ffmpeg(job)
    frames, encode = (texts[name].format(**commands.files(job)) for name in ("w6_frames", "w6_encode"))
    if subprocess.run(["sh", "-c", frames]).returncode:
        return None
    figure = plan.compare([measure.Subject("encode", encode)])["encode"]
    os.remove(job.out + ".y4m")
    return figure.wall if figure.ok() else None


def sequence_rows(plan, work, size, results):
    if work == "w6" and size not in ("hd", "tiny"):
        return
    figures = measured(plan, results, f"{work} {size}", subjects_of(plan, work, size, False))
    floor = encode_floor(plan, size) if work == "w6" else plan.frames * codec_floor(plan, size, False, 2)
    add_rows(results, f"{work} {size}", figures, KINDS, UNITS, floor, work)


def memory_rows(plan, section, results):
    """w5 under budgets: whether it finishes, and its peak."""
    size = list(plan.sizes)[-1] if plan.quick or "uhd" not in plan.sizes else "uhd"
    make_inputs(plan, ["w5"], {size: plan.sizes[size]})
    lines = []
    for budget in ("256M",) if plan.quick else ("", "4G", "1G", "256M"):
        more = f"--vram {budget} --ram {budget}" if budget else ""
        subject = measure.Subject("tessera", tessera(plan, plan.job("w5", size), more), plan.caches())
        f = plan.compare([subject], runs=1 if plan.quick else 2, warm_up=False)["tessera"]
        say(f"w5 {size} within {budget or 'no budget'}: {f.error or value_text(f.wall, 's')}")
        if f.error:
            results["failed"].append(f"tessera w5 {size} within {budget}: {f.error}")
        lines.append([budget or "default", "no" if f.error else "yes", value_text(f.peak, "MiB"), value_text(f.wall, "s"),
                      value_text(f.cpu, "s")])
    results["lists"].append((f"Memory: w5 at {size} within budgets for the device and for the cache",
                             ["budget", "finished", "peak, MiB", "wall, s", "CPU, s"], lines))


def program_figures(plan, results, title, command, timeout=600):
    """Of a program that prints [{"name", "value", "unit", "goal"}], or tessera bench."""
    r = measure.run_once(measure.Subject("", command, plan.caches()), timeout, plan.patience)
    if r.status:
        results["failed"].append(f"{title}: exit status {r.status}: {measure.last_line(r.text)}")
        return
    found = json.loads(r.text[r.text.index("[" if r.text.lstrip().startswith("[") else "{"):])
    found = found if isinstance(found, list) else found["figures"]
    lines = [[f["name"], f"{f['value']:.4g}", f["unit"], "" if f.get("goal") is None else str(f["goal"])] for f in found]
    results["lists"].append((title, ["what", "value", "unit", "goal"], lines))
    say(f"{title}: {len(lines)} figures")


def engine_rows(plan, section, results):
    titles = {"bench_edit": "Editing in the viewer", "bench_view": "Panning, zooming and playing",
              "bench_plan": "Planning graphs"}
    for name, title in titles.items():
        path = next((p for p in (program(plan, name), f"{plan.programs}/tests/{name}") if os.path.exists(p)), None)
        if path and not plan.quick:
            program_figures(plan, results, title, shlex.quote(path) + " --json")


def kernel_rows(plan, section, results):
    more = " --width 64 --height 64 --repeats 1" if plan.quick else ""
    more += f" --device {shlex.quote(plan.device)}" if plan.device else ""
    program_figures(plan, results, "Kernels (tessera bench)", f"{plan.programs}/tessera bench --json{more}")


SECTION = dict({w: work_rows for w in ("id", "w1", "w2", "w3", "w4", "w5", "w6", "w7_median", "w7_defocus")},
               start=start_rows, memory=memory_rows, scale=growth.scale_rows, threads=growth.thread_rows,
               engine=engine_rows, kernels=kernel_rows)
TITLES = {"wall": "Wall time", "cpu": "CPU seconds", "peak": "Peak memory of the largest process"}


def tables(results, names):
    """[(title, text)]"""
    found = []
    for kind, title in TITLES.items():
        chosen = [r["row"] for r in results["rows"] if r["table"] == kind]
        if chosen:
            found.append((title, rows_text(chosen, names)))
    if results["rows"]:
        others = [v for r in results["rows"] for v in r["others"].values()]
        found.append(("What others took of the machine meanwhile",
                      f"{100 * sum(others) / len(others):.0f} % on average, {100 * max(others):.0f} % at most"))
    return found + [(title, lined_up(header, shown(header, lines))) for title, header, lines in results["lists"]]


def shown(header, lines):
    """Of a long list of figures those that have a goal; --json has them all."""
    with_goal = [line for line in lines if line[-1]] if header[-1] == "goal" else []
    return with_goal if with_goal and len(lines) > LONG_LIST else lines


def as_json(results):
    rows = [dict(r["row"].as_json(), table=r["table"], runs=r["runs"], quiet=r["quiet"], others=r["others"])
            for r in results["rows"]]
    lists = [{"title": t, "rows": [dict(zip(header, line)) for line in lines]} for t, header, lines in results["lists"]]
    return {"machine": results["machine"], "rows": rows, "lists": lists, "failed": results["failed"]}
