package penstock;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.cloudevents.CloudEvent;
import io.cloudevents.kafka.CloudEventDeserializer;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Prints a topic's first records as CloudEvents, one on a line, as the SDK for Java reads them. Its
 * arguments are BOOTSTRAP TOPIC COUNT.
 */
public final class ReadRecords {
  private ReadRecords() {}

  public static void main(String[] arguments) throws Exception {
    var partition = new TopicPartition(arguments[1], 0);
    int left = Integer.parseInt(arguments[2]);
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    Map<String, Object> settings = Map.of("bootstrap.servers", arguments[0]);
    try (var consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new CloudEventDeserializer())) {
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      while (left > 0) {
        if (System.nanoTime() > deadline) {
          throw new IllegalStateException("the topic has fewer records");
        }
        for (ConsumerRecord<String, CloudEvent> record : consumer.poll(Duration.ofSeconds(1))) {
          if (left-- > 0) {
            System.out.println(json(record.value()));
          }
        }
      }
    }
  }

  private static String json(CloudEvent event) throws Exception {
    var mapper = new ObjectMapper();
    Map<String, Object> read = new LinkedHashMap<>();
    read.put("specversion", event.getSpecVersion().toString());
    read.put("id", event.getId());
    read.put("source", event.getSource().toString());
    read.put("type", event.getType());
    read.put("time", event.getTime().toString());
    read.put("datacontenttype", event.getDataContentType());
    read.put("data", mapper.readTree(event.getData().toBytes()));
    return mapper.writeValueAsString(read);
  }
}
