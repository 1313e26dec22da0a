// The options of the sanitizer that a program is built with: see cmake/sanitizers.cmake. Each of
// these functions is called by its sanitizer, if that is in the program. The address and the thread
// sanitizer would forbid core dumps, which is what a setting of ours decides.
extern "C" {

[[gnu::used]] const char* __asan_default_options() {
  // No program goes on after a report: -fno-sanitize-recover and ASan's default end it.
  return "log_path=" PENSTOCK_REPORT_FILES ":detect_stack_use_after_return=1:disable_coredump=0";
}

[[gnu::used]] const char* __ubsan_default_options() {
  return "log_path=" PENSTOCK_REPORT_FILES ":print_stacktrace=1";
}

[[gnu::used]] const char* __tsan_default_options() {
  return "log_path=" PENSTOCK_REPORT_FILES ":suppressions=" PENSTOCK_TSAN_SUPPRESSIONS
         ":halt_on_error=1:disable_coredump=0";
}

}  // extern "C"
