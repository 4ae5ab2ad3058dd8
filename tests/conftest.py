"""What every test needs of the process it runs in, however the suite was started."""

import os
import signal

# A shell that starts the suite in the background has it ignore interrupts; some tests send themselves one.
signal.signal(signal.SIGINT, signal.default_int_handler)

# A site for every night of the suite would be most of its time; tests of the site ask for one.
os.environ["ALMANAC_SITE"] = "0"
