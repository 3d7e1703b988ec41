"""How time and memory grow: with the size of the picture, with the number of nodes, with the threads."""
import json
import math
import os
import shlex

import measure
import rows
from table import value_text

WORKS = ("w1", "w2", "w5")
MEGAPIXELS = {"1mp": (1024, 1024), "4mp": (2048, 2048), "16mp": (4096, 4096), "64mp": (8192, 8192),
              "256mp": (16384, 16384)}
NODES = (1, 2, 4, 8, 16, 32, 64)


def exponent(points):
    """Slope of a straight line through the logarithms: 1 when y grows as x does; None for fewer than two points."""
    points = [(math.log(x), math.log(y)) for x, y in points if x > 0 and y > 0]
    if len(points) < 2:
        return None
    mx, my = (sum(p[i] for p in points) / len(points) for i in (0, 1))
    spread = sum((x - mx) ** 2 for x, _ in points)
    return sum((x - mx) * (y - my) for x, y in points) / spread if spread else None


def exponent_text(points):
    e = exponent(points)
    return "" if e is None else f"{e:.2f}"


def sizes_of(plan):
    if plan.quick:
        return {"8k": (128, 64), "32k": (256, 128)}
    names = list(MEGAPIXELS) if plan.full else ["1mp", "4mp", "16mp", "64mp"]
    return {n: MEGAPIXELS[n] for n in names}


def start_seconds(plan):
    """What a process takes before the first pixel: taken off, so that the growth of the work is seen."""
    command = f"{plan.programs}/tessera pixel {plan.root}/samples/bench/start.tess Checker 1 960 540"
    return plan.compare([measure.Subject("tessera", command, plan.caches())], runs=min(plan.runs, 3))["tessera"].wall


def figure(plan, results, title, command, cpus=None):
    subject = measure.Subject("tessera", command, plan.caches(), cpus=cpus)
    f = plan.compare([subject], runs=min(plan.runs, 3))["tessera"]
    rows.say(f"{title}: {f.error or value_text(f.wall, 's')}")
    if f.error:
        results["failed"].append(f"tessera {title}: {f.error}")
        return None
    return f


def still(plan, work, size):
    """The command of a work on one uncompressed frame; w5 then takes the stills."""
    job = plan.job(work, size, True)
    command = rows.tessera(plan, job)
    if work == "w5":
        reads = f" --read Plate={shlex.quote(job.still('plate'))} --read Green={shlex.quote(job.still('green'))}"
        command += f"{reads} --frames 1"
        command = command.replace(f"--frames 1-{job.frames} ", "", 1)
    return command


def scale_rows(plan, section, results):
    base = start_seconds(plan)
    sizes = sizes_of(plan)
    plan.sizes.update(sizes)
    lines = []
    for work in WORKS:
        points = []
        for name, (width, height) in sizes.items():
            rows.make_inputs(plan, [], {name: (width, height)}, ["raw=plate,green"])
            f = figure(plan, results, f"{work} {name}", still(plan, work, name))
            if f:
                points.append((width * height / 1e6, max(f.wall - base, 1e-4), f))
        for mp, seconds, f in points:
            lines.append([work, f"{mp:.4g}", value_text(f.wall, "s"), f"{1e9 * seconds / (mp * 1e6):.1f}",
                          value_text(f.peak, "MiB"), ""])
        if points:
            lines[-1][-1] = exponent_text([p[:2] for p in points])
    for name in sizes:
        plan.sizes.pop(name)
    results["lists"].append(("Growth with the picture: uncompressed files, one frame; the exponent is of the time above the "
                             f"start's {value_text(base, 's')} s",
                             ["work", "megapixels", "wall, s", "ns a pixel", "peak, MiB", "exponent"], lines))
    node_rows(plan, results, base)


def chain(plan, count):
    """A project of so many grades in a row, no two alike."""
    with open(f"{plan.root}/samples/bench/id.tess") as f:
        project = json.load(f)
    nodes = project["graphs"][0]["nodes"]
    read, write = nodes
    last = read["id"]
    for i in range(count):
        gain = 1.01 if i % 2 else 1 / 1.011
        nodes.append({"id": 3 + i, "name": f"Grade{i + 1}", "op": "grade", "version": 1, "inputs": {"in": last},
                      "params": {"multiply": [gain, 1.0, 1.0, 1.0], "gamma": [1.1 if i % 2 else 0.9] * 3 + [1.0]}})
        last = 3 + i
    write["inputs"]["in"] = last
    project["next_node"] = 3 + count
    path = f"{plan.folder}/chain_{count}.tess"
    with open(path, "w") as f:
        json.dump(project, f)
    return path


def node_rows(plan, results, base):
    size = next(iter(plan.sizes))
    rows.make_inputs(plan, [], {size: plan.sizes[size]})
    job = plan.job("id", size, True)
    unworked = figure(plan, results, f"no node {size}", rows.tessera(plan, job))
    points, lines = [], []
    for count in (1, 2) if plan.quick else NODES:
        f = figure(plan, results, f"{count} nodes {size}", rows.tessera(plan, job, project=chain(plan, count)))
        if f and unworked:
            points.append((count, max(f.wall - unworked.wall, 1e-4)))
            lines.append([count, value_text(f.wall, "s"), f"{1e3 * points[-1][1] / count:.2f}", value_text(f.peak, "MiB"),
                          ""])
    if lines:
        lines[-1][-1] = exponent_text(points)
    results["lists"].append((f"Growth with nodes: grades with gamma in a row at {size}, above no node at all",
                             ["nodes", "wall, s", "ms a node", "peak, MiB", "exponent"], lines))


def thread_rows(plan, section, results):
    size = next(iter(plan.sizes))
    rows.make_inputs(plan, WORKS, {size: plan.sizes[size]})
    processors = sorted(os.sched_getaffinity(0))
    lines = []
    for work in WORKS[:1] if plan.quick else WORKS:
        one = None
        for count in sorted({1, 2, len(processors)} & set(range(1, len(processors) + 1))):
            command = rows.tessera(plan, plan.job(work, size, work != "w5"), f"--threads {count}")
            f = figure(plan, results, f"{work} {size}, {count} threads", command, set(processors[:count]))
            if f:
                one = one or f.wall
                lines.append([work, count, value_text(f.wall, "s"), value_text(f.cpu, "s"), f"{one / f.wall:.2f}"])
    results["lists"].append((f"Threads, at {size} (the process is kept on as many processors)",
                             ["work", "threads", "wall, s", "CPU, s", "times one thread"], lines))
