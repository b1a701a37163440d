add_library(portal_bench STATIC
  unit/portal/bench.c
  unit/portal/box.c
  unit/portal/place.c
  unit/portal/wire.c)
target_link_libraries(portal_bench PUBLIC portal_modes portal_qr_login portal_bitrix24
  PkgConfig::cmocka PkgConfig::sodium PkgConfig::sqlite3 PkgConfig::libpq PkgConfig::curl PkgConfig::oath)
target_include_directories(portal_bench PUBLIC unit/portal)

qrconfirm_unit_test(portal parts portal_bench)
target_compile_definitions(unit_portal_parts PRIVATE DOCS_DIR="${PROJECT_SOURCE_DIR}/docs")

qrconfirm_unit_test(portal/proxies client portal_proxies)

qrconfirm_unit_test(portal/web places portal_bench)
qrconfirm_unit_test(portal/web workers portal_bench)
qrconfirm_unit_test(portal/web connections portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal/web crowd portal_bench PkgConfig::curl)

qrconfirm_unit_test(portal/core backup portal_bench)
qrconfirm_unit_test(portal/core changes portal_bench)
qrconfirm_unit_test(portal/core claim portal_bench PkgConfig::oath)
qrconfirm_unit_test(portal/core commits portal_bench)
qrconfirm_unit_test(portal/core folder portal_bench)
qrconfirm_unit_test(portal/core known_browsers portal_bench)
qrconfirm_unit_test(portal/core memory portal_bench failing_memory)
qrconfirm_unit_test(portal/core notices portal_bench)
qrconfirm_unit_test(portal/core secrets portal_bench)
qrconfirm_unit_test(portal/core store portal_bench)
qrconfirm_unit_test(portal/core store_check portal_bench)
qrconfirm_unit_test(portal/core tally portal_bench)
qrconfirm_unit_test(portal/core trust portal_bench)
qrconfirm_unit_test(portal/core users portal_bench)

qrconfirm_unit_test(portal/requests attackers portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal/requests behind_proxies portal_bench PkgConfig::curl PkgConfig::openssl)
qrconfirm_unit_test(portal/requests cookies portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal/requests deployment portal_bench)
qrconfirm_unit_test(portal/requests memory portal_bench failing_memory PkgConfig::curl)
qrconfirm_unit_test(portal/requests metrics portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal/requests server portal_bench PkgConfig::curl)
qrconfirm_unit_test(portal/requests sodium_fails portal_bench failing_sodium PkgConfig::curl)
qrconfirm_unit_test(portal/requests transport portal_bench PkgConfig::curl)

qrconfirm_unit_test(portal/qr_login badges portal_bench)
qrconfirm_unit_test(portal/qr_login challenge portal_bench)
qrconfirm_unit_test(portal/qr_login decision portal_bench)
qrconfirm_unit_test(portal/qr_login device portal_bench)
qrconfirm_unit_test(portal/qr_login device_tokens portal_bench)
qrconfirm_unit_test(portal/qr_login fleet portal_bench)
qrconfirm_unit_test(portal/qr_login queries portal_bench)
qrconfirm_unit_test(portal/qr_login sodium_fails portal_bench failing_sodium)

# What a store must hold, held by PostgreSQL too: the same programs, beside a server of their own.
function(qrconfirm_postgresql_test folder name)
  string(REPLACE "/" "_" room ${folder})
  string(REPLACE "/" "." dotted ${folder})
  add_test(NAME unit.${dotted}.${name}.on-postgresql
    COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/unit/portal/with_postgresql $<TARGET_FILE:unit_${room}_${name}>)
  set_tests_properties(unit.${dotted}.${name}.on-postgresql PROPERTIES
    LABELS "unit;portal-cluster" TIMEOUT 240 PROCESSORS 2 ENVIRONMENT "${test_environment}")
endfunction()

qrconfirm_unit_program(portal/core postgresql portal_bench)
qrconfirm_unit_program(portal/core store_copy portal_bench)
foreach(name claim changes known_browsers postgresql store store_copy trust users)
  qrconfirm_postgresql_test(portal/core ${name})
endforeach()
foreach(name badges challenge decision device device_tokens)
  qrconfirm_postgresql_test(portal/qr_login ${name})
endforeach()

# The checklist of the Bitrix24 protocol, by number.
foreach(name login pages picture qr signed faults)
  qrconfirm_unit_test(portal/bitrix24 ${name} portal_bench)
  set_tests_properties(unit.portal.bitrix24.${name} PROPERTIES LABELS "unit;bitrix24")
endforeach()
qrconfirm_unit_test(portal/bitrix24 sodium_fails portal_bench failing_sodium)
set_tests_properties(unit.portal.bitrix24.sodium_fails PROPERTIES LABELS "unit;bitrix24")
