package penstock;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestHandler;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A function for AWS's runtime client in Java. ../README.md says what the records ask of it. */
public class Function implements RequestHandler<Map<String, Object>, Object> {
  private final Set<String> seen = ConcurrentHashMap.newKeySet();

  public Function() {
    String start = System.getenv("JUDGE_INIT");
    if ("exit".equals(start)) {
      System.exit(7);
    }
    if ("raise".equals(start)) {
      throw new JudgeError("as asked at the start");
    }
  }

  @Override
  @SuppressWarnings("unchecked")
  public Object handleRequest(Map<String, Object> event, Context context) {
    var partitions = (Map<String, List<Map<String, Object>>>) event.get("records");
    List<Object> failures = new ArrayList<>();
    for (var partition : partitions.entrySet()) {
      for (var record : partition.getValue()) {
        Object offset = record.get("offset");
        String place = record.get("topic") + "-" + record.get("partition") + "@" + offset;
        System.out.println("handled " + place + " by " + ProcessHandle.current().pid());
        byte[] value = Base64.getDecoder().decode((String) record.get("value"));
        String[] step = new String(value, StandardCharsets.UTF_8).split(" ");
        switch (step[0]) {
          case "raise" -> throw new JudgeError("as asked: Grüß");
          case "sleep" -> sleep(Long.parseLong(step[1]));
          case "exit" -> System.exit(3);
          case "large" -> {
            return "x".repeat(Integer.parseInt(step[1]));
          }
          case "fail-once" -> {
            if (seen.add(place)) {
              var item = Map.of("partition", partition.getKey(), "offset", offset);
              failures.add(Map.of("itemIdentifier", item));
            }
          }
          default -> {}
        }
      }
    }
    return Map.of(
        "batchItemFailures", failures,
        "requestId", context.getAwsRequestId(),
        "arn", context.getInvokedFunctionArn(),
        "left", context.getRemainingTimeInMillis());
  }

  private static void sleep(long seconds) {
    try {
      Thread.sleep(seconds * 1000);
    } catch (InterruptedException interrupted) {
      throw new IllegalStateException(interrupted);
    }
  }
}
