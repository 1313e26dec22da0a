#include "support/iam_kafka.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>

#include "local/kafka/ports.h"
#include "processes/child.h"
#include "support/test_certificate.h"

namespace penstock::test {
namespace {

base::Error failed(const std::string& sentence) {
  return {.code = base::ErrorCode::internal, .message = sentence};
}

std::string content(const std::filesystem::path& file) {
  std::ifstream stream(file);
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::filesystem::path libraries() {
  const char* folder = std::getenv("PENSTOCK_KAFKA_LIBS");
  return folder == nullptr ? "" : folder;
}

// Returns these settings of a broker with the MSKIAM listener added to the plain one.
std::string with_listener(const std::string& settings, uint16_t port) {
  const std::string listener = ",MSKIAM://localhost:" + std::to_string(port);
  const std::map<std::string, std::string> additions{
      {"listeners", listener},
      {"advertised.listeners", listener},
      {"listener.security.protocol.map", ",MSKIAM:SASL_SSL"}};
  std::istringstream lines(settings);
  std::string text;
  for (std::string line; std::getline(lines, line);) {
    const auto found = additions.find(line.substr(0, line.find('=')));
    text += line + (found == additions.end() ? "" : found->second) + "\n";
  }
  return text;
}

}  // namespace

base::Result<> IamKafka::compile() const {
  const auto log = folder_.path() / "javac.log";
  const int output = ::open(log.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  auto compiler = processes::Child::spawn(
      {.program = "javac",
       .arguments = {"-cp", (libraries() / "*").string(), "-d",
                     (folder_.path() / "classes").string(), PENSTOCK_MSK_IAM_VALIDATOR},
       .environment = base::process_environment()},
      output);
  ::close(output);
  if (!compiler) return failed(compiler.error().message + ": install a Java compiler (javac)");
  const auto end =
      compiler->wait_until(std::chrono::steady_clock::now() + std::chrono::seconds(60));
  if (!end || end->by_signal || end->number != 0) return failed("javac: " + content(log));
  return {};
}

base::Result<std::unique_ptr<IamKafka>> IamKafka::start(const Options& options) {
  if (libraries().empty()) {
    return failed(
        "PENSTOCK_KAFKA_LIBS does not name the folder of Apache Kafka's jars: run the tests with "
        "./penstock test integration");
  }
  std::unique_ptr<IamKafka> broker(new IamKafka);
  const auto folder = broker->folder_.path();
  if (auto compiled = broker->compile(); !compiled) return compiled.error();

  const TestCertificate certificate;
  std::ofstream(broker->certificate_file()) << certificate.certificate_pem();
  std::ofstream(folder / "keystore.pem") << certificate.key_pem() << certificate.certificate_pem();
  broker->know({});
  std::ofstream(folder / "verdicts").close();
  broker->port_ = local::free_port().value();
  const std::string listener = "listener.name.mskiam.";
  const std::string mechanism = listener + "oauthbearer.";
  const auto path = [&](const char* name) { return "\"" + (folder / name).string() + "\""; };
  const std::string settings =
      listener + "ssl.keystore.type=PEM\n" + listener +
      "ssl.keystore.location=" + (folder / "keystore.pem").string() + "\n" + listener +
      "sasl.enabled.mechanisms=OAUTHBEARER\n" + mechanism +
      "sasl.server.callback.handler.class=MskIamValidator\n" + mechanism +
      "connections.max.reauth.ms=" + std::to_string(options.session_max.count()) + "\n" +
      // The broker never logs in here, but it does not start without a name.
      mechanism +
      "sasl.jaas.config=org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule "
      "required unsecuredLoginStringClaim_sub=\"broker\" region=\"" +
      options.region + "\" keysFile=" + path("keys") + " verdictsFile=" + path("verdicts") +
      ";\n"
      "authorizer.class.name=org.apache.kafka.metadata.authorizer.StandardAuthorizer\n"
      "super.users=User:ANONYMOUS;User:writer\n";
  KafkaExtension extension{
      .settings = [settings, port = broker->port_](
                      const std::string& plain) { return with_listener(plain, port) + settings; },
      .classes = folder / "classes"};
  broker->kafka_ = std::make_unique<RunningKafka>(
      local::KafkaFiles{.folder = folder / "kafka", .libraries = libraries()},
      std::move(extension));
  if (auto started = broker->kafka_->start(); !started) {
    return failed(base::describe(started.error()));
  }
  return broker;
}

void IamKafka::know(const std::vector<IamKey>& keys) {
  const auto file = folder_.path() / "keys";
  const auto next = folder_.path() / "keys.new";
  std::ofstream out(next);
  for (const IamKey& key : keys) {
    out << key.access_key_id << ' ' << key.secret_access_key << ' '
        << (key.session_token.empty() ? "-" : key.session_token) << ' ' << key.principal << ' '
        << (key.end ? std::to_string(std::chrono::system_clock::to_time_t(*key.end)) : "-") << '\n';
  }
  out.close();
  std::filesystem::rename(next, file);
}

std::string IamKafka::verdicts() const {
  return content(folder_.path() / "verdicts");
}

}  // namespace penstock::test
