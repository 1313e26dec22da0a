#include "http/pages/renderer.h"

// The assembler takes the file's bytes as they are; C++ has no #embed before C++26. Its path comes
// from CMakeLists.txt.
asm(R"(
  .section .rodata.penstock_renderer, "a"
  .balign 16
  .hidden penstock_renderer_begin
  .global penstock_renderer_begin
penstock_renderer_begin:
  .incbin ")" PENSTOCK_RENDERER_FILE R"("
  .hidden penstock_renderer_end
  .global penstock_renderer_end
penstock_renderer_end:
  .byte 0
  .text
)");

extern "C" {
extern const char penstock_renderer_begin[] __attribute__((visibility("hidden")));
extern const char penstock_renderer_end[] __attribute__((visibility("hidden")));
}

namespace penstock::http {

std::string_view renderer_gzipped() {
  return {penstock_renderer_begin,
          static_cast<size_t>(penstock_renderer_end - penstock_renderer_begin)};
}

}  // namespace penstock::http
