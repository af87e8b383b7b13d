"""A handler that answers, or fails if it is told to."""

import awslambdaric


def handler(event, context):
    if event.get("fail"):
        raise ValueError("told to")
    return {"event": event, "id": context.aws_request_id, "by": awslambdaric.__name__}
