// Compiles Boost.URL for the packaged function: see CMakeLists.txt.
#include <boost/url/src.hpp>
