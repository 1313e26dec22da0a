#!/usr/bin/env bash
# EventBridge's rules and Lambda's filters use event patterns, which AWS's published event-ruler
# matches. Its "exists" asks for a value, not for a name: a field with an object or an empty list
# does not exist, and a field with null does.
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

cat > Exists.java <<'JAVA'
import software.amazon.event.ruler.Machine;

class Exists {
  static boolean matches(boolean exists, String event) throws Exception {
    var machine = new Machine();
    machine.addRule("rule", "{\"customer\": [{\"exists\": " + exists + "}]}");
    return !machine.rulesForJSONEvent(event).isEmpty();
  }

  public static void main(String[] arguments) throws Exception {
    for (var customer : new String[] {"{\"name\": \"Ann\"}", "[]", "null", "\"Ann\""}) {
      var event = "{\"id\": 1, \"customer\": " + customer + "}";
      System.out.println("customer " + customer + ": exists true " + matches(true, event)
          + ", exists false " + matches(false, event));
    }
  }
}
JAVA

seen=$(java -cp 'lib/*' Exists.java 2> java.log)
echo 'guess: {"exists": false} matches the events without the field, and only those'
echo "seen, event-ruler 2.1.0:"
echo "$seen"
[[ $seen == 'customer {"name": "Ann"}: exists true false, exists false true
customer []: exists true false, exists false true
customer null: exists true true, exists false false
customer "Ann": exists true true, exists false false' ]] || { echo "This has changed."; exit 1; }
