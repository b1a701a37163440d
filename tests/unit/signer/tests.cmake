# A program that is the signer too, which requests can take over.
qrconfirm_unit_test(signer process signer PkgConfig::sodium)
qrconfirm_unit_test(signer walls signer walls_denied PkgConfig::sodium)
# It starts a process for each call that fails.
qrconfirm_unit_test(signer no_io signer failing_files PkgConfig::sodium)
set_tests_properties(unit.signer.no_io PROPERTIES TIMEOUT 900)
qrconfirm_unit_test(signer stands_still signer net PkgConfig::sodium)
# A TPM in software, by the library that the program finds at run time.
qrconfirm_unit_test(signer tpm signer failing_sodium PkgConfig::tss2)
# A program that is the signer too; it ends itself between any two changes of the folder.
qrconfirm_unit_test(signer tpm_store signer PkgConfig::sodium PkgConfig::tss2)
target_link_options(unit_signer_tpm_store PRIVATE
  -Wl,--wrap=renameat -Wl,--wrap=files_exchange -Wl,--wrap=unlinkat)
