"""Lambda's log forms for the `logging` module, and for errors that end an invocation."""

import json
import logging
import os
import sys
import time
import traceback

TIME_FORMAT = "%Y-%m-%dT%H:%M:%SZ"
STANDARD_FIELDS = set(logging.LogRecord("", 0, "", 0, "", (), None).__dict__) | {
    "message",
    "asctime",
    "aws_request_id",
    "tenant_id",
    "taskName",
}


def _is_json():
    return os.environ.get("AWS_LAMBDA_LOG_FORMAT", "").upper() == "JSON"


class Current:
    """What runs now, for log records to name."""

    request_id = None
    tenant_id = None


class RequestFilter(logging.Filter):
    def filter(self, record):
        record.aws_request_id = Current.request_id or ""
        record.tenant_id = Current.tenant_id
        return True


class JsonFormatter(logging.Formatter):
    def format(self, record):
        is_object = isinstance(record.msg, dict) and not record.args
        entry = {
            "timestamp": time.strftime(TIME_FORMAT, time.gmtime(record.created)),
            "level": record.levelname,
            "message": record.msg if is_object else record.getMessage(),
            "logger": record.name,
            **_exception_fields(record),
            "requestId": record.aws_request_id or None,
            "tenantId": record.tenant_id,
        }
        extra = {name: value for name, value in vars(record).items() if name not in STANDARD_FIELDS}
        fields = {name: value for name, value in {**extra, **entry}.items() if value is not None}
        return json.dumps(fields, ensure_ascii=False, default=str)


def _exception_fields(record):
    if not record.exc_info or record.exc_info[0] is None:
        return {}
    kind, error, trace = record.exc_info
    return {
        "stackTrace": traceback.format_tb(trace),
        "errorType": kind.__name__,
        "errorMessage": str(error),
        "location": f"{record.pathname}:{record.funcName}:{record.lineno}",
    }


def set_up():
    """The root logger, as functions find it: WARNING in text, the configured level in JSON."""
    logging.Formatter.converter = time.gmtime
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(RequestFilter())
    if _is_json():
        handler.setFormatter(JsonFormatter())
    else:
        form = "[%(levelname)s]\t%(asctime)s.%(msecs)03dZ\t%(aws_request_id)s\t%(message)s"
        handler.setFormatter(logging.Formatter(form, "%Y-%m-%dT%H:%M:%S"))
    root = logging.getLogger()
    root.addHandler(handler)
    level = os.environ.get("AWS_LAMBDA_LOG_LEVEL", "").upper()
    if level:
        root.setLevel({"TRACE": "DEBUG", "FATAL": "CRITICAL", "WARN": "WARNING"}.get(level, level))


def log_error(answer):
    """One record: JSON, or a text whose lines after the first are the trace."""
    if _is_json():
        now = time.strftime(TIME_FORMAT, time.gmtime())
        sys.stdout.write(json.dumps({"timestamp": now, "level": "ERROR", **answer}) + "\n")
        return
    lines = [f"[ERROR] {answer['errorType']}: {answer['errorMessage']}"]
    if answer["stackTrace"]:
        lines.append("Traceback (most recent call last):")
        lines += [line for element in answer["stackTrace"] for line in element.splitlines()]
    sys.stdout.write("\n".join(lines) + "\n")
