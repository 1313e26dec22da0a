// Compiles Boost.JSON for the static programs: see CMakeLists.txt.
#include <boost/json/src.hpp>
