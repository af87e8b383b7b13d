# frozen_string_literal: true

require_relative "marshal"

module KambdaRuntime
  # Finds the method a handler names: `file.method`, or `file.Class.method` for a class's own, with `::` for nesting.
  class Handler
    FORM = "must be of form FILENAME.METHOD or FILENAME.CLASS.METHOD where FILENAME corresponds with an existing Ruby " \
           "source file FILENAME.rb, CLASS is an optional module/class namespace and METHOD is a callable method. If " \
           "using CLASS, METHOD must be a class-level method."

    def initialize(name)
      words = name.split(".")
      raise ArgumentError, "Handler #{words} #{FORM}" unless [2, 3].include?(words.size)

      @file = words.first
      @class_name = words[1] if words.size == 3
      @method = words.last
    end

    def load
      require @file
    end

    # The body and its type.
    def call(event, context)
      receiver = @class_name.nil? ? TOPLEVEL_BINDING.receiver : Kernel.const_get(@class_name)
      Marshal.write_result(receiver.send(@method, event: event, context: context))
    end
  end
end
