#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace penstock::contract {

class Sources;
struct Node;

// Gives each operation its name, under which its handler is listed: its `operationId`, or else one
// that is made from its method and path. Made names are the same whatever the order of the document
// is. A clash with an `operationId` is a problem.
class OperationNames {
 public:
  // `sources` must outlive this object.
  explicit OperationNames(Sources& sources) : sources_(sources) {}

  // Takes the `operationId` of the operation at this node. Another operation with the same one is a
  // problem; the same node may come again, because references can lead to it from several paths.
  void declare(const Node& operation, const Node& id);
  // Asks for a name for an operation without `operationId`. `method` is in capitals. `name` is
  // filled by finish(), and must stay where it is until then.
  void want(const Node& operation, std::string_view method, std::string_view path,
            std::string& name);
  // Makes the names that were asked for.
  void finish();

  // Returns whether an operation has declared this `operationId`.
  [[nodiscard]] bool declares(std::string_view id) const { return declared_.contains(id); }

 private:
  struct Wanted {
    const Node* operation;
    std::string method;
    std::string path;
    std::string* name;
  };

  Sources& sources_;
  std::map<std::string, const Node*, std::less<>> declared_;  // The operation of each id.
  std::vector<Wanted> wanted_;
};

// Returns the name that is made from a method in capitals and a path: `GET /orders/{id}` becomes
// "getOrdersById". It has only letters and digits. Different paths may have the same one; it is
// empty if the path has other text than '/', but no ASCII letter or digit.
[[nodiscard]] std::string short_name(std::string_view method, std::string_view path);
// Returns a name that no other method and path have: `GET /a-b` becomes "get_2Fa_2Db", where each
// byte that is neither an ASCII letter nor a digit is '_' and two hexadecimal digits.
[[nodiscard]] std::string full_name(std::string_view method, std::string_view path);

}  // namespace penstock::contract
