"""What every test needs of the process it runs in, however the suite was started."""

import signal

# A shell that starts the suite in the background has it ignore interrupts; some tests send themselves one.
signal.signal(signal.SIGINT, signal.default_int_handler)
