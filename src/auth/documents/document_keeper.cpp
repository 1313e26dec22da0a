#include "auth/documents/document_keeper.h"

#include <vector>

#include "auth/documents/document_source.h"
#include "auth/documents/kept_document.h"

namespace penstock::auth {

using base::Error;
using base::ErrorCode;
using base::Result;

namespace {

// The query of a URL may have a secret.
std::string without_query(const std::string& url) {
  return url.substr(0, url.find('?'));
}

}  // namespace

struct DocumentKeeper::Data {
  boost::asio::io_context& io;
  log::Log& log;
  base::Environment environment;
  KeeperTimes times;
  std::vector<std::unique_ptr<KeptDocument>> documents = {};
};

DocumentKeeper::DocumentKeeper(boost::asio::io_context& io, log::Log& log,
                               base::Environment environment, KeeperTimes times)
    : data_(new Data{.io = io, .log = log, .environment = std::move(environment), .times = times}) {
}

DocumentKeeper::~DocumentKeeper() {
  for (auto& document : data_->documents) document->stop();
}

Result<DocumentKeeper::Document*> DocumentKeeper::keep(std::string name, const DocumentPlace& place,
                                                       ReadDocument read) {
  using Kind = DocumentPlace::Kind;
  const auto make = [&](std::string where, std::unique_ptr<DocumentSource> source) {
    return std::make_unique<KeptDocument>(data_->io, data_->log, std::move(name), std::move(where),
                                          std::move(source), std::move(read), data_->times);
  };
  std::unique_ptr<KeptDocument> document;
  Result<> good;
  const auto make_remote = [&](std::string where, Result<std::unique_ptr<DocumentSource>> source) {
    if (source) {
      document = make(std::move(where), std::move(*source));
    } else {
      good = source.error();
    }
  };
  switch (place.kind) {
    case Kind::text:
      document = make("the settings", nullptr);
      good = document->put_in_force(place.place);
      break;
    case Kind::file:
      document = make("the file " + place.place, file_source(place.place, data_->times));
      good = document->read_now();
      break;
    case Kind::url:
      make_remote(without_query(place.place), url_source(place.place, data_->times));
      break;
    case Kind::discovery:
      make_remote("the configuration " + without_query(place.place),
                  discovery_source(place.place, place.issuer, data_->times));
      break;
    case Kind::secret:
      make_remote("the secret " + place.place,
                  secret_source(place.place, data_->environment, data_->times));
      break;
    case Kind::alb:
      // They are no document: balancer_keys.h has them.
      good = Error{.code = ErrorCode::internal, .message = "keys of load balancers are not kept"};
      break;
  }
  if (!good) return good.error();
  data_->documents.push_back(std::move(document));
  return data_->documents.back().get();
}

void DocumentKeeper::start() {
  for (auto& document : data_->documents) document->start();
}

async::Awaitable<bool> DocumentKeeper::ask_again(Document& document,
                                                 std::chrono::steady_clock::time_point deadline) {
  return document.ask_again(deadline);
}

bool DocumentKeeper::may_ask(const Document& document) const {
  return document.may_ask();
}

bool DocumentKeeper::is_busy(const Document& document) const {
  return document.is_busy();
}

bool DocumentKeeper::is_there(const Document& document) {
  return document.is_there();
}

std::string DocumentKeeper::problem(const Document& document) {
  return document.problem();
}

std::chrono::seconds DocumentKeeper::age(const Document& document) {
  return document.age();
}

uint64_t DocumentKeeper::failures(const Document& document) {
  return document.failures();
}

const std::string& DocumentKeeper::source(const Document& document) {
  return document.where();
}

}  // namespace penstock::auth
