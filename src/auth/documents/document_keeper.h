#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "auth/documents/document_place.h"
#include "base/result.h"
#include "log/log.h"

namespace penstock::auth {

// Reads a document's text on the thread of the keeper, and returns what puts it in force on the
// server's thread. After an error the last document stays in force.
using ReadDocument = std::function<base::Result<std::function<void()>>(std::string_view text)>;

// Keeps documents fresh: one thread reads files and asks servers, and none of its waits is the
// server's. The server's thread makes all calls.
class DocumentKeeper {
 public:
  // How often a document may be asked for because of ask_again().
  static constexpr std::chrono::seconds kAskPause{10};

  // `io` and `log` must outlive it.
  DocumentKeeper(boost::asio::io_context& io, log::Log& log);
  ~DocumentKeeper();

  class Document;  // One that is kept. It belongs to the keeper.
  // Begins to keep a document. Texts and files are read at once, and in force when this returns:
  // it fails with the error of reading them. `name` is for the log: "the keys of login".
  [[nodiscard]] base::Result<Document*> keep(std::string name, const DocumentPlace& place,
                                             ReadDocument read);
  // Starts the thread, when all documents are known.
  void start();

  // Asks the document's server now, unless it has been asked within kAskPause, and waits until the
  // answer is in force. Returns true if the document was asked for after this call began, and false
  // at the deadline, after a failure, or if it may not be asked yet. At most so many may wait.
  static constexpr size_t kWaitersMax = 1000;
  [[nodiscard]] async::Awaitable<bool> ask_again(
      Document& document, std::chrono::steady_clock::time_point deadline);
  // Says whether ask_again() would ask or wait.
  [[nodiscard]] bool may_ask(const Document& document) const;

  // Says whether the document has been in force at least once.
  [[nodiscard]] static bool is_there(const Document& document);
  // Returns why the last attempt failed, or an empty text.
  [[nodiscard]] static std::string problem(const Document& document);
  // Returns the seconds since the document was last read.
  [[nodiscard]] static std::chrono::seconds age(const Document& document);

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::auth
