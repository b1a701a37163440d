qrconfirm_unit_test(pairings atomic_file pairings)
# The test makes reading fail.
target_link_options(unit_pairings_atomic_file PRIVATE -Wl,--wrap=read)
qrconfirm_unit_test(pairings pairing pairings)
qrconfirm_unit_test(pairings two_programs pairings)
qrconfirm_unit_test(pairings administrator pairings PkgConfig::sodium)
set_tests_properties(unit.pairings.administrator PROPERTIES TIMEOUT 300)
qrconfirm_unit_test(pairings pin pairings)
# The test ends the process between any two changes of the folder.
target_link_options(unit_pairings_pin PRIVATE
  -Wl,--wrap=renameat -Wl,--wrap=files_exchange -Wl,--wrap=unlinkat)
set_tests_properties(unit.pairings.pin PROPERTIES TIMEOUT 300)
qrconfirm_unit_test(pairings unread_keys pairings)
# The test makes reading a file or a folder fail.
target_link_options(unit_pairings_unread_keys PRIVATE -Wl,--wrap=read -Wl,--wrap=readdir)
set_tests_properties(unit.pairings.unread_keys PROPERTIES TIMEOUT 300)
qrconfirm_unit_test(pairings outbox pairings)
# The test has a disk that fails at any step.
target_link_options(unit_pairings_outbox PRIVATE -Wl,--wrap=fsync -Wl,--wrap=renameat)
qrconfirm_unit_test(pairings journal pairings)
qrconfirm_unit_test(pairings journal_head pairings)
qrconfirm_unit_test(pairings portal_record pairings)
qrconfirm_unit_test(pairings health_file pairings)
qrconfirm_unit_test(pairings people pairings)
# The test ends the process between any two changes of a folder.
target_link_options(unit_pairings_people PRIVATE
  -Wl,--wrap=renameat -Wl,--wrap=unlinkat -Wl,--wrap=mkdirat -Wl,--wrap=fsync)
qrconfirm_unit_test(pairings signer pairings failing_memory PkgConfig::sodium)
qrconfirm_unit_test(pairings memory pairings failing_memory)
qrconfirm_unit_test(pairings memory_beside pairings failing_memory)
set_tests_properties(unit.pairings.memory unit.pairings.memory_beside PROPERTIES TIMEOUT 600)
qrconfirm_unit_test(pairings sodium_fails pairings failing_sodium)
qrconfirm_unit_test(pairings journal_sodium_fails pairings failing_sodium)
