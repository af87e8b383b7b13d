import com.amazonaws.services.lambda.runtime.Context;
import java.util.Map;

/** A handler that answers, or fails if it is told to. */
public class App {
  public Map<String, Object> handle(Map<String, Object> event, Context context) {
    if (event.containsKey("fail")) throw new IllegalStateException("told to");
    return Map.of("event", event, "id", context.getAwsRequestId(), "by", System.getProperty("sun.java.command"));
  }
}
