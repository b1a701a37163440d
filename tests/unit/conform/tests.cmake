qrconfirm_unit_test(conform report conform)
