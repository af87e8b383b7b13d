"""Events and results between bytes and Python values."""

import decimal
import json
import math
import sys

from .faults import Fault

# Lambda writes text beyond ASCII as it is since Python 3.12.
ENSURE_ASCII = sys.version_info < (3, 12)


def _default(value):
    if isinstance(value, decimal.Decimal):
        if value.is_nan():
            return math.nan
        return int(value) if value == value.to_integral_value() else float(value)
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def read_event(body, content_type):
    if content_type != "application/json":
        return body
    try:
        return json.loads(body)
    except ValueError as error:
        raise Fault("Runtime.UnmarshalError", f"Unable to unmarshal input: {error}") from error


def write_result(result):
    """The body and its type; bytes pass as they are."""
    if isinstance(result, bytes):
        return result, "application/unknown"
    try:
        text = json.dumps(result, default=_default, ensure_ascii=ENSURE_ASCII)
        return text.encode(), "application/json"
    except (TypeError, ValueError, OverflowError, RecursionError) as error:
        raise Fault("Runtime.MarshalError", f"Unable to marshal response: {error}") from error
