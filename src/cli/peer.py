"""Synthesis layers of StyleGAN3 in PyTorch's public operations, timed: what `aliasfree bench --peer` compares with.

usage: peer.py [--check] [--threads=N] [--repeats=N] < PLAN

PLAN is what `aliasfree plan --json` prints. Prints one JSON object: {"torch": version, "ms": [..]}, the milliseconds of
each run over all layers. With --check, which needs no PyTorch: {"layers": [{"name", "sizes", "up", "down"}, ..]}, the
sizes that each layer passes through and the taps of its filters.
Exit codes: 0 done; 1 the plan is not one; 3 there is no PyTorch."""
import json
import math
import sys
import time


# --- filters: designed as the paper's appendix C.1 says ---------------------------------------------------------------

def bessel_i0(x):
    total, term = 0.0, 1.0
    for k in range(1, 200):
        total += term
        term *= (x / (2 * k)) ** 2
    return total


def bessel_j1(x):
    steps = 400
    angles = ((i + 0.5) * math.pi / steps for i in range(steps))
    return sum(math.cos(a - x * math.sin(a)) for a in angles) / steps


def kaiser(taps, width, rate):
    """Kaiser's window for a transition band of `width`, at the rate of the taps."""
    attenuation = 2.285 * (taps - 1) * math.pi * width / (rate / 2) + 7.95
    if attenuation > 50:
        beta = 0.1102 * (attenuation - 8.7)
    else:
        beta = 0.5842 * max(attenuation - 21, 0) ** 0.4 + 0.07886 * max(attenuation - 21, 0)
    at = [2 * i / (taps - 1) - 1 for i in range(taps)]
    return [bessel_i0(beta * math.sqrt(max(1 - t * t, 0))) / bessel_i0(beta) for t in at]


def sinc(x):
    return 1.0 if x == 0 else math.sin(math.pi * x) / (math.pi * x)


def jinc(r, cutoff):
    return math.pi * cutoff if r == 0 else bessel_j1(2 * math.pi * cutoff * r) / r


def low_pass(taps, cutoff, half_width, rate, radial):
    """A list of taps, or of rows of taps, with sum 1."""
    if taps == 1:
        return [1.0]
    window = kaiser(taps, 2 * half_width, rate)
    at = [(i - (taps - 1) / 2) / rate for i in range(taps)]
    if not radial:
        values = [window[i] * sinc(2 * cutoff * at[i]) for i in range(taps)]
        return [v / sum(values) for v in values]
    rows = [[window[i] * window[k] * jinc(math.hypot(at[i], at[k]), cutoff) for k in range(taps)] for i in range(taps)]
    total = sum(map(sum, rows))
    return [[v / total for v in row] for row in rows]


# --- the plan ---------------------------------------------------------------------------------------------------------

class Layer:
    """A row of the plan with its filters, and the sizes that an image passes through."""

    def __init__(self, row):
        self.name, self.torgb = row["name"], row["torgb"]
        self.inputs, self.outputs, self.kernel = row["in_channels"], row["out_channels"], row["conv_kernel"]
        self.up, self.down, self.padding = row["up"], row["down"], row["padding"]
        self.up_taps = low_pass(row["up_taps"], row["in_cutoff"], row["in_half_width"], row["tmp_rate"], False)
        self.down_taps = low_pass(row["down_taps"], row["out_cutoff"], row["out_half_width"], row["tmp_rate"],
                                  row["down_radial"])
        conv = row["in_size"] + self.kernel - 1
        wide = conv * self.up + self.padding[0] + self.padding[1] - (len(self.up_taps) - 1)
        out = (wide - len(self.down_taps)) // self.down + 1
        self.sizes = [row["in_size"], conv, wide, out]
        if out != row["out_size"]:
            raise ValueError("layer %s gives %d samples, the plan says %d" % (self.name, out, row["out_size"]))


def read_plan(file):
    plan = json.load(file)
    if "rate" not in plan["input"] or plan["input"]["rate"] <= 0:
        raise ValueError("not a plan of StyleGAN3")
    return plan["input"]["channels"], plan["input"]["size"], [Layer(row) for row in plan["layers"]]


# --- the layers in PyTorch --------------------------------------------------------------------------------------------

def filtered(torch, x, taps, stride, gain):
    """Each channel with the same filter: two passes for a list of taps, one for rows of taps."""
    conv2d, channels = torch.nn.functional.conv2d, x.shape[1]
    if taps.ndim == 1:
        across = (taps * gain).reshape(1, 1, 1, -1).expand(channels, -1, -1, -1)
        down = (taps * gain).reshape(1, 1, -1, 1).expand(channels, -1, -1, -1)
        return conv2d(conv2d(x, across, stride=(1, stride), groups=channels), down, stride=(stride, 1), groups=channels)
    return conv2d(x, (taps * gain * gain).expand(channels, 1, -1, -1), stride=stride, groups=channels)


def stuffed(torch, x, up, padding):
    """`up` - 1 zeros after each sample along both axes, then the padding."""
    n, c, h, w = x.shape
    x = torch.nn.functional.pad(x.reshape(n, c, h, 1, w, 1), [0, up - 1, 0, 0, 0, up - 1])
    return torch.nn.functional.pad(x.reshape(n, c, h * up, w * up), padding)


def modulated(torch, layer, x, weight, style):
    if not layer.torgb:
        weight = weight * weight.square().mean([1, 2, 3], keepdim=True).rsqrt()
        style = style * style.square().mean().rsqrt()
    weight = weight * style.reshape(1, -1, 1, 1)
    if not layer.torgb:
        weight = weight * (weight.square().sum([1, 2, 3], keepdim=True) + 1e-8).rsqrt()
    return torch.nn.functional.conv2d(x, weight, padding=layer.kernel - 1)


def nonlinearity(torch, layer, x, bias, up_taps, down_taps):
    x = x + bias.reshape(1, -1, 1, 1)
    if layer.up > 1 or any(layer.padding):
        x = stuffed(torch, x, layer.up, layer.padding)
    if len(layer.up_taps) > 1:
        x = filtered(torch, x, up_taps, 1, layer.up)
    if not layer.torgb:
        x = torch.nn.functional.leaky_relu(x, 0.2) * math.sqrt(2)
    x = x.clamp(-256, 256)
    if len(layer.down_taps) > 1:
        x = filtered(torch, x, down_taps, layer.down, 1)
    return x[:, :, ::layer.down, ::layer.down] if len(layer.down_taps) == 1 and layer.down > 1 else x


def measure(torch, channels, size, layers, repeats):
    torch.manual_seed(0)
    parameters = [(torch.randn(l.outputs, l.inputs, l.kernel, l.kernel), torch.randn(l.inputs), torch.zeros(l.outputs),
                   torch.tensor(l.up_taps), torch.tensor(l.down_taps)) for l in layers]
    start = torch.randn(1, channels, size, size)
    times = []
    for run in range(repeats + 1):
        before = time.perf_counter()
        x = start
        for layer, (weight, style, bias, up_taps, down_taps) in zip(layers, parameters):
            x = nonlinearity(torch, layer, modulated(torch, layer, x, weight, style), bias, up_taps, down_taps)
            if x.shape[2] != layer.sizes[-1] or x.shape[1] != layer.outputs:
                raise ValueError("layer %s gives %s" % (layer.name, list(x.shape)))
        if run > 0:  # the first one warms up
            times.append(1000 * (time.perf_counter() - before))
    return times


def main(arguments):
    options = dict(a.split("=") for a in arguments if "=" in a)
    try:
        channels, size, layers = read_plan(sys.stdin)
    except (ValueError, KeyError, TypeError) as error:
        print("the plan: %s" % error, file=sys.stderr)
        return 1
    if "--check" in arguments:
        print(json.dumps({"layers": [{"name": l.name, "sizes": l.sizes, "up": l.up_taps, "down": l.down_taps}
                                     for l in layers]}))
        return 0
    try:
        import torch
    except ImportError as error:
        print(error, file=sys.stderr)
        return 3
    torch.set_num_threads(int(options.get("--threads", "1")))
    with torch.no_grad():
        times = measure(torch, channels, size, layers, int(options.get("--repeats", "3")))
    print(json.dumps({"torch": torch.__version__, "ms": times}))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
