# Puts text files into a C file: cmake -DOUT=assets.c -DHEADER=pages/assets.h
# -DTABLE=page_assets -DFILES=a;b -P embed.cmake. The header declares the table.
include(${CMAKE_CURRENT_LIST_DIR}/../../cmake/Bytes.cmake)
set(text "// Made by portal/base/embed.cmake.\n#include \"${HEADER}\"\n\n")
set(table "const struct asset ${TABLE}[] = {\n")
set(number 0)
foreach(file IN LISTS FILES)
  bytes_of_file(${file} bytes size)
  get_filename_component(name ${file} NAME)
  string(APPEND text "static const unsigned char data${number}[] = {${bytes}};\n")
  string(APPEND table "    {\"${name}\", (const char *)data${number}, ${size}},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT} "${text}\n${table}    {0, 0, 0}};\n")
