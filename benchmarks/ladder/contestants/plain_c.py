"""The ladder in plain C."""

from benchmarks.ladder.contestants.serving import serve
from benchmarks.ladder.library import start

if __name__ == "__main__":
    serve(lambda members, weeks, seed: start("plain", members, weeks, seed))
