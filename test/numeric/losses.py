"""Losses and metrics on given outputs and labels against Keras's numbers.

    losses.py INGOTC FOLDER [OPTION of ingotc...]

A program's outputs are the rows of one kernel: sample k has pixel k set. Labels are any numbers, which no data set has:
so the programs are written as IR.
"""

import json
import re
import sys

import numpy as np
from safetensors.numpy import load_file

import program
from checking import close, expect, finish
from compiling import GOLDEN, Compiler

PROGRAM = """
train.program @p attributes {{batch = 32 : i64, digest = "0", learning_rate = 1.0e-3 : f64, model_name = "functional", spec = "p.py"}} {{
  train.array @x attributes {{source = "p", key = "images", test = false, classes = 0 : i64, samples = tensor<{rows}xf32>, type = tensor<{rows}xf32>}}
  train.array @y attributes {{source = "p", key = "labels", test = false, classes = {labels} : i64, samples = {type}, type = {type}}}
  train.parameter @"front/kernel" : tensor<{rows}x{columns}xf32> role trainable init <"zeros"> stream 0
  train.parameter @"front/kernel/momentum" : tensor<{rows}x{columns}xf32> role slot init <"zeros"> stream 1
  train.parameter @"front/kernel/velocity" : tensor<{rows}x{columns}xf32> role slot init <"zeros"> stream 2
  nn.model @model(%x: tensor<?x{rows}xf32>, %w: tensor<{rows}x{columns}xf32> {{nn.parameter = @"front/kernel"}}) -> (tensor<?x{columns}xf32>) {{
    %0 = nn.matmul %x, %w : tensor<?x{rows}xf32>, tensor<{rows}x{columns}xf32> -> tensor<?x{columns}xf32> loc("front")
    nn.output %0 : tensor<?x{columns}xf32>
  }}
  train.compile @model optimizer #train.adam<beta_1 = 9.0e-1 : f64, beta_2 = 9.99e-1 : f64, epsilon = 1.0e-7 : f64, amsgrad = false> loss {loss} metrics [{metrics}]
  train.script {{
    %h = train.fit @x, @y validation @x, @y epochs 1 batch 32 {{initial_epoch = 0 : i64, shuffle = true, validation_batch = 32 : i64, verbose = 1 : i64}}
  }}
}}
"""


def snake_case(name):
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).lower().replace("kldivergence", "kl_divergence")


def loss_attribute(call):
    """The attribute of a loss as Keras writes it: "Huber(delta=0.3)"."""
    name, arguments = call.rstrip(")").split("(")
    given = dict(argument.split("=") for argument in arguments.split(", ") if argument)
    logits = f"from_logits = {str(given.get('from_logits') == 'True').lower()}"
    smoothing = f"label_smoothing = {float(given.get('label_smoothing', 0)):.6e} : f64"
    fields = {"SparseCategoricalCrossentropy": f"<{logits}>", "CategoricalCrossentropy": f"<{logits}, {smoothing}>",
              "BinaryCrossentropy": f"<{logits}, {smoothing}>", "CategoricalHinge": "", "CosineSimilarity": "",
              "Huber": f"<delta = {float(given.get('delta', 1)):.6e} : f64>"}
    if name in fields:
        return f"#train.{snake_case(name)}{fields[name]}"
    return f"#train.elementwise_loss<{snake_case(name)}>"


def compiled(compiler, name, y_true, columns, loss, metrics, options):
    rows, sparse = len(y_true), y_true.ndim == 1
    label = "tensor<i32>" if sparse else f"tensor<{y_true.shape[1]}xf32>"
    path = compiler.folder / f"{name}.mlir"
    path.write_text(PROGRAM.format(rows=rows, columns=columns, labels=columns if sparse else 0, type=label, loss=loss,
                                   metrics=metrics))
    return program.Program(compiler.compile(path, f"{name}.o", "--compile-from=import", "--emit=obj", *options))


def compare(compiler, name, call, y_true, y_pred, expected, errors, options):
    """Each sample's value, their mean, and the gradient of that."""
    compiled_program = compiled(compiler, name, y_true, y_pred.shape[1], loss_attribute(call), "", options)
    compiled_program.reset({"front/kernel": y_pred})
    x = np.eye(len(y_true), dtype=np.float32)
    values = [compiled_program.evaluate(x[k:k + 1], y_true[k:k + 1])["loss"] for k in range(len(y_true))]
    close(f"{name} values", values, np.reshape(expected["values"], -1), errors["values"])
    loss = compiled_program.train_step(x, y_true)["loss"]
    close(f"{name} loss", [loss], [np.mean(np.asarray(expected["values"], np.float64))], errors["values"])
    close(f"{name} grad_y_pred", compiled_program.gradients()["front/kernel"], expected["grad_y_pred"],
          errors["grad_y_pred"])


def losses(compiler, options):
    folder = GOLDEN / "losses"
    tensors = load_file(folder / "losses.safetensors")
    for case in json.loads((folder / "losses.json").read_text())["losses"]:
        if "sample_weight" in case["given"]:
            continue
        value = lambda what: tensors[f"{case['name']}/{what}"]
        compare(compiler, case["name"], case["loss"], value("y_true"), value("y_pred"),
                {what: value(what) for what in ("values", "grad_y_pred")},
                {what: case["expected"][what]["keras_float32"]["max_abs"] for what in ("values", "grad_y_pred")}, options)
    for case in json.loads((folder / "distances.json").read_text())["losses"]:
        compare(compiler, snake_case(case["loss"].rstrip("()")), case["loss"], np.array(case["y_true"], np.float32),
                np.array(case["y_pred"], np.float32), case, case["keras_float32"], options)


def metrics(compiler, options):
    for position, case in enumerate(json.loads((GOLDEN / "losses" / "losses.json").read_text())["metrics"]):
        number = case["arguments"].partition("=")[2]
        name = case["metric"]
        field = {"binary_accuracy": f", {float(number or 0.5):.6e} : f64"}.get(name, f", {number}" if "top_k" in name else "")
        attribute = f"#train.{name.replace('sparse_top_k', 'top_k')}<\"m\"{field}>"
        y_true, y_pred = np.array(case["y_true"], np.float32), np.array(case["y_pred"], np.float32)
        compiled_program = compiled(compiler, f"metric_{position}", y_true, y_pred.shape[1],
                                    "#train.elementwise_loss<mean_squared_error>" if y_true.ndim > 1 else
                                    "#train.sparse_categorical_crossentropy<from_logits = true>", attribute, options)
        compiled_program.reset({"front/kernel": y_pred})
        x = np.eye(len(y_true), dtype=np.float32)
        for k, values in enumerate(case["values"]):
            measured = compiled_program.evaluate(x[k:k + 1], y_true[k:k + 1])["m"]
            expect(abs(measured - np.mean(values)) < 1e-6, f"{name} {case['arguments']} {k}: {measured}, expected {values}")
        measured = compiled_program.evaluate(x, y_true)["m"]
        expect(abs(measured - case["result"]) < 1e-6, f"{name} {case['arguments']}: {measured}, expected {case['result']}")


def main(ingotc, folder, *options):
    compiler = Compiler(ingotc, folder)
    losses(compiler, options)
    metrics(compiler, options)
    finish()


if __name__ == "__main__":
    main(*sys.argv[1:])
