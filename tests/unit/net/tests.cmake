qrconfirm_unit_test(net statement statement test_vectors)
qrconfirm_unit_test(net envelope statement test_vectors PkgConfig::sodium)
