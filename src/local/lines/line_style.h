#pragma once

namespace penstock::local {

// Says how lines for people look.
struct LineStyle {
  bool colours = false;
  bool verbose = false;  // Whether what only machines read is shown, too.
};

// Says how much a line wants to be seen.
enum class Tone { plain, warning, fault };

}  // namespace penstock::local
