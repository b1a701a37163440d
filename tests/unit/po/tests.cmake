qrconfirm_unit_test(po catalogue po)
qrconfirm_unit_test(po languages po)
