#!/usr/bin/env bash
# EventBridge's rules and Lambda's filters use event patterns, which AWS's published event-ruler
# matches. With two texts and a numeric range for one field, every second machine does not match one
# of the texts, by chance: the same pattern and the same event.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies><dependency><groupId>software.amazon.event.ruler</groupId>
    <artifactId>event-ruler</artifactId><version>2.1.0</version></dependency></dependencies>
</project>
XML
mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=lib &> maven.log ||
  { cat maven.log; exit 1; }

cat > Miss.java <<'JAVA'
import software.amazon.event.ruler.Machine;

class Miss {
  static int matches(String rules) throws Exception {
    int matched = 0;
    for (int i = 0; i < 1000; ++i) {
      var machine = new Machine();
      machine.addRule("rule", "{\"limit\": " + rules + "}");
      if (!machine.rulesForJSONEvent("{\"limit\": \"none\"}").isEmpty()) ++matched;
    }
    return matched;
  }

  public static void main(String[] arguments) throws Exception {
    System.out.println("a text and a range: " + matches("[\"none\", {\"numeric\": [\"<=\", 0]}]"));
    int matched = matches("[\"none\", {\"numeric\": [\"<=\", 0]}, \"x\"]");
    System.err.println("two texts and a range: " + matched);
    System.out.println("two texts and a range: "
        + (matched > 100 && matched < 900 ? "some" : "" + matched));
  }
}
JAVA

seen=$(java -cp 'lib/*' Miss.java 2> java.log)
echo 'guess: {"limit": ["none", {"numeric": ["<=", 0]}, "x"]} matches {"limit": "none"}'
echo "seen, event-ruler 2.1.0, in 1000 machines each:"
echo "$seen"
grep 'two texts' java.log
[[ $seen == 'a text and a range: 1000
two texts and a range: some' ]] || { echo "This has changed."; exit 1; }
