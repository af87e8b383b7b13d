package test;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The ways to fail; `again` answers at once. */
public final class Failures {
  private abstract static class Failing implements RequestHandler<Map<String, Object>, Object> {
    @Override
    public Object handleRequest(Map<String, Object> event, Context context) {
      return event.containsKey("again") ? Map.of("ok", true) : fail();
    }

    abstract Object fail();
  }

  public static class SoldOut extends RuntimeException {
    SoldOut(String message, Throwable cause) {
      super(message, cause);
    }
  }

  public static class Throws extends Failing {
    @Override
    Object fail() {
      throw new SoldOut("later", new IllegalStateException("empty"));
    }
  }

  public static class Exits extends Failing {
    @Override
    Object fail() {
      System.exit(3);
      return null;
    }
  }

  public static class Fills extends Failing {
    @Override
    Object fail() {
      List<byte[]> held = new ArrayList<>();
      while (true) held.add(new byte[1024 * 1024]);
    }
  }

  public static class Recurses extends Failing {
    @Override
    Object fail() {
      return fail().toString() + 1;
    }
  }

  public static class Writes extends Failing {
    @Override
    Object fail() {
      return "x".repeat(6 * 1024 * 1024 + 101);
    }
  }

  public static class Sleeps extends Failing {
    @Override
    Object fail() {
      try {
        Thread.sleep(60_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      return null;
    }
  }

  public static class Unborn extends Failing {
    public Unborn() {
      throw new IllegalArgumentException("not today");
    }

    @Override
    Object fail() {
      return null;
    }
  }
}
