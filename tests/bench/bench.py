"""scripts/bench: Tessera and the peers that are installed on the same work, in one run, as a table of ratios.

Nothing is asserted. A row's ratio is what the fastest peer took over what Tessera took: above 1, Tessera is ahead.
'compute' is the time on uncompressed files less the time that reading and writing them takes (the row id): what is left
is the work itself, with everything that starting a device and loading kernels costs. docs/performance.md says more."""
import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile

import machine
import rows as make
from peers import commands

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
WORKS = ("id", "w1", "w2", "w3", "w4", "w5", "w6", "w7_median", "w7_defocus")
SECTIONS = ("start",) + WORKS + ("memory", "scale", "threads", "engine", "kernels")


def arguments():
    p = argparse.ArgumentParser(prog="scripts/bench", description=__doc__,
                                formatter_class=argparse.RawDescriptionHelpFormatter)
    mode = p.add_mutually_exclusive_group()
    mode.add_argument("--full", action="store_true",
                      help="also 3840 x 2160, ZIP files of everything, memory, growth, all of Blender: an hour or two")
    mode.add_argument("--quick", action="store_true", help="tiny pictures, Tessera alone, every row once: does it run?")
    mode.add_argument("--inputs", action="store_true", help="make the pictures and stop")
    p.add_argument("--only", metavar="ROWS", help="some of: " + ", ".join(SECTIONS) + " (w7 for both)")
    p.add_argument("--size", metavar="NAMES", help="hd, uhd or hd,uhd (hd; with --full both)")
    p.add_argument("--peers", metavar="NAMES", help="only these; none for none: " +
                   ", ".join(peer.name for peer in commands.PEERS))
    p.add_argument("--heavy", action="store_true", help="also what takes peers minutes: wide medians, Blender's bokeh")
    p.add_argument("--runs", type=int, default=5, metavar="N", help="runs of each, of which the median counts (5)")
    p.add_argument("--limit", type=float, metavar="SECONDS",
                   help="no more runs of a command after that long in all (12; with --full 120)")
    p.add_argument("--patience", type=float, default=2, metavar="SECONDS", help="wait so long for a quiet machine (2)")
    p.add_argument("--json", metavar="FILE", nargs="?", const="-", help="all figures as JSON, to a file or instead of the "
                   "tables")
    p.add_argument("--build", metavar="FOLDER", help="programs that are built already (built in build/release otherwise)")
    p.add_argument("--device", help="passed on to tessera: what to render on")
    p.add_argument("--install-peers", action="store_true", help="install the absent peers that Debian packages")
    return p.parse_args()


def chosen_sections(a):
    if a.only:
        wanted = [s for name in a.only.split(",") for s in (["w7_median", "w7_defocus"] if name == "w7" else [name])]
        unknown = [s for s in wanted if s not in SECTIONS]
        if unknown:
            sys.exit(f"bench: there are no rows {', '.join(unknown)}. Choose from {', '.join(SECTIONS)}.")
        return wanted
    return [s for s in SECTIONS if a.full or a.quick or s not in ("memory", "scale")]


def chosen_peers(a):
    if a.quick or a.inputs:
        return []
    if a.peers is None:
        return [p for p in commands.PEERS if commands.installed(p) and (a.full or p.usual)]
    names = [n for n in a.peers.split(",") if n != "none"]
    unknown = [n for n in names if n not in {p.name for p in commands.PEERS}]
    if unknown:
        sys.exit(f"bench: there are no peers {', '.join(unknown)}. Choose from "
                 f"{', '.join(p.name for p in commands.PEERS)}.")
    return [p for p in commands.PEERS if p.name in names and commands.installed(p)]


def absent_text():
    lines = []
    for peer in commands.PEERS:
        if not commands.installed(peer) and peer.usual:
            how = "apt-get install " + " ".join(peer.packages) if peer.packages else \
                f"set {peer.program[1:]} to its program"
            lines.append(f"  {peer.name}: not installed ({how})")
    return "\n".join(lines)


def install_peers():
    missing = [name for p in commands.PEERS if not commands.installed(p) for name in p.packages]
    if not missing:
        return
    rights = [] if os.geteuid() == 0 else ["sudo"]
    if not shutil.which("apt-get") or (rights and not shutil.which("sudo")):
        sys.exit("bench: installing needs apt-get, and root or sudo. Have someone install: " + " ".join(missing))
    subprocess.run(rights + ["apt-get", "update"], check=False)
    done = subprocess.run(rights + ["apt-get", "install", "-y", "--no-install-recommends"] + missing)
    if done.returncode:
        sys.exit("bench: apt-get could not install " + " ".join(missing))


def build(a):
    """The folder with the programs."""
    if a.build:
        return os.path.abspath(a.build)
    done = subprocess.run([ROOT + "/scripts/build", "release", "benchmarks"], stdout=sys.stderr)
    if done.returncode:
        sys.exit("bench: the programs could not be built; scripts/setup installs what the build needs")
    return ROOT + "/build/release"


def plan_of(a, programs, folder):
    plan = make.Plan(root=ROOT, programs=programs, folder=folder, peers=chosen_peers(a), heavy=a.heavy, runs=a.runs,
                     limit=a.limit or (120 if a.full else 12), patience=a.patience, device=a.device, full=a.full)
    if a.quick:
        plan.runs, plan.patience, plan.quick, plan.frames, plan.turns = 1, 0, True, 2, 4
        plan.sizes = {"tiny": (160, 90)}
    elif a.size:
        plan.sizes = {n: make.SIZES[n] for n in a.size.split(",") if n in make.SIZES}
    elif not a.full:
        plan.sizes = {"hd": make.SIZES["hd"]}
    if not plan.sizes:
        sys.exit("bench: --size takes hd, uhd or hd,uhd")
    return plan


def print_tables(results, plan):
    names = [p.name for p in plan.peers]
    print("\n".join(f"{k}: {v}" for k, v in results["machine"].items()))
    for title, text in make.tables(results, names):
        print(f"\n{title}\n\n{text}")
    if results["failed"]:
        print("\nFailed:")
        print("\n".join(f"  {line}" for line in results["failed"]))
    absent = absent_text()
    if absent and not plan.quick:
        print("\nPeers that are not here (scripts/bench --install-peers installs what Debian packages):\n" + absent)


def measure(a, folder):
    plan = plan_of(a, build(a), folder)
    if a.inputs:
        make.make_inputs(plan, WORKS)
        return True
    results = {"machine": machine.described(plan), "failed": [], "rows": [], "lists": []}
    for section in chosen_sections(a):
        make.SECTION[section](plan, section, results)
    if a.json:
        text = json.dumps(make.as_json(results), indent=1)
        if a.json == "-":
            print(text)
            return not any(line.startswith("tessera") for line in results["failed"])
        with open(a.json, "w") as f:
            f.write(text + "\n")
    print_tables(results, plan)
    return not any(line.startswith("tessera") for line in results["failed"])


def main():
    a = arguments()
    if a.install_peers:
        install_peers()
    if a.quick:
        with tempfile.TemporaryDirectory() as folder:
            fine = measure(a, folder)
    else:
        folder = ROOT + "/build/bench"
        os.makedirs(folder, exist_ok=True)
        fine = measure(a, folder)
    sys.exit(0 if fine else 1)


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
