qrconfirm_unit_test(ui advice ui)
qrconfirm_unit_test(ui catalogue ui)
qrconfirm_unit_test(ui entry ui)
qrconfirm_unit_test(ui flow ui)
qrconfirm_unit_test(ui flow_aiming ui)
qrconfirm_unit_test(ui flow_pin ui)
qrconfirm_unit_test(ui gate ui)
qrconfirm_unit_test(ui history ui)
qrconfirm_unit_test(ui pin_task ui)
qrconfirm_unit_test(ui notify ui)
qrconfirm_unit_test(ui places ui)
qrconfirm_unit_test(ui pointer ui)
qrconfirm_unit_test(ui options ui)
qrconfirm_unit_test(ui config ui)
qrconfirm_unit_test(ui inbox ui)
qrconfirm_unit_test(ui rise ui)
qrconfirm_unit_test(ui shown_host ui)
qrconfirm_unit_test(ui spoken ui)
qrconfirm_unit_test(ui theme ui)
qrconfirm_unit_test(ui turn ui PkgConfig::sdl2)
qrconfirm_unit_test(ui text_order ui)
qrconfirm_unit_test(ui fonts ui)
qrconfirm_unit_test(ui wall_clock ui)
qrconfirm_unit_test(ui view_question ui)
qrconfirm_unit_test(ui way_out ui)
qrconfirm_unit_test(ui typing ui PkgConfig::sdl2)
qrconfirm_unit_test(ui command_decode ui scanner_test_support PkgConfig::jansson)

# qrconfirm_ui_script(NAME ARGUMENTS...): tests/unit/ui/NAME.sh with the program itself.
function(qrconfirm_ui_script name)
  add_test(NAME unit.ui.${name}
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/unit/ui/${name}.sh $<TARGET_FILE:qrconfirm> ${ARGN})
  set_tests_properties(unit.ui.${name} PROPERTIES
    LABELS unit TIMEOUT 120 ENVIRONMENT "${test_environment}")
endfunction()
qrconfirm_ui_script(commands-are-documented
  ${PROJECT_SOURCE_DIR}/docs/commands.md ${PROJECT_SOURCE_DIR}/data/qrconfirm.bash)
qrconfirm_ui_script(exit-codes)
qrconfirm_ui_script(kiosk-command ${PROJECT_BINARY_DIR}/data/kiosk/qrconfirm-kiosk)
set_tests_properties(unit.ui.kiosk-command PROPERTIES SKIP_RETURN_CODE 77)

add_executable(language_says unit/ui/language_says.c)
target_link_libraries(language_says PRIVATE ui)
set_target_properties(language_says PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/tests)
add_test(NAME text.every-language-is-shown
  COMMAND /usr/bin/python3 ${CMAKE_CURRENT_SOURCE_DIR}/unit/ui/languages.py $<TARGET_FILE:qrconfirm>
    $<TARGET_FILE:language_says> ${PROJECT_SOURCE_DIR}/po)
set_tests_properties(text.every-language-is-shown PROPERTIES
  LABELS text TIMEOUT 300 ENVIRONMENT "${test_environment}")
