package test;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/** The ways to write a handler. */
public final class Forms {
  public static class Maps implements RequestHandler<Map<String, Object>, Map<String, Object>> {
    @Override
    public Map<String, Object> handleRequest(Map<String, Object> event, Context context) {
      return Map.of(
          "hello", event.get("name"), "é", "ü", "version", System.getProperty("java.specification.version"));
    }
  }

  public static class Numbers {
    private int first;
    private int second;

    public void setFirst(int value) {
      first = value;
    }

    public void setSecond(int value) {
      second = value;
    }
  }

  public static class Plain {
    public int add(Numbers numbers, Context context) {
      return numbers.first + numbers.second;
    }
  }

  public static class Stream implements RequestStreamHandler {
    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
      String text = new String(input.readAllBytes(), StandardCharsets.UTF_8);
      output.write(("{\"read\":" + text + "}").getBytes(StandardCharsets.UTF_8));
    }
  }

  public static class Nothing {
    public void handle(Object event) {}
  }

  public static class Told implements RequestHandler<Object, Map<String, Object>> {
    @Override
    public Map<String, Object> handleRequest(Object event, Context context) {
      int left = context.getRemainingTimeInMillis();
      return Map.of(
          "id", context.getAwsRequestId(),
          "name", context.getFunctionName(),
          "version", context.getFunctionVersion(),
          "arn", context.getInvokedFunctionArn(),
          "memory", context.getMemoryLimitInMB(),
          "group", context.getLogGroupName(),
          "stream", context.getLogStreamName(),
          "left", left > 1000 && left <= 10_000);
    }
  }

  public static class Sized implements RequestHandler<Object, Map<String, Object>> {
    @Override
    public Map<String, Object> handleRequest(Object event, Context context) {
      List<String> words = ManagementFactory.getRuntimeMXBean().getInputArguments();
      return Map.of(
          "heapMb", Runtime.getRuntime().maxMemory() / 1024 / 1024,
          "firstCompilerOnly", words.contains("-XX:TieredStopAtLevel=1"));
    }
  }

  public static class Logs implements RequestHandler<Object, Void> {
    @Override
    public Void handleRequest(Object event, Context context) {
      System.out.println("printed");
      context.getLogger().log("told\n");
      return null;
    }
  }
}
