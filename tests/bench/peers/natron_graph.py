# NatronRenderer natron_graph.py -w Out FRAMES, with NATRON_GRAPH in the environment: the JSON that commands.described()
# makes. Builds one workload of Natron's nodes; `app` is the project, given by Natron.
import json
import os

job = json.loads(os.environ["NATRON_GRAPH"])
work = job["work"]
PLUGINS = "net.sf.openfx."


def node(kind, *inputs, **params):
    n = app.createNode(kind)  # noqa: F821
    for i, source in enumerate(inputs):
        if source:
            n.connectInput(i, source)
    for name, value in params.items():
        n.getParam(name).set(*value) if isinstance(value, tuple) else n.getParam(name).set(value)
    return n


def read(path):
    return app.createReader(path)  # noqa: F821


def eight_grades(s):
    s = node(PLUGINS + "MultiplyPlugin", s, value=(1.1, 1.0, 0.9, 1.0))
    s = node(PLUGINS + "AddPlugin", s, value=(0.02, 0.02, 0.02, 0.0))
    s = node(PLUGINS + "GammaPlugin", s, value=(1.2, 1.2, 1.2, 1.0))
    s = node(PLUGINS + "SaturationPlugin", s, saturation=1.2)
    s = node(PLUGINS + "GradePlugin", s, black=(0.02, 0.02, 0.02, 0.0), white=(1.1, 1.1, 1.1, 1.0))
    s = node(PLUGINS + "GradePlugin", s, multiply=(1.1, 1.1, 1.1, 1.0), offset=(-0.018, -0.018, -0.018, 0.0))
    s = node(PLUGINS + "GammaPlugin", s, value=(0.909, 0.909, 0.909, 1.0))
    return node(PLUGINS + "Clamp", s, maximumEnable=False)


def grade(s, factor):
    g = 1 / 1.1
    return node(PLUGINS + "GradePlugin", s, multiply=factor + (1.0,), gamma=(g, g, g, 1.0))


def blur(s):
    return node("net.sf.cimg.CImgBlur", s, size=(50.0, 50.0))


def key(s):
    k = node(PLUGINS + "ChromaKeyerPlugin", s, keyColor=(0.09, 0.52, 0.13, 1.0))
    return node(PLUGINS + "Despill", k)


def turn(s):
    return node(PLUGINS + "TransformPlugin", s, rotate=10.0, scale=(1.1, 1.1), filter=3)  # 3: Cubic


def over(background, foreground):
    return node(PLUGINS + "MergePlugin", background, foreground)


if work == "id":
    result = read(job["plate"])
elif work == "w1":
    result = eight_grades(read(job["plate"]))
elif work == "w2":
    result = blur(read(job["plate"]))
elif work == "w3":
    result = over(read(job["plate"]), turn(read(job["fg"])))
elif work == "w4":
    result = over(read(job["plate"]), key(read(job["green"])))
elif work == "w5":
    foreground = turn(grade(key(read(job["sequence"] + "/green.####.exr")), (1.05, 1.0, 0.95)))
    result = grade(over(blur(read(job["sequence"] + "/plate.####.exr")), foreground), (0.98, 1.0, 1.02))
elif work == "w6":
    s = node(PLUGINS + "MultiplyPlugin", read(job["turned"] + "/plate.####.exr"), value=(1.1, 1.0, 0.9, 1.0))
    s = node(PLUGINS + "GammaPlugin", s, value=(1.1, 1.1, 1.1, 1.0))
    result = node(PLUGINS + "SaturationPlugin", s, saturation=1.2)
elif work == "w7_median":
    result = node("net.sf.cimg.CImgMedian", read(job["plate"]), size=30)

writer = app.createWriter(job["out"] + {"w5": ".####.exr", "w6": ".mp4"}.get(work, ""))  # noqa: F821
writer.setScriptName("Out")
writer.connectInput(0, result)
wanted = {"bitDepth": "16f", "compression": "none" if job["raw"] else "zip"}
if work == "w6":
    wanted = {"format": "mp4", "codec": "libx264", "prefPixelCoding": "yuv420", "crf": "crf20", "x26xSpeed": "medium"}
    writer.getParam("gopSize").set(12)
    writer.getParam("ocioOutputSpace").set("scene_linear")
for name, value in wanted.items():
    param = writer.getParam(name)
    options = [param.getOption(i) for i in range(param.getNumOptions())]
    choice = [i for i, option in enumerate(options) if option.lower().startswith(value)]
    if not choice:
        raise SystemExit("%s has no %s: %s" % (name, value, options))
    param.set(choice[0])
