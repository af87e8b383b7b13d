# frozen_string_literal: true

require_relative "client"
require_relative "context"
require_relative "fault"
require_relative "handler"
require_relative "logs"
require_relative "marshal"

# Loads the function, then answers one invocation after the other.
module KambdaRuntime
  # What a function may raise without ending its process; the rest (a signal, `exit`) ends it as it would anywhere.
  FAILURES = [StandardError, ScriptError, NoMemoryError, SystemStackError, SecurityError].freeze

  def self.run(environment)
    client = Client.new(environment.fetch("AWS_LAMBDA_RUNTIME_API"))
    Logs.set_up
    handler = load_handler(client, environment.fetch("_HANDLER"))
    loop { answer(client, handler, *client.next) }
  end

  def self.load_handler(client, name)
    handler = Handler.new(name)
    handler.load
    handler
  rescue *FAILURES => e
    fault = Fault.new(e, "Init")
    Logs.error("Init error when loading handler #{name}", fault)
    client.fail_init(fault)
    exit(1)
  end

  def self.answer(client, handler, headers, body)
    request_id = headers.fetch("lambda-runtime-aws-request-id")
    Formatter.request_id = request_id
    ENV["_X_AMZN_TRACE_ID"] = headers["lambda-runtime-trace-id"]
    begin
      event = Marshal.read_event(body, headers.fetch("content-type", "application/json"))
      result, content_type = handler.call(event, LambdaContext.new(headers))
    rescue *FAILURES => e
      fault = Fault.new(e, "Function")
      Logs.error("Error raised from handler method", fault)
      client.fail(request_id, fault)
      return
    end
    client.respond(request_id, content_type, result)
  end
end
