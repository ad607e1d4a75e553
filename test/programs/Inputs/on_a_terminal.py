"""Runs a command on a pseudo-terminal of 100 columns; what it prints goes to a file: on_a_terminal.py FILE COMMAND..."""

import fcntl
import os
import pty
import struct
import sys
import termios

path, *command = sys.argv[1:]
child, terminal = pty.fork()
if child == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 100, 0, 0))
    os.execvp(command[0], command)
with open(path, "wb") as output:
    try:
        while data := os.read(terminal, 4096):
            output.write(data)
    except OSError:  # the terminal is gone when the command has ended
        pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
