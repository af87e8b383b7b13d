# frozen_string_literal: true

require "json"
require "logger"

module KambdaRuntime
  # Lambda's form of a line of `Logger`: with the id of the request it belongs to.
  class Formatter < Logger::Formatter
    FORM = "%<initial>s, [%<time>s #%<pid>d] %<severity>5s %<request_id>s -- %<program>s: %<message>s\n"

    class << self
      attr_accessor :request_id
    end

    def call(severity, time, program, message)
      format(FORM, initial: severity[0], time: format_datetime(time), pid: Process.pid, severity: severity,
                   request_id: Formatter.request_id, program: program, message: msg2str(message))
    end
  end

  # Loggers on standard output get that form unless they are given another; those on files are left as they are.
  module LoggerPatch
    def initialize(logdev, *rest, **options)
      super
      @default_formatter = Formatter.new if logdev.equal?($stdout) || logdev.equal?(STDOUT)
    end
  end

  module Logs
    def self.set_up
      $stdout.sync = true
      $stderr.sync = true
      Logger.prepend(LoggerPatch)
    end

    # An error that ended an invocation, or kept the function from being loaded.
    def self.error(message, fault)
      $stdout.write("#{message}\n#{JSON.pretty_generate(fault.answer)}\n")
    end
  end
end
