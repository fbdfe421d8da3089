# Writes MLPs as PyTorch starts them and as training leaves them, in every format. Arguments: seed, folder with MNIST or nothing.
import gzip, json, struct, sys
import numpy as np, torch, torch.nn as nn

torch.manual_seed(int(sys.argv[1]))
torch.set_num_threads(1)


def idx(name, skip):
    with gzip.open(sys.argv[2] + "/" + name) as f:
        return np.frombuffer(f.read(skip + 2000 * (784 if skip == 16 else 1)), np.uint8, offset=skip)


if len(sys.argv) > 2:
    X = torch.tensor(idx("train-images-idx3-ubyte.gz", 16).reshape(-1, 784).astype(np.float32) / 255)
    Y = torch.tensor(idx("train-labels-idx1-ubyte.gz", 8).astype(np.int64))
    X = (X - X.mean()) / X.std()
else:
    X = torch.randn(2000, 100)
    Y = (X[:, :10] + X[:, 10:20].abs()).argmax(1)


def model(start):
    widths = [X.shape[1]] + 6 * [128] + [10]
    layers = []
    for n, m in zip(widths, widths[1:]):
        layers += [nn.Linear(n, m), nn.ReLU()]
        if start != "default":
            nn.init.zeros_(layers[-2].bias)
            nn.init.kaiming_normal_(layers[-2].weight) if start == "kaiming" else nn.init.orthogonal_(layers[-2].weight)
    return nn.Sequential(*layers[:-1])


def safetensors(path, tensors):
    names = {torch.float32: "F32", torch.bfloat16: "BF16", torch.float16: "F16"}
    header, data = {}, b""
    for k, v in tensors.items():
        raw = (v if v.dtype == torch.float32 else v.view(torch.int16)).numpy().tobytes()
        header[k] = {"dtype": names[v.dtype], "shape": list(v.shape), "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    with open(path, "wb") as f:
        f.write(struct.pack("<Q", len(text)) + text + data)


def save(name, m):
    s = m.state_dict()
    torch.save(s, name + "-f32.pt")
    torch.save({k: v.bfloat16() for k, v in s.items()}, name + "-bf16.pt")
    np.savez(name + "-f16.npz", **{k: v.half().numpy() for k, v in s.items()})
    torch.onnx.export(m, X[:1], name + "-f32.onnx")
    index = {}
    for i in range(2):  # shards
        part = {k: v.bfloat16().contiguous() for j, (k, v) in enumerate(s.items()) if j % 2 == i}
        safetensors(f"{name}-{i}.safetensors", part)
        index.update({k: f"{name}-{i}.safetensors" for k in part})
    json.dump({"weight_map": index}, open(name + "-bf16.safetensors.index.json", "w"))


for start in ["default", "kaiming", "orthogonal"]:
    m = model(start)
    save(start, m)
    o = torch.optim.Adam(m.parameters(), 1e-3) if start == "default" else torch.optim.SGD(m.parameters(), 0.05)
    for i in range(60):
        o.zero_grad()
        b = torch.arange(32 * i, 32 * i + 32) % 2000
        nn.functional.cross_entropy(m(X[b]), Y[b]).backward()
        o.step()
    save(start + "-trained", m)
