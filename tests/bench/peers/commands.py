"""What each peer runs for each workload of samples/bench, as a command of the shell.

A peer's operations are the nearest that it has, not the same arithmetic: costs are compared, not pixels. Every command
reads the job's inputs and writes half-float EXR (w6: H.264), ZIP or uncompressed as the inputs are.

The sizes that mean a sigma of 20.8 pixels differ: Nuke's, Natron's and Tessera's size is 2.4 sigma, oiiotool's kernel is
4 sigma wide (its convolution is run along x, then y; its own --blur takes the whole square), Blender's fast Gaussian
takes two."""
import json
import math
import os
import shlex
import shutil
from dataclasses import asdict, dataclass

HERE = os.path.dirname(os.path.abspath(__file__))
SIGMA = 50 / 2.4
KEY = "0x55c065"  # the screen's colour, sRGB
WARM, COOL = (1.05, 1.0, 0.95), (0.98, 1.0, 1.02)  # the two grades of w5; both then gamma 1 / 1.1


@dataclass(frozen=True)
class Job:
    """A workload on inputs of one size. `out` is the path of what is written; of w5 and w6 without its ending."""
    work: str
    name: str  # of the inputs: hd, uhd, ...
    width: int
    height: int
    raw: bool
    data: str
    out: str
    frames: int = 10  # of w5
    turns: int = 100  # frames of w6

    def still(self, kind):
        return f"{self.data}/{kind}_{self.name}{'_raw' if self.raw else ''}.exr"

    @property
    def sequence(self):
        return f"{self.data}/seq_{self.name}"

    @property
    def turned(self):
        return f"{self.data}/turn_{self.name}"


def files(job):
    """Names for str.format, quoted for the shell where they are whole words."""
    quoted = {kind: shlex.quote(job.still(kind)) for kind in ("plate", "fg", "green")}
    return dict(quoted, out=shlex.quote(job.out), seq=shlex.quote(job.sequence), turn=shlex.quote(job.turned),
                data=shlex.quote(job.data))


def each_frame(job, command):
    """For programs that take one frame a process: `command` with {i} for the frame, once after the other."""
    return f"for i in $(seq -f %04g 1 {job.frames}); do {command}; done"


def oiiotool(job):
    w, h = job.width, job.height
    z = "-d half --compression " + ("none" if job.raw else "zip")
    a, b = 1.1 * math.cos(math.radians(10)), 1.1 * math.sin(math.radians(10))
    cx, cy = w / 2, h / 2
    matrix = (a, b, 0, -b, a, 0, cx - a * cx + b * cy, cy - b * cx - a * cy, 1)
    warp = "--warp:filter=catmull-rom:recompute_roi=0 " + ",".join("%.6f" % v for v in matrix)
    k = int(4 * SIGMA) | 1
    blur = f"--kernel gaussian {k}x1 --convolve --kernel gaussian 1x{k} --convolve"
    key = ("--label p --pop p --ch R p --ch B --max --label m p --ch G m --sub --mulc -4 --addc 1.3 "
           "--clamp:min=0:max=1 --chnames A --label a --pop --pop p --ch G m --min --label g p --ch R g --chappend "
           "p --ch B --chappend a --chappend --chnames R,G,B,A --premult")
    flat = "--ch R,G,B,A=1 --over --ch R,G,B"
    grade = lambda c, alpha="": f"--mulc {c[0]},{c[1]},{c[2]}{alpha} --powc 1.1,1.1,1.1{alpha}"
    return {
        "start": "oiiotool --version",
        "id": f"oiiotool {{plate}} {z} -o {{out}}",
        "w1": "oiiotool {plate} --mulc 1.1,1,0.9 --addc 0.02 --powc 0.8333 --saturate 1.2 "
              "--contrast:black=-0.02:white=0.9:clamp=0 --subc 0.18 --mulc 1.1 --addc 0.18 --powc 1.1 --maxc 0 "
              f"{z} -o {{out}}",
        "w2": f"oiiotool {{plate}} {blur} {z} -o {{out}}",
        "w3": f"oiiotool {{fg}} {warp} {{plate}} {flat} {z} -o {{out}}",
        "w4": f"oiiotool {{green}} {key} {{plate}} {flat} {z} -o {{out}}",
        "w5": f"oiiotool --frames 1-{job.frames} {{seq}}/green.%04d.exr {key} {grade(WARM, ',1')} {warp} "
              f"{{seq}}/plate.%04d.exr {blur} {flat} {grade(COOL)} {z} -o {{out}}.%04d.exr",
        "w7_median": f"oiiotool {{plate}} --median 61x61 {z} -o {{out}}",
    }


def gegl(job):
    w, h = job.width, job.height
    pre = f"GEGL_THREADS={os.cpu_count()} GEGL_USE_OPENCL=no gegl"
    turn = ("gegl:rotate-on-center sampler=cubic degrees=-10 "
            f"gegl:scale-ratio sampler=cubic origin-x={w / 2} origin-y={h / 2} x=1.1 y=1.1")
    crop = f"gegl:crop x=0 y=0 width={w} height={h}"
    key = "gegl:color-to-alpha color=#" + KEY[2:]
    blur = f"gegl:gaussian-blur std-dev-x={SIGMA} std-dev-y={SIGMA}"
    grade = lambda v: f"gegl:multiply value={v} gegl:gamma value=1.1"
    return {
        "start": "gegl --info gegl:nop",
        "id": pre + " {plate} -o {out}",
        "w1": pre + " {plate} -o {out} -- gegl:multiply value=1.1 gegl:add value=0.02 gegl:gamma value=0.8333 "
              "gegl:saturation scale=1.2 colorspace=Native gegl:levels in-low=-0.02 in-high=0.9 "
              "gegl:brightness-contrast contrast=1.1 gegl:gamma value=1.1 gegl:rgb-clip clip-high=false",
        "w2": pre + " {plate} -o {out} -- " + blur,
        "w3": pre + " {plate} -o {out} -- gegl:over aux=[ gegl:exr-load path={fg} " + turn + " ] " + crop,
        "w4": pre + " {plate} -o {out} -- gegl:over aux=[ gegl:exr-load path={green} " + key + " ]",
        "w5": each_frame(job, f"{pre} {{seq}}/plate.$i.exr -o {{out}}.$i.exr -- {blur} gegl:over aux=[ gegl:exr-load "
                              f"path={{seq}}/green.$i.exr {key} {grade(1.05)} {turn} ] {crop} {grade(0.98)}"),
        "w7_median": pre + " {plate} -o {out} -- gegl:median-blur radius=30",
        "w7_defocus": pre + " {plate} -o {out} -- gegl:lens-blur radius=30",
    }


def ffmpeg(job):
    pre = "ffmpeg -nostdin -hide_banner -v error -y"
    z = f"-c:v exr -compression {'none' if job.raw else 'zip16'} -format half"
    srgb = "-apply_trc iec61966_2_1"
    lut = lambda e: f"lutrgb=r='{e}':g='{e}':b='{e}'"
    power = lambda g: lut(f"pow(val/maxval,{g})*maxval")
    grade = lambda c: f"colorchannelmixer=rr={c[0]}:bb={c[2]},{power(1.1)}"
    saturation = ("colorchannelmixer=rr=1.157:rg=-0.143:rb=-0.014:gr=-0.043:gg=1.057:gb=-0.014:"
                  "br=-0.043:bg=-0.143:bb=1.186")
    w1 = ("colorchannelmixer=rr=1.1:bb=0.9,format=gbrp16le," + lut("val+1311") + "," + power(0.8333) + "," + saturation +
          ",colorlevels=romin=0.02:gomin=0.02:bomin=0.02:rimax=0.9:gimax=0.9:bimax=0.9," +
          lut("(val-11796)*1.1+11796") + "," + power(1.1) + ",exposure=exposure=0.1")
    turn = "scale=w=iw*1.1:h=ih*1.1:flags=bicubic,rotate=a=10*PI/180:c=black@0"
    key = f"format=yuva444p,chromakey={KEY}:0.08:0.05,despill=type=green"
    over = "overlay=x=(W-w)/2:y=(H-h)/2:format=gbrp"
    blur = f"gblur=sigma={SIGMA}"
    h264 = "-c:v libx264 -preset medium -crf 20 -g 12 -pix_fmt yuv420p"
    w6 = f"colorchannelmixer=rr=1.1:bb=0.9,format=gbrp16le,{power(0.9)},huesaturation=saturation=0.2"
    return {
        "start": "ffmpeg -version",
        "id": f"{pre} -i {{plate}} {z} {{out}}",
        "w1": f'{pre} -i {{plate}} -vf "{w1}" {z} {{out}}',
        "w2": f"{pre} -i {{plate}} -vf {blur} {z} {{out}}",
        "w3": f'{pre} -i {{plate}} -i {{fg}} -filter_complex "[1]format=gbrap16le,{turn}[f];'
              f'[0][f]{over}:alpha=premultiplied" {z} {{out}}',
        "w4": f'{pre} {srgb} -i {{plate}} {srgb} -i {{green}} -filter_complex "[1]{key}[f];[0][f]{over}" {z} {{out}}',
        "w5": f'{pre} {srgb} -i {{seq}}/plate.%04d.exr {srgb} -i {{seq}}/green.%04d.exr -filter_complex '
              f'"[1]{key},format=gbrap,{grade(WARM)},{turn}[f];[0]{blur}[b];[b][f]{over},format=gbrp16le,{grade(COOL)}" '
              f"{z} {{out}}.%04d.exr",
        "w6": f'{pre} {srgb} -framerate 24 -i {{turn}}/plate.%04d.exr -vf "{w6}" {h264} {{out}}.mp4',
        "w7_median": f"{pre} -i {{plate}} -vf format=gbrp16le,median=radius=30 {z} {{out}}",
        # not a workload: what w6's encode alone is measured with
        "w6_frames": f"{pre} {srgb} -framerate 24 -i {{turn}}/plate.%04d.exr -vf \"{w6}\" -pix_fmt yuv420p {{out}}.y4m",
        "w6_encode": f"{pre} -i {{out}}.y4m {h264} {{out}}.mp4",
    }


def imagemagick(job):
    pre = "MAGICK_CONFIGURE_PATH={data}/magick convert-im6.q16hdri"
    z = "-compress None" if job.raw else "-compress Zip"
    saturation = "-color-matrix '1.157 -0.143 -0.014 -0.043 1.057 -0.014 -0.043 -0.143 1.186'"
    turn = "-virtual-pixel transparent -filter point -interpolate catrom -distort SRT 1.1,10"
    key = ("-separate '(' -clone 0 -clone 2 -compose lighten -composite ')' '(' -clone 1 -clone 3 "
           "-define compose:args=0,4,-4,1.3 -compose mathematics -composite -clamp ')' '(' -clone 1 -clone 3 "
           "-compose darken -composite ')' '(' -clone 0 -clone 5 -clone 2 -clone 4 -channel RGBA "
           "-combine +channel -set colorspace RGB ')' -delete 0--2")
    grade = lambda c: (f"-channel R -evaluate multiply {c[0]} -channel B -evaluate multiply {c[2]} "
                       "-channel RGB -evaluate pow 1.1 +channel")
    over = "-compose over -composite"
    return {
        "start": "convert-im6.q16hdri -version",
        "id": f"{pre} {{plate}} {z} {{out}}",
        "w1": f"{pre} {{plate}} -channel R -evaluate multiply 1.1 -channel B -evaluate multiply 0.9 +channel "
              f"-evaluate add 2% -evaluate pow 0.8333 {saturation} +level -2%,110% -evaluate subtract 18% "
              f"-evaluate multiply 1.1 -evaluate add 18% -evaluate pow 1.1 -evaluate max 0 {z} {{out}}",
        "w2": f"{pre} {{plate}} -blur 0x{SIGMA} {z} {{out}}",
        "w3": f"{pre} {{plate}} '(' {{fg}} {turn} ')' {over} {z} {{out}}",
        "w4": f"{pre} {{plate}} '(' {{green}} {key} ')' {over} {z} {{out}}",
        "w5": each_frame(job, f"{pre} {{seq}}/plate.$i.exr -blur 0x{SIGMA} '(' {{seq}}/green.$i.exr {key} {grade(WARM)} "
                              f"{turn} ')' {over} {grade(COOL)} {z} {{out}}.$i.exr"),
        "w7_median": f"{pre} {{plate}} -statistic median 61x61 {z} {{out}}",
    }


def described(job):
    """The job for a script that runs inside the peer."""
    paths = {kind: job.still(kind) for kind in ("plate", "fg", "green")}
    return json.dumps(dict(asdict(job), sequence=job.sequence, turned=job.turned, **paths))


def blender(mode):
    def commands(job):
        works = "start id w1 w2 w3 w4 w5 w6 w7_defocus".split()
        run = f"blender -b --factory-startup --python-exit-code 1 --python {shlex.quote(HERE)}/blender_graph.py -- {mode} "
        if job.work not in works:
            return {}
        return {job.work: (run + shlex.quote(described(job))).replace("{", "{{").replace("}", "}}")}
    return commands


def natron(job):
    """Natron's exit status does not tell: now and then it aborts in its last destructor. So what it made is looked at."""
    works = {"id": 1, "w1": 1, "w2": 1, "w3": 1, "w4": 1, "w5": job.frames, "w6": job.turns, "w7_median": 1}
    if job.work == "start":
        return {"start": '"$NATRON_RENDERER" --version || true'}
    if job.work not in works:
        return {}
    made = shlex.quote(job.out + {"w5": f".{job.frames:04}.exr", "w6": ".mp4"}.get(job.work, ""))
    frames = f"1-{works[job.work]}" if works[job.work] > 1 else "1"
    text = (f"rm -f {made}; OCIO={shlex.quote(job.data)}/raw.ocio QT_QPA_PLATFORM=offscreen "
            f'NATRON_GRAPH={shlex.quote(described(job))} "$NATRON_RENDERER" {shlex.quote(HERE)}/natron_graph.py -w Out '
            f"{frames}; test -s {made}")
    return {job.work: text.replace("{", "{{").replace("}", "}}")}


def vkdt(job):
    """It reads ZIP and writes uncompressed EXR only."""
    if job.raw or job.work not in ("id", "w1", "w3"):
        return {}
    graph = f"python3 {shlex.quote(HERE)}/vkdt_graph.py {job.work} {{plate}} {{fg}} > {{out}}.cfg"
    return {job.work: graph + ' && "$VKDT_CLI" -g {out}.cfg --format o-exr --filename {out}'}


@dataclass(frozen=True)
class Peer:
    name: str
    commands: object  # Job -> {work: command}
    program: str      # looked for in the path, or the name of a variable that holds it
    packages: tuple   # of Debian 12; empty: not packaged
    usual: bool = True  # measured without being asked for


PEERS = [
    Peer("ffmpeg", ffmpeg, "ffmpeg", ("ffmpeg",)),
    Peer("oiiotool", oiiotool, "oiiotool", ("openimageio-tools",)),
    Peer("blender", blender("tiled"), "blender", ("blender",)),
    Peer("blender-full", blender("full"), "blender", ("blender",), usual=False),
    Peer("gegl", gegl, "gegl", ("gegl",)),
    Peer("imagemagick", imagemagick, "convert-im6.q16hdri",
         ("imagemagick-6.q16hdri", "libmagickcore-6.q16hdri-6-extra")),
    Peer("natron", natron, "$NATRON_RENDERER", ()),
    Peer("vkdt", vkdt, "$VKDT_CLI", ()),
]
COMPOSITORS = {"oiiotool", "blender", "blender-full", "gegl", "natron", "vkdt"}
# Minutes each: only when asked for.
HEAVY = {("oiiotool", "w7_median"), ("imagemagick", "w7_median"), ("natron", "w7_median"), ("blender", "w7_defocus"),
         ("blender-full", "w7_defocus")}

RAW_OCIO = """ocio_profile_version: 1
roles: {default: linear, scene_linear: linear, reference: linear, data: linear, color_picking: linear, \
color_timing: linear, compositing_log: linear, texture_paint: linear, matte_paint: linear}
displays:
  default:
    - !<View> {name: Raw, colorspace: linear}
active_displays: []
active_views: []
colorspaces:
  - !<ColorSpace>
    name: linear
    bitdepth: 32f
    isdata: false
    allocation: uniform
"""
CONFIGURATION = {
    # Debian's policy caps ImageMagick at 256 MiB of memory, which would measure the disk
    "magick/policy.xml": '<policymap><policy domain="resource" name="memory" value="8GiB"/></policymap>\n',
    # Natron's readers want an OpenColorIO configuration: one that leaves the pixels alone
    "raw.ocio": RAW_OCIO,
}


def installed(peer):
    if peer.program.startswith("$"):
        return bool(os.environ.get(peer.program[1:]))
    return shutil.which(peer.program) is not None


def command_of(peer, job):
    """The command for a job, or None when the peer has nothing like it."""
    text = peer.commands(job).get(job.work)
    return text.format(**files(job)) if text else None


def configure(data):
    for name, text in CONFIGURATION.items():
        path = os.path.join(data, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w") as f:
            f.write(text)
