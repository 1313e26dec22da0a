#pragma once

#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "async/awaitable.h"
#include "auth/documents/document_place.h"
#include "auth/documents/keeper_times.h"
#include "base/configuration.h"
#include "base/result.h"
#include "log/log.h"

namespace penstock::auth {

// Holds what has been read of a document's text.
struct NewContent {
  std::function<void()> put_in_force;  // Is called on the server's thread.
  std::string summary = {};            // For the log, such as "3 keys".
};
// Reads a document's text, on a thread of the keeper. After an error the last document stays in
// force. The error must quote nothing of the text.
using ReadDocument = std::function<base::Result<NewContent>(std::string_view text)>;

class KeptDocument;

// Keeps documents fresh. Each one that is not a text has a thread, which reads its file or asks its
// server, so that neither the server nor another document waits for an issuer that hangs. The
// server's thread makes all calls.
class DocumentKeeper {
 public:
  // A document is asked for because of ask_again() once in this time.
  static constexpr std::chrono::seconds kAskPause = KeeperTimes::kAskPause;
  // A document has at most so many bytes: 10,000 API keys, or twice what a key set may have.
  static constexpr size_t kBytesMax = 1024 * 1024;

  // `io` and `log` must outlive it. The environment has the credentials for AWS Secrets Manager.
  DocumentKeeper(boost::asio::io_context& io, log::Log& log,
                 base::Environment environment = base::process_environment(),
                 KeeperTimes times = {});
  // Ends at once, whatever a server does; only a lookup of its name can hold it up, for the seconds
  // that the system's resolver takes. Waits of ask_again() end with false.
  ~DocumentKeeper();

  using Document = KeptDocument;  // One that is kept. It belongs to the keeper.
  // Begins to keep a document. Texts and files are read at once, and in force when this returns:
  // it fails with the error of reading them. For other places it fails with `invalid` if they are
  // not what they should be, such as an http URL. `name` is for the log: "the keys of login".
  [[nodiscard]] base::Result<Document*> keep(std::string name, const DocumentPlace& place,
                                             ReadDocument read);
  // Starts the threads, when all documents are known.
  void start();

  // Asks the document's server now, unless ask_again() has had it asked within kAskPause, and waits
  // until the answer is in force. Calls that come while it is being asked wait for the same answer.
  // Returns true if there was one, new or not, and false at the deadline, after a failure, or if
  // may_ask() does not hold. At most so many may wait for one document.
  static constexpr size_t kWaitersMax = 1000;
  [[nodiscard]] async::Awaitable<bool> ask_again(Document& document,
                                                 std::chrono::steady_clock::time_point deadline);
  // Says whether ask_again() would ask or wait. It never does for a text.
  [[nodiscard]] bool may_ask(const Document& document) const;
  // Says whether ask_again() would wait if not so many did already.
  [[nodiscard]] bool is_busy(const Document& document) const;

  // Says whether the document has been in force at least once.
  [[nodiscard]] static bool is_there(const Document& document);
  // Returns why the last attempt failed, or an empty text.
  [[nodiscard]] static std::string problem(const Document& document);
  // Returns the seconds since the document was last found to be as it is in force, or since keep()
  // if it never was. For a text it is 0.
  [[nodiscard]] static std::chrono::seconds age(const Document& document);
  // Returns how many attempts have failed since the start.
  [[nodiscard]] static uint64_t failures(const Document& document);
  // Returns where the document comes from, for the log: "the file /etc/keys.json".
  [[nodiscard]] static const std::string& source(const Document& document);

 private:
  struct Data;
  std::unique_ptr<Data> data_;
};

}  // namespace penstock::auth
