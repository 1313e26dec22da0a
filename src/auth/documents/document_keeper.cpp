#include "auth/documents/document_keeper.h"

#include <vector>

#include "auth/documents/document_source.h"
#include "auth/documents/kept_document.h"

namespace penstock::auth {

using base::Error;
using base::ErrorCode;
using base::Result;

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
    case Kind::discovery:
    case Kind::secret:
    case Kind::alb:
      good = Error{.code = ErrorCode::invalid, .message = "is not a text or a file"};
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
