"""Runs commands and says what they took: wall time, CPU seconds, peak memory, and what others took of the machine.

Commands that are compared are run in turn, round after round, so that whatever else the machine does hits them alike. A
run counts as quiet when other processes took less than a tenth of the machine meanwhile; the figures are medians of the
quiet runs when there are three or more of them, else of all. The peak is that of the largest process of a command."""
import os
import signal
import statistics
import subprocess
import threading
import time
from dataclasses import dataclass, field

QUIET = 0.1


@dataclass
class Subject:
    name: str
    command: str
    env: dict = field(default_factory=dict)
    before: object = None  # called before every run, not timed
    cpus: object = None    # a set of processors to stay on


@dataclass
class Run:
    status: int
    wall: float
    cpu: float
    peak: float   # MiB
    others: float  # share of the machine, 0 to 1
    text: str


@dataclass
class Figure:
    """Medians; `least` of the wall times, the largest peak."""
    wall: float = 0
    least: float = 0
    cpu: float = 0
    peak: float = 0
    others: float = 0
    runs: int = 0
    quiet: int = 0
    error: str = ""

    def ok(self):
        return not self.error


def busy():
    """Seconds all processors have been busy since boot, time stolen by a hypervisor included."""
    with open("/proc/stat") as f:
        v = [int(x) for x in f.readline().split()[1:9]]
    return (sum(v) - v[3] - v[4]) / os.sysconf("SC_CLK_TCK")


def wait_until_quiet(patience):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        before = busy()
        time.sleep(0.3)
        if busy() - before < 0.3 * QUIET * os.cpu_count():
            return


def run_once(subject, timeout=600, patience=0):
    if subject.before:
        subject.before()
    if patience:
        wait_until_quiet(patience)
    pin = (lambda: os.sched_setaffinity(0, subject.cpus)) if subject.cpus else None
    before, start = busy(), time.monotonic()
    process = subprocess.Popen(["sh", "-c", subject.command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, start_new_session=True, env=dict(os.environ, **subject.env),
                               preexec_fn=pin)
    late = threading.Event()
    killer = threading.Timer(timeout, lambda: (late.set(), os.killpg(process.pid, signal.SIGKILL)))
    killer.start()
    try:
        text = process.stdout.read().decode(errors="replace")
        _, status, use = os.wait4(process.pid, 0)
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        raise
    finally:
        killer.cancel()
        process.stdout.close()
    wall = time.monotonic() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    cpu = use.ru_utime + use.ru_stime
    others = max(0.0, busy() - before - cpu) / (wall * os.cpu_count())
    if late.is_set():
        text += f"\nstopped after {timeout} s"
    return Run(process.returncode, wall, cpu, use.ru_maxrss / 1024, others, text)


def summary(runs, wanted):
    quiet = [r for r in runs if r.others < QUIET]
    used = quiet if len(quiet) >= min(3, wanted) else runs
    median = lambda name: statistics.median(getattr(r, name) for r in used)
    return Figure(median("wall"), min(r.wall for r in used), median("cpu"), max(r.peak for r in used), median("others"),
                  len(used), len(quiet))


def last_line(text):
    lines = [line for line in text.strip().splitlines() if line.strip()]
    return lines[-1].strip()[:200] if lines else "no message"


def compare(subjects, runs=5, limit=30, patience=0, warm_up=True, timeout=600):
    """{name: Figure} of all subjects, run in turn. A subject gets `runs` quiet runs, or as many as fit into `limit`
    seconds (one at least), and at most twice as many as wanted. The first run only warms the caches, unless it is long."""
    done = {s.name: [] for s in subjects}
    spent = dict.fromkeys(done, 0.0)
    figures = {}
    for turn in range(2 * runs + 1):
        for s in subjects:
            kept = done[s.name]
            quiet = sum(r.others < QUIET for r in kept)
            if s.name in figures or quiet >= runs or len(kept) >= 2 * runs or (kept and spent[s.name] > limit):
                continue
            r = run_once(s, timeout, patience)
            if r.status:
                figures[s.name] = Figure(error=f"exit status {r.status}: {last_line(r.text)}")
                continue
            spent[s.name] += r.wall
            if turn or not warm_up or r.wall > limit / 4:
                kept.append(r)
    return {s.name: figures.get(s.name) or summary(done[s.name], runs) for s in subjects}
