"""Writes files with ds and reads them with pyarrow, polars and DuckDB, and the other way round.

usage: interop.py DS FOLDER
"""
import base64
import datetime
import decimal
import json
import os
import random
import subprocess
import sys

import duckdb
import polars
import pyarrow
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import webdataset

program, folder = sys.argv[1:]
failures = 0


def check(name, found, wanted):
    global failures
    if found == wanted:
        print("ok", name)
        return
    failures += 1
    pair = next(((a, b) for a, b in zip(found, wanted) if a != b), (len(found), len(wanted)))
    print("FAILED", name, "found", pair[0], "wanted", pair[1])


def path(name):
    return os.path.join(folder, name)


def convert(source, target, *options):
    subprocess.run([program, "convert", path(source), path(target), "--force", *options], check=True,
                   stdout=subprocess.DEVNULL)


def lines(name):
    with open(path(name)) as file:
        return [json.loads(line) for line in file]


def make_rows(count):
    random.seed(7)
    texts = ["", "hello", "世界", "quote \" \\ \n", "\x01", "x" * 500]
    return [{
        "id": number,
        "text": random.choice(texts) + str(number),
        "role": random.choice(["system", "user", "assistant", None]),
        "score": random.choice([None, random.random(), -0.0, 1e300]),
        "flag": random.choice([None, True, False]),
        "messages": random.choice([None, [], [{"from": "human", "value": random.choice(texts)},
                                              {"from": None, "value": None}, None]]),
        "history": random.choice([None, [], [[], None, ["a", None]]]),
        "meta": random.choice([None, {"a": None, "b": {"c": number}}]),
        "nothing": None,
    } for number in range(count)]


def ours_read_by_others(rows):
    parquet = [(f"{codec}.parquet", ["--compression", codec]) for codec in
               ["none", "snappy", "gzip", "zstd", "lz4", "brotli"]]
    parquet.append(("groups.parquet", ["--row-group-size", "1000"]))
    for name, options in parquet:
        convert("rows.jsonl", name, *options)
        table = pyarrow.parquet.read_table(path(name), page_checksum_verification=True)
        check(f"pyarrow reads {name}", table.to_pylist(), rows)
        check(f"polars reads {name}", polars.read_parquet(path(name)).to_dicts(), rows)
        result = duckdb.sql(f"select * from read_parquet('{path(name)}')")
        found = [dict(zip(result.columns, row)) for row in result.fetchall()]
        check(f"duckdb reads {name}", found, rows)
        answer = duckdb.sql(f"select count(*), min(id), max(id) from read_parquet('{path(name)}') where id >= 10")
        check(f"duckdb uses the bounds of {name}", answer.fetchall(), [(len(rows) - 10, 10, len(rows) - 1)])
    for codec in ["none", "lz4", "zstd"]:
        convert("rows.jsonl", "file.arrow", "--compression", codec)
        check(f"pyarrow reads an Arrow file, {codec}", pyarrow.feather.read_table(path("file.arrow")).to_pylist(), rows)
        check(f"polars reads an Arrow file, {codec}", polars.read_ipc(path("file.arrow")).to_dicts(), rows)
        convert("rows.jsonl", "stream.arrows", "--compression", codec)
        with pyarrow.ipc.open_stream(path("stream.arrows")) as stream:
            table = stream.read_all()
        table.validate(full=True)
        check(f"pyarrow reads an Arrow stream, {codec}", table.to_pylist(), rows)
        check(f"polars reads an Arrow stream, {codec}", polars.read_ipc_stream(path("stream.arrows")).to_dicts(), rows)


def theirs_read_by_ours(rows):
    frame = polars.DataFrame(rows, infer_schema_length=None)
    frame.write_parquet(path("polars.parquet"))
    frame.write_ipc(path("polars.arrow"), compression="zstd")
    frame.write_ipc_stream(path("polars.arrows"), compression="lz4")
    duckdb.sql(f"copy (select * from read_parquet('{path('zstd.parquet')}')) to '{path('duckdb.parquet')}'"
               " (format parquet)")
    table = pyarrow.parquet.read_table(path("zstd.parquet"))
    for version in ["1.0", "2.0"]:
        pyarrow.parquet.write_table(table, path(f"pyarrow{version}.parquet"), data_page_version=version,
                                    write_page_checksum=True, compression="zstd")
    pyarrow.feather.write_feather(table, path("pyarrow.feather"), compression="lz4")
    for name in ["polars.parquet", "polars.arrow", "polars.arrows", "duckdb.parquet", "pyarrow1.0.parquet",
                 "pyarrow2.0.parquet", "pyarrow.feather"]:
        convert(name, "back.jsonl")
        check(f"ds reads {name}", lines("back.jsonl"), rows)


def types_are_kept():
    """Between files of columns: types that JSON does not have."""
    times = [datetime.datetime(2024, 2, 29, 12, 0, 0, 123456), None]
    table = pyarrow.table({
        "at": pyarrow.array(times, pyarrow.timestamp("us")),
        "utc": pyarrow.array(times, pyarrow.timestamp("us", "UTC")),
        "day": pyarrow.array([datetime.date(1969, 12, 31), None]),
        "time": pyarrow.array([datetime.time(1, 2, 3, 4), None]),
        "blob": pyarrow.array([b"\x00\xff", None]),
        "fixed": pyarrow.array([b"abc", None], pyarrow.binary(3)),
        "small": pyarrow.array([-3, None], pyarrow.int8()),
        "large": pyarrow.array([2**64 - 1, None], pyarrow.uint64()),
        "single": pyarrow.array([1.5, None], pyarrow.float32()),
        "half": pyarrow.array([1.5, None], pyarrow.float16()),
        "price": pyarrow.array([decimal.Decimal("-12.34"), None], pyarrow.decimal128(10, 2)),
        "tags": pyarrow.array([[("a", 1), ("b", None)], None], pyarrow.map_(pyarrow.string(), pyarrow.int32())),
        "pair": pyarrow.array([[1, 2], None], pyarrow.list_(pyarrow.int16(), 2)),
        "word": pyarrow.array(["a", None]).dictionary_encode(),
    })
    pyarrow.feather.write_feather(table, path("types.arrow"), compression="zstd")
    convert("types.arrow", "types.parquet")
    convert("types.parquet", "again.arrow")
    wanted = table.to_pylist()
    check("Arrow to Parquet keeps types", pyarrow.parquet.read_table(path("types.parquet")).to_pylist(), wanted)
    check("Parquet to Arrow keeps types", pyarrow.feather.read_table(path("again.arrow")).to_pylist(), wanted)


def samples_both_ways():
    """Tars of samples, by the library that has the format's name."""
    samples = [{"__key__": f"part/{number:03}", "json": {"n": number}, "txt": f"text {number}\n", "cls": number % 7,
                "bin": bytes([number])} for number in range(200)]
    with webdataset.TarWriter(path("theirs.tar")) as writer:
        for sample in samples:
            writer.write(sample)
    convert("theirs.tar", "samples.jsonl")
    wanted = [dict(sample, bin=base64.b64encode(sample["bin"]).decode()) for sample in samples]
    check("ds reads a tar by webdataset", lines("samples.jsonl"), wanted)
    convert("samples.jsonl", "ours.tar")
    names = ["__key__", "json", "txt", "cls", "bin"]
    found = [{name: sample[name] for name in names}
             for sample in webdataset.WebDataset(path("ours.tar"), shardshuffle=False).decode()]
    check("webdataset reads the parts", found, samples)
    convert("rows.jsonl", "rows.tar.gz")
    found = [sample["json"] for sample in webdataset.WebDataset(path("rows.tar.gz"), shardshuffle=False).decode()]
    check("webdataset reads rows", found, lines("rows.jsonl"))
    convert("rows.tar.gz", "back.jsonl")
    check("ds reads those rows back", lines("back.jsonl"), lines("rows.jsonl"))


rows = make_rows(4000)
with open(path("rows.jsonl"), "w") as file:
    file.writelines(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
print("pyarrow", pyarrow.__version__, "polars", polars.__version__, "duckdb", duckdb.__version__)
ours_read_by_others(rows)
theirs_read_by_ours(rows)
types_are_kept()
samples_both_ways()
print("all well" if failures == 0 else f"{failures} failed")
sys.exit(failures > 0)
