// Reads responses, with their headers, links and examples.
#include "base/number_text.h"
#include "contract/openapi/element_reader.h"
#include "contract/structure/object_rules.h"

namespace penstock::contract {

void ElementReader::read_status(const Node& status, Response& response) {
  const std::string& text = status.text;
  if (text == "default") {
    response.first = 0;
    response.last = 999;
    return;
  }
  const bool range = text.size() == 3 && text.ends_with("XX");
  const std::string_view digits = std::string_view(text).substr(0, range ? 1 : text.size());
  unsigned number = base::whole_number<unsigned>(digits).value_or(0);
  if (range) number *= 100;
  if (text.size() != 3 || number < 100 || number > 599) {
    sources_.problem(status, "response-status",
                     "a response's status must be 100 to 599, 1XX to 5XX, or default (OpenAPI, "
                     "Responses Object)");
  }
  response.first = number;
  response.last = range ? number + 99 : number;
}

Response ElementReader::read_response(const Node& status, const Target& at) {
  Response response;
  read_status(status, response);
  objects_.check(*at.node, object_rules::kResponse);
  if (const Target headers = member(at, "headers"); headers.node != nullptr) {
    read_headers(headers, response);
  }
  if (const Target content = member(at, "content"); content.node != nullptr) {
    response.content = read_content(content);
  }
  if (const Target links = member(at, "links"); links.node != nullptr && take(*links.node)) {
    for (const Member& entry : links.node->members) {
      if (entry.key->text.starts_with("x-")) continue;
      const Target link = resolve({entry.value, links.resource});
      if (link.node != nullptr) read_link(link);
    }
  }
  return response;
}

void ElementReader::read_headers(const Target& headers, Response& response) {
  if (!take(*headers.node)) return;
  for (const Member& entry : headers.node->members) {
    const std::string& name = entry.key->text;
    if (equal_ignoring_case(name, "content-type")) {
      sources_.remark(*entry.key, "ignored-header",
                      "the header '" + name +
                          "' is ignored, because media types declare it (OpenAPI, Response "
                          "Object)");
      continue;
    }
    if (!is_token(name)) {
      sources_.problem(*entry.key, "header-name", "'" + name + "' is not a valid header name");
    }
    for (const Parameter& other : response.headers) {
      if (equal_ignoring_case(other.name, name)) {
        sources_.problem(*entry.key, "header-twice", "the header " + name + " is declared twice");
      }
    }
    response.headers.push_back(read_header(entry.key->text, {entry.value, headers.resource}));
  }
}

void ElementReader::read_link(const Target& at) {
  if (!objects_.check(*at.node, object_rules::kLink)) return;
  const Node* id = at.node->find("operationId");
  const Node* reference = at.node->find("operationRef");
  if (id == nullptr && reference == nullptr) {
    sources_.problem(*at.node, "missing-field",
                     "a link needs either 'operationId' or 'operationRef' (OpenAPI, Link Object)");
  } else if (id != nullptr) {
    linked_ids_.push_back(id);
  }
}

}  // namespace penstock::contract
