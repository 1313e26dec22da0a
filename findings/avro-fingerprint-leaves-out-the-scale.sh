#!/usr/bin/env bash
# In Avro's single-object encoding, a message names its schema by the fingerprint of its canonical
# form. That form omits logical types and so a decimal's scale: schemas that read the same bytes as
# different amounts have one fingerprint, and a decoder uses the wrong one without an error.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

cat > pom.xml <<'XML'
<project>
  <modelVersion>4.0.0</modelVersion>
  <groupId>finding</groupId><artifactId>finding</artifactId><version>1</version>
  <dependencies><dependency><groupId>org.apache.avro</groupId>
    <artifactId>avro</artifactId><version>1.12.0</version></dependency></dependencies>
</project>
XML
mvn --quiet --batch-mode dependency:copy-dependencies -DoutputDirectory=lib &> maven.log ||
  { cat maven.log; exit 1; }

cat > Scale.java <<'JAVA'
import java.math.BigDecimal;
import org.apache.avro.*;
import org.apache.avro.generic.*;
import org.apache.avro.message.*;

class Scale {
  static Schema order(int scale) {
    return new Schema.Parser().parse("""
        {"type": "record", "name": "Order", "fields": [{"name": "price", "type":
          {"type": "bytes", "logicalType": "decimal", "precision": 9, "scale": %d}}]}
        """.formatted(scale));
  }

  public static void main(String[] arguments) throws Exception {
    var model = new GenericData();
    model.addLogicalTypeConversion(new Conversions.DecimalConversion());
    System.out.println("one fingerprint: " + (SchemaNormalization.parsingFingerprint64(order(2))
        == SchemaNormalization.parsingFingerprint64(order(4))));
    var written = new GenericData.Record(order(2));
    written.put("price", new BigDecimal("12.34"));
    // The decoder knows only the other schema.
    var message = new BinaryMessageEncoder<GenericRecord>(model, order(2)).encode(written);
    var read = new BinaryMessageDecoder<GenericRecord>(model, order(4)).decode(message);
    System.out.println("written 12.34, read " + read.get("price"));
  }
}
JAVA

seen=$(java -cp 'lib/*' Scale.java 2> java.log)
echo "guess: another scale is another fingerprint, so the decoder misses the schema and says so"
echo "seen, Avro 1.12.0 for Java:"
echo "$seen"
[[ $seen == 'one fingerprint: true
written 12.34, read 0.1234' ]] || { echo "This has changed."; exit 1; }
