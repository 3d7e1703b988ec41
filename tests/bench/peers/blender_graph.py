"""blender -b --factory-startup --python blender_graph.py -- MODE JOB

Builds one workload as a graph of Blender's compositor and renders it. MODE: tiled or full (3.4's "Full Frame"). JOB is
the JSON that commands.described() makes."""
import json
import math
import sys

import bpy

mode, job = sys.argv[sys.argv.index("--") + 1:][:2]
job = json.loads(job)
work, raw = job["work"], job["raw"]
if work == "start":
    sys.exit()

scene = bpy.context.scene
scene.use_nodes = True
tree = scene.node_tree
tree.nodes.clear()
if mode == "full":
    bpy.context.preferences.experimental.use_full_frame_compositor = True
    tree.execution_mode = "FULL_FRAME"
render = scene.render
render.resolution_x, render.resolution_y, render.resolution_percentage = job["width"], job["height"], 100
render.use_sequencer = False
render.filepath = job["out"] + (".####.exr" if work == "w5" else "")
still = render.image_settings
still.file_format, still.color_mode, still.color_depth = "OPEN_EXR", "RGB", "16"
still.exr_codec = "NONE" if raw else "ZIP"
scene.view_settings.view_transform = "Standard"


def node(kind, inputs=(), **properties):
    """A node with its properties set, and its inputs linked or set: {input: socket or value}."""
    n = tree.nodes.new("CompositorNode" + kind)
    for name, value in properties.items():
        setattr(n, name, value)
    for name, value in dict(inputs).items():
        if isinstance(value, bpy.types.NodeSocket):
            tree.links.new(value, n.inputs[name])
        else:
            n.inputs[name].default_value = value
    return n.outputs[0] if n.outputs else None


def image(path, frames=0):
    picture = bpy.data.images.load(path)
    socket = node("Image", image=picture)
    if frames:
        picture.source = "SEQUENCE"
        n = socket.node
        n.frame_duration, n.frame_start, n.use_auto_refresh = frames, 1, True
    return socket


def mix(kind, a, value):
    return node("MixRGB", {0: 1.0, 1: a, 2: (*value, 1)}, blend_type=kind)


def eight_grades(s):
    s = mix("MULTIPLY", s, (1.1, 1.0, 0.9))
    s = mix("ADD", s, (0.02, 0.02, 0.02))
    s = node("Gamma", {0: s, 1: 0.8333})
    s = node("HueSat", {"Image": s, "Saturation": 1.2})
    s = node("ColorBalance", {1: s}, correction_method="LIFT_GAMMA_GAIN", lift=(1.02,) * 3, gain=(1.1,) * 3)
    s = node("BrightContrast", {0: s, 1: 0.0, 2: 10.0})
    s = node("Gamma", {0: s, 1: 1.1})
    return node("Exposure", {0: s, 1: 0.1})


def grade(s, factor):
    return node("Gamma", {0: mix("MULTIPLY", s, factor), 1: 1.1})


def blur(s):
    size = round(2 * 50 / 2.4)  # two sigma
    return node("Blur", {0: s}, filter_type="FAST_GAUSS", size_x=size, size_y=size)


def key(s):
    return node("Keying", {0: s, 1: (0.09, 0.52, 0.13, 1)}, clip_black=0.1, clip_white=0.9)


def turn(s):
    return node("Transform", {0: s, 3: math.radians(10), 4: 1.1}, filter_type="BICUBIC")


def over(background, foreground):
    return node("AlphaOver", {1: background, 2: foreground}, use_premultiply=False)


def movie():
    still.file_format = "FFMPEG"
    still.color_mode = "RGB"
    render.ffmpeg.format, render.ffmpeg.codec = "MPEG4", "H264"
    render.ffmpeg.constant_rate_factor, render.ffmpeg.ffmpeg_preset = "HIGH", "GOOD"
    render.ffmpeg.gopsize = 12
    render.filepath = job["out"] + ".mp4"
    render.use_file_extension = False
    render.fps = 24


frames = {"w5": job["frames"], "w6": job["turns"]}.get(work, 0)
if work == "id":
    result = image(job["plate"])
elif work == "w1":
    result = eight_grades(image(job["plate"]))
elif work == "w2":
    result = blur(image(job["plate"]))
elif work == "w3":
    result = over(image(job["plate"]), turn(image(job["fg"])))
elif work == "w4":
    result = over(image(job["plate"]), key(image(job["green"])))
elif work == "w5":
    foreground = turn(grade(key(image(job["sequence"] + "/green.0001.exr", frames)), (1.05, 1.0, 0.95)))
    result = grade(over(blur(image(job["sequence"] + "/plate.0001.exr", frames)), foreground), (0.98, 1.0, 1.02))
elif work == "w6":
    s = mix("MULTIPLY", image(job["turned"] + "/plate.0001.exr", frames), (1.1, 1.0, 0.9))
    result = node("HueSat", {"Image": node("Gamma", {0: s, 1: 0.9}), "Saturation": 1.2})
    movie()
elif work == "w7_defocus":  # its size is in per cent of the larger side
    result = node("BokehBlur", {0: image(job["plate"]), 1: node("BokehImage"), 2: 30 / job["width"] * 100})
else:
    sys.exit("no workload " + work)
node("Composite", {0: result})

scene.frame_start, scene.frame_end = 1, frames or 1
bpy.ops.render.render(write_still=not frames, animation=bool(frames))
