# frozen_string_literal: true

require "json"

# What a handler is given as `context:`; under the name that handlers know from Lambda.
class LambdaContext
  attr_reader :function_name, :function_version, :memory_limit_in_mb, :log_group_name, :log_stream_name,
              :aws_request_id, :invoked_function_arn, :deadline_ms, :identity, :client_context, :tenant_id

  def initialize(headers, environment = ENV)
    @function_name = environment["AWS_LAMBDA_FUNCTION_NAME"]
    @function_version = environment["AWS_LAMBDA_FUNCTION_VERSION"]
    @memory_limit_in_mb = environment["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
    @log_group_name = environment["AWS_LAMBDA_LOG_GROUP_NAME"]
    @log_stream_name = environment["AWS_LAMBDA_LOG_STREAM_NAME"]
    @aws_request_id = headers["lambda-runtime-aws-request-id"]
    @invoked_function_arn = headers["lambda-runtime-invoked-function-arn"]
    @tenant_id = headers["lambda-runtime-aws-tenant-id"]
    @deadline_ms = headers["lambda-runtime-deadline-ms"].to_i
    @identity = read_json(headers["lambda-runtime-cognito-identity"])
    @client_context = read_json(headers["lambda-runtime-client-context"])
  end

  def get_remaining_time_in_millis
    [deadline_ms - Process.clock_gettime(Process::CLOCK_REALTIME, :millisecond), 0].max
  end

  private

  def read_json(text)
    text.nil? || text.empty? ? nil : JSON.parse(text)
  end
end
