#include "contract/cpp/cpp_names.h"
#include "contract/cpp/cpp_writers.h"

namespace penstock::contract {

std::vector<CppFile> cpp_events(const CppModel& model, const CppWriting& writing) {
  const std::string first = cpp_first_line(model.file);
  std::string header =
      first + "#pragma once\n\n" +
      cpp_includes({"lambda/typed_event_handler.h", writing.name_space + "/types.h"}) +
      "\nnamespace " + writing.name_space +
      " {\n\n"
      "// Has a handler for each event type. Each takes the event's struct too, or "
      "only the record.\n"
      "struct Events {\n";
  std::string list;
  for (const CppEvent* event : model.events) {
    header += cpp_comment(event->type, 2);
    header += cpp_broken(2, "penstock::lambda::EventHandlerOf<" + cpp_spelling(event->use) + '>',
                         event->field + ';');
    list += cpp_call(2, "all.push_back",
                     {"events." + event->field + ".named(" + cpp_literal(event->type) + ')'}, ";");
  }
  header +=
      "  // Gets the records of all other types. It may be left out.\n"
      "  penstock::lambda::UntypedEventHandler any = {};\n"
      "};\n"
      "// Returns the handlers by their event types. `make` makes the resources that they use.\n"
      "[[nodiscard]] penstock::lambda::EventHandlers handlers(const Events& events,\n"
      "                                                       "
      "penstock::resources::Maker make = {});\n\n"
      "// The handlers of the service, which consumer.cpp defines.\n"
      "extern const penstock::lambda::EventHandlers kEventHandlers;\n\n"
      "}  // namespace " +
      writing.name_space + '\n';
  const std::string code = first + "#include \"" + writing.name_space +
                           "/events.h\"\n\nnamespace " + writing.name_space +
                           " {\n\n"
                           "penstock::lambda::EventHandlers handlers(const Events& events, "
                           "penstock::resources::Maker make) {\n"
                           "  penstock::lambda::EventHandlers all;\n"
                           "  all.make_resources_by(std::move(make));\n" +
                           list +
                           "  events.any.add_to(all);\n"
                           "  return all;\n"
                           "}\n\n"
                           "}  // namespace " +
                           writing.name_space + '\n';
  return {{writing.name_space + "/events.h", std::move(header)},
          {writing.name_space + "/events.cpp", code}};
}

}  // namespace penstock::contract
