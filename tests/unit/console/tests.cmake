qrconfirm_unit_test(console arguments console)
