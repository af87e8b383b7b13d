package test;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.util.ArrayList;
import java.util.List;
import org.crac.Core;
import org.crac.Resource;

/** SnapStart's hooks: registered when the class is made, and called only where a snapshot is. */
public class Hooks implements RequestHandler<Object, List<String>>, Resource {
  private final List<String> called = new ArrayList<>();

  public Hooks() {
    Core.getGlobalContext().register(this);
  }

  @Override
  public void beforeCheckpoint(org.crac.Context<? extends Resource> context) {
    called.add("beforeCheckpoint");
  }

  @Override
  public void afterRestore(org.crac.Context<? extends Resource> context) {
    called.add("afterRestore");
  }

  @Override
  public List<String> handleRequest(Object event, Context context) {
    return called;
  }
}
