# frozen_string_literal: true

require "json"
require "socket"

module KambdaRuntime
  # A client of the Runtime API on one connection kept alive. Not net/http: loading it takes longer than everything else here.
  class Client
    BASE = "/2018-06-01/runtime"
    ERROR_TYPE = "application/vnd.aws.lambda.error+json"
    # The service takes causes up to 64 KiB; a larger one is not worth a failed report.
    CAUSE_BYTES_MAX = 65_536

    def initialize(address)
      @address = address
    end

    # The headers, their names in lower case, and the body.
    def next
      _, headers, body = exchange("GET #{BASE}/invocation/next HTTP/1.1\r\n", "")
      [headers, body]
    end

    # The status: 413 says that the body was too large, and the caller has been told.
    def respond(request_id, content_type, body)
      post("/invocation/#{request_id}/response", { "Content-Type" => content_type }, body)
    end

    def fail(request_id, fault)
      post("/invocation/#{request_id}/error", error_headers(fault), JSON.generate(fault.answer))
    end

    def fail_init(fault)
      post("/init/error", error_headers(fault), JSON.generate(fault.answer))
    end

    private

    def error_headers(fault)
      headers = { "Content-Type" => ERROR_TYPE, "Lambda-Runtime-Function-Error-Type" => fault.type }
      cause = fault.xray_cause
      headers["Lambda-Runtime-Function-XRay-Error-Cause"] = cause if cause.bytesize < CAUSE_BYTES_MAX
      headers
    end

    def post(path, headers, body)
      head = +"POST #{BASE}#{path} HTTP/1.1\r\nContent-Length: #{body.bytesize}\r\n"
      headers.each { |name, value| head << "#{name}: #{one_line(value)}\r\n" }
      status, = exchange(head, body)
      status
    end

    def exchange(head, body)
      socket.write("#{head}Host: #{@address}\r\n\r\n".b, body.b)
      status, headers = read_head
      [status, headers, read_body(headers)]
    end

    def socket
      @socket ||= begin
        host, _, port = @address.rpartition(":")
        opened = TCPSocket.new(host, port.to_i)
        opened.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1)
        opened
      end
    end

    def read_head
      status = line.split(" ")[1].to_i
      headers = {}
      until (text = line).empty?
        name, _, value = text.partition(":")
        headers[name.downcase] = value.strip
      end
      [status, headers]
    end

    # An extension may stand between us and the Runtime API, and may answer in chunks.
    def read_body(headers)
      return read_exactly(headers.fetch("content-length", "0").to_i) if headers["transfer-encoding"] != "chunked"

      body = +"".b
      loop do
        size = line.to_i(16)
        body << read_exactly(size)
        line
        return body if size.zero?
      end
    end

    def line
      (socket.gets("\r\n") || lost).chomp("\r\n").force_encoding(Encoding::UTF_8)
    end

    def read_exactly(size)
      return "".b if size.zero?

      bytes = socket.read(size)
      bytes&.bytesize == size ? bytes : lost
    end

    def lost
      raise EOFError, "the Runtime API closed the connection"
    end

    # A header's value in ASCII on one line, so that a name or a message never breaks the request.
    def one_line(value)
      value.to_s.gsub(/[^\x20-\x7e]/) { |character| format("%%%x", character.ord) }
    end
  end
end
