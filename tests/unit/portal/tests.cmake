add_library(portal_bench STATIC
  unit/portal/bench.c
  unit/portal/box.c
  unit/portal/place.c
  unit/portal/wire.c)
target_link_libraries(portal_bench PUBLIC portal PkgConfig::cmocka PkgConfig::sodium
  PkgConfig::curl PkgConfig::oath)
target_include_directories(portal_bench PUBLIC unit/portal)

qrconfirm_unit_test(portal challenge portal_bench)
qrconfirm_unit_test(portal decision portal_bench)
qrconfirm_unit_test(portal claim portal_bench PkgConfig::oath)
qrconfirm_unit_test(portal device portal_bench)
qrconfirm_unit_test(portal device_tokens portal_bench)
qrconfirm_unit_test(portal server portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal cookies portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal changes portal_bench)
qrconfirm_unit_test(portal commits portal_bench)
qrconfirm_unit_test(portal places portal_bench)
qrconfirm_unit_test(portal proxies portal_bench)
qrconfirm_unit_test(portal workers portal_bench)
qrconfirm_unit_test(portal connections portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal crowd portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal attackers portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal known_browsers portal_bench)
qrconfirm_unit_test(portal transport portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal secrets portal_bench)
qrconfirm_unit_test(portal trust portal_bench)
qrconfirm_unit_test(portal users portal_bench)
qrconfirm_unit_test(portal folder portal_bench)
qrconfirm_unit_test(portal parts portal_bench)
target_compile_definitions(unit_portal_parts PRIVATE DOCS_DIR="${PROJECT_SOURCE_DIR}/docs")

# The checklist of the Bitrix24 protocol, by number.
foreach(name bitrix24_login bitrix24_picture bitrix24_qr bitrix24_signed bitrix24_faults)
  qrconfirm_unit_test(portal ${name} portal_bench)
  set_tests_properties(unit.portal.${name} PROPERTIES LABELS "unit;bitrix24")
endforeach()
