# Compresses `file` to `compressed` by the program `gzip`.
cmake_path(GET compressed PARENT_PATH folder)
file(MAKE_DIRECTORY "${folder}")
execute_process(
  COMMAND "${gzip}" -9 --no-name --stdout "${file}"
  OUTPUT_FILE "${compressed}"
  COMMAND_ERROR_IS_FATAL ANY)
