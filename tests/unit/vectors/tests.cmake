# Reads the protocol's test vectors, for the tests of several rooms.
add_library(test_vectors STATIC unit/vectors/vectors.c)
target_link_libraries(test_vectors
  PUBLIC qrconfirm_flags PkgConfig::jansson PkgConfig::cmocka)
target_compile_definitions(test_vectors PRIVATE FIXTURES_DIR="${PROJECT_SOURCE_DIR}/fixtures")
