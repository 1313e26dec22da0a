import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Map;
import software.amazon.event.ruler.JsonRuleCompiler;
import software.amazon.event.ruler.Machine;

/**
 * Gives event-ruler's verdicts to judge_filters.py. It reads lines such as:
 *   {"pattern": "{\"value\": …}", "event": "{\"value\": …}", "numbers": ["2e23"], "machines": 1}
 * It answers each with {"verdict": true, "odd": []} or {"refused": "the reason", "odd": []}. Odd
 * are the numbers that are not the text of their double, as this Java writes it.
 */
class EventRulerVerdicts {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  public static void main(String[] arguments) throws Exception {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    for (String line; (line = in.readLine()) != null;) {
      out.println(MAPPER.writeValueAsString(answer(MAPPER.readTree(line))));
    }
    out.flush();
  }

  private static Map<String, Object> answer(JsonNode question) throws Exception {
    var odd = new ArrayList<String>();
    for (JsonNode number : question.get("numbers")) {
      if (!isItsDouble(number.asText())) odd.add(number.asText());
    }
    String pattern = question.get("pattern").asText();
    // addRule() would compile what this refuses once more, with "$or" as the name of a field.
    String refused = JsonRuleCompiler.check(pattern);
    if (refused != null) return Map.of("refused", refused, "odd", odd);
    String event = question.get("event").asText();
    int machines = question.get("machines").asInt();
    try {
      return Map.of("verdict", matches(pattern, event, machines), "odd", odd);
    } catch (RuntimeException fault) {
      return Map.of("refused", fault.toString(), "odd", odd);
    }
  }

  /**
   * With a numeric range and several texts for one field, many a machine misses a text, by chance
   * (findings/event-pattern-misses-a-text-beside-a-range.sh). None matches by chance.
   */
  private static boolean matches(String pattern, String event, int machines) throws Exception {
    for (int i = 0; i < machines; ++i) {
      var machine = new Machine();
      machine.addRule("rule", pattern);
      if (!machine.rulesForJSONEvent(event).isEmpty()) return true;
    }
    return false;
  }

  /** Says whether Java writes the nearest double as this number: event-ruler compares those. */
  private static boolean isItsDouble(String number) {
    BigDecimal exact;
    try {
      exact = new BigDecimal(number);
    } catch (NumberFormatException exponentBeyondJava) {
      return false;
    }
    double nearest = exact.doubleValue();
    return !Double.isInfinite(nearest) && BigDecimal.valueOf(nearest).compareTo(exact) == 0;
  }
}
