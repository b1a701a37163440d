# `ctest -L security` runs the tests of the protocol's 18 properties, `ctest -L security.03` those
# of the third: the table of docs/security.md says which they are.
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/docs/security.md)
execute_process(COMMAND /usr/bin/python3 -B ${CMAKE_CURRENT_LIST_DIR}/properties.py --list
  OUTPUT_VARIABLE security_tests COMMAND_ERROR_IS_FATAL ANY OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REPLACE "\n" ";" security_tests "${security_tests}")

# Labels those of this directory: call it after the last of them.
function(qrconfirm_label_security)
  foreach(line IN LISTS security_tests)
    string(REGEX MATCH "^([0-9]+) (.*)$" line "${line}")
    set(number ${CMAKE_MATCH_1})
    set(name ${CMAKE_MATCH_2})
    if(NOT TEST ${name})
      continue()
    endif()
    if(number LESS 10)
      set(number 0${number})
    endif()
    get_test_property(${name} LABELS labels)
    list(APPEND labels security security.${number})
    list(REMOVE_DUPLICATES labels)
    set_tests_properties(${name} PROPERTIES LABELS "${labels}")
  endforeach()
endfunction()
