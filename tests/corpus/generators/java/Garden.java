// Prints the document of a Spring Boot application, by springdoc.
//   Garden openapi_3_0|openapi_3_1
package corpus;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.enums.SecuritySchemeType;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.security.SecurityRequirement;
import io.swagger.v3.oas.annotations.security.SecurityScheme;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.springdoc.core.annotations.ParameterObject;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.core.io.Resource;
import org.springframework.data.domain.Page;
import org.springframework.data.domain.Pageable;
import org.springframework.format.annotation.DateTimeFormat;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.multipart.MultipartFile;

@SpringBootApplication
@SecurityScheme(name = "bearer", type = SecuritySchemeType.HTTP, scheme = "bearer")
public class Garden {
  enum Colour { RED, GREEN }

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Tree.class, name = "tree"),
    @JsonSubTypes.Type(value = Flower.class, name = "flower")
  })
  abstract static class Plant {
    @NotBlank public String name;
    public @Min(0) @Max(1000) int age;
  }

  static class Tree extends Plant {
    public double height;
    public List<Tree> around;
  }

  static class Flower extends Plant {
    public Colour colour;
    public @Size(min = 1, max = 9) List<@Pattern(regexp = "[a-z]+") String> leaves;
  }

  record Bed(
      @JsonProperty(access = JsonProperty.Access.READ_ONLY) UUID id,
      @NotNull @Size(max = 40) String name,
      @Email String owner,
      BigDecimal price,
      Instant made,
      LocalDate day,
      LocalTime at,
      Duration lasts,
      URI link,
      byte[] picture,
      long number,
      float share,
      Optional<String> note,
      Map<String, Integer> counts,
      Plant plant,
      Object anything,
      @JsonProperty(access = JsonProperty.Access.WRITE_ONLY) String secret) {}

  @RestController
  @RequestMapping("/beds")
  static class Beds {
    @GetMapping
    Page<Bed> list(@ParameterObject Pageable page, @RequestParam Optional<String> name) {
      return null;
    }

    @GetMapping("/search")
    List<Bed> search(
        @RequestParam(required = false) List<Colour> colours,
        @RequestParam(defaultValue = "1") int page,
        @RequestParam @DateTimeFormat(iso = DateTimeFormat.ISO.DATE) LocalDate since,
        @RequestParam Map<String, String> others,
        @RequestHeader(name = "X-Trace", required = false) String trace,
        @CookieValue(required = false) String theme) {
      return null;
    }

    @GetMapping("/{id}")
    @ApiResponse(responseCode = "404", description = "There is none")
    ResponseEntity<Bed> one(@PathVariable UUID id) {
      return null;
    }

    @PostMapping
    @ResponseStatus(HttpStatus.CREATED)
    @Operation(security = @SecurityRequirement(name = "bearer"))
    Bed create(@RequestBody @jakarta.validation.Valid Bed bed) {
      return null;
    }

    @PutMapping(path = "/{id}", consumes = {"application/json", "application/xml"})
    void replace(@PathVariable UUID id, @RequestBody Bed bed) {}

    @PatchMapping(path = "/{id:[0-9a-f]+}/plant", consumes = "application/merge-patch+json")
    Plant plant(@PathVariable String id, @RequestBody(required = false) Plant plant) {
      return null;
    }

    @DeleteMapping("/{id}")
    @ResponseStatus(HttpStatus.NO_CONTENT)
    void remove(@PathVariable UUID id) {}

    @PostMapping(path = "/{id}/picture", consumes = MediaType.MULTIPART_FORM_DATA_VALUE)
    void picture(@PathVariable UUID id, @RequestPart MultipartFile file, @RequestPart Bed bed) {}

    @GetMapping(path = "/{id}/picture", produces = MediaType.IMAGE_PNG_VALUE)
    Resource picture(@PathVariable UUID id) {
      return null;
    }

    @PostMapping(path = "/form", consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
    String form(@RequestParam String name) {
      return "";
    }

    @GetMapping(path = "/text", produces = "text/plain;charset=UTF-8")
    @Deprecated
    String text() {
      return "";
    }

    @GetMapping(path = "/events", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
    org.springframework.web.servlet.mvc.method.annotation.SseEmitter events() {
      return null;
    }

    @PostMapping("/all")
    Map<String, List<Bed>> all(@RequestBody List<@NotNull Bed> beds) {
      return null;
    }
  }

  public static void main(String[] arguments) throws Exception {
    var context = new SpringApplication(Garden.class).run(
        "--server.port=0", "--logging.level.root=off", "--spring.main.banner-mode=off",
        "--springdoc.api-docs.version=" + arguments[0]);
    var url = "http://127.0.0.1:" + context.getEnvironment().getProperty("local.server.port");
    var answer = HttpClient.newHttpClient().send(
        HttpRequest.newBuilder(URI.create(url + "/v3/api-docs")).build(),
        HttpResponse.BodyHandlers.ofString());
    // The port is another one each time.
    System.out.println(answer.body().replace(url, "http://127.0.0.1:8080"));
    context.close();
  }
}
