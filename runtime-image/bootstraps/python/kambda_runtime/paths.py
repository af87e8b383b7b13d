"""The import path of a function: its own code first, then its layers, then the standard library, the runtime's folder last."""

import os
import sys


def search_path(current):
    """`current[0]` is the runtime's own folder, as Python puts it there for the script it was started with."""
    task = os.environ["LAMBDA_TASK_ROOT"]
    layers = "/opt"
    version = "python%d.%d" % sys.version_info[:2]
    site_packages = os.path.join(layers, "python", "lib", version, "site-packages")
    return [task, site_packages, os.path.join(layers, "python"), *current[1:], current[0]]
