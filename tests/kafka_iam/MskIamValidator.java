import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerExtensionsValidatorCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerValidatorCallback;

/**
 * Checks IAM tokens as MSK does, for tests. It computes the signature of the presigned URL again,
 * and ends the session when the token or the credentials end.
 *
 * <p>The JAAS options are `region`, `keysFile` and `verdictsFile`. The keys are read at every
 * check, each on a line: ID SECRET SESSION_TOKEN|- PRINCIPAL END_SECONDS|-. Every check appends a
 * line to the file of verdicts.
 */
public class MskIamValidator implements AuthenticateCallbackHandler {
  private static final DateTimeFormatter DATE =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
  // A URL with a user, a port or a fragment does not match.
  private static final Pattern URL =
      Pattern.compile("([a-z]+)://([a-z0-9.-]+)(/[^?#]*)\\?([!-~&&[^#]]*)");
  private static final Set<String> SIGNED =
      Set.of(
          "Action",
          "X-Amz-Algorithm",
          "X-Amz-Credential",
          "X-Amz-Date",
          "X-Amz-Expires",
          "X-Amz-SignedHeaders");
  private static final long LIFETIME_MAX_S = 900;
  private static final long CLOCK_SKEW_MAX_MS = 300_000;

  private record Key(String id, String secret, String sessionToken, String principal, long endMs) {}

  private static class Refusal extends Exception {
    Refusal(String reason) {
      super(reason);
    }
  }

  private String region;
  private Path keysFile;
  private Path verdictsFile;

  @Override
  public void configure(
      Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> jaas) {
    Map<String, ?> options = jaas.get(0).getOptions();
    region = (String) options.get("region");
    keysFile = Path.of((String) options.get("keysFile"));
    verdictsFile = Path.of((String) options.get("verdictsFile"));
  }

  @Override
  public void close() {}

  @Override
  public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      if (callback instanceof OAuthBearerExtensionsValidatorCallback extensions) {
        extensions.inputExtensions().map().keySet().forEach(extensions::valid);
      } else if (callback instanceof OAuthBearerValidatorCallback validator) {
        judge(validator);
      } else {
        throw new UnsupportedCallbackException(callback);
      }
    }
  }

  private void judge(OAuthBearerValidatorCallback validator) throws IOException {
    String verdict;
    try {
      OAuthBearerToken token = check(validator.tokenValue());
      validator.token(token);
      verdict = "accepted " + token.principalName();
    } catch (Exception reason) {
      // The text of any other exception may contain the token.
      verdict =
          reason instanceof Refusal
              ? "refused " + reason.getMessage()
              : "refused not a token: " + reason.getClass().getSimpleName();
      validator.error("invalid_token: " + verdict, null, null);
    }
    Files.writeString(
        verdictsFile, verdict + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  private OAuthBearerToken check(String token) throws Exception {
    // Java's decoder accepts a last character with surplus bits, which no encoder writes.
    require(
        token.matches("[A-Za-z0-9_-]+") && token.length() % 4 != 1,
        "not base64url without padding");
    byte[] bytes = Base64.getUrlDecoder().decode(token);
    require(
        Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(token),
        "not base64url without padding");
    Matcher url = URL.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
    require(url.matches(), "not a URL");
    String host = "kafka." + region + ".amazonaws.com";
    require("https".equals(url.group(1)) && "/".equals(url.group(3)), "wrong scheme or path");
    require(host.equals(url.group(2)), "host " + url.group(2));
    require(url.group(4).matches(".*&X-Amz-Signature=[^&]*&User-Agent=[^&]+"), "no User-Agent");

    TreeMap<String, String> query = new TreeMap<>(); // It stays percent-encoded, as it was signed.
    for (String part : url.group(4).split("&", -1)) {
      require(part.matches("[A-Za-z-]+=([A-Za-z0-9._~-]|%[0-9A-F]{2})+"), "not percent-encoded");
      int equals = part.indexOf('=');
      require(
          query.put(part.substring(0, equals), part.substring(equals + 1)) == null,
          "a parameter comes twice");
    }
    String signature = query.remove("X-Amz-Signature");
    query.remove("User-Agent"); // It is not signed.
    require(query.keySet().containsAll(SIGNED), "a parameter is missing");
    require("kafka-cluster%3AConnect".equals(query.get("Action")), "wrong action");
    require("AWS4-HMAC-SHA256".equals(query.get("X-Amz-Algorithm")), "wrong algorithm");
    require("host".equals(query.get("X-Amz-SignedHeaders")), "wrong signed headers");

    String date = query.get("X-Amz-Date");
    String[] credential = decoded(query.get("X-Amz-Credential")).split("/");
    require(credential.length == 5, "wrong credential");
    Key key = keyOf(credential[0]);
    String scope = String.join("/", date.substring(0, 8), region, "kafka-cluster", "aws4_request");
    require(scope.equals(String.join("/", List.of(credential).subList(1, 5))), "wrong scope");
    require(
        key.sessionToken().equals(decoded(query.getOrDefault("X-Amz-Security-Token", ""))),
        "wrong session token");

    StringBuilder canonicalQuery = new StringBuilder();
    query.forEach(
        (name, value) ->
            canonicalQuery
                .append(canonicalQuery.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(value));
    String canonical = "GET\n/\n" + canonicalQuery + "\nhost:" + host + "\n\nhost\n" + sha256("");
    byte[] hash = ("AWS4" + key.secret()).getBytes(StandardCharsets.UTF_8);
    for (String part : scope.split("/")) {
      hash = hmac(hash, part);
    }
    hash = hmac(hash, "AWS4-HMAC-SHA256\n" + date + "\n" + scope + "\n" + sha256(canonical));
    require(
        MessageDigest.isEqual(HexFormat.of().formatHex(hash).getBytes(), signature.getBytes()),
        "signature mismatch");

    long lifetime = Long.parseLong(query.get("X-Amz-Expires"));
    require(lifetime >= 1 && lifetime <= LIFETIME_MAX_S, "wrong lifetime");
    long start = Instant.from(DATE.parse(date)).toEpochMilli();
    long end = start + 1000 * lifetime;
    long now = System.currentTimeMillis();
    require(now < end, "token expired");
    require(start <= now + CLOCK_SKEW_MAX_MS, "token from the future");
    require(now < key.endMs(), "credentials expired");
    return new Accepted(token, key.principal(), Math.min(end, key.endMs()), start);
  }

  private Key keyOf(String id) throws Exception {
    for (String line : Files.readAllLines(keysFile)) {
      String[] parts = line.split(" ");
      if (parts[0].equals(id)) {
        long end = parts[4].equals("-") ? Long.MAX_VALUE : 1000 * Long.parseLong(parts[4]);
        return new Key(id, parts[1], parts[2].equals("-") ? "" : parts[2], parts[3], end);
      }
    }
    throw new Refusal("unknown access key");
  }

  private static void require(boolean holds, String otherwise) throws Refusal {
    if (!holds) {
      throw new Refusal(otherwise);
    }
  }

  // Decodes %XX but not the plus sign, which stands for itself in a signed URL.
  private static String decoded(String text) {
    return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
  }

  private static String sha256(String text) throws Exception {
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest);
  }

  private static byte[] hmac(byte[] key, String text) throws Exception {
    Mac mac = Mac.getInstance("HmacSHA256");
    mac.init(new SecretKeySpec(key, "HmacSHA256"));
    return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
  }

  private record Accepted(String value, String principalName, long lifetimeMs, Long startTimeMs)
      implements OAuthBearerToken {
    @Override
    public Set<String> scope() {
      return Set.of("kafka-cluster");
    }
  }
}
