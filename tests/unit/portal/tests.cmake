add_library(portal_bench STATIC
  unit/portal/bench.c
  unit/portal/box.c
  unit/portal/place.c
  unit/portal/wire.c)
target_link_libraries(portal_bench PUBLIC portal_modes portal_qr_login portal_bitrix24
  PkgConfig::cmocka PkgConfig::sodium PkgConfig::sqlite3 PkgConfig::curl PkgConfig::oath)
target_include_directories(portal_bench PUBLIC unit/portal)

qrconfirm_unit_test(portal parts portal_bench)
target_compile_definitions(unit_portal_parts PRIVATE DOCS_DIR="${PROJECT_SOURCE_DIR}/docs")

qrconfirm_unit_test(portal/proxies client portal_proxies)

qrconfirm_unit_test(portal/web places portal_bench)
qrconfirm_unit_test(portal/web workers portal_bench)
qrconfirm_unit_test(portal/web connections portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal/web crowd portal_bench PkgConfig::curl)

qrconfirm_unit_test(portal/core changes portal_bench)
qrconfirm_unit_test(portal/core claim portal_bench PkgConfig::oath)
qrconfirm_unit_test(portal/core commits portal_bench)
qrconfirm_unit_test(portal/core folder portal_bench)
qrconfirm_unit_test(portal/core known_browsers portal_bench)
qrconfirm_unit_test(portal/core secrets portal_bench)
qrconfirm_unit_test(portal/core store portal_bench)
qrconfirm_unit_test(portal/core tally portal_bench)
qrconfirm_unit_test(portal/core trust portal_bench)
qrconfirm_unit_test(portal/core users portal_bench)

qrconfirm_unit_test(portal/requests attackers portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal/requests behind_proxies portal_bench PkgConfig::curl PkgConfig::openssl)
qrconfirm_unit_test(portal/requests cookies portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal/requests deployment portal_bench)
qrconfirm_unit_test(portal/requests server portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal/requests transport portal_bench PkgConfig::curl)

qrconfirm_unit_test(portal/qr_login challenge portal_bench)
qrconfirm_unit_test(portal/qr_login decision portal_bench)
qrconfirm_unit_test(portal/qr_login device portal_bench)
qrconfirm_unit_test(portal/qr_login device_tokens portal_bench)

# The checklist of the Bitrix24 protocol, by number.
foreach(name login pages picture qr signed faults)
  qrconfirm_unit_test(portal/bitrix24 ${name} portal_bench)
  set_tests_properties(unit.portal.bitrix24.${name} PROPERTIES LABELS "unit;bitrix24")
endforeach()
