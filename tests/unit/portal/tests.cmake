add_library(portal_bench STATIC unit/portal/bench.c)
target_link_libraries(portal_bench PUBLIC portal PkgConfig::cmocka PkgConfig::sodium)
target_include_directories(portal_bench PUBLIC unit/portal)

qrconfirm_unit_test(portal challenge portal_bench)
qrconfirm_unit_test(portal decision portal_bench)
qrconfirm_unit_test(portal claim portal_bench PkgConfig::oath)
qrconfirm_unit_test(portal device portal_bench)
