# SPDX-License-Identifier: MIT
"""Runs the whole program against faults and prints what became of each sign-in.

usage: run.py [WORD...]     only the faults whose name holds one of the words

For every fault one row: how often the decision was sent, sign-ins that were lost though told
done, sign-ins done twice, what was told wrongly, and the words that the person read.
"""
import concurrent.futures
import queue
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
sys.path.insert(0, str(HERE.parent / "e2e"))

from faults import every_fault  # noqa: E402
from judge import judge         # noqa: E402
from stage import Stage         # noqa: E402

STAGES = 6  # most of the time is waiting


def measure_reply(stage):
    """Bytes of the reply to a decision, head and all."""
    sizes = []

    def at_line(exchange):
        reply = exchange.forward()
        sizes.append(len(reply))
        exchange.send(reply)

    stage.fresh()
    stage.line.fault = at_line
    stage.sign_in()
    stage.end()
    return sizes[0]


def try_fault(stages, fault):
    stage = stages.get()
    try:
        return judge(stage, fault)
    finally:
        stages.put(stage)


def print_row(row, width):
    faults = "; ".join(row.wrong) if row.wrong else ""
    print(f"{row.name:<{width}}  {row.tries:>5}  {row.lost:>4}  {row.twice:>5}  {len(row.wrong):>5}  "
          f"{row.words}{'   WRONG: ' + faults if faults else ''}", flush=True)


def main():
    wanted = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="qrconfirm-faults-") as folder:
        stages, built = queue.Queue(), []
        for number in range(STAGES):
            built.append(Stage(Path(folder) / str(number)))
            stages.put(built[-1])
        faults = [fault for fault in every_fault(measure_reply(built[0]))
                  if not wanted or any(word in fault.name for word in wanted)]
        if not faults:
            sys.exit(f"faults: none is named like {wanted}")

        width = max(len(fault.name) for fault in faults)
        print(f"{'fault':<{width}}  tries  lost  twice  wrong  words")
        with concurrent.futures.ThreadPoolExecutor(STAGES) as pool:
            rows = []
            for row in pool.map(lambda fault: try_fault(stages, fault), faults):
                print_row(row, width)
                rows.append(row)
        for stage in built:
            stage.destroy()

    lost, twice = sum(row.lost for row in rows), sum(row.twice for row in rows)
    wrong = sum(bool(row.wrong) for row in rows)
    print(f"{len(rows)} faults: {lost} lost though told done, {twice} done twice, {wrong} told wrongly")
    sys.exit(1 if lost or twice or wrong else 0)


if __name__ == "__main__":
    main()
