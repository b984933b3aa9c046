"""What one call of a program costs, as the kernel counts it for the process itself."""

import os, sys, tempfile, typing


class Usage(typing.NamedTuple):
    cpu: float
    """ms"""
    memory: float
    """The peak in MiB."""
    output: str


def usage(arguments, environment):
    """The cost of one call, which must succeed."""
    arguments = [str(argument) for argument in arguments]
    with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        actions = [(os.POSIX_SPAWN_DUP2, output.fileno(), 1), (os.POSIX_SPAWN_DUP2, errors.fileno(), 2)]
        _, status, used = os.wait4(os.posix_spawn(arguments[0], arguments, environment, file_actions=actions), 0)
        texts = []
        for file in (output, errors):
            file.seek(0)
            texts.append(file.read().decode())
    if status != 0:
        sys.exit(f"{' '.join(arguments)} left with {os.waitstatus_to_exitcode(status)}:\n{''.join(texts)}")
    return Usage((used.ru_utime + used.ru_stime) * 1000, used.ru_maxrss / 1024, texts[0])
