"""Makes the copy of the corpus that a peer of `tools/bench stream` reads, where it is not there yet.

    peer-copies.py offsets|datasets|litdata|streaming

It imports that peer alone: their packages exclude one another. What it makes in $DS_BENCH_DIR has the names and the
settings that ../shared/peers/datasets/bench.py expects.
"""
import json
import os
import shutil
import sys

folder = os.environ["DS_BENCH_DIR"]
corpus = os.path.join(folder, "corpus.jsonl")
columns = ("id", "instruction", "input", "output")


def rows():
    with open(corpus, "rb") as lines:
        for line in lines:
            yield json.loads(line)


def offsets(path):
    import numpy

    import orjson  # noqa: F401  What reads the rows later; to be missing now is to be missing.

    ends = numpy.flatnonzero(numpy.fromfile(corpus, dtype=numpy.uint8) == 10) + 1
    with open(path, "wb") as file:
        numpy.save(file, numpy.concatenate([[0], ends]).astype(numpy.int64))


def datasets(path):
    import datasets as peer

    cache = path + ".cache"
    peer.load_dataset("json", data_files=corpus, split="train", cache_dir=cache).save_to_disk(path)
    shutil.rmtree(cache)


def litdata(path):
    from litdata.streaming.writer import BinaryWriter

    os.makedirs(path)
    writer = BinaryWriter(path, chunk_bytes=1 << 24, follow_tensor_dimension=False)
    for number, row in enumerate(rows()):
        writer[number] = row
    writer.done()
    writer.merge()


def streaming(path):
    from streaming import MDSWriter

    with MDSWriter(out=path, columns={name: "str" for name in columns}, compression=None, hashes=None,
                   size_limit=1 << 24, progress_bar=False) as writer:
        for row in rows():
            writer.write(row)


copies = {
    "offsets": (offsets, "off.npy"),
    "datasets": (datasets, "hfds"),
    "litdata": (litdata, "lit"),
    "streaming": (streaming, "mds_raw"),
}
os.environ.update(HF_HUB_OFFLINE="1", HF_DATASETS_DISABLE_PROGRESS_BARS="1", HF_HOME=os.path.join(folder, "hfhome"),
                  DO_NOT_TRACK="1")
make, name = copies[sys.argv[1]]
path = os.path.join(folder, name)
if not os.path.exists(path):
    # Made beside its place, so that half a copy is never taken for a whole one.
    unfinished = path + ".unfinished"
    shutil.rmtree(unfinished, ignore_errors=True)
    make(unfinished)
    os.rename(unfinished, path)
