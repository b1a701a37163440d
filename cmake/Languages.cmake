# A language is one file, po/CODE.po: its header names it for the language switch. Sets
# `languages` (all codes but English, which the program speaks by itself) and writes the table
# that ui/language.c includes.
file(GLOB catalogues RELATIVE ${PROJECT_SOURCE_DIR}/po CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/po/*.po)
list(SORT catalogues)
set(languages)
set(rows)
foreach(catalogue IN LISTS catalogues)
  set(file ${PROJECT_SOURCE_DIR}/po/${catalogue})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  get_filename_component(language ${catalogue} NAME_WE)
  file(READ ${file} header LIMIT 4096)
  foreach(field Label Name)
    if(NOT header MATCHES "\"X-Language-${field}: ([^\\\"]+)\\\\n\"")
      message(FATAL_ERROR "${file}: its header has no X-Language-${field}")
    endif()
    set(${field} ${CMAKE_MATCH_1})
  endforeach()
  list(APPEND languages ${language})
  string(APPEND rows "X(\"${language}\", \"${Label}\", \"${Name}\")\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/languages.def CONTENT "${rows}" @ONLY)
