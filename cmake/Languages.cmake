# A language is one file, po/CODE.po: its header names it for the language switches and says how
# it counts. Sets `languages` (all codes but English, in which the texts are written) and writes
# the table that po/languages.c includes.
file(GLOB catalogues RELATIVE ${PROJECT_SOURCE_DIR}/po CONFIGURE_DEPENDS
  ${PROJECT_SOURCE_DIR}/po/*.po)
list(SORT catalogues)
set(languages)
set(rows)
foreach(catalogue IN LISTS catalogues)
  set(file ${PROJECT_SOURCE_DIR}/po/${catalogue})
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
  get_filename_component(language ${catalogue} NAME_WLE)
  string(MAKE_C_IDENTIFIER ${language} id)
  file(READ ${file} header LIMIT 4096)
  string(REGEX REPLACE "\"\r?\n\"" "" header "${header}") # a long line may go on in the next
  foreach(field X-Language-Label X-Language-Name Plural-Forms)
    if(NOT header MATCHES "[\"n]${field}: ([^\\\"]+)\\\\n")
      message(FATAL_ERROR "${file}: its header has no ${field}")
    endif()
    set(${field} ${CMAKE_MATCH_1})
  endforeach()
  if(NOT header MATCHES "charset=[Uu][Tt][Ff]-8")
    message(FATAL_ERROR "${file}: its texts are not in UTF-8")
  endif()
  # Nothing but arithmetic of n becomes a part of the program.
  if(NOT Plural-Forms MATCHES "^ *nplurals *= *[1-9] *; *plural *= *([-n0-9 %&|=!<>?:()+*/]+) *;? *$")
    message(FATAL_ERROR "${file}: its Plural-Forms cannot be read: ${Plural-Forms}")
  endif()
  set(plural "${CMAKE_MATCH_1}")
  list(APPEND languages ${language})
  string(APPEND rows
    "X(${id}, \"${language}\", \"${X-Language-Label}\", \"${X-Language-Name}\", ${plural})\n")
endforeach()
file(CONFIGURE OUTPUT ${PROJECT_BINARY_DIR}/generated/languages.def CONTENT "${rows}" @ONLY)
