"""Errors in the forms Lambda gives them: for the caller, for the log, for X-Ray."""

import os
import traceback

RUNTIME_FOLDER = os.path.dirname(os.path.abspath(__file__))


class Fault(Exception):
    """An error of the runtime's own, with Lambda's name for it."""

    def __init__(self, error_type, message, trace=None):
        super().__init__(message)
        self.error_type = error_type
        self.message = message
        self.trace = trace or []


def answer_of(error, request_id=""):
    """What the caller gets, and what X-Ray is told."""
    if isinstance(error, Fault):
        return _answer(error.message, error.error_type, request_id, error.trace), _cause(error.error_type, error.message, [])
    frames = _users_frames(error)
    name = type(error).__name__
    stack = traceback.format_list(frames)
    return _answer(str(error), name, request_id, stack), _cause(name, str(error), frames)


def _answer(message, error_type, request_id, trace):
    return {"errorMessage": message, "errorType": error_type, "requestId": request_id, "stackTrace": trace}


def _users_frames(error):
    """The trace from where the function begins: how the runtime called it is nobody's concern."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [index for index, frame in enumerate(frames) if not _is_runtimes(frame.filename)]
    return frames[own[0] :] if own else frames


def _is_runtimes(filename):
    return filename.startswith((RUNTIME_FOLDER, "<frozen importlib")) or filename.endswith("importlib/__init__.py")


def _cause(name, message, frames):
    stack = [{"label": frame.name, "path": frame.filename, "line": frame.lineno} for frame in frames]
    paths = sorted({frame.filename for frame in frames})
    exceptions = [{"message": message, "type": name, "stack": stack}]
    return {"working_directory": os.getcwd(), "exceptions": exceptions, "paths": paths}
