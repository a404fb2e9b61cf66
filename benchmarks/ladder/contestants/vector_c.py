"""The ladder in C vectorised by hand."""

from benchmarks.ladder.contestants.serving import serve
from benchmarks.ladder.library import start

if __name__ == "__main__":
    serve(lambda members, weeks, seed: start("lanes", members, weeks, seed))
