"""ImageDataGenerator's transformations against Keras's own, through compiled programs: image_generator.py INGOTC FOLDER

A program's model gives back its images, so that a prediction is what the generator has made of them. Each draw of a case
is from a range of no width. Flips cannot be forced: a batch holds copies of one image, and each is compared with both.
"""

import json
import sys

import numpy as np
from safetensors.numpy import load_file

from checking import expect, finish
from compiling import GOLDEN, Compiler

TRANSFORMS = GOLDEN / "image_transforms"
COPIES = 16

PROGRAM = """train.program @generator attributes {{batch = {copies} : i64, digest = "0", learning_rate = 1.0e-3 : f64, model_name = "functional", spec = "generator.mlir"}} {{
  train.array @x attributes {{{array}, samples = tensor<{shape}xf32>, type = tensor<{shape}xf32>, generator = #train.image_generator<{generator}>}}
  train.array @y attributes {{{labels}, samples = tensor<i32>, type = tensor<i32>}}
  nn.model @model(%image: tensor<?x{shape}xf32>) -> (tensor<?x{size}xf32>) {{
    %flat = nn.reshape %image : tensor<?x{shape}xf32> -> tensor<?x{size}xf32>
    nn.output %flat : tensor<?x{size}xf32>
  }}
  train.compile @model optimizer #train.adam<beta_1 = 9.0e-1 : f64, beta_2 = 9.99e-1 : f64, epsilon = 1.0e-7 : f64, amsgrad = false> loss #train.sparse_categorical_crossentropy<from_logits = true> metrics []
  train.script {{
    %e = train.evaluate @x, @y batch {copies} {{verbose = 1 : i64}}
  }}
}}
"""


def draw(value):
    return f"<one_of = false, values = [{value!r}, {value!r}]>"


def attribute(options, params):
    """The generator's attribute, its draws fixed at `params`."""
    fields = {}
    names = {"theta": "rotation", "ty": "row_shift", "tx": "column_shift", "shear": "shear", "zy": "row_zoom",
             "zx": "column_zoom", "channel_shift_intensity": "channel_shift", "brightness": "brightness"}
    for name, field in names.items():
        if name in params:
            fields[field] = draw(float(params[name]))
    for name, field in (("flip_horizontal", "horizontal_flip"), ("flip_vertical", "vertical_flip")):
        fields[field] = str(bool(params.get(name))).lower()
    fields["fill"] = options.get("fill_mode", "nearest")
    fields["fill_value"] = f"{float(options.get('cval', 0))!r} : f64"
    fields["nearest_pixel"] = str(options.get("interpolation_order", 1) == 0).lower()
    fields["rescale"] = f"{float(options.get('rescale', 1))!r} : f64"
    std = options.get("samplewise_std_normalization", False)
    fields["samplewise_center"] = str(bool(options.get("samplewise_center") or std)).lower()
    fields["samplewise_std"] = str(bool(std)).lower()
    return ", ".join(f"{name} = {value}" for name, value in fields.items())


def generated(compiler, name, images, options, params):
    """What the generator makes of each image of a batch."""
    shape = "x".join(map(str, images.shape[1:]))
    text = PROGRAM.format(copies=COPIES, shape=shape, size=images[0].size, generator=attribute(options, params),
                          array=ARRAY.format(key="images", classes=0), labels=ARRAY.format(key="labels", classes=10))
    source = compiler.folder / f"{name}.mlir"
    source.write_text(text)
    compiled = compiler.program(source, "--compile-from=import")
    compiled.state.seed = 5
    return compiled.predict(images.astype(np.float32)).reshape(images.shape)


ARRAY = 'source = "fashion_mnist", key = "{key}", test = false, classes = {classes} : i64'


def compare(name, outputs, expected, params, tolerance):
    """Every copy is the expected image or one that is not flipped; with one flip, both occur."""
    axes = [axis for axis, flip in ((1, "flip_horizontal"), (0, "flip_vertical")) if params.get(flip)]
    variants = [expected]
    for axis in axes:
        variants += [np.flip(variant, axis) for variant in variants]
    seen = set()
    for output in outputs:
        errors = [float(np.abs(output - variant).max()) for variant in variants]
        seen.add(int(np.argmin(errors)))
        expect(min(errors) <= tolerance, f"{name}: off by {min(errors):.3g}, allowed is {tolerance:.3g}")
    expect(len(axes) != 1 or seen == {0, 1}, f"{name}: {COPIES} images were flipped all alike")


def affine(compiler):
    description = json.loads((TRANSFORMS / "affine.json").read_text())
    images, expected = load_file(TRANSFORMS / "images.safetensors"), load_file(TRANSFORMS / "affine.safetensors")
    for case in description["cases"]:
        options, params, reference = case["generator"], case["params"], expected[case["name"]]
        copies = np.repeat(images[case["image"]][None], COPIES, 0)
        outputs = generated(compiler, case["name"], copies, options, params)
        # Order 0 and flips alone move whole pixels.
        exact = options.get("interpolation_order") == 0 or set(params) <= {"flip_horizontal", "flip_vertical"}
        compare(case["name"], outputs, reference, params, 0 if exact else 1e-5 * float(np.abs(reference).max()))


def standardize(compiler):
    description = json.loads((TRANSFORMS / "standardize.json").read_text())
    expected = load_file(TRANSFORMS / "standardize.safetensors")
    for case in description["cases"]:
        if any(name.startswith("featurewise") for name in case["generator"]):
            continue
        reference = expected[case["name"]]
        outputs = generated(compiler, case["name"], expected["batch"], case["generator"], {})
        error = float(np.abs(outputs - reference).max())
        expect(error <= 1e-5 * float(np.abs(reference).max()), f"{case['name']}: off by {error:.3g}")


def main():
    compiler = Compiler(sys.argv[1], sys.argv[2])
    affine(compiler)
    standardize(compiler)
    finish()


if __name__ == "__main__":
    main()
