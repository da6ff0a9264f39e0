"""What this build of isr is."""

from dataclasses import dataclass

from . import _core


@dataclass(frozen=True)
class BuildInfo:
    """What :func:`build_info` tells.

    Attributes
    ----------
    version : str
    instruction_set : str
        Chosen for this processor as isr was loaded: "sse2", "ssse3", "avx2" or "avx512". The environment
        variable ``ISR_SIMD`` lets no better one be chosen.
    instruction_sets : tuple of str
        Those that the kernels were compiled for.
    threads : int
        Threads that solves use; see :func:`isr.set_thread_count`.
    blas : str
        isr links no BLAS: its kernels are its own.
    eigen, compiler : str
        Versions of the library of matrices, and of the compiler.
    """

    version: str
    instruction_set: str
    instruction_sets: tuple[str, ...]
    threads: int
    blas: str
    eigen: str
    compiler: str


def build_info() -> BuildInfo:
    """Version, instruction set, threads, BLAS and compiler of this isr.

    Raises
    ------
    isr.Error
        If the environment variable ``ISR_SIMD`` names no instruction set.
    """
    info = _core.build_info()
    info["instruction_sets"] = tuple(info["instruction_sets"])
    return BuildInfo(**info)
