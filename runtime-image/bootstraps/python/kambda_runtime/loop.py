"""Loads the function, then answers one invocation after the other."""

import os
import sys

from . import handler as handlers
from . import logs, marshal, waiting
from .client import Client
from .context import LambdaContext
from .faults import answer_of


def run():
    client = Client(os.environ["AWS_LAMBDA_RUNTIME_API"])
    if "KAMBDA_WAIT" in os.environ:
        waiting.wait_for_assignment(client, _answer)
        logs.Current.request_id = None
        logs.Current.tenant_id = None
    logs.set_up()
    try:
        handler = handlers.load(os.environ["_HANDLER"])
    except Exception as error:
        answer, cause = answer_of(error)
        logs.log_error(answer)
        client.fail_init(answer, cause)
        sys.exit(1)
    while True:
        headers, body = client.next()
        _answer(client, handler, headers, body)


def _answer(client, handler, headers, body):
    request_id = headers["lambda-runtime-aws-request-id"]
    logs.Current.request_id = request_id
    logs.Current.tenant_id = headers.get("lambda-runtime-aws-tenant-id")
    _set_trace_id(headers.get("lambda-runtime-trace-id"))
    try:
        context = LambdaContext(headers)
        event = marshal.read_event(body, headers.get("content-type", "application/json"))
        result, content_type = marshal.write_result(handler(event, context))
    except Exception as error:
        answer, cause = answer_of(error, request_id)
        logs.log_error(answer)
        client.fail(request_id, answer, cause)
        return
    client.respond(request_id, content_type, result)


def _set_trace_id(trace_id):
    if trace_id is None:
        os.environ.pop("_X_AMZN_TRACE_ID", None)
    else:
        os.environ["_X_AMZN_TRACE_ID"] = trace_id
