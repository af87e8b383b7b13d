# frozen_string_literal: true

# The Ruby runtime: loads the function, then answers one invocation after the other.
require_relative "kambda_runtime/loop"

KambdaRuntime.run(ENV)
