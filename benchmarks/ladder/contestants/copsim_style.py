"""The ladder in copsim's style of kernels."""

from benchmarks.ladder.contestants.serving import serve
from benchmarks.ladder.kernel_runs import start

if __name__ == "__main__":
    serve(start)
