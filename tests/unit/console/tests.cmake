qrconfirm_unit_test(console arguments console)
qrconfirm_unit_test(console columns console)
