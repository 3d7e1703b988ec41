"""What scripts/bench makes of its measurements, and that every workload has its project and its commands."""
import json
import os
import shutil
import subprocess
import tempfile
import unittest

import bench
import growth
import measure
from peers import commands
from table import Goal, Row, lined_up, rows_text


def row(tessera, goals=(), floor=None, **peers):
    return Row("w1", "s", tessera, peers, floor, goals)


class Rows(unittest.TestCase):
    def test_ratio_is_that_to_the_fastest_peer(self):
        r = row(0.5, gegl=2.0, ffmpeg=1.0, oiiotool=None)
        self.assertEqual(r.best(), ("ffmpeg", 1.0))
        self.assertEqual(r.ratio(), 2.0)
        self.assertEqual(r.ratio({"gegl"}), 4.0)
        self.assertTrue(r.ahead())
        self.assertFalse(row(1.5, ffmpeg=1.0).ahead())

    def test_without_figures_nothing_is_claimed(self):
        for r in (row(None, ffmpeg=1.0), row(1.0), row(1.0, ffmpeg=None), row(1.0, (Goal(2),))):
            self.assertIsNone(r.ratio())
            self.assertIsNone(r.ahead())
        self.assertIsNone(row(1.0, (Goal(1.1, floor=True),)).reached(Goal(1.1, floor=True)))

    def test_goals(self):
        r = row(0.5, floor=0.45, ffmpeg=0.8, gegl=1.5)
        self.assertFalse(r.reached(Goal(2)))
        self.assertTrue(r.reached(Goal(2.5, {"gegl"})))
        self.assertTrue(r.reached(Goal(1.2, floor=True)))
        self.assertFalse(r.reached(Goal(1.1, floor=True)))
        self.assertTrue(r.reached(Goal(limit=0.5)))
        self.assertFalse(row(0.6, (Goal(limit=0.5),)).ahead())

    def test_differences_below_the_noise_do_not_make_a_ratio(self):
        self.assertEqual(row(0.0001, ffmpeg=-0.002).ratio(), 1.0)

    def test_text_is_a_markdown_table(self):
        text = rows_text([row(0.5, (Goal(2),), ffmpeg=1.25)], ["ffmpeg", "gegl"]).splitlines()
        self.assertEqual([c.strip() for c in text[0].strip("|").split("|")],
                         ["row", "Tessera", "ffmpeg", "ratio", "ahead", "goal", "reached"])
        self.assertEqual([c.strip() for c in text[2].strip("|").split("|")],
                         ["w1, s", "0.500", "1.25", "2.50", "yes", "2 × best", "yes"])
        self.assertEqual(len({len(line) for line in text}), 1)
        self.assertEqual(lined_up(["a", "b"], [[1, 22]]), "| a |  b |\n|---|---:|\n| 1 | 22 |")


class Measurements(unittest.TestCase):
    def test_growth(self):
        self.assertAlmostEqual(growth.exponent([(x, 3 * x**2) for x in (1, 4, 16)]), 2)
        self.assertAlmostEqual(growth.exponent([(x, 0.1 * x) for x in (1, 7, 64)]), 1)
        self.assertIsNone(growth.exponent([(4, 1)]))

    def test_subjects_take_turns_and_failures_stop(self):
        with tempfile.TemporaryDirectory() as folder:
            log = folder + "/log"
            subjects = [measure.Subject(n, f"echo {n} >> {log}; {end}") for n, end in (("a", "true"), ("b", "exit 3"))]
            subjects.append(measure.Subject("c", f"echo $NAME >> {log}", {"NAME": "c"}))
            figures = measure.compare(subjects, runs=1)
            with open(log) as f:
                self.assertEqual(f.read().split()[:5], ["a", "b", "c", "a", "c"])
        self.assertEqual(figures["b"].error, "exit status 3: no message")
        self.assertTrue(figures["a"].ok() and figures["c"].ok())

    def test_what_a_run_takes(self):
        r = measure.run_once(measure.Subject("", "echo first; sleep 0.2; echo last; exit 1"))
        self.assertEqual((r.status, measure.last_line(r.text)), (1, "last"))
        self.assertGreaterEqual(r.wall, 0.2)
        stopped = measure.run_once(measure.Subject("", "sleep 60"), timeout=0.2)
        self.assertNotEqual(stopped.status, 0)
        self.assertIn("stopped after 0.2 s", stopped.text)

    def test_medians_are_of_quiet_runs_where_there_are_enough(self):
        runs = [measure.Run(0, w, w, 10 * w, others, "") for w, others in ((1, 0), (2, 0.05), (3, 0), (90, 0.5))]
        f = measure.summary(runs, 5)
        self.assertEqual((f.wall, f.least, f.peak, f.runs, f.quiet), (2, 1, 30, 3, 3))
        self.assertEqual(measure.summary(runs[1:], 5).wall, 3)


class Workloads(unittest.TestCase):
    def test_every_work_has_a_project(self):
        for work in bench.WORKS + ("start",):
            with open(f"{bench.ROOT}/samples/bench/{work}.tess") as f:
                self.assertEqual(json.load(f)["settings"]["name"], work)

    def test_every_command_is_one_of_the_shell(self):
        for peer in commands.PEERS:
            for work in bench.WORKS:
                for raw in (False, True):
                    job = commands.Job(work, "hd", 1920, 1080, raw, "/a folder", "/a folder/out")
                    text = commands.command_of(peer, job)
                    if text is None:
                        continue
                    done = subprocess.run([shutil.which("sh"), "-n", "-c", text], capture_output=True, text=True)
                    self.assertEqual(done.returncode, 0, f"{peer.name} {work}: {done.stderr}")
                    self.assertIn("a folder", text)
                    for place in ("{plate}", "{out}", "{seq}", "{i}"):
                        self.assertNotIn(place, text)


if __name__ == "__main__":
    os.chdir(bench.ROOT)
    unittest.main()
