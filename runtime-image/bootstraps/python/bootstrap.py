"""Where Python starts: loads the runtime's own modules, then gives the import path to the function."""

import sys

from kambda_runtime import loop, paths

sys.path[:] = paths.search_path(sys.path)
loop.run()
