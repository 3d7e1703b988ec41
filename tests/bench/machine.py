"""What the figures were measured on."""
import os
import platform
import subprocess

from peers import commands


def first_line(command, containing=""):
    try:
        done = subprocess.run(["sh", "-c", command], stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60)
    except subprocess.TimeoutExpired:
        return ""
    lines = [line.strip() for line in (done.stdout + done.stderr).splitlines() if containing in line and line.strip()]
    return lines[0] if lines else ""


def field(path, name):
    try:
        with open(path) as f:
            return next((line.split(":", 1)[1].strip() for line in f if line.startswith(name)), "")
    except OSError:
        return ""


def peer_version(peer):
    command = {"gegl": "dpkg-query -W -f 'gegl ${Version}' gegl", "blender": "blender --version",
               "blender-full": "blender --version"}.get(peer.name)
    if command is None:
        job = commands.Job("start", "", 1, 1, False, "", "")
        command = commands.command_of(peer, job) or "true"
    return first_line(command)[:60]


def described(plan):
    memory = field("/proc/meminfo", "MemTotal").split()
    device = first_line(f"'{plan.programs}/tessera' devices")
    facts = {"processor": f"{field('/proc/cpuinfo', 'model name') or platform.processor()}, {os.cpu_count()} threads",
             "memory": f"{int(memory[0]) / 2**20:.0f} GiB" if memory else "",
             "system": platform.platform(),
             "tessera": f"{first_line(plan.programs + '/tessera --version')} on {device}"}
    facts.update({p.name: peer_version(p) for p in plan.peers})
    return facts
