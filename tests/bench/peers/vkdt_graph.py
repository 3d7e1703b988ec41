"""vkdt_graph.py id|w1|w3 PLATE FOREGROUND: prints that workload as a vkdt graph, from i-exr to o-exr."""
import sys

work, plate, foreground = sys.argv[1:]
# eight passes over the picture, each one compute shader
GRADES = [("grade", "gain:1.1:1.0:0.9:1"), ("grade", "offset:0.02:0.02:0.02:0"), ("grade", "gamma:1.2:1.2:1.2:1"),
          ("colour", "sat:1.2"), ("grade", "lift:0.02:0.02:0.02:0"), ("exposure", "exposure:0.14"),
          ("grade", "gamma:0.909:0.909:0.909:1"), ("exposure", "exposure:-0.1")]
lines = ["frames:1", "fps:0", "module:i-exr:main", f"param:i-exr:main:filename:{plate}"]
last = "i-exr:main"
for n, (module, param) in enumerate(GRADES if work == "w1" else []):
    name = f"{module}:{n + 1:02}"
    lines += ["module:" + name, f"connect:{last}:output:{name}:input", f"param:{name}:{param}"]
    last = name
if work == "w3":
    lines += ["module:i-exr:fg", f"param:i-exr:fg:filename:{foreground}", "module:crop:01", "module:blend:01",
              "param:crop:01:rotate:10", "param:crop:01:crop:0.045:0.955:0.045:0.955", "connect:i-exr:fg:output:crop:01:input",
              "connect:i-exr:main:output:blend:01:back", "connect:crop:01:output:blend:01:input",
              "connect:i-exr:fg:output:blend:01:mask", "param:blend:01:mask:0"]
    last = "blend:01"
lines += ["module:o-exr:main", f"connect:{last}:output:o-exr:main:input"]
print("\n".join(lines))
