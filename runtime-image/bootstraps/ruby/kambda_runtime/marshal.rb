# frozen_string_literal: true

require "json"

module KambdaRuntime
  # Events and results between bytes and Ruby values.
  module Marshal
    def self.read_event(body, content_type)
      content_type == "application/json" ? JSON.parse(body.force_encoding(Encoding::UTF_8)) : body
    end

    # The body and its type; what can be read passes as it is.
    def self.write_result(result)
      return [result.read, "application/unknown"] if result.respond_to?(:read)

      [JSON.dump(result), "application/json"]
    end
  end
end
