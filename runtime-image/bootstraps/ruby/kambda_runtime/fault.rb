# frozen_string_literal: true

require "json"

module KambdaRuntime
  # An exception in the forms Lambda gives it: for the caller, for the log, for X-Ray.
  class Fault
    # Errors that Lambda names to itself; the rest are the user's own.
    NAMED = %w[
      ArgumentError NoMethodError Exception StandardError NameError LoadError SystemExit SystemStackError
    ].freeze
    OWN_FOLDER = __dir__

    # `phase`: `Init` while the function is loaded, `Function` when it was called.
    def initialize(error, phase)
      @error = error
      @phase = phase
    end

    # For the service; what the caller reads is in `answer`.
    def type
      NAMED.include?(@error.class.to_s) ? "#{@phase}<#{@error.class}>" : "#{@phase}<UserException>"
    end

    def answer
      { errorMessage: text(@error.message), errorType: "#{@phase}<#{@error.class}>", stackTrace: trace }
    end

    def xray_cause
      stack = frames.map { |frame| { path: frame.path, line: frame.lineno, label: frame.label } }
      exceptions = [{ type: "#{@phase}<#{@error.class}>", message: text(@error.message), stack: stack }]
      JSON.generate(working_directory: Dir.pwd, exceptions: exceptions, paths: stack.map { |one| one[:path] }.uniq)
    end

    private

    # How the runtime called the function is nobody's concern.
    def frames
      (@error.backtrace_locations || []).reject { |frame| frame.path.to_s.start_with?(OWN_FOLDER) }
    end

    def trace
      frames.map(&:to_s)
    end

    # A message may be in any encoding, or in none that it says.
    def text(message)
      message.to_s.encode(Encoding::UTF_8, invalid: :replace, undef: :replace)
    end
  end
end
