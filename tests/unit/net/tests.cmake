qrconfirm_unit_test(net retry net)
qrconfirm_unit_test(net no_answer net)
qrconfirm_unit_test(net metadata net failing_memory)
# A real portal, a browser, a device, and a line between them, for the tests of the whole room.
add_library(net_test_parts STATIC
  unit/net/parts/browser.c
  unit/net/parts/cutter.c
  unit/net/parts/device.c
  unit/net/parts/fleet.c
  unit/net/parts/paired_world.c
  unit/net/parts/sandbox.c
  unit/net/parts/world.c)
target_link_libraries(net_test_parts
  PUBLIC qrconfirm_flags dialects net PkgConfig::cmocka PkgConfig::curl PkgConfig::jansson)
target_compile_definitions(net_test_parts PRIVATE QRPORTAL="$<TARGET_FILE:qrportal>")
add_dependencies(net_test_parts qrportal)
qrconfirm_unit_test(net third_dialect net_test_parts)
set_tests_properties(unit.net.third_dialect PROPERTIES LABELS "unit;threads")
qrconfirm_unit_test(net begun_pairing net_test_parts)
set_tests_properties(unit.net.begun_pairing PROPERTIES LABELS "unit;threads" TIMEOUT 300)
qrconfirm_unit_test(net token_pairing net_test_parts)
set_tests_properties(unit.net.token_pairing PROPERTIES LABELS "unit;threads" TIMEOUT 300)
qrconfirm_unit_test(net open_answer net_test_impostor)
set_tests_properties(unit.net.open_answer PROPERTIES LABELS "unit;threads" TIMEOUT 300)
qrconfirm_unit_test(net round_trip net_test_parts)
set_tests_properties(unit.net.round_trip PROPERTIES LABELS "unit;threads" TIMEOUT 600)
qrconfirm_unit_test(net connect net_test_parts)
set_tests_properties(unit.net.connect PROPERTIES LABELS "unit;threads")
qrconfirm_unit_test(net locked net_test_parts)
qrconfirm_unit_test(net rotation qr_login net_test_parts)
target_link_options(unit_net_rotation PRIVATE -Wl,--wrap=renameat)
qrconfirm_unit_test(net portal_clock net_test_parts)
set_tests_properties(unit.net.portal_clock PROPERTIES LABELS "unit;threads" TIMEOUT 300)
set_tests_properties(unit.net.locked PROPERTIES LABELS "unit;threads" TIMEOUT 600)
# Not one of the label threads: it forks devices beside a thread, which ThreadSanitizer forbids.
set_tests_properties(unit.net.rotation PROPERTIES TIMEOUT 600)
add_library(net_test_server STATIC
  unit/net/parts/https_server.c
  unit/net/parts/rough_server.c
  unit/net/parts/short_line.c)
target_link_libraries(net_test_server
  PUBLIC qrconfirm_flags net PkgConfig::cmocka PkgConfig::microhttpd PkgConfig::gnutls)
qrconfirm_unit_test(net http net_test_server)
qrconfirm_unit_test(net tls net_test_server PkgConfig::openssl)
qrconfirm_unit_test(net memory net_test_server failing_memory PkgConfig::curl PkgConfig::openssl)
qrconfirm_unit_test(net proxy net_test_server)
qrconfirm_unit_test(net sodium_fails net_test_server failing_sodium)
add_library(net_test_impostor STATIC unit/net/parts/impostor.c)
target_link_libraries(net_test_impostor PUBLIC net_test_server net_test_parts)
qrconfirm_unit_test(net answer net_test_impostor)
set_tests_properties(unit.net.answer PROPERTIES LABELS "unit;threads" TIMEOUT 600)
set_tests_properties(unit.net.http unit.net.tls PROPERTIES LABELS "unit;threads" TIMEOUT 300)
# The Bitrix24 client: tests are named by the items of the conformance checklist.
add_library(net_test_box STATIC unit/net/parts/box.c unit/net/parts/boxed.c)
target_link_libraries(net_test_box PUBLIC bitrix24 net_test_server net_test_parts)
qrconfirm_unit_test(net bitrix24_wire net_test_box)
qrconfirm_unit_test(net bitrix24_memory bitrix24 failing_memory)
qrconfirm_unit_test(net bitrix24_new_key net_test_box)
qrconfirm_unit_test(net bitrix24_by_url net_test_box)
set_tests_properties(unit.net.bitrix24_wire unit.net.bitrix24_new_key unit.net.bitrix24_by_url PROPERTIES
  LABELS "unit;threads;bitrix24")
qrconfirm_unit_test(net bitrix24_portal bitrix24 net_test_parts PkgConfig::oath)
set_tests_properties(unit.net.bitrix24_portal PROPERTIES
  LABELS "unit;threads;bitrix24" TIMEOUT 600)
# They wait for portals, and for time to pass: the sooner they begin, the better.
set_tests_properties(unit.net.begun_pairing unit.net.token_pairing unit.net.open_answer unit.net.round_trip unit.net.locked
  unit.net.rotation unit.net.portal_clock unit.net.answer unit.net.bitrix24_portal
  PROPERTIES PROCESSORS 1 COST 30)
