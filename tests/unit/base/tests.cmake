qrconfirm_unit_test(base failure base)
target_compile_definitions(unit_base_failure PRIVATE DOCS_DIR="${PROJECT_SOURCE_DIR}/docs")
