# Puts compiled catalogues into a C file: cmake -DOUT=catalogues.c -DFILES=ru.mo -P embed.cmake
include(${CMAKE_CURRENT_LIST_DIR}/../cmake/Bytes.cmake)
set(text "// Made by po/embed.cmake.\n#include \"po/catalogues.h\"\n")
foreach(file IN LISTS FILES)
  bytes_of_file(${file} bytes size)
  get_filename_component(language ${file} NAME_WLE)
  string(MAKE_C_IDENTIFIER ${language} id)
  string(APPEND text "\nconst unsigned char catalogue_${id}[] = {\n${bytes}};\n"
    "const size_t catalogue_${id}_size = ${size};\n")
endforeach()
file(WRITE ${OUT} "${text}")
