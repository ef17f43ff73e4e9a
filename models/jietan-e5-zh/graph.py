"""The model as a small ONNX graph without weights: texts of one length at a time, matrix products in eight-bit integers.

The weights are put in when the program loads the folder, from the same ``model.safetensors`` that SentenceTransformer
reads; `jietan.embedders.quantized` names them. Texts of one length need no padding and no mask, and not one bit of a vector
depends on the other texts: rows are rounded one by one, attention is computed text by text, and so is the mean (of several
texts at once it would be summed in another order).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 20
#: Where onnxruntime's own operators are.
ORT = "com.microsoft"


class Graph:
    """Collects nodes; every method returns the name of what it computed."""

    def __init__(self, hidden: int, heads: int, wide: int, eps: float) -> None:
        """Remember the sizes; how many texts of how many tokens there are is known when the graph runs."""
        self.hidden, self.heads, self.wide, self.eps = hidden, heads, wide, eps
        self.nodes: list[Any] = []
        self.weights: list[Any] = []
        self.count = 0
        self.sizes = self.op("Shape", "tokens", start=0, end=2)

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> Any:  # noqa: ANN401  (a name or several)
        """Add a node."""
        self.count += 1
        names = [f"{kind.lower()}_{self.count}_{i}" for i in range(outputs)]
        self.nodes.append(helper.make_node(kind, list(inputs), names, **attributes))
        return names[0] if outputs == 1 else names

    def constant(self, value: Any) -> str:  # noqa: ANN401  (an array or number)
        """Add a constant."""
        self.count += 1
        name = f"constant_{self.count}"
        self.weights.append(numpy_helper.from_array(np.asarray(value), name))
        return name

    def weight(self, name: str, shape: tuple[int, ...], kind: int = TensorProto.FLOAT) -> str:
        """Declare a weight that is put in later."""
        tensor = TensorProto(name=name, data_type=kind, dims=shape, data_location=TensorProto.EXTERNAL)
        tensor.external_data.add(key="location", value="weights")
        self.weights.append(tensor)
        return name

    def linear(self, x: str, name: str, n: int, out: int) -> str:
        """Multiply in integers: rows of x are scaled one by one, columns of the weight one by one.

        A few channels of x are far larger than the others; ``ease`` makes them smaller, and the weights make up for it.
        """
        x = self.op("Mul", x, self.weight(f"{name}.ease", (n,)))
        last = self.constant(np.array([-1], np.int64))
        top = self.op("ReduceMax", self.op("Abs", x), last, keepdims=0)
        scale = self.op("Mul", self.op("Max", top, self.constant(np.float32(1e-9))), self.constant(np.float32(1 / 127)))
        middle = self.op("Expand", self.constant(np.uint8(128)), self.op("Shape", scale))
        whole = self.op("QuantizeLinear", x, scale, middle, axis=0)
        weight = self.weight(f"{name}.q", (n, out), TensorProto.INT8)
        scales = self.constant(np.float32(1)), self.weight(f"{name}.scale", (out,))
        real = self.op("MatMulIntegerToFloat", whole, weight, *scales, self.constant(np.uint8(128)), domain=ORT)
        return self.op("Add", self.op("Mul", real, self.op("Unsqueeze", scale, last)), self.weight(f"{name}.bias", (out,)))

    def normal(self, x: str, name: str) -> str:
        """LayerNorm."""
        sizes = (self.hidden,)
        return self.op(
            "LayerNormalization", x, self.weight(f"{name}.weight", sizes), self.weight(f"{name}.bias", sizes), axis=-1, epsilon=self.eps
        )

    def attention(self, x: str, name: str) -> str:
        """Self-attention over all tokens of a text."""
        size = self.hidden // self.heads
        mixed = self.linear(x, f"{name}.qkv", self.hidden, 3 * self.hidden)
        sizes = self.op("Concat", self.sizes, self.constant(np.array([3, self.heads, size], np.int64)), axis=0)
        parts = self.op(
            "Split", self.op("Transpose", self.op("Reshape", mixed, sizes), perm=[2, 0, 3, 1, 4]), outputs=3, axis=0, num_outputs=3
        )
        q, k, v = (self.op("Squeeze", part, self.constant(np.array([0], np.int64))) for part in parts)
        q = self.op("Mul", q, self.constant(np.float32(size**-0.5)))
        weights = self.op("Softmax", self.op("MatMul", q, self.op("Transpose", k, perm=[0, 1, 3, 2])), axis=-1)
        joined = self.op("Transpose", self.op("MatMul", weights, v), perm=[0, 2, 1, 3])
        return str(self.op("Reshape", joined, self.constant(np.array([-1, self.hidden], np.int64))))

    def layer(self, x: str, name: str) -> str:
        """One layer of the encoder."""
        seen = self.linear(self.attention(x, name), f"{name}.ao", self.hidden, self.hidden)
        x = self.normal(self.op("Add", x, seen), f"{name}.aln")
        wide = self.op("Gelu", self.linear(x, f"{name}.fi", self.hidden, self.wide))
        return self.normal(self.op("Add", x, self.linear(wide, f"{name}.fo", self.wide, self.hidden)), f"{name}.oln")

    def pooling(self, x: str, dimension: int) -> None:
        """Mean over the tokens and projection, text by text."""
        states, vector = (
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in (("states", ["n", self.hidden]), ("one", [dimension]))
        )
        weights = self.weight("projection.weight", (self.hidden, dimension)), self.weight("projection.bias", (dimension,))
        nodes, self.nodes = self.nodes, []
        mean = self.op("ReduceMean", "states", self.constant(np.array([0], np.int64)), keepdims=1)
        out = self.op("Add", self.op("MatMul", mean, weights[0]), weights[1])
        self.nodes.append(helper.make_node("Squeeze", [out, self.constant(np.array([0], np.int64))], ["one"]))
        body = helper.make_graph(self.nodes, "pooling", [states], [vector])
        self.nodes = [*nodes, helper.make_node("Scan", [x], ["vectors"], body=body, num_scan_inputs=1)]


def build(config: dict[str, Any], dimension: int) -> onnx.ModelProto:
    """Build the graph: the summed embeddings of the tokens of texts of one length in, vectors (not yet of length 1) out.

    Args:
        config: The model's config.json.
        dimension: Length of a vector.
    """
    hidden = config["hidden_size"]
    g = Graph(hidden, config["num_attention_heads"], config["intermediate_size"], config["layer_norm_eps"])
    x = g.normal(g.op("Reshape", "tokens", g.constant(np.array([-1, hidden], np.int64))), "eln")
    for i in range(config["num_hidden_layers"]):
        x = g.layer(x, f"l{i}")
    whole = g.op("Concat", g.sizes, g.constant(np.array([hidden], np.int64)), axis=0)
    g.pooling(g.op("Reshape", x, whole), dimension)
    inputs = [helper.make_tensor_value_info("tokens", TensorProto.FLOAT, ["texts", "n", hidden])]
    outputs = [helper.make_tensor_value_info("vectors", TensorProto.FLOAT, ["texts", dimension])]
    graph = helper.make_graph(g.nodes, "encoder", inputs, outputs, g.weights)
    sets = [helper.make_opsetid("", OPSET), helper.make_opsetid(ORT, 1)]
    return helper.make_model(graph, opset_imports=sets, ir_version=9, producer_name="jietan")


def write_graph(config: dict[str, Any], dimension: int, path: Path) -> None:
    """Write the graph."""
    path.write_bytes(build(config, dimension).SerializeToString())
