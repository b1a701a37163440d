# A program that is the signer too, which requests can take over.
qrconfirm_unit_test(signer process signer PkgConfig::sodium)
qrconfirm_unit_test(signer stands_still signer net PkgConfig::sodium)
